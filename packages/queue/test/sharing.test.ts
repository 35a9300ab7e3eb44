// What becomes of a queue that other threads get: its items, those who wait, values of all sorts, terminated threads.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { dumps, fromMessage, toMessage } from '@prac/pickle';
import { LifoQueue, PriorityQueue, Queue, SimpleQueue } from '@prac/queue';
import { Thread } from '@prac/sync';
import { waitUntil } from '@prac/testing';
import { describe, expect, test } from 'vitest';
import { BLOCKED, type Form, PLACES } from './helpers/places.ts';
import { thrown } from './helpers/text.ts';

/** Has it in shared memory, as if another thread had it. */
function shared<Q extends object>(queue: Q): Q {
  toMessage<unknown>(queue);
  return queue;
}

test('an object of this thread stands for the queue, wherever it comes back from', async () => {
  const queue = new Queue();
  expect(fromMessage(structuredClone(toMessage<unknown>(queue).message))).toBe(queue);
});

test.each([
  ['Queue', () => new Queue(9), [1, 'two', { three: 3 }, [4, 5]]],
  ['LifoQueue', () => new LifoQueue(9), [[4, 5], { three: 3 }, 'two', 1]],
  ['SimpleQueue', () => new SimpleQueue(), [1, 'two', { three: 3 }, [4, 5]]],
])('%s: items that were put before go along', async (_, make, order) => {
  const queue = make();
  for (const item of [1, 'two', { three: 3 }, [4, 5]]) queue.putNowait(item);
  expect(await BLOCKED.run(drain, queue as Queue)).toEqual(order);
  expect(queue.empty()).toBe(true);
});

test('those who wait when it is shared go on to wait, and get what comes from there', async () => {
  const queue = new Queue(1);
  const getting = [queue.get(), queue.get()];
  await BLOCKED.run(putAll, queue, ['a', 'b']);
  expect(await Promise.all(getting)).toEqual(['a', 'b']);
  queue.putNowait(1);
});

test('a put that waited before it was shared puts afterwards', async () => {
  const queue = new Queue(1);
  queue.putNowait({ n: 1 });
  const putting = queue.put({ n: 2 });
  expect(await BLOCKED.run((_form: Form, queue: Queue) => [queue.getSync(), queue.getSync()], queue)).toEqual([
    { n: 1 },
    { n: 2 },
  ]);
  await putting;
});

class Point {
  readonly x: number;
  readonly y: number;

  constructor(x: number, y: number) {
    this.x = x;
    this.y = y;
  }

  sum(): number {
    return this.x + this.y;
  }
}

describe.each(PLACES)('values, %s', (place) => {
  test('any value that can be pickled arrives as it was', async () => {
    const k = 3;
    const values = [
      0,
      -0,
      2 ** 31 - 1,
      -(2 ** 31),
      2 ** 31,
      1.5,
      Number.NaN,
      12345678901234567890n,
      '',
      'text',
      'ä€😀',
      true,
      null,
      undefined,
      new Date(5),
      new Map([[1, new Set(['a'])]]),
      new Uint8Array([1, 2, 3]),
      new Error('broken', { cause: 1 }),
      'long'.repeat(100_000),
      new Float64Array(100_000).fill(0.5),
    ];
    const queue = new Queue();
    const getting = place.run(async (form: Form, queue: Queue) => {
      const items: unknown[] = [];
      for (let i = 0; i < 22; i++) items.push(await form.get(queue));
      const [triple, point] = items.splice(20) as [(n: number) => number, { sum(): number }];
      return [items, triple(5), point.sum()];
    }, queue);
    for (const value of values) await queue.put(value);
    await queue.put((n: number) => n * k);
    await queue.put(new Point(1, 2));
    expect(await getting).toEqual([values, 15, 3]);
  });
});

test('an item that cannot travel is refused, and the queue is as it was', async () => {
  const queue = shared(new Queue());
  await queue.put('first');
  for (const item of [Symbol('s'), new WeakMap(), { port: new MessageChannel().port1 }])
    expect(await thrown(() => queue.put(item))).toMatch(/^PicklingError: /);
  expect(await thrown(() => queue.putMany(['fine', Symbol('s')]))).toMatch(/^PicklingError: /);
  expect([await queue.get(), queue.qsize(), queue.unfinishedTasks]).toEqual(['first', 0, 1]);
});

test('a queue with an item that cannot travel does not travel, and stays as it was', async () => {
  const queue = new Queue();
  const items = [1, Symbol('s'), 3];
  for (const item of items) queue.putNowait(item);
  expect(await thrown(() => toMessage<unknown>(queue))).toMatch(/^PicklingError: /);
  expect([queue.getNowait(), queue.getNowait(), queue.getNowait(), queue.qsize()]).toEqual([...items, 0]);
  expect(await BLOCKED.run(putAll, queue, [4]).then(() => queue.get())).toBe(4);
});

test('a subclass, and bytes, are refused: it would arrive as something else', async () => {
  class Mine extends Queue {}
  expect(await thrown(() => toMessage<unknown>(new Mine()))).toMatch(/^PicklingError: .*it would arrive as a Queue/);
  expect(await thrown(() => dumps<unknown>(new Queue()))).toMatch(/^PicklingError: .*lives in one process/);
});

test('a subclass may hold its items otherwise, as in Python', async () => {
  class Unique extends Queue<string> {
    declare protected queue: Set<string> & { readonly length: number };
    protected override _init(): void {
      this.queue = new Set() as never;
    }
    protected override _qsize(): number {
      return this.queue.size;
    }
    protected override _put(item: string): void {
      this.queue.add(item);
    }
    protected override _get(): string {
      const [first] = this.queue;
      this.queue.delete(first!);
      return first!;
    }
  }
  const queue = new Unique();
  for (const item of ['a', 'b', 'a']) await queue.put(item);
  expect([queue.qsize(), await queue.get(), await queue.get()]).toEqual([2, 'a', 'b']);
});

test('a queue of fields of a subclass of Thread, as in the practical', async () => {
  const jobs = new Queue<number>();
  const done = new Queue<string>();
  const threads = [1, 2].map(() => new Thread({ target: serve, args: [jobs, done], daemon: true }));
  for (const thread of threads) thread.start();
  for (let n = 0; n < 20; n++) await jobs.put(n);
  await jobs.join();
  expect((await done.getMany(100)).sort()).toEqual(Array.from({ length: 20 }, (_, n) => `job ${n}`).sort());
  jobs.shutdown();
  for (const thread of threads) await thread.join();
});

test('many at once: what may fail to be opened comes alone', async () => {
  const queue = shared(new Queue<unknown>());
  const double = (n: number): number => 2 * n;
  for (const item of [1, 'two', double, { four: 4 }, double, double, 7]) queue.putNowait(item);
  const lengths: number[] = [];
  while (!queue.empty()) lengths.push((await queue.getMany(100)).length);
  expect(lengths).toEqual([2, 1, 1, 1, 1, 1]);
});

test('a thread that is terminated while it waits takes nothing with it', async () => {
  for (const make of [() => new Queue(), () => new LifoQueue(), () => new PriorityQueue()]) {
    const queue = make();
    const { message } = toMessage<unknown>(queue);
    const workers = Array.from(
      { length: 3 },
      () => new Worker(new URL('./fixtures/waits.ts', import.meta.url), { workerData: message }),
    );
    await Promise.all(workers.map((worker) => once(worker, 'message')));
    await waitUntil(() => queue.statistics().getting === 3);
    const mine = [queue.get(), queue.get()];
    await workers[0]!.terminate();
    await workers[1]!.terminate();
    for (const n of [1, 2, 3]) queue.putNowait(n);
    const [last] = (await once(workers[2]!, 'message')) as [number];
    expect([...(await Promise.all(mine)), last].map(Number).sort()).toEqual([1, 2, 3]);
    await workers[2]!.terminate();
  }
});

test('grows as far as it has to, and keeps all of it', async () => {
  const queue = shared(new Queue<Uint8Array>());
  const block = new Uint8Array(2 ** 20);
  for (let n = 0; n < 300; n++) {
    block[n] = n & 255;
    queue.putNowait(block);
  }
  for (let n = 0; n < 300; n++) {
    const item = queue.getNowait();
    expect([item.length, item[n], item[n + 1]]).toEqual([2 ** 20, n & 255, 0]);
  }
});

async function serve(jobs: Queue<number>, done: Queue<string>): Promise<void> {
  for await (const n of jobs) {
    await done.put(`job ${n}`);
    jobs.taskDone();
  }
}

async function drain(form: Form, queue: Queue): Promise<unknown[]> {
  const items: unknown[] = [];
  while (!queue.empty()) items.push(await form.get(queue));
  return items;
}

async function putAll(form: Form, queue: Queue, items: readonly unknown[]): Promise<void> {
  for (const item of items) await form.put(queue, item);
}
