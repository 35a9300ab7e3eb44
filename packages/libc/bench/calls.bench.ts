// What a call costs, through each foreign function interface: small calls, a pipe, a watch, a child. A process has one
// interface, so each figure comes from a process of its own (calls-child.ts), which times itself.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { alternate, type Row } from '@prac/testing';

const quick = process.env.PRAC_BENCH === 'quick';
const CALLS = [
  ['getpgid', 'A call that does nothing: getpgid(0)', 100_000],
  ['pipe', 'pipe2 and two close', 20_000],
  ['watch', 'An FdWatch made, started and closed', 5_000],
  ['spawn', 'posix_spawn of true, and waitpid', 100],
] as const;
const BACKENDS = ['koffi', 'node:ffi'].filter((backend) => backend === 'koffi' || has('node:ffi'));

for (const [call, title, operations] of CALLS) {
  const count = quick ? Math.ceil(operations / 100) : operations;
  const rows: Row[] = BACKENDS.map((backend) => ({ name: backend, run: () => secondsIn(backend, call, count) }));
  if (call === 'spawn')
    rows.push({ name: 'child_process.spawnSync', run: () => secondsIn('none', 'spawnSync', count) });
  await alternate(rows, { title, operations: count, rounds: quick ? 1 : 7, warmups: quick ? 0 : 1 });
}

function secondsIn(backend: string, call: string, count: number): number {
  const file = fileURLToPath(new URL('./calls-child.ts', import.meta.url));
  const env = { ...process.env, PRAC_LIBC: backend };
  const child = spawnSync(process.execPath, ['--no-warnings', file, call, String(count)], { env, encoding: 'utf8' });
  const seconds = Number(child.stdout);
  if (child.status !== 0 || !(seconds > 0)) throw new Error(`${call} with ${backend}: ${child.stderr}`);
  return seconds;
}

function has(module: string): boolean {
  return process.getBuiltinModule(module as 'node:fs') !== undefined;
}
