// Cases of CPython's Lib/test/lock_tests.py (3.13; PSF licence), class ConditionTests, written anew for this package's API; and
// what this package promises beyond them.
import { Condition, Lock, RLock, runAsTask } from '@prac/sync';
import { waitUntil } from '@prac/testing';
import { describe, expect, test } from 'vitest';
import { SETTINGS } from './helpers/crew.ts';
import { refusal, refusalOf } from './helpers/refusal.ts';
import { conditionSuite } from './suites/condition-suite.ts';
import { fairnessSuite } from './suites/fairness-suite.ts';

const kinds = [
  ['its own lock', () => new Condition()],
  ['a Lock', () => new Condition(new Lock())],
  ['an RLock', () => new Condition(new RLock())],
] as const;

describe.each(kinds)('Condition with %s', (_, create) => {
  describe.each(SETTINGS)('%s', (_, places) => conditionSuite(create, places));

  test('to wait or notify without the lock is refused', async () => {
    const condition = create();
    for (const wait of [() => condition.wait(), () => condition.waitFor(() => false)])
      expect(await refusalOf(wait)).toBe('RuntimeError: cannot wait on un-acquired lock');
    for (const wait of [() => condition.waitSync(), () => condition.waitForSync(() => false)])
      expect(refusal(wait)).toBe('RuntimeError: cannot wait on un-acquired lock');
    for (const notify of [() => condition.notify(), () => condition.notify(0), () => condition.notifyAll()])
      expect(refusal(notify)).toBe('RuntimeError: cannot notify on un-acquired lock');
    expect(condition.statistics().waiting).toBe(0);
  });

  test('to notify when nobody waits does nothing, and is not kept for who comes later', () =>
    runAsTask(async () => {
      const condition = create();
      await condition.acquire();
      condition.notify(3);
      condition.notifyAll();
      expect(await condition.wait(0.01)).toBe(false);
      condition.release();
    }));
});

describe('Condition with a Lock', () => fairnessSuite(() => new Lock()));
describe('Condition with an RLock', () => fairnessSuite(() => new RLock()));

describe('Condition', () => {
  test('with its own lock it can be acquired again by its owner', () =>
    runAsTask(async () => {
      const condition = new Condition();
      expect([await condition.acquire(), condition.acquireSync(), condition.tryAcquire()]).toEqual([true, true, true]);
      for (let i = 0; i < 3; i++) condition.release();
      expect(condition.locked()).toBe(false);
    }));

  test('its lock is the one that was given', async () => {
    const lock = new Lock();
    const condition = new Condition(lock);
    await condition.acquire();
    expect(lock.tryAcquire()).toBe(false);
    condition.release();
    expect(lock.tryAcquire()).toBe(true);
    expect(condition.tryAcquire()).toBe(false);
    lock.release();
    expect(await condition.with(() => lock.tryAcquire())).toBe(false);
    expect(condition.withSync(() => lock.tryAcquire())).toBe(false);
    expect(lock.locked()).toBe(false);
  });

  test('a wait gives up the lock however often it was acquired, and has it as often again', () =>
    runAsTask(async () => {
      const lock = new RLock();
      const condition = new Condition(lock);
      for (let i = 0; i < 3; i++) await condition.acquire();
      const notified = runAsTask(() => lock.with(() => condition.notify()));
      expect(await condition.wait()).toBe(true);
      expect(lock.statistics().count).toBe(3);
      await notified;
      for (let i = 0; i < 3; i++) condition.release();
      expect(lock.locked()).toBe(false);
    }));

  test('two conditions of one lock wake their own waiters only', async () => {
    const lock = new Lock();
    const [full, empty] = [new Condition(lock), new Condition(lock)];
    const woken: string[] = [];
    const waiting = [full, empty].map((condition, i) =>
      condition.with(async () => woken.push(`${(await condition.wait()) && ['full', 'empty'][i]}`)),
    );
    await empty.with(() => empty.notifyAll());
    await waiting[1];
    expect([woken, full.statistics().waiting]).toEqual([['empty'], 1]);
    await full.with(() => full.notifyAll());
    await waiting[0];
    expect(woken).toEqual(['empty', 'full']);
  });

  test('hold() and holdSync() hold its lock', async () => {
    const condition = new Condition(new Lock());
    {
      await using _held = await condition.hold();
      expect(condition.locked()).toBe(true);
    }
    {
      using _held = condition.holdSync();
      expect(condition.locked()).toBe(true);
    }
    expect(condition.locked()).toBe(false);
  });

  test('its text says what its lock is and how many wait', async () => {
    const condition = new Condition(new Lock());
    expect(String(condition)).toMatch(/^<Condition\(<unlocked sync\.Lock object at 0x[0-9a-f]+>, 0\)>$/);
    const waiting = condition.with(() => condition.wait());
    await waitUntil(() => condition.statistics().waiting === 1);
    expect(String(condition)).toMatch(/^<Condition\(<unlocked sync\.Lock object at 0x[0-9a-f]+>, 1\)>$/);
    await condition.with(() => condition.notify());
    await waiting;
  });

  test('waitFor with a signal that is aborted rejects, whatever is true', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(new Condition().waitFor(() => true, { signal })).rejects.toThrow('enough');
  });

  test('waitFor gives back what its function has returned, without waiting if that is true', async () => {
    const condition = new Condition();
    expect(await condition.waitFor(() => 'at once', { timeout: 0 })).toBe('at once');
    expect(condition.waitForSync(() => 42)).toBe(42);
    expect(await condition.with(() => condition.waitFor(() => 0, 0.01))).toBe(0);
    expect(condition.withSync(() => condition.waitForSync(() => '', 0.01))).toBe('');
  });
});
