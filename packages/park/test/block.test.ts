import { block, deadlineAfter, now, type SignalHook, type Steps, setSignalHook, type Waitable, Word } from '@prac/park';
import { afterEach, describe, expect, test } from 'vitest';
import { Permits } from './helpers/permits.ts';

afterEach(() => setSignalHook(undefined));

/** Signals that come by themselves: the n-th look finds one due. */
function signals(deliver: (nth: number) => void, due: (look: number) => boolean): SignalHook & { parked: unknown[] } {
  let looks = 0;
  let deliveries = 0;
  const parked: unknown[] = [];
  return {
    parked,
    fd: -1,
    get due() {
      return due(++looks);
    },
    enter: (words, index) => parked.push([words, index]),
    leave: () => parked.push('left'),
    deliver: () => deliver(++deliveries),
  };
}

describe('block', () => {
  test('takes what is there without waiting', () => {
    expect(new Permits(1).acquireSync()).toBe(true);
  });

  test('ends at its deadline, not before', () => {
    const permits = new Permits(0);
    const start = now();
    expect(permits.acquireSync(0.05)).toBe(false);
    expect(now() - start).toBeGreaterThanOrEqual(50);
    expect(permits.waiters).toBe(0);
  });

  test('goes on for a deadline beyond one slice', () => {
    const start = now();
    expect(new Permits(0).acquireSync(0.2)).toBe(false);
    expect(now() - start).toBeGreaterThanOrEqual(200);
  });

  test('refuses what only the event loop can tell, and the loop may tidy up', () => {
    let tidied = false;
    const deaf: Waitable = { blocker: null, watch: () => {}, unwatch: () => {} };
    const steps = function* (): Steps<void> {
      try {
        yield { on: [deaf], deadline: Infinity };
      } finally {
        tidied = true;
      }
    };
    expect(() => block(steps())).toThrow('only the event loop can wait for this');
    expect(tidied).toBe(true);
  });

  test('gives the reason why there is no way to block', () => {
    const deaf: Waitable = { blocker: null, refusal: () => new Error('install koffi'), watch() {}, unwatch() {} };
    const steps = function* (): Steps<void> {
      yield { on: [deaf], deadline: Infinity };
    };
    expect(() => block(steps())).toThrow('install koffi');
  });

  test('refuses to sleep on two words at once', () => {
    const [a, b] = [new Permits(0), new Permits(0)];
    const steps = function* (): Steps<void> {
      yield { on: [new Word(a.words, 0), new Word(b.words, 0)], deadline: deadlineAfter(1) };
    };
    expect(() => block(steps())).toThrow('one word only');
  });
});

describe('the signal hook', () => {
  test('handlers that are due run before a sleep, and the loop tries again', () => {
    const permits = new Permits(0);
    const hook = signals(
      () => permits.release(),
      (look) => look === 1,
    );
    setSignalHook(hook);
    expect(permits.acquireSync(60)).toBe(true);
    expect(hook.parked).toEqual([]);
  });

  test('a signal that comes while the thread goes to sleep is not slept over', () => {
    const permits = new Permits(0);
    const hook = signals(
      () => permits.release(),
      (look) => look === 2 || look === 3,
    );
    setSignalHook(hook);
    expect(permits.acquireSync(60)).toBe(true);
    expect(hook.parked).toEqual([[permits.words, 0], 'left']);
  });

  test('the wait goes on for the time that remains after a handler', () => {
    let handled = 0;
    setSignalHook(
      signals(
        () => handled++,
        (look) => look === 1,
      ),
    );
    const start = now();
    expect(new Permits(0).acquireSync(0.05)).toBe(false);
    expect(handled).toBe(1);
    expect(now() - start).toBeGreaterThanOrEqual(50);
  });

  test('what a handler throws leaves the wait, and the waiter is gone', () => {
    const permits = new Permits(0);
    setSignalHook(
      signals(
        () => {
          throw new Error('KeyboardInterrupt');
        },
        (look) => look === 1,
      ),
    );
    expect(() => permits.acquireSync()).toThrow('KeyboardInterrupt');
    expect(permits.waiters).toBe(0);
  });
});
