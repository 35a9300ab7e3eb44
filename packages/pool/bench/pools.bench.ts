// Pools of two workers: the way there and back of a tiny task, many tiny tasks at once, a chunked map, a megabyte, nested objects. Against the
// pools of npm, messages without a pool, and CPython.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { Pool, ThreadPool } from '@prac/pool';
import { alternate, type PoolContestant, poolContestants, poolTasks, type Row } from '@prac/testing';

const quick = process.env.PRAC_BENCH === 'quick';
const rounds = quick ? 1 : 5;
const SIZE = 2;
const tasks = await poolTasks();
const threads = new ThreadPool({ processes: SIZE });
const processes = new Pool({ processes: SIZE });
const contestants: PoolContestant[] = [
  {
    name: 'ThreadPool',
    run: (task, value) => threads.apply(tasks[task] as never, [value] as never),
    end: () => threads.terminate(),
  },
  {
    name: 'Pool (processes)',
    run: (task, value) => processes.apply(tasks[task] as never, [value] as never),
    end: () => processes.terminate(),
  },
  ...(await poolContestants(SIZE)),
];

/** A row for each, and CPython's, which time themselves: `program` has `pool`, a number `n`, and the function `inc`. */
async function compare(
  title: string,
  operations: number,
  body: (run: PoolContestant['run']) => Promise<void>,
  program: string,
  ours: readonly Row[] = [],
): Promise<void> {
  const rows: Row[] = contestants.map(({ run, end: _, ...about }) => ({ ...about, run: () => body(run) }));
  rows.splice(2, 0, ...ours);
  for (const kind of ['ThreadPool', 'Pool'])
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
  'for i in range(n): assert pool.apply(inc, (i,)) == i + 1',
  [
    {
      name: 'ThreadPool, blocking',
      run: () => {
        for (let i = 0; i < turns; i++) assert.equal(threads.applySync(tasks.increment as never, [i] as never), i + 1);
      },
    },
    {
      name: 'Pool, blocking',
      run: () => {
        for (let i = 0; i < turns; i++)
          assert.equal(processes.applySync(tasks.increment as never, [i] as never), i + 1);
      },
    },
  ],
);

const many = quick ? 200 : 20_000;
await compare(
  `${many} tiny tasks at once`,
  many,
  async (run) => {
    const results = await Promise.all(Array.from({ length: many }, (_, i) => run('increment', i)));
    assert.equal(results[many - 1], many);
  },
  'assert [r.get() for r in [pool.apply_async(inc, (i,)) for i in range(n)]][-1] == n',
);

const numbers = Array.from({ length: quick ? 2000 : 100_000 }, (_, i) => i);
const CHUNK = 1000;
await compare(
  `A map of ${numbers.length} numbers in chunks of ${CHUNK}`,
  numbers.length,
  async (run) => {
    const chunks: Promise<unknown>[] = [];
    for (let i = 0; i < numbers.length; i += CHUNK) chunks.push(run('incrementAll', numbers.slice(i, i + CHUNK)));
    const all = (await Promise.all(chunks)).flat();
    assert.equal(all.length, numbers.length);
  },
  `assert len(pool.map(inc, range(n), chunksize=${CHUNK})) == n`,
  (
    [
      ['ThreadPool.map', threads],
      ['Pool.map', processes],
    ] as const
  ).map(([name, pool]) => ({
    name,
    run: async () => {
      const all = await pool.map(tasks.increment as (n: number) => number, numbers, { chunksize: CHUNK });
      assert.equal(all.length, numbers.length);
    },
  })),
);

const megabyte = new Uint8Array(2 ** 20);
const shared = new Uint8Array(new SharedArrayBuffer(2 ** 20));
const some = quick ? 5 : 200;
await compare(
  'A megabyte, copied',
  some,
  async (run) => {
    for (let i = 0; i < some; i++) assert.equal(await run('lengthOf', megabyte), 2 ** 20);
  },
  "b = b'x' * 2**20\n    for i in range(n): assert pool.apply(len, (b,)) == 2**20",
  [
    {
      name: 'ThreadPool, shared',
      run: async () => {
        for (let i = 0; i < some; i++)
          assert.equal(await threads.apply(tasks.lengthOf as never, [shared] as never), 2 ** 20);
      },
    },
  ],
);

const nested = Array.from({ length: 1000 }, (_, id) => ({
  id,
  name: `name ${id}`,
  tags: ['a', 'b'],
  at: { x: id, y: 1.5 },
}));
await compare(
  'A thousand nested objects, there and back',
  some,
  async (run) => {
    for (let i = 0; i < some; i++) assert.equal(((await run('same', nested)) as typeof nested).length, 1000);
  },
  "v = [dict(id=i, name='name %d' % i, tags=['a', 'b'], at=dict(x=i, y=1.5)) for i in range(1000)]\n    for i in range(n): assert len(pool.apply(same, (v,))) == 1000",
);

for (const { end, skip } of contestants) if (skip === undefined) void end();
process.exit(0);

/** Seconds, by CPython itself. */
function python(kind: string, work: string, n: number): number {
  const program = `
import time
from multiprocessing import Pool
from multiprocessing.pool import ThreadPool
def inc(x): return x + 1
def same(x): return x
if __name__ == '__main__':
    n = ${n}
    pool = ${kind}(${SIZE})
    pool.map(inc, range(10))
    begun = time.perf_counter()
    ${work}
    print(time.perf_counter() - begun)
    pool.terminate()`;
  return Number(execFileSync('python3', ['-c', program], { encoding: 'utf8' }));
}
