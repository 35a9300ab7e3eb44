// 1,000 children at once, each of which waits half a second and writes a line: start-up, capturing and reaping under load.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { run } from '@prac/subprocess';
import { alternate, type Row } from '@prac/testing';
import { options, size } from './support/mode.ts';
import { about, dax, execa, nanoSpawn, tinyexec, zx } from './support/rivals.ts';
import { twin } from './support/twin.ts';

const CHILDREN = size(1000, 20);
const SCRIPT = 'sleep 0.5; echo done';
const ARGS = ['-c', SCRIPT] as const;
const execute = promisify(execFile);

const rows: Row[] = [
  { name: '@prac/subprocess run', run: all(() => run(['sh', ...ARGS], { captureOutput: true, text: true })) },
  { name: 'node:child_process execFile', run: all(() => execute('sh', ARGS)) },
  { name: 'execa', ...about(execa), run: all(() => execa.module.execa('sh', ARGS)) },
  { name: 'tinyexec', ...about(tinyexec), run: all(() => tinyexec.module.x('sh', ARGS)) },
  { name: 'nano-spawn', ...about(nanoSpawn), run: all(() => nanoSpawn.module.default('sh', ARGS)) },
  { name: 'zx', ...about(zx), run: all(() => zx.module.$`sh -c ${SCRIPT}`) },
  { name: 'dax', ...about(dax), run: all(async () => ({ stdout: await dax.module.$`sh -c ${SCRIPT}`.text() })) },
  twin('CPython Popen', 'many.py', 'popen', CHILDREN),
  twin('CPython asyncio', 'many.py', 'asyncio', CHILDREN),
];
await alternate(rows, options(`${CHILDREN} children at once, captured`, 2));

function all(start: () => PromiseLike<{ readonly stdout: string }>): () => Promise<void> {
  return async () => {
    const results = await Promise.all(Array.from({ length: CHILDREN }, start));
    assert.equal(results.filter(({ stdout }) => stdout.trim() === 'done').length, CHILDREN);
  };
}
