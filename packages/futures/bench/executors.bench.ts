// Executors of two workers: the way there and back of a tiny task, and many at once. What the Future costs is seen beside the pool without it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { ProcessPoolExecutor, ThreadPoolExecutor } from '@prac/futures';
import { ThreadPool } from '@prac/pool';
import { alternate, type PoolContestant, poolContestants, poolTasks, type Row } from '@prac/testing';

const quick = process.env.PRAC_BENCH === 'quick';
const rounds = quick ? 1 : 5;
const SIZE = 2;

const tasks = await poolTasks();
const threads = new ThreadPoolExecutor({ maxWorkers: SIZE });
const processes = new ProcessPoolExecutor({ maxWorkers: SIZE });
const pool = new ThreadPool({ processes: SIZE });
const increment = tasks.increment as (n: number) => number;

const contestants: PoolContestant[] = [
  {
    name: 'ThreadPoolExecutor',
    run: async (task, value) => threads.submit(tasks[task] as (value: unknown) => unknown, value),
    end: () => threads.terminateWorkers(),
  },
  {
    name: 'ProcessPoolExecutor',
    run: async (task, value) => processes.submit(tasks[task] as (value: unknown) => unknown, value),
    end: () => processes.terminateWorkers(),
  },
  {
    name: 'ThreadPool of @prac/pool',
    run: (task, value) => pool.apply(tasks[task] as never, [value] as never),
    end: () => pool.terminate(),
  },
  ...(await poolContestants(SIZE)),
];

async function compare(
  title: string,
  operations: number,
  body: (run: PoolContestant['run']) => Promise<void>,
  program: string,
): Promise<void> {
  const rows: Row[] = contestants.map(({ run, end: _, ...about }) => ({ ...about, run: () => body(run) }));
  for (const kind of ['ThreadPoolExecutor', 'ProcessPoolExecutor'])
    rows.push({ name: `CPython ${kind}`, run: () => python(kind, program, operations) });
  await alternate(rows, { title, operations, rounds });
}

const turns = quick ? 50 : 10_000;
await compare(
  'A tiny task, there and back',
  turns,
  async (run) => {
    for (let i = 0; i < turns; i++) assert.equal(await run('increment', i), i + 1);
  },
  'for i in range(n): assert ex.submit(inc, i).result() == i + 1',
);

const many = quick ? 200 : 20_000;
await compare(
  `${many} tiny tasks at once`,
  many,
  async (run) => {
    const results = await Promise.all(Array.from({ length: many }, (_, i) => run('increment', i)));
    assert.equal(results[many - 1], many);
  },
  'assert [f.result() for f in [ex.submit(inc, i) for i in range(n)]][-1] == n',
);

const numbers = Array.from({ length: quick ? 2000 : 100_000 }, (_, i) => i);
await alternate(
  [
    { name: 'ThreadPoolExecutor.map', run: () => mapped(threads) },
    { name: 'ProcessPoolExecutor.map', run: () => mapped(processes) },
    ...['ThreadPoolExecutor', 'ProcessPoolExecutor'].map((kind) => ({
      name: `CPython ${kind}`,
      run: () => python(kind, 'assert len(list(ex.map(inc, range(n), chunksize=1000))) == n', numbers.length),
    })),
  ],
  { title: `A map of ${numbers.length} numbers in chunks of 1000`, operations: numbers.length, rounds },
);

for (const { end, skip } of contestants) if (skip === undefined) void end();
process.exit(0);

async function mapped(executor: ThreadPoolExecutor | ProcessPoolExecutor): Promise<void> {
  let count = 0;
  for await (const _ of executor.map(increment, numbers, { chunksize: 1000 })) count++;
  assert.equal(count, numbers.length);
}

/** Seconds, by CPython itself. */
function python(kind: string, work: string, n: number): number {
  const program = `
import time
from concurrent.futures import ${kind}
def inc(x): return x + 1
if __name__ == '__main__':
    n = ${n}
    with ${kind}(${SIZE}) as ex:
        list(ex.map(inc, range(10)))
        begun = time.perf_counter()
        ${work}
        print(time.perf_counter() - begun)`;
  return Number(execFileSync('python3', ['-c', program], { encoding: 'utf8' }));
}
