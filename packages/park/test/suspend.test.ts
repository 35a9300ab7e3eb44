import { deadlineAfter, now, type Steps, setTaskHook, suspend, type Waitable, Word } from '@prac/park';
import { leftovers, waitUntil } from '@prac/testing';
import { describe, expect, test } from 'vitest';
import { Permits } from './helpers/permits.ts';

describe('suspend', () => {
  test('runs a loop that need not wait to its end at once', async () => {
    let ran = false;
    const promise = suspend(
      (function* (): Steps<number> {
        ran = true;
        if (now() < 0) yield { on: [], deadline: 0 };
        return 7;
      })(),
    );
    expect(ran).toBe(true);
    expect(await promise).toBe(7);
  });

  test('refuses a signal that is none before the loop has begun', () => {
    let ran = false;
    const steps = (function* (): Steps<void> {
      ran = true;
      yield { on: [], deadline: 0 };
    })();
    expect(() => suspend(steps, { signal: {} as AbortSignal })).toThrow('Expected signal to be an AbortSignal');
    expect(ran).toBe(false);
  });

  test('goes on when the word was changed and notified', async () => {
    const permits = new Permits(0);
    const waiting = permits.acquire();
    permits.release();
    expect(await waiting).toBe(true);
    expect([permits.value, permits.waiters]).toEqual([0, 0]);
  });

  test('goes on when the word was changed before it was watched', async () => {
    const words = new Int32Array(new SharedArrayBuffer(4));
    const steps = function* (): Steps<number> {
      const word = new Word(words, 0);
      while (Atomics.load(words, 0) === 0) {
        const wait = word.parkWhile(0);
        words[0] = 5; // nobody is notified
        yield wait;
      }
      return words[0]!;
    };
    expect(await suspend(steps())).toBe(5);
  });

  test('serves those who wait in the order they came', async () => {
    const permits = new Permits(0);
    const order: number[] = [];
    const all = Array.from({ length: 5 }, (_, i) => permits.acquire().then(() => order.push(i)));
    for (let i = 0; i < 5; i++) permits.release();
    await Promise.all(all);
    expect(order).toEqual([0, 1, 2, 3, 4]);
  });

  test('one notification for many permits serves as many as there are', async () => {
    const permits = new Permits(0);
    const served: number[] = [];
    const all = Array.from({ length: 5 }, (_, i) => permits.acquire().then(() => served.push(i)));
    permits.release(3);
    await waitUntil(() => served.length === 3);
    expect([permits.value, permits.waiters]).toEqual([0, 2]);
    permits.release(2);
    await Promise.all(all);
  });

  test('ends at its deadline, not before', async () => {
    const permits = new Permits(0);
    const start = now();
    expect(await permits.acquire(0.05)).toBe(false);
    expect(now() - start).toBeGreaterThanOrEqual(50);
    expect(permits.waiters).toBe(0);
  });

  test('a waiter that times out leaves its place to the next', async () => {
    const permits = new Permits(0);
    const first = permits.acquire(0.03);
    const second = permits.acquire();
    expect(await first).toBe(false);
    permits.release();
    expect(await second).toBe(true);
  });

  test('an aborted wait rejects with the reason and leaves nothing', async () => {
    const before = leftovers();
    const permits = new Permits(0);
    const controller = new AbortController();
    const waiting = permits.acquire(undefined, { signal: controller.signal });
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    expect(permits.waiters).toBe(0);
    permits.release();
    expect(await permits.acquire()).toBe(true);
    expect(leftovers()).toEqual(before);
  });

  test('a signal that is aborted already ends it before the first step', async () => {
    const permits = new Permits(0);
    await expect(permits.acquire(undefined, { signal: AbortSignal.abort('no') })).rejects.toBe('no');
    expect(permits.waiters).toBe(0);
  });

  test('a signal that is aborted by the loop itself ends it after the step', async () => {
    const controller = new AbortController();
    const steps = function* (): Steps<void> {
      controller.abort('by itself');
      yield { on: [], deadline: deadlineAfter(60) };
    };
    await expect(suspend(steps(), { signal: controller.signal })).rejects.toBe('by itself');
  });

  test('what the loop does about an abort is its result', async () => {
    const controller = new AbortController();
    const steps = function* (): Steps<string> {
      try {
        yield { on: [], deadline: Infinity };
        return 'no';
      } catch (error) {
        return `caught ${error}`;
      }
    };
    const waiting = suspend(steps(), { signal: controller.signal });
    controller.abort('this');
    expect(await waiting).toBe('caught this');
  });

  test('an error when watching is thrown into the loop', async () => {
    const broken: Waitable = {
      blocker: null,
      watch: () => {
        throw new Error('no descriptor left');
      },
      unwatch: () => {},
    };
    const steps = function* (): Steps<void> {
      yield { on: [broken], deadline: Infinity };
    };
    await expect(suspend(steps())).rejects.toThrow('no descriptor left');
  });

  test('a wake-up that nobody is left for goes to another waiter', async () => {
    const permits = new Permits(0);
    const controller = new AbortController();
    const aborted = permits.acquire(undefined, { signal: controller.signal });
    permits.release(); // its notification is on the way
    controller.abort();
    const other = permits.acquire(5);
    await expect(aborted).rejects.toThrow();
    expect(await other).toBe(true);
  });
});

describe('the task hook', () => {
  test('a task ends the wait it is in, and is told when the wait is over', async () => {
    const events: string[] = [];
    let cancel: ((reason: unknown) => void) | undefined;
    const before = setTaskHook({
      current: () => undefined,
      enter: (end) => {
        events.push('enter');
        cancel = end;
        return () => events.push('leave');
      },
    });
    try {
      const permits = new Permits(0);
      const waiting = permits.acquire();
      await waitUntil(() => cancel);
      cancel!(new Error('cancelled'));
      await expect(waiting).rejects.toThrow('cancelled');
      expect(events).toEqual(['enter', 'leave']);
      expect(permits.waiters).toBe(0);
    } finally {
      setTaskHook(before);
    }
  });

  test('is not asked by a wait that is over at once', async () => {
    const before = setTaskHook({
      current: () => undefined,
      enter: () => {
        throw new Error('asked');
      },
    });
    try {
      expect(await new Permits(1).acquire()).toBe(true);
    } finally {
      setTaskHook(before);
    }
  });
});
