// Cases of CPython's Lib/test/lock_tests.py (3.13; PSF licence), class LockTests, written anew for this package's API; and what
// this package promises beyond them.
import { getIdent, Lock } from '@prac/sync';
import { waitUntil } from '@prac/testing';
import { describe, expect, test } from 'vitest';
import { bunch, runAt, SETTINGS } from './helpers/crew.ts';
import type { Form } from './helpers/forms.ts';
import { refusal } from './helpers/refusal.ts';
import { abortSuite } from './suites/abort-suite.ts';
import { lockSuite } from './suites/lock-suite.ts';

const NEVER_ENDS =
  'RuntimeError: an async function of this thread holds the lock, and cannot release it while the thread is blocked: await acquire(), or give a timeout';

describe.each(SETTINGS)('Lock, %s', (_, places) => {
  lockSuite('Lock', () => new Lock(), places);

  test('who holds it waits for it like anybody else', async () => {
    const lock = new Lock();
    const phase = new Int32Array(new SharedArrayBuffer(4));
    const twice = bunch(
      places,
      1,
      async (form, lock, phase) => {
        lock.tryAcquire();
        Atomics.add(phase, 0, 1);
        await form.acquire(lock);
        Atomics.add(phase, 0, 1);
      },
      lock,
      phase,
    );
    await waitUntil(() => lock.statistics().waiting === 1);
    expect(Atomics.load(phase, 0)).toBe(1);
    lock.release();
    await twice.all;
    expect(Atomics.load(phase, 0)).toBe(2);
  });

  test('another may release it', async () => {
    const lock = new Lock();
    await lock.acquire();
    await bunch(places, 1, (_, lock) => lock.release(), lock).all;
    expect(lock.locked()).toBe(false);
    expect(await lock.acquire()).toBe(true);
  });

  test('it is as it was after a wait that gave up', async () => {
    const lock = new Lock();
    await lock.acquire();
    const gaveUp = bunch(places, 1, (form, lock) => form.acquire(lock, { timeout: 0.01 }), lock);
    expect(await gaveUp.all).toEqual([false]);
    lock.release();
    expect(lock.locked()).toBe(false);
    expect(await lock.acquire({ blocking: false })).toBe(true);
  });
});

describe('Lock', () => {
  abortSuite({
    create: async () => {
      const lock = new Lock();
      await lock.acquire();
      return lock;
    },
    wait: (lock, signal) => lock.acquire({ signal }),
    make: (lock) => lock.release(),
  });

  test('its statistics say who holds it, as a thread, and how many wait', async () => {
    const lock = new Lock();
    expect(lock.statistics()).toEqual({ locked: false, owner: undefined, waiting: 0 });
    const ident = await runAt(
      { where: 'worker', form: 'sync' },
      (_, lock) => lock.tryAcquire() && lock.statistics().owner,
      [lock],
    );
    expect(ident).toBeGreaterThan(getIdent());
    const waiting = lock.acquire();
    expect(lock.statistics()).toEqual({ locked: true, owner: ident, waiting: 1 });
    lock.release();
    await waiting;
    expect(lock.statistics()).toEqual({ locked: true, owner: getIdent(), waiting: 0 });
  });

  test('those of one thread are served in the order they came', async () => {
    const lock = new Lock();
    await lock.acquire();
    const order: number[] = [];
    const waiting = [0, 1, 2, 3, 4].map(async (i) => {
      await lock.acquire();
      order.push(i);
      lock.release();
    });
    lock.release();
    await Promise.all(waiting);
    expect(order).toEqual([0, 1, 2, 3, 4]);
  });

  test('hold() gives what releases it, once, at the end of the block', async () => {
    const lock = new Lock();
    {
      await using _held = await lock.hold();
      expect(lock.locked()).toBe(true);
    }
    expect(lock.locked()).toBe(false);
    {
      using held = lock.holdSync();
      expect(lock.locked()).toBe(true);
      held[Symbol.dispose]();
      expect(lock.locked()).toBe(false);
      lock.tryAcquire(); // by somebody else: disposed of again, it releases nothing
    }
    expect(lock.locked()).toBe(true);
  });

  test('with() gives back what its function returns, and waits for its promise', async () => {
    const lock = new Lock();
    const result = await lock.with(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return lock.locked();
    });
    expect([result, lock.locked()]).toEqual([true, false]);
    expect(lock.withSync(() => lock.locked())).toBe(true);
    expect(lock.locked()).toBe(false);
  });

  test('a blocking wait for an async function of the same thread is refused: it could never end', async () => {
    const lock = new Lock();
    await lock.acquire();
    expect(refusal(() => lock.acquireSync())).toBe(NEVER_ENDS);
    expect(lock.statistics().waiting).toBe(0);
  });

  test('a blocking wait with a time limit, or unchecked, is not refused', async () => {
    const lock = new Lock();
    await lock.acquire();
    expect(lock.acquireSync({ timeout: 0.01 })).toBe(false);
    const released = bunch([{ where: 'worker', form: 'sync' }], 1, releaseWhenWaitedFor, lock);
    expect(lock.acquireSync({ unchecked: true })).toBe(true);
    await released.all;
  });

  test('a blocking wait for blocking code of the same thread is not refused: another thread may release it', async () => {
    const lock = new Lock();
    lock.acquireSync();
    const released = bunch([{ where: 'worker', form: 'sync' }], 1, releaseWhenWaitedFor, lock);
    expect(lock.acquireSync()).toBe(true);
    await released.all;
  });
});

async function releaseWhenWaitedFor(_: Form, lock: Lock): Promise<void> {
  while (lock.statistics().waiting === 0) await new Promise((resolve) => setImmediate(resolve));
  lock.release();
}
