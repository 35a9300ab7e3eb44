// What `import` costs a command-line tool, in a fresh process each time.
import { fileURLToPath } from 'node:url';
import { alternate, type Row } from '@prac/testing';
import { options } from './support/mode.ts';
import { about, dax, execa, nanoSpawn, tinyexec, zx } from './support/rivals.ts';
import { secondsOf, twin } from './support/twin.ts';

const OURS = fileURLToPath(new URL('..', import.meta.url));
const RIVALS = fileURLToPath(new URL('../../../bench', import.meta.url));

const rows: Row[] = [
  { name: '@prac/subprocess', run: () => importIn(OURS, '@prac/subprocess') },
  { name: 'node:child_process', run: () => importIn(OURS, 'node:child_process') },
  { name: 'tinyexec', ...about(tinyexec), run: () => importIn(RIVALS, 'tinyexec') },
  { name: 'nano-spawn', ...about(nanoSpawn), run: () => importIn(RIVALS, 'nano-spawn') },
  { name: 'dax', ...about(dax), run: () => importIn(RIVALS, 'dax') },
  { name: 'execa', ...about(execa), run: () => importIn(RIVALS, 'execa') },
  { name: 'zx', ...about(zx), run: () => importIn(RIVALS, 'zx') },
  twin('CPython import subprocess', 'import.py'),
];
await alternate(rows, options('import, fresh process', 15));

function importIn(folder: string, name: string): number {
  const program = `const start = performance.now();
    await import(${JSON.stringify(name)});
    console.log((performance.now() - start) / 1000);`;
  return secondsOf(process.execPath, ['--no-warnings', '--input-type=module', '-e', program], folder);
}
