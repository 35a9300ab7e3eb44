// Defects that were found by looking for them: items that are no bytes, sharing, the ring.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { toMessage } from '@prac/pickle';
import { Empty, PriorityQueue, Queue, SpscRing } from '@prac/queue';
import { Lock, Thread } from '@prac/sync';
import { waitUntil } from '@prac/testing';
import { describe, expect, test } from 'vitest';
import { Ask } from './helpers/places.ts';

function elsewhere<Args extends readonly unknown[]>(fn: (...args: Args) => unknown, ...args: Args): Promise<unknown> {
  const thread = new Ask(fn as never, args);
  thread.start();
  return thread.result();
}

test('many threads call for what is kept, at once: each gets its own', async () => {
  const work = (queue: Queue<{ i: number; memory: SharedArrayBuffer }>): number => {
    let wrong = 0;
    for (let i = 0; i < 2_000; i++) {
      queue.putNowait({ i, memory: new SharedArrayBuffer(4) });
      if (queue.getNowait().i !== i) wrong++;
    }
    return wrong;
  };
  const queues = [1, 2, 3, 4].map(() => new Queue<{ i: number; memory: SharedArrayBuffer }>());
  expect(await Promise.all(queues.map((queue) => elsewhere(work, queue)))).toEqual([0, 0, 0, 0]);
});

test('a PriorityQueue with locks in it is shared: they are compared then', async () => {
  const queue = new PriorityQueue<{ p: number; lock: Lock }>(0, { compare: (a, b) => a.p - b.p });
  const locks = [new Lock(), new Lock()] as const;
  queue.putNowait({ p: 2, lock: locks[1] });
  queue.putNowait({ p: 1, lock: locks[0] });
  expect(await elsewhere((queue: PriorityQueue<{ p: number; lock: Lock }>) => queue.getSync().p, queue)).toBe(1);
  expect(queue.getNowait().lock).toBe(locks[1]);
});

test('two queues that hold each other stay themselves', async () => {
  const [a, b] = [new Queue(), new Queue()];
  a.putNowait(b);
  b.putNowait(a);
  await elsewhere((_: Queue) => undefined, a);
  await elsewhere((b: Queue) => (b.getSync() as Queue).putSync('hello'), b);
  expect([a.getNowait() === b, await a.get({ timeout: 5 })]).toEqual([true, 'hello']);
});

test('putMany that waits while the queue is shared, and cannot go on then, says how many were put', async () => {
  class Private {
    #x = 1;
    get x(): number {
      return this.#x;
    }
  }
  const queue = new Queue<unknown>(2);
  const putting = queue.putMany([1, 2, new Private(), 3]);
  expect(await elsewhere((queue: Queue) => [queue.getSync(), queue.getSync()], queue)).toEqual([1, 2]);
  expect([await putting, queue.unfinishedTasks, queue.qsize()]).toEqual([2, 2, 0]);
});

describe('a queue that cannot be shared', () => {
  test('has handed over nothing', () => {
    const queue = new Queue<unknown>();
    const buffer = new ArrayBuffer(8);
    const { port1 } = new MessageChannel();
    structuredClone(port1, { transfer: [port1] });
    queue.putNowait({ buffer }, { transfer: [buffer] });
    queue.putNowait({ port1 }, { transfer: [port1] as never });
    expect(() => toMessage<unknown>(queue)).toThrow(expect.objectContaining({ name: 'DataCloneError' }));
    expect([buffer.byteLength, queue.qsize()]).toEqual([8, 2]);
    expect(queue.getNowait()).toEqual({ buffer });
  });

  test('an item that is put again is handed over only if that is said again', () => {
    const queue = new Queue<unknown>();
    const buffer = new ArrayBuffer(8);
    const item = { buffer };
    queue.putNowait(item, { transfer: [buffer] });
    queue.getNowait();
    queue.putNowait(item);
    toMessage<unknown>(queue);
    expect(buffer.byteLength).toBe(8);
  });
});

test('what is handed over may be said by any iterable', () => {
  const queue = new Queue<unknown>();
  toMessage<unknown>(queue);
  const buffer = new ArrayBuffer(8);
  queue.putNowait({ buffer }, { transfer: [buffer].values() });
  expect(buffer.byteLength).toBe(0);
});

test('what nobody will call for goes, also if that is known before it has come', async () => {
  const ports: MessagePort[] = [];
  let closed = 0;
  for (let i = 0; i < 10; i++) {
    const queue = new Queue<unknown>();
    const { port1, port2 } = new MessageChannel();
    ports.push(port1);
    port1.addEventListener('close', () => closed++);
    port1.start();
    const emptying = elsewhere((queue: Queue) => {
      while (queue.empty()) {}
      queue.shutdown({ immediate: true });
    }, queue);
    new Thread({ target: () => undefined }).start(); // the hub is busy
    queue.putNowait([port2], { transfer: [port2] as never });
    await emptying;
  }
  await waitUntil(() => closed === ports.length, { state: () => closed });
});

describe('a ring', () => {
  test('a getter of an item cannot put into it, whatever it puts', () => {
    const ring = new SpscRing<unknown>(1024);
    const item = (put: unknown) => ({
      get a() {
        ring.putNowait(put);
        return 1;
      },
      b: 2,
    });
    for (const put of [7, {}, new Lock()]) expect(() => ring.putNowait(item(put))).toThrow(/^a getter of an item/);
    ring.putNowait('x');
    expect(ring.getNowait()).toBe('x');
    expect(() => ring.getNowait()).toThrow(Empty);
  });

  test('is the same when it arrives again: the names of properties are known', async () => {
    const [ring, queue] = [new SpscRing<unknown>(), new Queue<SpscRing<unknown>>()];
    const putting = elsewhere(async (queue: Queue<SpscRing<unknown>>) => {
      const { setFlagsFromString } = process.getBuiltinModule('node:v8');
      setFlagsFromString('--expose-gc');
      const gc = process.getBuiltinModule('node:vm').runInNewContext('gc') as () => void;
      const put = async (...items: object[]): Promise<void> => {
        const ring = await queue.get();
        for (const item of items) ring.putSync(item);
      };
      await put({ id: 1, name: 'a' }, { x: 1, y: 2 });
      for (let i = 0; i < 5; i++) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        gc();
      }
      await put({ foo: 1, bar: 2 }, { foo: 3, bar: 4 });
    }, queue);
    await queue.put(ring);
    await queue.put(ring);
    const got = [];
    for (let i = 0; i < 4; i++) got.push(await ring.get({ timeout: 10 }));
    expect(got).toEqual([
      { id: 1, name: 'a' },
      { x: 1, y: 2 },
      { foo: 1, bar: 2 },
      { foo: 3, bar: 4 },
    ]);
    await putting;
  });
});

test('a CommonJS module that requires the packages can be a target, with a queue', async () => {
  const { work } = createRequire(import.meta.url)(fileURLToPath(new URL('fixtures/requires.cjs', import.meta.url))) as {
    work: (queue: Queue) => void;
  };
  const queue = new Queue();
  const thread = new Thread({ target: work, args: [queue] });
  thread.start();
  await thread.join();
  expect(queue.getNowait()).toEqual([true, true]);
});
