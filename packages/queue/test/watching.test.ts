// What is published on prac:queue.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ObjectEvent } from '@prac/park';
import { toMessage } from '@prac/pickle';
import { LifoQueue, PriorityQueue, Queue, SimpleQueue } from '@prac/queue';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';

const events: ObjectEvent[] = [];

beforeEach(() => {
  const collect = (event: unknown): void => void events.push(event as ObjectEvent);
  events.length = 0;
  for (const channel of ['prac:queue', 'prac:lock']) {
    subscribe(channel, collect);
    onTestFinished(() => void unsubscribe(channel, collect));
  }
});

const texts = (): string[] =>
  events.map(({ type, count, size }) => `${type}${count === undefined ? '' : ` ${count} of ${size}`}`);

describe.each([
  ['Queue', () => new Queue<string>(2)],
  ['LifoQueue', () => new LifoQueue<string>(2)],
  ['PriorityQueue', () => new PriorityQueue<string>(2)],
])('%s', (kind, create) => {
  test.each(['in one thread', 'in several'])('puts, gets and waits (%s)', async (where) => {
    const queue = create();
    if (where !== 'in one thread') toMessage<unknown>(queue); // from now on its items are in shared memory
    await queue.put('a');
    queue.putNowait('b');
    const putting = queue.put('c');
    queue.getSync();
    await putting;
    expect(await queue.getMany(5)).toHaveLength(2);
    const getting = queue.get();
    await queue.putMany(['d']);
    await getting;
    expect(new Set(events.map(({ subject }) => subject.kind))).toEqual(new Set([kind]));
    expect(new Set(events.map(({ subject }) => subject)).size).toBe(1);
    expect(texts()).toEqual([
      'put 1 of 1',
      'put 1 of 2',
      'wait',
      'get 1 of 1',
      'put 1 of 2',
      'waited',
      'get 2 of 0',
      'wait',
      'put 1 of 1',
      'get 1 of 0',
      'waited',
    ]);
  });
});

test('a SimpleQueue is watched, too', () => {
  const queue = new SimpleQueue<number>();
  queue.put(1);
  queue.getSync();
  expect(texts()).toEqual(['put 1 of 1', 'get 1 of 0']);
});

test('join and shutdown', async () => {
  const queue = new Queue<number>();
  queue.putNowait(1);
  const joining = queue.join();
  queue.getNowait();
  queue.taskDone();
  await joining;
  queue.shutdown();
  expect(texts()).toEqual(['put 1 of 1', 'wait', 'get 1 of 0', 'waited', 'shutdown']);
});

test('what could not be put or got is not told', async () => {
  const queue = new Queue<number>(1);
  expect(() => queue.getNowait()).toThrow();
  await expect(queue.get({ timeout: 0.1 })).rejects.toThrow();
  queue.putNowait(1);
  expect(() => queue.putNowait(2)).toThrow();
  expect(texts()).toEqual(['wait', 'waited', 'put 1 of 1']);
});
