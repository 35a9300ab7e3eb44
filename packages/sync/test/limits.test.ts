// Waits that are longer than a timer can be set: 2^31 ms, 24.8 days. setTimeout() fires after 1 ms then, and warns.
import { Barrier, Condition, Event, Lock, RLock, runAsTask, Semaphore, TIMEOUT_MAX } from '@prac/sync';
import { waitUntil } from '@prac/testing';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { bunch, SETTINGS } from './helpers/crew.ts';
import type { Form } from './helpers/forms.ts';

const MONTH = 30 * 24 * 3600;
const DAY_MS = 24 * 3600 * 1000;
const pause = setTimeout;

afterEach(() => vi.useRealTimers());

describe.each(SETTINGS)('%s wait', (_, places) => {
  test.each([MONTH, TIMEOUT_MAX, Number.POSITIVE_INFINITY])('for %d s as long as it takes', async (timeout) => {
    const lock = new Lock();
    await lock.acquire();
    const semaphore = new Semaphore(0);
    const event = new Event();
    const waiting = [
      bunch(places, 1, (form, lock, timeout) => form.acquire(lock, { timeout }), lock, timeout),
      bunch(places, 1, (form, semaphore, timeout) => form.acquire(semaphore, { timeout }), semaphore, timeout),
      bunch(places, 1, (form, event, timeout) => form.wait(event, timeout), event, timeout),
    ];
    await waitUntil(() => [lock, semaphore, event].every((waited) => waited.statistics().waiting === 1));
    await new Promise((resolve) => pause(resolve, 20));
    expect(waiting.map(({ finished }) => finished)).toEqual([0, 0, 0]);
    lock.release();
    semaphore.release();
    event.set();
    expect((await Promise.all(waiting.map(({ all }) => all))).flat()).toEqual([true, true, true]);
  });

  test('for a condition and a barrier, too', async () => {
    const condition = new Condition();
    const barrier = new Barrier(2, { timeout: MONTH });
    const waiting = bunch(places, 1, waitInside, condition, MONTH);
    const meeting = bunch(places, 1, (form, barrier) => form.meet(barrier), barrier);
    await waitUntil(() => condition.statistics().waiting === 1 && barrier.nWaiting === 1);
    await new Promise((resolve) => pause(resolve, 20));
    expect([waiting.finished, meeting.finished, barrier.broken]).toEqual([0, 0, false]);
    await condition.with(() => condition.notify());
    expect([await waiting.all, await barrier.wait(), await meeting.all]).toEqual([[true], 1, [0]]);
  });
});

describe('on a clock that runs fast', () => {
  test.each<readonly [string, () => readonly [waiting: Promise<unknown>, atTheEnd: unknown]]>([
    ['Lock', () => [taken(new Lock()).acquire({ timeout: MONTH }), false]],
    ['RLock', () => [acquireOfAnother(new RLock()), false]],
    ['Semaphore', () => [new Semaphore(0).acquire({ timeout: MONTH }), false]],
    ['Event', () => [new Event().wait(MONTH), false]],
    ['Condition', () => [taken(new Condition(new Lock())).wait({ timeout: MONTH }), false]],
    ['Barrier', () => [new Barrier(2).wait(MONTH).catch((error: Error) => error.name), 'BrokenBarrierError']],
  ])('a wait of 30 days for a %s ends after 30 days', async (_, begin) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const [waiting, atTheEnd] = begin();
    let end: unknown = 'waits';
    void waiting.then((value) => {
      end = value;
    });
    await vi.advanceTimersByTimeAsync(29 * DAY_MS);
    expect(end).toBe('waits');
    await vi.advanceTimersByTimeAsync(1.01 * DAY_MS);
    await waiting;
    expect(end).toBe(atTheEnd);
  });
});

function taken<T extends { tryAcquire(): boolean }>(lock: T): T {
  lock.tryAcquire();
  return lock;
}

function acquireOfAnother(lock: RLock): Promise<boolean> {
  lock.acquireSync();
  return runAsTask(() => lock.acquire({ timeout: MONTH }));
}

async function waitInside(form: Form, condition: Condition, timeout: number): Promise<boolean> {
  await form.acquire(condition);
  const notified = await form.wait(condition, timeout);
  condition.release();
  return notified;
}
