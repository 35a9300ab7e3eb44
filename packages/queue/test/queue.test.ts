// Cases of CPython's Lib/test/test_queue.py (3.13; PSF licence), class BaseQueueTestMixin, written anew for this package's API, in
// every form that is shipped; and what this package promises beyond them.
import { Empty, Full, LifoQueue, PriorityQueue, Queue, SimpleQueue } from '@prac/queue';
import { waitUntil } from '@prac/testing';
import { describe, expect, test } from 'vitest';
import { type Form, PLACES } from './helpers/places.ts';
import { thrown } from './helpers/text.ts';

const KINDS = [
  { kind: 'Queue', make: (size?: number) => new Queue(size), order: [111, 333, 222] },
  { kind: 'LifoQueue', make: (size?: number) => new LifoQueue(size), order: [222, 333, 111] },
  { kind: 'PriorityQueue', make: (size?: number) => new PriorityQueue(size), order: [111, 222, 333] },
] as const;

describe.each(KINDS)('$kind', ({ make, order }) => {
  describe.each(PLACES)('$name', ({ run }) => {
    test('gives out what was put, in its order, and knows its size', async () => {
      expect(await run(fillAndDrain, make(3))).toEqual({
        sizes: [0, 1, 2, 3],
        states: ['empty', 'full'],
        items: [...order],
        end: 'empty',
      });
    });

    test('is full and empty with and without a time limit', async () => {
      expect(await run(hitLimits, make(1))).toEqual(['Full', 'Full', 'Full', 'Empty', 'Empty', 'Empty']);
    });

    test('a put waits for room, a get for an item', async () => {
      const [queue, answers] = [make(1), new Queue<unknown>()];
      queue.putNowait(1);
      const putting = run(putAndSay, queue, answers);
      await waitUntil(() => queue.statistics().putting === 1 || answers.qsize() > 0);
      expect([queue.statistics().putting, answers.qsize()]).toEqual([1, 0]);
      expect(await queue.get()).toBe(1);
      await putting;
      expect(await answers.get()).toBe('put');
      const getting = run(getTwice, queue);
      await waitUntil(() => queue.statistics().getting === 1);
      await queue.put('second');
      expect(await getting).toEqual(['item', 'second']);
      expect(queue.statistics()).toEqual({ size: 0, getting: 0, putting: 0, joining: 0 });
    });

    test('join waits until as many tasks are done as there were items', async () => {
      const queue = make();
      for (let n = 0; n < 5; n++) queue.putNowait(n);
      const working = run(work, queue, 5);
      expect(await queue.join(10)).toBe(true);
      expect(await working).toBe(10);
      expect(await run(doneTooOften, queue)).toBe('ValueError: task_done() called too many times');
      queue.putNowait(1);
      expect(await run(async (form: Form, queue: Queue) => form.join(queue, 0.01), queue)).toBe(false);
      expect(queue.statistics().joining).toBe(0);
    });

    test('a shutdown lets what is there be got, and nothing be put', async () => {
      const queue = make();
      for (const n of [1, 2]) queue.putNowait(n);
      queue.shutdown();
      expect(await run(afterShutdown, queue)).toEqual([
        'ShutDown',
        'ShutDown',
        'number',
        'number',
        'ShutDown',
        'ShutDown',
      ]);
      expect([queue.isShutdown, queue.unfinishedTasks]).toEqual([true, 2]);
    });

    test('an immediate shutdown throws all away, and ends join', async () => {
      const queue = make();
      for (const n of [1, 2, 3]) queue.putNowait(n);
      const joining = queue.join(10);
      await run((_form: Form, queue: Queue) => queue.shutdown({ immediate: true }), queue);
      expect(await joining).toBe(true);
      expect([queue.qsize(), queue.unfinishedTasks]).toEqual([0, 0]);
      expect(await thrown(() => queue.get())).toBe('ShutDown');
    });

    test('a shutdown wakes all who wait', async () => {
      const [full, empty] = [make(1), make()];
      full.putNowait(1);
      const waiting = [run(putOnce, full), run(putOnce, full), run(getOnce, empty), run(getOnce, empty)];
      await waitUntil(() => full.statistics().putting === 2 && empty.statistics().getting === 2);
      full.shutdown();
      empty.shutdown();
      expect(await Promise.all(waiting)).toEqual(['ShutDown', 'ShutDown', 'ShutDown', 'ShutDown']);
    });

    test('many at once: in order, with room for each, and as many as there are', async () => {
      const queue = make(4);
      const putting = run(putMany, queue, [5, 6, 7, 8, 9, 10]);
      await waitUntil(() => queue.full());
      const items = [...(await queue.getMany(2)), ...(await queue.getMany(100))];
      expect(await putting).toBe(6);
      while (!queue.empty()) items.push(...(await queue.getMany(100)));
      expect([...items].sort((a, b) => Number(a) - Number(b))).toEqual([5, 6, 7, 8, 9, 10]);
      if (order[1] === 333 && order[0] === 111) expect(items).toEqual([5, 6, 7, 8, 9, 10]);
      expect(await run(manyLimits, queue)).toEqual([4, 'Full', 4, 'Empty']);
    });
  });

  test('what waits in one thread is served in its order, and a newcomer stands behind it', async () => {
    const queue = make();
    const got: string[] = [];
    const getters = ['a', 'b', 'c'].map(async (name) => {
      await queue.get();
      got.push(name);
    });
    for (let n = 0; n < 4; n++) queue.putNowait(n);
    await queue.get();
    got.push('newcomer');
    await Promise.all(getters);
    expect(got).toEqual(['a', 'b', 'c', 'newcomer']);
  });

  test('to wait for what only this very thread could do is refused', async () => {
    const queue = make(1);
    const endless = /^RuntimeError: the queue is (empty|full|not done), and no other thread has it/;
    expect(await thrown(() => queue.getSync())).toMatch(endless);
    queue.putSync(1);
    expect(await thrown(() => queue.putSync(2))).toMatch(endless);
    expect(await thrown(() => queue.joinSync())).toMatch(endless);
    expect(await thrown(() => queue.putSync(2, { timeout: 0.01 }))).toBe('Full');
    expect(queue.joinSync(0.01)).toBe(false);
    expect(queue.statistics()).toEqual({ size: 1, getting: 0, putting: 0, joining: 0 });
  });

  test('for await ends with the shutdown', async () => {
    const queue = make();
    for (const n of [1, 2, 3]) queue.putNowait(n);
    const items: unknown[] = [];
    setImmediate(() => queue.shutdown());
    for await (const item of queue) items.push(item);
    expect(items).toHaveLength(3);
  });

  test('bad input is refused at the call', async () => {
    const queue = make();
    const refusals = [
      () => make(Number.NaN),
      () => make('3' as never),
      () => queue.put(1, { timeout: -1 }),
      () => queue.getSync({ timeout: -1 }),
      () => queue.get({ timeout: 1e12 }),
      () => queue.get({ tiemout: 1 } as never),
      () => queue.get({ block: 'no' } as never),
      () => queue.put(Promise.resolve(1)),
      // biome-ignore lint/suspicious/noThenProperty: what is refused
      () => queue.putNowait({ then: () => {} }),
      () => queue.putMany(3 as never),
      () => queue.putMany([1, Promise.resolve(2)]),
      () => queue.getMany(0),
      () => queue.shutdown({ immediate: 1 } as never),
      () => queue.get({ signal: {} as never }),
    ];
    const texts = await Promise.all(refusals.map(thrown));
    expect(texts.map((text) => text.slice(0, 60))).toMatchSnapshot();
    expect(queue.qsize()).toBe(0);
  });

  test('looks like Python shows it', () => {
    expect(String(make())).toMatch(/^<queue\.(Lifo|Priority)?Queue object at 0x[0-9a-f]+>$/);
  });
});

describe.each(PLACES)('SimpleQueue, $name', ({ run }) => {
  test('gives out what was put, in order', async () => {
    const queue = new SimpleQueue();
    expect(await run(simple, queue)).toEqual([1, 'two', [3], 'Empty', 'Empty', true]);
  });
});

async function fillAndDrain(form: Form, queue: Queue): Promise<object> {
  const sizes = [queue.qsize()];
  const states = [queue.empty() ? 'empty' : 'not empty'];
  for (const n of [111, 333, 222]) {
    await form.put(queue, n);
    sizes.push(queue.qsize());
  }
  states.push(queue.full() ? 'full' : 'not full');
  const items = [await form.get(queue), queue.getNowait(), await form.get(queue, { timeout: 1 })];
  return { sizes, states, items, end: queue.empty() ? 'empty' : 'not empty' };
}

async function outcome(fn: () => unknown): Promise<string> {
  try {
    return typeof (await fn());
  } catch (error) {
    return String(error);
  }
}

async function hitLimits(form: Form, queue: Queue): Promise<string[]> {
  await form.put(queue, 1);
  const full = [
    await outcome(() => queue.putNowait(2)),
    await outcome(() => form.put(queue, 2, { block: false })),
    await outcome(() => form.put(queue, 2, { timeout: 0.01 })),
  ];
  await form.get(queue);
  return [
    ...full,
    await outcome(() => queue.getNowait()),
    await outcome(() => form.get(queue, { block: false })),
    await outcome(() => form.get(queue, { timeout: 0.01 })),
  ];
}

async function putAndSay(form: Form, queue: Queue, answers: Queue): Promise<void> {
  await form.put(queue, 'item');
  answers.putNowait('put');
}

async function getTwice(form: Form, queue: Queue): Promise<unknown[]> {
  return [await form.get(queue), await form.get(queue)];
}

async function putOnce(form: Form, queue: Queue): Promise<string> {
  return outcome(() => form.put(queue, 2));
}

async function getOnce(form: Form, queue: Queue): Promise<string> {
  return outcome(() => form.get(queue));
}

async function work(form: Form, queue: Queue, count: number): Promise<number> {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    sum += Number(await form.get(queue));
    queue.taskDone();
  }
  return sum;
}

async function doneTooOften(_form: Form, queue: Queue): Promise<string> {
  return outcome(() => queue.taskDone());
}

async function afterShutdown(form: Form, queue: Queue): Promise<string[]> {
  const outcomes: string[] = [];
  for (const call of [
    () => queue.putNowait(3),
    () => form.put(queue, 3),
    () => form.get(queue),
    () => queue.getNowait(),
    () => form.get(queue),
    () => queue.getNowait(),
  ])
    outcomes.push(await outcome(call));
  return outcomes;
}

async function putMany(_form: Form, queue: Queue, items: readonly number[]): Promise<number> {
  return queue.putMany(items);
}

async function manyLimits(_form: Form, queue: Queue): Promise<unknown[]> {
  const put = await queue.putMany([1, 2, 3, 4, 5], { timeout: 0.01 });
  const full = await outcome(() => queue.putNowait(6));
  const got = queue.getManySync(9);
  return [put, full, got.length, await outcome(() => queue.getManySync(9, { block: false }))];
}

async function simple(form: Form, queue: SimpleQueue): Promise<unknown[]> {
  for (const item of [1, 'two', [3]]) await form.put(queue, item);
  const items = [await form.get(queue), queue.getNowait(), await form.get(queue, { timeout: 1 })];
  return [
    ...items,
    await outcome(() => queue.getNowait()),
    await outcome(() => form.get(queue, { timeout: 0.01 })),
    queue.empty(),
  ];
}

test('the errors are those that are exported, also from another thread', async () => {
  const [, blocked] = PLACES;
  await expect(blocked!.run((_form: Form, queue: Queue) => queue.getNowait(), new Queue())).rejects.toBeInstanceOf(
    Empty,
  );
  await expect(new Queue(1).putMany([1]).then(() => new Queue(1).get({ block: false }))).rejects.toBeInstanceOf(Empty);
  const full = new Queue(1);
  full.putNowait(1);
  await expect(full.put(2, { block: false })).rejects.toBeInstanceOf(Full);
});
