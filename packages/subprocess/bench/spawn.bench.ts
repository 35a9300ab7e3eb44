// Many short commands, one after the other, each with its output captured: what build tools and scripts do. First with an
// idle parent, then with 1 GiB in memory, as a server has it. Node's own spawn copies the page tables of that (fork).
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { run, runSync } from '@prac/subprocess';
import { alternate, type Row } from '@prac/testing';
import { options, quick, size } from './support/mode.ts';
import { about, dax, execa, nanoSpawn, tinyexec, zx } from './support/rivals.ts';
import { twin } from './support/twin.ts';

const GIBIBYTE = 2 ** 30;
const execute = promisify(execFile);

for (const program of ['true', '/bin/true']) {
  const count = size(100, 3);
  await alternate(asyncRows(program, count), options(`\`${program}\` captured, async, idle parent`, 7, count));
  await alternate(syncRows(program, count), options(`\`${program}\` captured, blocking, idle parent`, 7, count));
}
const ballast = Buffer.alloc(size(GIBIBYTE, GIBIBYTE / 64), 1);
const few = size(10, 2);
const title = `with ${quick ? '16 MiB' : '1 GiB'} resident`;
await alternate(asyncRows('/bin/true', few, ballast.length), options(`/bin/true captured, async, ${title}`, 3, few));
await alternate(syncRows('/bin/true', few, ballast.length), options(`/bin/true captured, blocking, ${title}`, 3, few));
assert.equal(ballast[ballast.length - 1], 1); // still there

function asyncRows(program: string, count: number, resident = 0): Row[] {
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

function syncRows(program: string, count: number, resident = 0): Row[] {
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
