import { Empty, Event, Full, JoinableQueue, Lock, Process, Queue, SimpleQueue, Value, ValueError } from '@prac/pool';
import { waitUntil } from '@prac/testing';
import { describe, expect, test } from 'vitest';
import { crew, ended } from './helpers/crew.ts';

describe.each(['sync', 'async'])('%s', (form) => {
  test('items come in their order, from one process to another, and back', async () => {
    const [there, back] = [new Queue<unknown>(), new Queue<unknown>()];
    const answer = async (there: Queue, back: Queue, form: string): Promise<void> => {
      for (;;) {
        const item = form === 'sync' ? there.getSync() : await there.get();
        if (item === null) return;
        if (form === 'sync') back.putSync([item]);
        else await back.put([item]);
      }
    };
    const all = crew(1, answer, [there, back, form]);
    const items = [
      1,
      -1.5,
      'text',
      { id: 1, name: 'a' },
      { id: 2, name: 'b' },
      new Map([[1, 2]]),
      [undefined, true],
      2n ** 70n,
    ];
    for (const item of items) await there.put(item);
    for (const item of items) expect(await back.get({ timeout: 20 })).toEqual([item]);
    there.putNowait(null);
    expect(await ended(all)).toEqual([0]);
  });

  test('each item of several producers is got once, by one of several consumers', async () => {
    const [queue, sums] = [new Queue<{ from: number; n: number } | null>(7), new SimpleQueue<number[]>()];
    const produce = async (
      queue: Queue<{ from: number; n: number } | null>,
      from: number,
      form: string,
    ): Promise<void> => {
      for (let n = 0; n < 300; n++) {
        if (form === 'sync') queue.putSync({ from, n });
        else await queue.put({ from, n });
      }
    };
    const consume = async (
      queue: Queue<{ from: number; n: number } | null>,
      sums: SimpleQueue<number[]>,
      form: string,
    ): Promise<void> => {
      const got: number[] = [];
      const last = new Map<number, number>();
      for (;;) {
        const item = form === 'sync' ? queue.getSync() : await queue.get();
        if (item === null) break;
        if (item.n <= (last.get(item.from) ?? -1)) throw new Error('out of order');
        last.set(item.from, item.n);
        got.push(1000 * item.from + item.n);
      }
      sums.putSync(got);
    };
    const consumers = crew(2, consume, [queue, sums, form]);
    const producers = [1, 2].map((from) => crew(1, produce, [queue, from, form])[0]!);
    expect(await ended(producers)).toEqual([0, 0]);
    for (const _ of consumers) await queue.put(null);
    expect(await ended(consumers)).toEqual([0, 0]);
    const got = [...(await sums.get()), ...(await sums.get())].sort((a, b) => a - b);
    expect(got).toEqual([1, 2].flatMap((from) => Array.from({ length: 300 }, (_, n) => 1000 * from + n)));
  });
});

test('who waits for room, or for an item, is woken from another process', async () => {
  const queue = new Queue<number>(1);
  const fill = (queue: Queue<number>): void => {
    queue.putSync(1);
    queue.putSync(2);
  };
  const all = crew(1, fill, [queue]);
  await waitUntil(() => queue.statistics().putting === 1);
  expect([queue.full(), queue.qsize()]).toEqual([true, 1]);
  expect([await queue.get(), await queue.get()]).toEqual([1, 2]);
  expect(await ended(all)).toEqual([0]);
  expect(queue.empty()).toBe(true);
});

test('a queue grows with what is put into it', async () => {
  const queue = new Queue<string>();
  const fill = (queue: Queue<string>): void => {
    for (let i = 0; i < 40; i++) queue.putSync(`${i} `.repeat(50_000));
  };
  expect(await ended(crew(1, fill, [queue]))).toEqual([0]);
  expect(queue.qsize()).toBe(40);
  for (let i = 0; i < 40; i++) expect(queue.getSync()).toBe(`${i} `.repeat(50_000));
});

test('functions, classes and locks travel', async () => {
  const [queue, seen] = [new Queue<(n: number) => number>(), new Value('i')];
  const factor = 6;
  const call = (queue: Queue<(n: number) => number>, seen: Value<'i'>): void => {
    seen.value = queue.getSync()(7);
  };
  const all = crew(1, call, [queue, seen]);
  await queue.put((n) => n * factor);
  expect(await ended(all)).toEqual([0]);
  expect(seen.value).toBe(42);
  const locks = new Queue<Lock>();
  const hold = (locks: Queue<Lock>): void => void locks.getSync().acquireSync();
  const lock = new Lock();
  locks.putNowait(lock);
  expect(await ended(crew(1, hold, [locks]))).toEqual([0]);
  expect([lock.locked(), lock.ownerDied]).toEqual([true, true]);
});

test('a queue in a queue', async () => {
  const [outer, inner] = [new Queue<Queue<string>>(), new Queue<string>()];
  outer.putNowait(inner);
  const answer = (outer: Queue<Queue<string>>): void => outer.getSync().putSync('from inside');
  expect(await ended(crew(1, answer, [outer]))).toEqual([0]);
  expect(inner.getNowait()).toBe('from inside');
});

test('a process that is killed while it holds the queue leaves it whole', async () => {
  const [queue, go] = [new Queue<number>(), new Event()];
  const hammer = (queue: Queue<number>, go: Event): void => {
    go.set();
    for (let n = 0; ; n++) queue.putSync(n);
  };
  for (let round = 0; round < 5; round++) {
    const [it] = crew(1, hammer, [queue, go]);
    await go.wait();
    go.clear();
    await waitUntil(() => queue.qsize() > 100);
    it!.kill();
    await it!.join();
    const count = queue.qsize();
    const got = queue.getManySync(count);
    expect(got).toEqual(Array.from({ length: got.length }, (_, n) => n));
    while (!queue.empty()) queue.getNowait();
    queue.putNowait(-1);
    expect(queue.getNowait()).toBe(-1);
  }
});

test('a process that is killed while it waits takes no item along', async () => {
  const [queue, got] = [new Queue<number>(), new Queue<number>()];
  const take = (queue: Queue<number>, got: Queue<number>): void => got.putSync(queue.getSync());
  const [first, second] = crew(2, take, [queue, got]);
  await waitUntil(() => queue.statistics().getting === 2);
  first!.kill();
  await first!.join();
  queue.putNowait(42);
  expect(await got.get({ timeout: 20 })).toBe(42);
  await second!.join();
});

test('tasks are joined', async () => {
  const queue = new JoinableQueue<number>();
  const work = async (queue: JoinableQueue<number>): Promise<void> => {
    for (let i = 0; i < 5; i++) {
      await queue.get();
      queue.taskDone();
    }
  };
  for (let i = 0; i < 10; i++) queue.putNowait(i);
  expect(await queue.join(0.001)).toBe(false);
  const all = crew(2, work, [queue]);
  expect(await queue.join(20)).toBe(true);
  expect(queue.joinSync()).toBe(true);
  expect(await ended(all)).toEqual([0, 0]);
  expect(() => queue.taskDone()).toThrow('task_done() called too many times');
});

test('what is wrong', async () => {
  const queue = new Queue<unknown>(1);
  expect(() => queue.getNowait()).toThrow(Empty);
  await expect(queue.get({ timeout: 0.001 })).rejects.toThrow(Empty);
  expect(() => queue.getSync({ timeout: 0.001 })).toThrow(Empty);
  queue.putNowait(1);
  expect(() => queue.putNowait(2)).toThrow(Full);
  expect(() => queue.putSync(2, { timeout: 0.001 })).toThrow(Full);
  queue.getNowait();
  expect(() => queue.putNowait(new WeakMap())).toThrow(/WeakMap/);
  expect(() => queue.putNowait(new MessageChannel().port1)).toThrow();
  expect(() => queue.putNowait(Promise.resolve())).toThrow('a promise cannot be an item of a queue');
  expect(queue.qsize()).toBe(0);
  queue.close();
  queue.close();
  await queue.joinThread();
  queue.joinThreadSync();
  queue.cancelJoinThread();
  for (const act of [() => queue.putNowait(1), () => queue.getNowait(), () => queue.putSync(1), () => queue.getSync()])
    expect(act).toThrow(new ValueError(`Queue ${queue} is closed`));
  await expect(queue.put(1)).rejects.toThrow('is closed');
  await expect(queue.get()).rejects.toThrow('is closed');
  expect(() => new Queue(Number.NaN)).toThrow(TypeError);
  expect(() => new Queue('1' as never)).toThrow(TypeError);
});

test('what a process has put is there when it has ended', async () => {
  class Putting extends Process {
    readonly queue = new Queue<string>();
    override run(): void {
      this.queue.putSync('x'.repeat(1_000_000));
      process.exit(0);
    }
  }
  const it = new Putting();
  it.start();
  await it.join();
  expect((await it.queue.get()).length).toBe(1_000_000);
});
