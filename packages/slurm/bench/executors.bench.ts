// What a task costs on a cluster: one after the other, many at once, a mebibyte there and back; workers that stay and a job for each call. Peers in
// Python (submitit, clusterfutures, executorlib, dask-jobqueue) on the same cluster: their figures are in the README.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SlurmExecutor, SlurmPoolExecutor } from '@prac/slurm';

const quick = process.env.PRAC_BENCH === 'quick';
const launchers = process.env.SLURM_CONF === undefined ? (['local'] as const) : (['local', 'srun', 'sbatch'] as const);
/** How workers are started, and how they speak. */
const pools = [...launchers.map((launcher) => [launcher, 'tls'] as const), [launchers.at(-1)!, 'files'] as const];
const add = (a: number, b: number): number => a + b;
const echo = (bytes: Uint8Array): Uint8Array => bytes;

const milliseconds = (value: number): string => `${value.toFixed(value < 10 ? 3 : 0)} ms`;
const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;

async function timed(count: number, call: (i: number) => unknown): Promise<number> {
  const all: number[] = [];
  for (let i = 0; i < count; i++) {
    const begun = performance.now();
    await call(i);
    all.push(performance.now() - begun);
  }
  return median(all);
}

const home = process.cwd();
const folder = mkdtempSync(join(tmpdir(), 'prac-bench-'));
process.chdir(folder);
console.log(
  '| executor | ready | round trip | blocking | many at once | 1 MiB there and back |\n| --- | ---: | ---: | ---: | ---: | ---: |',
);
for (const [launcher, transport] of pools) {
  const begun = performance.now();
  const executor = new SlurmPoolExecutor({ workers: 4, launcher, transport });
  await executor.submit(add, 1, 1);
  const ready = performance.now() - begun;
  await timed(quick ? 20 : 500, (i) => executor.submit(add, i, 1)); // warms up
  const one = await timed(quick ? 50 : 3000, (i) => executor.submit(add, i, 1));
  const blocking = await timed(quick ? 50 : 1000, (i) => executor.submit(add, i, 1).resultSync());
  const many = quick ? 500 : 20_000;
  let best = 0;
  for (let round = 0; round < (quick ? 1 : 5); round++) {
    const from = performance.now();
    await Promise.all(Array.from({ length: many }, (_, i) => executor.submit(add, i, 1)));
    best = Math.max(best, many / ((performance.now() - from) / 1000));
  }
  const large = await timed(quick ? 5 : 50, () => executor.submit(echo, new Uint8Array(2 ** 20)));
  await executor.shutdown();
  const cells = [ready, one, blocking].map(milliseconds);
  console.log(
    `| SlurmPoolExecutor, ${launcher}, ${transport}, 4 workers | ${cells.join(' | ')} | ${best.toFixed(0)} /s | ${milliseconds(large)} |`,
  );
}
for (const launcher of launchers.includes('sbatch' as never) ? (['local', 'slurm'] as const) : (['local'] as const)) {
  const executor = new SlurmExecutor({ directory: launcher, launcher });
  const one = await timed(quick ? 1 : 10, (i) => executor.submit(add, i, 1));
  const begun = performance.now();
  const many = quick ? 4 : 20;
  await Promise.all(Array.from({ length: many }, (_, i) => executor.submit(add, i, 1)));
  const took = performance.now() - begun;
  await executor.shutdown();
  console.log(`| SlurmExecutor, ${launcher} | | ${milliseconds(one)} | | ${many} in ${milliseconds(took)} | |`);
}
process.chdir(home);
rmSync(folder, { recursive: true });
