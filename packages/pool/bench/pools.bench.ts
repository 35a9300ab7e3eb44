// Pools of two workers: the way there and back of a tiny task, many tiny tasks at once, a chunked map, a megabyte, nested objects. Against the
// pools of npm, messages without a pool, and CPython.
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Pool, ThreadPool } from '@prac/pool';
import { alternate, type Row, rival } from '@prac/testing';

const quick = process.env.PRAC_BENCH === 'quick';
const rounds = quick ? 1 : 5;
const SIZE = 2;
const FOLDER = join(import.meta.dirname, '../../../bench/pools');
const inFolder = (file: string): string => join(FOLDER, file);

type Task = 'increment' | 'incrementAll' | 'lengthOf' | 'same';
/** What all contestants can do. */
interface Contestant {
  readonly name: string;
  readonly version?: string | undefined;
  readonly skip?: string | undefined;
  run(task: Task, value: unknown): Promise<unknown>;
  end(): unknown;
}

const tasks = (await import(inFolder('tasks.mjs'))) as Record<Task, (value: never) => unknown>;

const threads = new ThreadPool({ processes: SIZE });
const processes = new Pool({ processes: SIZE });
const contestants: Contestant[] = [
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
  rawThreads(),
  rawProcesses(),
  await piscina(),
  await tinypool(),
  await workerpool(),
  await poolifier(),
  await jestWorker(),
];

/** A row for each, and CPython's, which time themselves: `program` has `pool`, a number `n`, and the function `inc`. */
async function compare(
  title: string,
  operations: number,
  body: (run: Contestant['run']) => Promise<void>,
  program: string,
  ours: readonly Row[] = [],
): Promise<void> {
  const rows: Row[] = contestants.map(({ run, end: _, ...about }) => ({ ...about, run: () => body(run) }));
  rows.splice(2, 0, ...ours);
  for (const kind of ['ThreadPool', 'Pool'])
    rows.push({ name: `CPython ${kind}`, run: () => python(kind, program, operations) });
  await alternate(rows, { title, operations, rounds });
}

const turns = quick ? 50 : 2000;
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

/** Messages, and nothing else: to one worker after the other. */
function raw(
  name: string,
  workers: readonly { on(event: 'message', listener: (answer: { id: number; value: unknown }) => void): unknown }[],
  send: (worker: number, message: object) => void,
  end: () => unknown,
): Contestant {
  const waiting = new Map<number, (value: unknown) => void>();
  let id = 0;
  for (const worker of workers)
    worker.on('message', (answer) => {
      waiting.get(answer.id)!(answer.value);
      waiting.delete(answer.id);
    });
  return {
    name,
    run: (task, value) =>
      new Promise((resolve) => {
        waiting.set(++id, resolve);
        send(id % workers.length, { id, name: task, value });
      }),
    end,
  };
}

function rawThreads(): Contestant {
  const workers = Array.from({ length: SIZE }, () => new Worker(inFolder('raw-thread.mjs')));
  return raw(
    'postMessage, no pool',
    workers,
    (worker, message) => workers[worker]!.postMessage(message),
    () => Promise.all(workers.map((worker) => worker.terminate())),
  );
}

function rawProcesses(): Contestant {
  const children: ChildProcess[] = Array.from({ length: SIZE }, () =>
    fork(inFolder('raw-process.mjs'), { serialization: 'advanced', execArgv: [] }),
  );
  return raw(
    'IPC, no pool',
    children as never,
    (worker, message) => children[worker]!.send(message),
    () => children.map((child) => child.kill()),
  );
}

interface Runner {
  run(task: object): Promise<unknown>;
  destroy(): Promise<void>;
}
type RunnerClass = new (options: object) => Runner;

function runner(name: string, about: object, Type: RunnerClass | undefined): Contestant {
  const pool = Type && new Type({ filename: inFolder('piscina.mjs'), minThreads: SIZE, maxThreads: SIZE });
  return { name, ...about, run: (task, value) => pool!.run({ name: task, value }), end: () => pool!.destroy() };
}

async function piscina(): Promise<Contestant> {
  const { module, ...about } = await rival<{ Piscina: RunnerClass }>('piscina');
  return runner('piscina', about, module?.Piscina);
}

async function tinypool(): Promise<Contestant> {
  const { module, ...about } = await rival<{ default: RunnerClass }>('tinypool');
  return runner('tinypool', about, module?.default);
}

async function workerpool(): Promise<Contestant> {
  interface Workerpool {
    pool(
      file: string,
      options: object,
    ): { exec(name: string, args: unknown[]): Promise<unknown>; terminate(): unknown };
  }
  const { module, ...about } = await rival<{ default: Workerpool }>('workerpool');
  const pool = module?.default.pool(inFolder('workerpool.mjs'), {
    workerType: 'thread',
    minWorkers: SIZE,
    maxWorkers: SIZE,
  });
  return {
    name: 'workerpool',
    ...about,
    run: async (task, value) => pool!.exec(task, [value]),
    end: () => pool!.terminate(),
  };
}

async function poolifier(): Promise<Contestant> {
  type Fixed = new (
    size: number,
    file: string,
  ) => { execute(value: unknown, name: string): Promise<unknown>; destroy(): Promise<void> };
  const { module, ...about } = await rival<{ FixedThreadPool: Fixed }>('poolifier');
  const pool = module && new module.FixedThreadPool(SIZE, inFolder('poolifier.mjs'));
  return { name: 'poolifier', ...about, run: (task, value) => pool!.execute(value, task), end: () => pool!.destroy() };
}

async function jestWorker(): Promise<Contestant> {
  type Jest = new (
    file: string,
    options: object,
  ) => Record<Task, (value: unknown) => Promise<unknown>> & { end(): unknown };
  const { module, ...about } = await rival<{ Worker: Jest }>('jest-worker');
  const pool = module && new module.Worker(inFolder('tasks.mjs'), { numWorkers: SIZE, enableWorkerThreads: true });
  return { name: 'jest-worker', ...about, run: (task, value) => pool![task](value), end: () => pool!.end() };
}
