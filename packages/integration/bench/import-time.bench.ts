// How long the first import of each package takes in a new process: what a command-line tool pays at every start.
// 10 ms is the limit we set ourselves; the first row is an import of a builtin module that is loaded already.
import { execFileSync } from 'node:child_process';
import { publicPackages } from '@prac/integration';
import { alternate } from '@prac/testing';

await alternate(
  [
    { name: 'node:path', run: () => importTime('node:path', import.meta.dirname) },
    ...publicPackages().flatMap(({ folder, entries }) =>
      entries.map((entry) => ({ name: entry, run: () => importTime(entry, folder) })),
    ),
  ],
  { title: 'First import', rounds: 9 },
);

function importTime(entry: string, cwd: string): number {
  const program = `const start = performance.now(); await import('${entry}'); console.log(performance.now() - start);`;
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', program], { cwd, encoding: 'utf8' });
  return Number(output) / 1000;
}
