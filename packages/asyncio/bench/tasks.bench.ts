// What tasks cost: an await, a task, an item of a queue, a lock, a time limit, many tasks at once. Against CPython, Effect, effection, and what
// npm has for parts of it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as asyncio from '@prac/asyncio';
import { alternate, type Row, rival } from '@prac/testing';

const quick = process.env.PRAC_BENCH === 'quick';
const rounds = quick ? 1 : 5;
const N = quick ? 500 : 40_000;

// What of them is used here is too much to be typed by hand.
// biome-ignore-start lint/suspicious/noExplicitAny: see above
const { module: effect, ...aboutEffect } = await rival<{ Effect: any; Fiber: any }>('effect');
const { module: effection, ...aboutEffection } = await rival<any>('effection');
// biome-ignore-end lint/suspicious/noExplicitAny: see above
const { module: mutexes, ...aboutMutex } = await rival<{
  Mutex: new () => { runExclusive(fn: () => unknown): Promise<unknown> };
}>('async-mutex');
const { module: queues, ...aboutQueue } = await rival<{
  default: new (options: object) => { add(fn: () => unknown): Promise<unknown> };
}>('p-queue');
const { module: limits, ...aboutLimit } = await rival<{
  default: (n: number) => (fn: () => unknown) => Promise<unknown>;
}>('p-limit');

/** Seconds, by CPython itself: `n` operations of `body`, within `async def main()`. */
function python(body: string, operations: number): number {
  const program = `
import asyncio, time
n = ${operations}
async def main():
    async def nothing(): pass
    begun = time.perf_counter()
${body.replaceAll(/^/gm, '    ')}
    return time.perf_counter() - begun
print(asyncio.run(main()))`;
  return Number(execFileSync(process.env.PRAC_PYTHON ?? 'python3', ['-c', program], { encoding: 'utf8' }));
}

async function compare(
  title: string,
  ours: () => Promise<unknown>,
  body: string,
  others: readonly Row[] = [],
  operations = N,
): Promise<void> {
  await alternate(
    [
      { name: '@prac/asyncio', run: () => asyncio.run(async () => void (await ours())) },
      ...others,
      { name: 'CPython', run: () => python(body, operations) },
    ],
    { title, operations, rounds },
  );
}

const nothing = async (): Promise<void> => {};

await compare(
  'An await that needs not wait',
  async () => {
    for (let i = 0; i < N; i++) await nothing();
  },
  'for _ in range(n): await nothing()',
);

await compare(
  'sleep(0): an await that waits',
  async () => {
    for (let i = 0; i < N; i++) await asyncio.sleep(0);
  },
  'for _ in range(n): await asyncio.sleep(0)',
  [
    {
      name: 'Effect yieldNow',
      ...aboutEffect,
      run: () =>
        effect.Effect.runPromise(
          effect.Effect.gen(function* () {
            for (let i = 0; i < N; i++)
              yield* typeof effect.Effect.yieldNow === 'function' ? effect.Effect.yieldNow() : effect.Effect.yieldNow;
          }),
        ),
    },
    {
      name: 'setImmediate, a promise',
      run: async () => {
        for (let i = 0; i < N; i++) await new Promise((resolve) => setImmediate(resolve));
      },
    },
  ],
);

await compare(
  'A task, awaited',
  async () => {
    for (let i = 0; i < N; i++) await asyncio.createTask(nothing);
  },
  'for _ in range(n): await asyncio.create_task(nothing())',
);

const few = quick ? 20 : 400;
await compare(
  'A task, awaited: few, since some take long',
  async () => {
    for (let i = 0; i < few; i++) await asyncio.createTask(nothing);
  },
  'for _ in range(n): await asyncio.create_task(nothing())',
  [
    {
      name: 'effection spawn',
      ...aboutEffection,
      run: () =>
        effection.run(function* () {
          for (let i = 0; i < few; i++) yield* yield* effection.spawn(function* () {});
        }),
    },
    {
      name: 'Effect fork, join',
      ...aboutEffect,
      run: () =>
        effect.Effect.runPromise(
          effect.Effect.gen(function* () {
            const { Effect, Fiber } = effect;
            for (let i = 0; i < few; i++) yield* Fiber.join(yield* (Effect.fork ?? Effect.forkChild)(Effect.void));
          }),
        ),
    },
  ],
  few,
);

await compare(
  'Tasks at once: gather',
  async () => {
    await asyncio.gather(...Array.from({ length: N / 10 }, () => nothing));
  },
  'await asyncio.gather(*(nothing() for _ in range(n)))',
  [
    {
      name: 'Promise.all, no tasks',
      run: async () => void (await Promise.all(Array.from({ length: N / 10 }, nothing))),
    },
    {
      name: 'p-queue',
      ...aboutQueue,
      run: async () => {
        const queue = new queues.default({ concurrency: 1000 });
        await Promise.all(Array.from({ length: N / 10 }, () => queue.add(nothing)));
      },
    },
    {
      name: 'p-limit',
      ...aboutLimit,
      run: async () => {
        const limit = limits.default(1000);
        await Promise.all(Array.from({ length: N / 10 }, () => limit(nothing)));
      },
    },
  ],
  N / 10,
);

await compare(
  'Tasks at once: TaskGroup',
  () =>
    asyncio.TaskGroup.run(async (group) => {
      for (let i = 0; i < N / 10; i++) group.createTask(nothing);
    }),
  'async with asyncio.TaskGroup() as g:\n    for _ in range(n): g.create_task(nothing())',
  [],
  N / 10,
);

await compare(
  'An item of a Queue(1): put and get, two tasks',
  async () => {
    const queue = new asyncio.Queue<number>(1);
    const producer = asyncio.createTask(async () => {
      for (let i = 0; i < N; i++) await queue.put(i);
    });
    let sum = 0;
    for (let i = 0; i < N; i++) sum += await queue.get();
    await producer;
    assert.equal(sum, (N * (N - 1)) / 2);
  },
  `q = asyncio.Queue(1)
async def produce():
    for i in range(n): await q.put(i)
p = asyncio.create_task(produce())
for _ in range(n): await q.get()
await p`,
);

await compare(
  'A Lock that ten tasks want',
  async () => {
    const lock = new asyncio.Lock();
    await asyncio.gather(
      ...Array.from({ length: 10 }, () => async () => {
        for (let i = 0; i < N / 10; i++) await lock.with(() => asyncio.sleep(0));
      }),
    );
  },
  `lock = asyncio.Lock()
async def work():
    for _ in range(n // 10):
        async with lock: await asyncio.sleep(0)
await asyncio.gather(*(work() for _ in range(10)))`,
  [
    {
      name: 'async-mutex',
      ...aboutMutex,
      run: async () => {
        const mutex = new mutexes.Mutex();
        await Promise.all(
          Array.from({ length: 10 }, async () => {
            for (let i = 0; i < N / 10; i++)
              await mutex.runExclusive(() => new Promise<void>((resolve) => queueMicrotask(resolve)));
          }),
        );
      },
    },
  ],
);

await compare(
  'timeout(): a part with a time limit',
  async () => {
    for (let i = 0; i < N; i++) await asyncio.timeout(10, () => asyncio.sleep(0));
  },
  `for _ in range(n):
    async with asyncio.timeout(10): await asyncio.sleep(0)`,
);
process.exit(0);
