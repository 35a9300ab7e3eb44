// Cases of CPython's Lib/test/lock_tests.py (3.13; PSF licence), class BaseLockTests, written anew for this package's API. They
// wait for facts instead of a while; `_at_fork_reinit` has no counterpart.
import { type Lock, type RLock, runAsTask, TIMEOUT_MAX } from '@prac/sync';
import { waitUntil } from '@prac/testing';
import { expect, test } from 'vitest';
import { bunch, type Place } from '../helpers/crew.ts';
import { collected } from '../helpers/garbage.ts';

/** What holds for both locks: the test holds it in a task of its own. */
export function lockSuite(name: 'Lock' | 'RLock', create: () => Lock | RLock, places: readonly Place[]): void {
  test('its text says whether it is locked', () =>
    runAsTask(async () => {
      const lock = create();
      expect(String(lock)).toMatch(new RegExp(`^<unlocked sync\\.${name} object (.* )?at 0x[0-9a-f]+>$`));
      await lock.acquire();
      expect(String(lock)).toMatch(new RegExp(`^<locked sync\\.${name} object (.* )?at 0x[0-9a-f]+>$`));
    }));

  test('it can be acquired and released in this form', async () => {
    const lock = create();
    const took = bunch(
      places,
      1,
      async (form, lock) => [await form.acquire(lock), lock.locked(), lock.release()],
      lock,
    );
    expect(await took.all).toEqual([[true, true, undefined]]);
    expect(lock.locked()).toBe(false);
  });

  test('it is acquired without waiting if it is free', async () => {
    const lock = create();
    const tried = bunch(places, 1, tryBothWays, lock);
    expect(await tried.all).toEqual([[true, true]]);
  });

  test('to try it does not wait for who holds it', () =>
    runAsTask(async () => {
      const lock = create();
      await lock.acquire();
      const tried = bunch(places, 2, tryBothWays, lock);
      expect(await tried.all).toEqual(Array(2).fill([false, false]));
      lock.release();
    }));

  test('five that wait get it one after the other', () =>
    runAsTask(async () => {
      const lock = create();
      await lock.acquire();
      const waiting = bunch(places, 5, acquireAndRelease, lock);
      await waitUntil(() => lock.statistics().waiting === 5);
      expect(waiting.finished).toBe(0);
      lock.release();
      expect(await waiting.all).toEqual(Array(5).fill(true));
      expect(lock.statistics()).toMatchObject({ locked: false, owner: undefined, waiting: 0 });
    }));

  test('with() releases it, also when the function throws', async () => {
    const lock = create();
    const seen = bunch(places, 1, throwInside, lock);
    expect(await seen.all).toEqual([['in it', true, 'TypeError: from inside', false]]);
    expect(await bunch(places, 1, acquireAndRelease, lock).all).toEqual([true]);
  });

  test('a time-out of up to TIMEOUT_MAX is taken, and not waited for if the lock is free', async () => {
    const lock = create();
    const took = bunch(places, 1, acquireWithLimits, lock, TIMEOUT_MAX);
    expect(await took.all).toEqual([[true, true, true]]);
  });

  test('a wait gives up when its time is up', () =>
    runAsTask(async () => {
      const lock = create();
      await lock.acquire();
      const waiting = bunch(places, 2, acquireForAMoment, lock);
      for (const [acquired, seconds] of await waiting.all) {
        expect(acquired).toBe(false);
        expect(seconds).toBeGreaterThanOrEqual(0.06);
        expect(seconds).toBeLessThan(10);
      }
      expect(lock.statistics().waiting).toBe(0);
      lock.release();
    }));

  test('bad time limits are refused with the errors of Python', async () => {
    const refused = bunch(places, 1, badLimits, create(), TIMEOUT_MAX);
    expect(await refused.all).toEqual([
      [
        "ValueError: can't specify a timeout for a non-blocking call",
        'ValueError: timeout value must be a non-negative number',
        'OverflowError: timeout value is too large',
        'OverflowError: timeout value is too large',
      ],
    ]);
  });

  test('one that nobody has any more is collected, also when it has travelled and was waited for', async () => {
    const ref = await (async () => {
      const lock = create();
      await bunch(places, 1, acquireAndRelease, lock).all;
      return new WeakRef<object>(lock);
    })();
    await collected(ref);
  });
}

type Locks = Lock | RLock;
type Form = import('../helpers/forms.ts').Form;

async function acquireAndRelease(form: Form, lock: Locks): Promise<boolean> {
  const acquired = await form.acquire(lock);
  lock.release();
  return acquired;
}

async function tryBothWays(form: Form, lock: Locks): Promise<boolean[]> {
  const first = lock.tryAcquire();
  if (first) lock.release();
  const second = await form.acquire(lock, { blocking: false });
  if (second) lock.release();
  return [first, second];
}

async function throwInside(form: Form, lock: Locks): Promise<unknown[]> {
  const inside: unknown[] = [];
  await form.within(lock, () => inside.push('in it', lock.locked()));
  try {
    await form.within(lock, () => {
      throw new TypeError('from inside');
    });
  } catch (error) {
    inside.push(String(error), lock.locked());
  }
  return inside;
}

async function acquireWithLimits(form: Form, lock: Locks, most: number): Promise<boolean[]> {
  const acquired: boolean[] = [];
  for (const timeout of [most, 5, -1]) {
    acquired.push(await form.acquire(lock, { timeout }));
    lock.release();
  }
  return acquired;
}

async function acquireForAMoment(form: Form, lock: Locks): Promise<[boolean, number]> {
  const start = performance.now();
  const acquired = await form.acquire(lock, { timeout: 0.1 });
  return [acquired, (performance.now() - start) / 1000];
}

async function badLimits(form: Form, lock: Locks, most: number): Promise<string[]> {
  const refusals: string[] = [];
  for (const options of [
    { blocking: false, timeout: 1 },
    { timeout: -100 },
    { timeout: 1e100 },
    { timeout: most + 1000 },
  ]) {
    try {
      await form.acquire(lock, options);
    } catch (error) {
      refusals.push(String(error));
    }
  }
  return refusals;
}
