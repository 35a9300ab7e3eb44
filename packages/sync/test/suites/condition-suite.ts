// Cases of CPython's Lib/test/lock_tests.py (3.13; PSF licence), class ConditionTests, written anew for this package's API. They
// wait for facts instead of a while.
import type { Condition } from '@prac/sync';
import { waitUntil } from '@prac/testing';
import { expect, test } from 'vitest';
import { bunch, type Place } from '../helpers/crew.ts';
import type { Form } from '../helpers/forms.ts';

export function conditionSuite(create: () => Condition, places: readonly Place[]): void {
  test('a notification of three wakes three, a later one the others and who waits again', async () => {
    const condition = create();
    await expectPhases(condition, places);
    await expectPhases(condition, places);
  });

  test('a wait gives up when its time is up, and has the lock again', async () => {
    const condition = create();
    const waiting = bunch(places, 5, waitForAMoment, condition);
    for (const [notified, locked, seconds] of await waiting.all) {
      expect([notified, locked]).toEqual([false, true]);
      expect(seconds).toBeGreaterThanOrEqual(0.06);
      expect(seconds).toBeLessThan(10);
    }
    expect([condition.statistics().waiting, condition.locked()]).toEqual([0, false]);
  });

  test('waitFor waits until its function says so', async () => {
    const condition = create();
    const state = new Int32Array(new SharedArrayBuffer(4));
    const waiting = bunch(places, 1, waitForFour, condition, state);
    for (let i = 0; i < 4; i++) {
      await waitUntil(() => condition.statistics().waiting === 1);
      await condition.with(() => {
        state[0]!++;
        condition.notify();
      });
    }
    expect(await waiting.all).toEqual([[true, 4, true]]);
    expect(condition.locked()).toBe(false);
  });

  test('waitFor gives up when its time is up, however often it was notified', async () => {
    const condition = create();
    const state = new Int32Array(new SharedArrayBuffer(4));
    const waiting = bunch(places, 1, waitForFour, condition, state, 0.1);
    for (let i = 0; i < 3; i++) {
      await condition.with(() => {
        state[0]!++;
        condition.notify();
      });
    }
    expect(await waiting.all).toEqual([[false, 3, true]]);
    expect([condition.statistics().waiting, condition.locked()]).toEqual([0, false]);
  });

  test('those who wait give each other turns: a ball that goes round', async () => {
    const condition = create();
    const turn = new Int32Array(new SharedArrayBuffer(4));
    const [players, rounds] = [3, 20];
    const playing = [0, 1, 2].map((me) =>
      bunch(places.slice(me % places.length), 1, play, condition, turn, me, players, rounds),
    );
    await Promise.all(playing.map(({ all }) => all));
    expect(turn[0]).toBe(players * rounds);
    expect([condition.statistics().waiting, condition.locked()]).toEqual([0, false]);
  });

  test('more wait than its memory has room for at first: it grows, and all are woken', async () => {
    const condition = create();
    const local = Array.from({ length: 20 }, () => condition.with(() => condition.wait()));
    await waitUntil(() => condition.statistics().waiting === 20);
    const others = bunch(places, 4, (form, condition) => form.within(condition, () => undefined), condition);
    await others.all; // the others have seen the memory as it is now
    const more = Array.from({ length: 30 }, () => condition.with(() => condition.wait()));
    const waiting = bunch(places, 4, waitInside, condition);
    await waitUntil(() => condition.statistics().waiting === 54, {
      state: () => [condition.statistics(), waiting.finished, String(condition)],
    });
    await condition.with(() => condition.notifyAll());
    expect(await Promise.all([...local, ...more])).toEqual(Array(50).fill(true));
    expect(await waiting.all).toEqual(Array(4).fill(true));
    expect(condition.statistics().waiting).toBe(0);
  });
}

/** Phase, how many are notified in it; after it: how many were woken, first waits and second ones by phase; how many wait. */
const PHASES: readonly (readonly [next: number, n: number, woken: readonly number[], left: number])[] = [
  [1, 3, [0, 3, 0, 0, 0, 0, 0, 0], 5],
  [2, 5, [0, 3, 2, 0, 0, 0, 3, 0], 2],
  [3, Number.POSITIVE_INFINITY, [0, 3, 2, 0, 0, 0, 3, 2], 0],
];

/** Five that wait twice: three are woken, then the five that wait longest, then the rest. */
async function expectPhases(condition: Condition, places: readonly Place[]): Promise<void> {
  const phase = new Int32Array(new SharedArrayBuffer(4));
  const log = new Int32Array(new SharedArrayBuffer(4 * 8));
  const waiting = bunch(places, 5, waitTwice, condition, phase, log);
  await waitUntil(() => condition.statistics().waiting === 5);
  for (const [next, n, woken, left] of PHASES) {
    await condition.with(() => {
      condition.notify(n);
      phase[0] = next;
    });
    await waitUntil(() => sum(log) === sum(woken) && condition.statistics().waiting === left);
    expect([...log]).toEqual(woken);
  }
  expect((await waiting.all).flat()).toEqual(Array(10).fill(true));
}

function sum(numbers: Iterable<number>): number {
  return [...numbers].reduce((sum, n) => sum + n, 0);
}

async function waitTwice(form: Form, condition: Condition, phase: Int32Array, log: Int32Array): Promise<boolean[]> {
  const notified: boolean[] = [];
  for (let i = 0; i < 2; i++) {
    await form.acquire(condition);
    notified.push(await form.wait(condition));
    Atomics.add(log, 4 * i + phase[0]!, 1);
    condition.release();
  }
  return notified;
}

async function waitForAMoment(form: Form, condition: Condition): Promise<[boolean, boolean, number]> {
  await form.acquire(condition);
  const start = performance.now();
  const notified = await form.wait(condition, 0.1);
  const seconds = (performance.now() - start) / 1000;
  const locked = condition.locked();
  condition.release();
  return [notified, locked, seconds];
}

async function waitForFour(
  form: Form,
  condition: Condition,
  state: Int32Array,
  timeout?: number,
): Promise<[boolean, number, boolean]> {
  await form.acquire(condition);
  const result = await form.waitFor(condition, () => state[0] === 4, { timeout });
  const seen: [boolean, number, boolean] = [result, state[0]!, condition.locked()];
  condition.release();
  return seen;
}

async function waitInside(form: Form, condition: Condition): Promise<boolean> {
  await form.acquire(condition);
  const notified = await form.wait(condition);
  condition.release();
  return notified;
}

async function play(
  form: Form,
  condition: Condition,
  turn: Int32Array,
  me: number,
  players: number,
  rounds: number,
): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    await form.acquire(condition);
    await form.waitFor(condition, () => turn[0]! % players === me);
    turn[0] = turn[0]! + 1;
    condition.notifyAll();
    condition.release();
  }
}
