// Cases of CPython's Lib/test/lock_tests.py (3.13; PSF licence), class RLockTests, written anew for this package's API; and what
// this package promises beyond them. `_recursion_count` is `statistics().count`.
import { RLock, runAsTask } from '@prac/sync';
import { waitUntil } from '@prac/testing';
import { describe, expect, test } from 'vitest';
import { bunch, SETTINGS } from './helpers/crew.ts';
import type { Form } from './helpers/forms.ts';
import { refusal, refusalOf } from './helpers/refusal.ts';
import { abortSuite } from './suites/abort-suite.ts';
import { lockSuite } from './suites/lock-suite.ts';

const NOT_OWNED = 'RuntimeError: cannot release un-acquired lock';
const CANNOT_TELL =
  'RuntimeError: the lock is held outside of any task, where async functions cannot be told apart: use lock.with(fn) or runAsTask(fn)';
const NEVER_ENDS =
  'RuntimeError: another task of this thread holds the lock, and cannot release it while the thread is blocked: await acquire(), or give a timeout';

describe.each(SETTINGS)('RLock, %s', (_, places) => {
  lockSuite('RLock', () => new RLock(), places);

  test('its owner may acquire it again, and it is free after as many releases', async () => {
    const lock = new RLock();
    const counts = await bunch(places, 1, countRecursion, lock).all;
    expect(counts).toEqual([[0, 1, 3, 2, 0]]);
    expect(lock.locked()).toBe(false);
  });

  test('a release too many is refused', async () => {
    const lock = new RLock();
    expect(await bunch(places, 1, releaseTooOften, lock).all).toEqual([[NOT_OWNED, NOT_OWNED]]);
  });

  test('only its owner may release it', async () => {
    const lock = new RLock();
    const [held, free] = [new Int32Array(new SharedArrayBuffer(4)), new Int32Array(new SharedArrayBuffer(4))];
    const holding = bunch(places, 1, holdUntil, lock, held, free);
    await waitUntil(() => Atomics.load(held, 0) === 1);
    expect(refusal(() => lock.release())).toBe(NOT_OWNED);
    expect(await runAsTask(async () => refusal(() => lock.release()))).toBe(NOT_OWNED);
    expect([lock.locked(), lock.isOwned(), lock.statistics().count]).toEqual([true, false, 1]);
    Atomics.store(free, 0, 1);
    await holding.all;
    expect(lock.locked()).toBe(false);
  });

  test('only its owner is told that it is owned', () =>
    runAsTask(async () => {
      const lock = new RLock();
      const owned = [lock.isOwned()];
      await lock.acquire();
      await lock.acquire();
      owned.push(lock.isOwned(), ...(await bunch(places, 1, (_, lock) => lock.isOwned(), lock).all));
      lock.release();
      owned.push(lock.isOwned());
      lock.release();
      owned.push(lock.isOwned());
      expect(owned).toEqual([false, true, false, true, false]);
    }));

  test('five tasks that acquire it twice exclude each other', async () => {
    const lock = new RLock();
    const inside = new Int32Array(new SharedArrayBuffer(8));
    await bunch(places, 5, enterTwice, lock, inside).all;
    expect([...inside]).toEqual([0, 1]);
    expect(lock.statistics()).toMatchObject({ locked: false, count: 0, waiting: 0 });
  });
});

describe('RLock', () => {
  abortSuite({
    create: async () => new RLockOfAnother(),
    wait: (lock, signal) => lock.take(signal),
    make: (lock) => lock.letGo(),
  });

  test('two plain async functions outside of tasks: the second is refused, as nobody could tell them apart', async () => {
    const lock = new RLock();
    const log: string[] = [];
    const plain = async (name: string): Promise<void> => {
      await lock.acquire();
      log.push(`${name} in`);
      await new Promise((resolve) => setImmediate(resolve));
      log.push(`${name} out`);
      lock.release();
    };
    const [first, second] = await Promise.allSettled([plain('a'), plain('b')]);
    expect(first.status).toBe('fulfilled');
    expect(String((second as PromiseRejectedResult).reason)).toBe(CANNOT_TELL);
    expect(log).toEqual(['a in', 'a out']);
    expect(lock.statistics()).toMatchObject({ locked: false, count: 0, waiting: 0 });
  });

  test.each(['acquire', 'hold', 'acquireSync', 'tryAcquire'] as const)(
    '%s outside of tasks is refused while an async function outside of tasks holds it',
    async (method) => {
      const lock = new RLock();
      await lock.acquire();
      expect(await refusalOf(async () => lock[method]())).toBe(CANNOT_TELL);
      expect(lock.statistics()).toMatchObject({ locked: true, count: 1, waiting: 0 });
      lock.release();
      expect(lock.locked()).toBe(false);
    },
  );

  test('an await outside of tasks is refused while blocking code outside of tasks holds it', async () => {
    const lock = new RLock();
    lock.acquireSync();
    expect(await refusalOf(() => lock.acquire())).toBe(CANNOT_TELL);
    lock.release();
  });

  test('with() makes two plain async functions exclude each other, and is re-entrant', async () => {
    const lock = new RLock();
    const log: string[] = [];
    const inside = (name: string) => async (): Promise<void> => {
      log.push(`${name} in`);
      await lock.with(() => new Promise((resolve) => setImmediate(resolve)));
      log.push(`${name} out`);
    };
    await Promise.all([lock.with(inside('a')), lock.with(inside('b'))]);
    expect(log).toEqual(['a in', 'a out', 'b in', 'b out']);
  });

  test('a task that is opened in a task is another owner', () =>
    runAsTask(async () => {
      const lock = new RLock();
      await lock.acquire();
      expect(await runAsTask(() => lock.acquire({ timeout: 0.01 }))).toBe(false);
      lock.release();
    }));

  test('a blocking wait for another task of the same thread is refused: it could never end', async () => {
    const lock = new RLock();
    const held = Promise.withResolvers<void>();
    const holding = lock.with(() => held.promise);
    await waitUntil(() => lock.locked());
    expect(refusal(() => lock.acquireSync())).toBe(NEVER_ENDS);
    expect(lock.acquireSync({ timeout: 0.01 })).toBe(false);
    expect(lock.tryAcquire()).toBe(false);
    expect(lock.statistics().waiting).toBe(0);
    held.resolve();
    await holding;
  });

  test('hold() and holdSync() in a task release it at the end of the block, once for each', () =>
    runAsTask(async () => {
      const lock = new RLock();
      {
        await using _outer = await lock.hold();
        {
          using _inner = lock.holdSync();
          expect(lock.statistics().count).toBe(2);
        }
        expect(lock.statistics().count).toBe(1);
      }
      expect(lock.locked()).toBe(false);
    }));
});

/** A lock that somebody else holds, to be waited for by tasks of their own. */
class RLockOfAnother {
  readonly #lock = new RLock();
  #holder = this.#hold();

  statistics(): { readonly waiting: number } {
    return this.#lock.statistics();
  }

  async take(signal: AbortSignal | undefined): Promise<void> {
    const end = Promise.withResolvers<void>();
    const taken = Promise.withResolvers<void>();
    const holding = this.#lock.with(
      () => {
        this.#holder = end;
        taken.resolve();
        return end.promise;
      },
      { signal },
    );
    await Promise.race([taken.promise, holding]);
  }

  letGo(): void {
    this.#holder.resolve();
  }

  #hold(): PromiseWithResolvers<void> {
    const end = Promise.withResolvers<void>();
    void this.#lock.with(() => end.promise);
    return end;
  }
}

async function countRecursion(form: Form, lock: RLock): Promise<number[]> {
  const counts = [lock.statistics().count];
  await form.acquire(lock);
  counts.push(lock.statistics().count);
  await form.acquire(lock);
  lock.tryAcquire();
  counts.push(lock.statistics().count);
  lock.release();
  counts.push(lock.statistics().count);
  lock.release();
  lock.release();
  counts.push(lock.statistics().count);
  return counts;
}

async function releaseTooOften(form: Form, lock: RLock): Promise<string[]> {
  const refusals: string[] = [];
  const release = (): void => {
    try {
      lock.release();
    } catch (error) {
      refusals.push(String(error));
    }
  };
  release();
  for (let i = 0; i < 2; i++) await form.acquire(lock);
  for (let i = 0; i < 3; i++) release();
  return refusals;
}

async function holdUntil(form: Form, lock: RLock, held: Int32Array, free: Int32Array): Promise<void> {
  await form.acquire(lock);
  Atomics.store(held, 0, 1);
  while (Atomics.load(free, 0) === 0) await new Promise((resolve) => setImmediate(resolve));
  lock.release();
}

/** Word 0 is how many are inside, word 1 how many there were at most. */
async function enterTwice(form: Form, lock: RLock, inside: Int32Array): Promise<void> {
  for (let round = 0; round < 20; round++) {
    await form.acquire(lock);
    await form.acquire(lock);
    const now = Atomics.add(inside, 0, 1) + 1;
    if (now > inside[1]!) inside[1] = now;
    if (form.name === 'async') await new Promise((resolve) => setImmediate(resolve));
    Atomics.sub(inside, 0, 1);
    lock.release();
    lock.release();
  }
}
