import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { run, runSync } from '@prac/subprocess';
import type { Row } from '@prac/testing';
import { about, dax, execa, nanoSpawn, tinyexec, zx } from './rivals.ts';
import { twin } from './twin.ts';

const execute = promisify(execFile);

/** One short command after the other; `resident` is what the Python twin holds in memory. */
export function asyncRows(program: string, count: number, resident = 0): Row[] {
  const times = (once: () => PromiseLike<{ readonly stdout: string | Uint8Array }>) => async () => {
    for (let i = 0; i < count; i++) assert.equal((await once()).stdout.length, 0);
  };
  // `true` is built into dax's shell, and into zx's; a path is a program for both.
  const path = program === 'true' ? '/bin/true' : program;
  return [
    { name: '@prac/subprocess run', run: times(() => run([program], { captureOutput: true, check: true })) },
    { name: 'node:child_process execFile', run: times(() => execute(program)) },
    { name: 'execa', ...about(execa), run: times(() => execa.module.execa(program)) },
    { name: 'tinyexec', ...about(tinyexec), run: times(() => tinyexec.module.x(program)) },
    { name: 'nano-spawn', ...about(nanoSpawn), run: times(() => nanoSpawn.module.default(program)) },
    { name: 'zx (in its shell)', ...about(zx), run: times(() => zx.module.$`${path}`) },
    {
      name: 'dax (in its shell)',
      ...about(dax),
      run: times(async () => ({ stdout: await dax.module.$`${path}`.text() })),
    },
    twin('CPython subprocess.run', 'spawn.py', program, count, resident),
    twin('CPython asyncio', 'spawn_asyncio.py', program, count, resident),
  ];
}

/** The blocking forms of {@link asyncRows}. */
export function syncRows(program: string, count: number, resident = 0): Row[] {
  const times = (once: () => { readonly stdout: string | Uint8Array }) => () => {
    for (let i = 0; i < count; i++) assert.equal(once().stdout.length, 0);
  };
  const path = program === 'true' ? '/bin/true' : program;
  return [
    { name: '@prac/subprocess runSync', run: times(() => runSync([program], { captureOutput: true, check: true })) },
    { name: 'node:child_process spawnSync', run: times(() => spawnSync(program)) },
    { name: 'execaSync', ...about(execa), run: times(() => execa.module.execaSync(program)) },
    { name: 'tinyexec xSync', ...about(tinyexec), run: times(() => tinyexec.module.xSync(program)) },
    { name: 'zx $.sync (in its shell)', ...about(zx), run: times(() => zx.module.$.sync`${path}`) },
    twin('CPython subprocess.run', 'spawn.py', program, count, resident),
  ];
}
