// What was once wrong.
import { toMessage } from '@prac/pickle';
import { PriorityQueue, Queue } from '@prac/queue';
import { waitUntil } from '@prac/testing';
import { describe, expect, test } from 'vitest';
import { Ring } from '../src/internal/ring.ts';
import { BLOCKED, type Form } from './helpers/places.ts';
import { thrown } from './helpers/text.ts';

function local<Q extends object>(queue: Q): Q {
  return queue;
}

function shared<Q extends object>(queue: Q): Q {
  toMessage<unknown>(queue);
  return queue;
}

describe.each([
  ['in one thread', local],
  ['in shared memory', shared],
])('%s', (_, made) => {
  test('items that meet only when another is got, and cannot be compared, are got in the order of their arrival', () => {
    const queue = made(new PriorityQueue());
    for (const item of [
      [0, 0],
      [1, 0],
      [2, 'a'],
      [2, 5],
    ])
      queue.putNowait(item);
    expect(queue.getManySync(10)).toEqual([
      [0, 0],
      [1, 0],
      [2, 'a'],
      [2, 5],
    ]);
  });

  test('putMany of nothing is done, though others wait for room', async () => {
    const queue = made(new Queue(1));
    queue.putNowait(1);
    const waiting = queue.put(2);
    expect(await queue.putMany([])).toBe(0);
    queue.getNowait();
    await waiting;
  });

  test('without waiting, many are put and got though others wait', async () => {
    const queue = made(new Queue(2));
    const getting = queue.get();
    for (const n of [1, 2]) queue.putNowait(n);
    expect(await queue.getMany(5, { block: false })).toEqual([1, 2]);
    queue.putNowait(3);
    expect(await getting).toBe(3);
    for (const n of [1, 2]) queue.putNowait(n);
    const putting = queue.put(3);
    queue.getNowait();
    expect(await queue.putMany([4], { block: false })).toBe(1);
    queue.getNowait();
    await putting;
  });

  test('putMany says how many it has put before one was refused', async () => {
    const queue = made(new PriorityQueue());
    expect(await queue.putMany([2, 1, 'x', 3])).toBe(2);
    expect(await thrown(() => queue.putMany(['x', 3]))).toMatch(/^TypeError: '<' not supported/);
    expect([queue.qsize(), queue.unfinishedTasks]).toEqual([2, 2]);
  });

  test('NaN in an array decides, as in Python', () => {
    const queue = made(new PriorityQueue());
    for (const item of [
      [0, 'b'],
      [Number.NaN, 1],
    ])
      queue.putNowait(item);
    expect(queue.getManySync(2)).toHaveLength(2);
  });
});

test('nothing is put of items of which one cannot travel', async () => {
  const queue = shared(new Queue());
  const items = Array.from({ length: 100 }, (_, n) => (n === 80 ? new WeakMap() : n));
  expect(await thrown(() => queue.putMany(items))).toMatch(/^PicklingError: /);
  expect(queue.qsize()).toBe(0);
});

test('getMany that began before the queue was shared gives items, not promises', async () => {
  const queue = new Queue();
  const getting = queue.getMany(5);
  shared(queue);
  queue.putNowait(Math.max);
  expect(await getting).toEqual([Math.max]);
});

test('an item whose getter puts another', () => {
  const queue = shared(new Queue());
  const item = {
    a: 'first',
    get b() {
      queue.putNowait({ z: [9, 8, 7, 6] });
      return 'second';
    },
    c: 3,
  };
  queue.putNowait(item);
  const got = queue.getManySync(10).filter((item) => (item as { a?: string }).a !== undefined);
  expect(got).toEqual([{ a: 'first', b: 'second', c: 3 }]);
  for (let n = 0; n < 3; n++) {
    queue.putNowait({ z: [n] });
    expect(queue.getNowait()).toEqual({ z: [n] });
  }
});

test('a ring that cannot double says so, and keeps what it has', () => {
  const words = new Int32Array(new SharedArrayBuffer(64));
  const ring = new Ring(new SharedArrayBuffer(4 * 2048, { maxByteLength: 4 * 3000 }), {
    words,
    first: 0,
    look: () => undefined,
  });
  words[1] = 2002;
  words[2] = 2002;
  const put: number[] = [];
  const item = (n: number) => ({ head: 30 << 2, words: new Int32Array(30).fill(n), at: 0 });
  try {
    for (let n = 0; n < 100; n++) {
      ring.put(item(n));
      put.push(n);
    }
  } catch (error) {
    expect(String(error)).toBe('MemoryError: the queue cannot hold more');
  }
  expect(put.map(() => [...new Set(ring.take().words.slice(0, 30))])).toEqual(put.map((n) => [n]));
});

test('those who wait are woken for what was put before one was refused', async () => {
  const queue = new PriorityQueue();
  const getting = BLOCKED.run((_form: Form, queue: Queue) => queue.getSync(), queue as Queue);
  await waitUntil(() => queue.statistics().getting === 1);
  expect(queue.putManySync([1, 2, 'x'])).toBeGreaterThan(0);
  expect(await getting).toBe(1);
});

test('a subclass of the same name does not travel', async () => {
  const Base = Queue;
  const same = { Queue: class Queue extends Base {} };
  expect(await thrown(() => toMessage<unknown>(new same.Queue()))).toMatch(
    /^PicklingError: .*it would arrive as a Queue/,
  );
});

test('a compare function that uses its own queue is refused', async () => {
  const queue: PriorityQueue<number> = new PriorityQueue<number>(0, {
    compare: (a, b) => {
      queue.putNowait(9);
      return a - b;
    },
  });
  shared(queue);
  queue.putNowait(1);
  expect(await thrown(() => queue.put(2))).toBe('RuntimeError: a compare function cannot use its own queue');
  expect(queue.qsize()).toBe(1);
});
