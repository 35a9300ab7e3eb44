// Whose turn it is among those of one thread, and what must not be taken for a turn.

import { dumps, toMessage } from '@prac/pickle';
import {
  Barrier,
  BrokenBarrierError,
  Condition,
  Event,
  Lock,
  RLock,
  Semaphore,
  sleep,
  sleepSync,
  Thread,
} from '@prac/sync';
import { describe, expect, test } from 'vitest';

const kinds = { Lock: () => new Lock(), RLock: () => new RLock(), Semaphore: () => new Semaphore(1) };

describe.each(Object.entries(kinds))('%s', (_, create) => {
  test('is handed over in turn, though who releases wants it again at once', async () => {
    const lock = create();
    const order: string[] = [];
    const run = async (name: string): Promise<void> => {
      for (let i = 0; i < 4; i++) {
        await lock.with(async () => {
          order.push(name);
          await sleep(0.001);
        });
      }
    };
    await Promise.all(['a', 'b', 'c'].map(run));
    expect(order.join('')).toBe('abc'.repeat(4));
  });

  test('goes to the next if the first is called off between the release and its turn', async () => {
    const lock = create();
    await lock.acquire();
    const controller = new AbortController();
    const first = lock.with(() => 'first', { signal: controller.signal });
    const second = lock.with(() => 'second');
    lock.release();
    controller.abort(new Error('called off'));
    await expect(first).rejects.toThrow('called off');
    expect(await second).toBe('second');
  });
});

describe('a barrier', () => {
  test('lets in those who came while the action was running', async () => {
    const inAction = new Event();
    const action = (): void => {
      if (inAction.isSet()) return;
      inAction.set();
      sleepSync(0.1);
    };
    const barrier = new Barrier(2, { action });
    const meet = (barrier: Barrier): void => void barrier.waitSync();
    const threads = [1, 2].map(() => new Thread({ target: meet, args: [barrier] }));
    for (const thread of threads) thread.start();
    await inAction.wait(10);
    expect((await Promise.all([barrier.wait(10), barrier.wait(10)])).sort()).toEqual([0, 1]);
    for (const thread of threads) await thread.join();
  });

  test('that is broken again and again says so to who waited first', async () => {
    const barrier = new Barrier(10);
    const waiting = barrier.wait();
    for (let i = 0; i < 100; i++) barrier.abort();
    await expect(waiting).rejects.toThrow(BrokenBarrierError);
  });
});

describe('a condition', () => {
  test('between plain async functions gives each its lock back', async () => {
    const condition = new Condition();
    const waits = (async () => {
      await condition.acquire();
      const woken = await condition.wait();
      condition.release();
      return woken;
    })();
    while (condition.statistics().waiting === 0) await sleep(0);
    await condition.acquire();
    condition.notify();
    await sleep(0.01);
    expect(condition.locked()).toBe(true);
    condition.release();
    expect(await waits).toBe(true);
  });

  test('refuses a predicate that returns a promise', async () => {
    const condition = new Condition();
    const waiting = condition.with(() => condition.waitFor(async () => false));
    await expect(waiting).rejects.toThrow('Expected a predicate that returns no promise');
  });
});

test('a subclass of a primitive is refused on the way to a thread, not made another class', () => {
  class Ready extends Event {
    data = 7;
  }
  expect(() => toMessage(new Ready())).toThrow('it would arrive as a Event');
  expect(() => dumps(new Event())).toThrow('lives in one process');
});
