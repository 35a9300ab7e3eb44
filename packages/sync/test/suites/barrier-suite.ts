// Cases of CPython's Lib/test/lock_tests.py (3.13; PSF licence), class BarrierTests, written anew for this package's API.
import { Barrier, SharedArray } from '@prac/sync';
import { waitUntil } from '@prac/testing';
import { expect, test } from 'vitest';
import { bunch, type Place } from '../helpers/crew.ts';
import type { Form } from '../helpers/forms.ts';

const N = 5;
const BROKEN = 'BrokenBarrierError';

export function barrierSuite(places: readonly Place[]): void {
  test.each([1, 10])('it is passed in lockstep, in %i rounds', async (rounds) => {
    const barrier = new Barrier(N);
    const counts = new SharedArray('i', 3);
    await bunch(places, N, passInLockstep, barrier, counts, rounds).all;
    expect([...counts]).toEqual([rounds * N, rounds * N, 0]);
    expect([barrier.nWaiting, barrier.broken]).toEqual([0, false]);
  });

  test('each of those who waited gets another number', async () => {
    const barrier = new Barrier(N);
    const numbers = await bunch(places, N, (form, barrier) => form.meet(barrier), barrier).all;
    expect(numbers.sort()).toEqual([0, 1, 2, 3, 4]);
  });

  test('the action runs once in each round, by one of them, before any of them goes on', async () => {
    const runs = new SharedArray('i', 1);
    const barrier = new Barrier(N, { action: () => runs.set(0, runs.at(0) + 1) });
    const seen = await bunch(places, N, meetThrice, barrier, runs).all;
    for (const counts of seen) expect(counts).toEqual([1, 2, 3]);
    expect(runs.at(0)).toBe(3);
  });

  test('an action that fails fails one of them with its error, and breaks the barrier for the others', async () => {
    const barrier = new Barrier(N, {
      action: () => {
        throw new RangeError('from the action');
      },
    });
    const ends = (await bunch(places, N, meetAndTell, barrier).all).sort();
    expect(ends).toEqual([...Array(N - 1).fill(BROKEN), 'RangeError']);
    expect(barrier.broken).toBe(true);
    expect(await bunch(places, 1, meetAndTell, barrier).all).toEqual([BROKEN]);
  });

  test('abort() breaks it for those who wait', async () => {
    const barrier = new Barrier(N);
    const ends = (await bunch(places, N, abortAtTheSecond, barrier).all).sort();
    expect(ends).toEqual([...Array(N - 1).fill(BROKEN), 'aborts it']);
    expect(barrier.broken).toBe(true);
  });

  test('reset() frees those who wait, and it can be passed again', async () => {
    const barrier = new Barrier(N);
    const ends = (await bunch(places, N, resetAtTheSecond, barrier, N).all).sort();
    expect(ends).toEqual([...Array(N - 1).fill(`${BROKEN}, passes`), 'resets it, passes']);
    expect([barrier.broken, barrier.nWaiting]).toEqual([false, 0]);
  });

  test('once broken it can be reset, and be passed again', async () => {
    const [barrier, other] = [new Barrier(N), new Barrier(N)];
    const ends = (await bunch(places, N, abortAndReset, barrier, other, N).all).sort();
    expect(ends).toEqual([...Array(N - 1).fill(`${BROKEN}, passes`), 'aborts it, passes']);
    expect([barrier.broken, barrier.nWaiting]).toEqual([false, 0]);
  });

  test('a wait whose time is up breaks it, for all', async () => {
    const barrier = new Barrier(N);
    const ends = await bunch(places, N - 1, meetAndTell, barrier, 0.1).all;
    expect(ends).toEqual(Array(N - 1).fill(BROKEN));
    expect([barrier.broken, barrier.nWaiting]).toEqual([true, 0]);
  });

  test('its own time limit holds for waits that have none', async () => {
    const barrier = new Barrier(2, { timeout: 0.1 });
    const start = performance.now();
    expect(await bunch(places, 1, meetAndTell, barrier).all).toEqual([BROKEN]);
    expect(performance.now() - start).toBeGreaterThanOrEqual(99);
    const patient = new Barrier(2, { timeout: 0.05 });
    const waiting = bunch(places, 2, meetAndTell, patient, 20);
    expect(await waiting.all).not.toContain(BROKEN);
  });

  test('a barrier of one is passed at once', async () => {
    const barrier = new Barrier(1);
    expect(await bunch(places, 1, async (form, b) => [await form.meet(b), await form.meet(b)], barrier).all).toEqual([
      [0, 0],
    ]);
  });

  test('its text says how many wait, or that it is broken', async () => {
    const barrier = new Barrier(3);
    const text = (): string => String(barrier).replace(/ at 0x[0-9a-f]+/, '');
    expect(text()).toBe('<sync.Barrier: waiters=0/3>');
    const waiting = bunch(places, 2, meetAndTell, barrier);
    await waitUntil(() => barrier.nWaiting === 2);
    expect(text()).toBe('<sync.Barrier: waiters=2/3>');
    await barrier.wait();
    await waiting.all;
    expect(text()).toBe('<sync.Barrier: waiters=0/3>');
    barrier.abort();
    expect(text()).toBe('<sync.Barrier: broken>');
  });
}

/** Words 0 and 1 count those who have come to two points; word 2 what was seen there and should not have been. */
async function passInLockstep(form: Form, barrier: Barrier, counts: SharedArray<'i'>, rounds: number): Promise<void> {
  const { obj } = counts;
  const n = barrier.parties;
  for (let i = 0; i < rounds; i++) {
    Atomics.add(obj, 0, 1);
    if (Atomics.load(obj, 1) !== i * n) Atomics.add(obj, 2, 1);
    await form.meet(barrier);
    Atomics.add(obj, 1, 1);
    if (Atomics.load(obj, 0) !== (i + 1) * n) Atomics.add(obj, 2, 1);
    await form.meet(barrier);
  }
}

async function meetThrice(form: Form, barrier: Barrier, runs: SharedArray<'i'>): Promise<number[]> {
  const seen: number[] = [];
  for (let i = 0; i < 3; i++) {
    await form.meet(barrier);
    seen.push(runs.at(0));
    await form.meet(barrier); // an action more …
    runs.set(0, i + 1); // … which does not count
    await form.meet(barrier);
    runs.set(0, i + 1);
  }
  return seen;
}

/** The number it gets, or the name of what it is thrown. */
async function meetAndTell(form: Form, barrier: Barrier, limit?: number): Promise<string> {
  try {
    return String(await form.meet(barrier, limit));
  } catch (error) {
    return (error as Error).name;
  }
}

async function abortAtTheSecond(form: Form, barrier: Barrier): Promise<string> {
  try {
    if ((await form.meet(barrier)) === 2) {
      barrier.abort();
      return 'aborts it';
    }
    return String(await form.meet(barrier));
  } catch (error) {
    return (error as Error).name;
  }
}

async function resetAtTheSecond(form: Form, barrier: Barrier, n: number): Promise<string> {
  let end = 'resets it';
  if ((await form.meet(barrier)) === 2) {
    while (barrier.nWaiting < n - 1) await new Promise((resolve) => setImmediate(resolve));
    barrier.reset();
  } else {
    end = await Promise.resolve(form.name === 'sync' ? 0 : null)
      .then(() => form.meet(barrier))
      .then(String, (error: Error) => error.name);
  }
  await form.meet(barrier);
  return `${end}, passes`;
}

async function abortAndReset(form: Form, barrier: Barrier, other: Barrier, n: number): Promise<string> {
  let end = 'passed';
  try {
    if ((await form.meet(barrier)) === 2) {
      end = 'aborts it';
      while (barrier.nWaiting < n - 1) await new Promise((resolve) => setImmediate(resolve));
      barrier.abort();
    } else await form.meet(barrier);
  } catch (error) {
    end = (error as Error).name;
  }
  if ((await form.meet(other)) === 2) barrier.reset();
  await form.meet(other);
  await form.meet(barrier);
  return `${end}, passes`;
}
