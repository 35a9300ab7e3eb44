// Cases of CPython's Lib/test/lock_tests.py (3.13; PSF licence), class BaseSemaphoreTests, written anew for this package's API.
// They wait for facts instead of a while.
import type { Semaphore } from '@prac/sync';
import { waitUntil } from '@prac/testing';
import { expect, test } from 'vitest';
import { bunch, type Place } from '../helpers/crew.ts';
import type { Form } from '../helpers/forms.ts';

/** What holds for both semaphores. */
export function semaphoreSuite(create: (value?: number) => Semaphore, places: readonly Place[]): void {
  test('as many permits can be taken as there are', async () => {
    for (const value of [1, 2]) {
      const semaphore = create(value);
      expect(await bunch(places, 1, takeAndGiveBack, semaphore, value).all).toEqual([0]);
      expect(semaphore.statistics()).toEqual({ value, waiting: 0 });
    }
  });

  test.each([
    ['one after the other', (semaphore: Semaphore, n: number) => times(n, () => semaphore.release())],
    ['at once', (semaphore: Semaphore, n: number) => semaphore.release(n)],
  ])('released %s, permits let as many go on as they are, no more', async (_, release) => {
    const semaphore = create(7);
    semaphore.tryAcquire();
    const phase = new Int32Array(new SharedArrayBuffer(16));
    const taking = bunch(places, 10, takeTwice, semaphore, phase);
    const expectTaken = async (...counts: readonly number[]): Promise<void> => {
      const taken = counts.reduce((sum, n) => sum + n);
      await waitUntil(() => semaphore.statistics().value === 0 && sum(phase.subarray(1)) === taken);
      expect([...phase.subarray(1, 1 + counts.length)]).toEqual(counts);
    };
    await expectTaken(6);
    phase[0] = 1;
    release(semaphore, 7);
    await expectTaken(6, 7);
    phase[0] = 2;
    release(semaphore, 6);
    await expectTaken(6, 7, 6);
    expect(semaphore.tryAcquire()).toBe(false);
    semaphore.release();
    expect((await taking.all).flat()).toEqual(Array(20).fill(true));
    expect(semaphore.statistics()).toEqual({ value: 0, waiting: 0 });
  });

  test('to try takes a permit or none, without waiting', async () => {
    const semaphore = create(2);
    expect(await bunch(places, 1, tryFourTimes, semaphore).all).toEqual([[true, true, false, true]]);
  });

  test('five that try get the three permits that are left', async () => {
    const semaphore = create(4);
    await semaphore.acquire();
    const tried = await bunch(places, 5, tryTwice, semaphore).all;
    expect(tried.flat().filter(Boolean)).toHaveLength(3);
  });

  test('a wait gives up when its time is up', async () => {
    const semaphore = create(2);
    const [answers] = await bunch(places, 1, acquireWithLimits, semaphore).all;
    expect(answers!.slice(0, -1)).toEqual([NO_LIMIT_WITHOUT_BLOCKING, true, true, false, false, true, false]);
    expect(answers!.at(-1)).toBeGreaterThanOrEqual(0.06);
    expect(answers!.at(-1)).toBeLessThan(10);
    expect(semaphore.statistics()).toEqual({ value: 0, waiting: 0 });
  });

  test('there is one permit if nothing is said', async () => {
    const semaphore = create();
    semaphore.acquireSync();
    const waiting = bunch(places, 1, (form, semaphore) => form.acquire(semaphore), semaphore);
    await waitUntil(() => semaphore.statistics().waiting === 1);
    expect(waiting.finished).toBe(0);
    semaphore.release();
    expect(await waiting.all).toEqual([true]);
  });

  test('with() gives the permit back, also when the function throws', async () => {
    const semaphore = create(2);
    expect(await bunch(places, 1, throwInside, semaphore).all).toEqual([[1, 'TypeError: from inside', 2]]);
    expect(semaphore.statistics().value).toBe(2);
  });
}

const NO_LIMIT_WITHOUT_BLOCKING = "ValueError: can't specify timeout for non-blocking acquire";

function times(n: number, fn: () => void): void {
  for (let i = 0; i < n; i++) fn();
}

function sum(numbers: Int32Array): number {
  return numbers.reduce((sum, n) => sum + n, 0);
}

async function takeAndGiveBack(form: Form, semaphore: Semaphore, n: number): Promise<number> {
  for (let i = 0; i < n; i++) await form.acquire(semaphore);
  const { value } = semaphore.statistics();
  for (let i = 0; i < n; i++) semaphore.release();
  return value;
}

/** Word 0 is the phase; the others count what was taken in it. */
async function takeTwice(form: Form, semaphore: Semaphore, phase: Int32Array): Promise<boolean[]> {
  const taken: boolean[] = [];
  for (let i = 0; i < 2; i++) {
    taken.push(await form.acquire(semaphore));
    Atomics.add(phase, 1 + Atomics.load(phase, 0), 1);
  }
  return taken;
}

async function tryFourTimes(form: Form, semaphore: Semaphore): Promise<boolean[]> {
  const tried = [semaphore.tryAcquire(), await form.acquire(semaphore, { blocking: false })];
  tried.push(await form.acquire(semaphore, { blocking: false }));
  semaphore.release();
  return [...tried, semaphore.tryAcquire()];
}

function tryTwice(_: Form, semaphore: Semaphore): boolean[] {
  return [semaphore.tryAcquire(), semaphore.tryAcquire()];
}

async function acquireWithLimits(form: Form, semaphore: Semaphore): Promise<unknown[]> {
  const answers: unknown[] = [];
  try {
    await form.acquire(semaphore, { blocking: false, timeout: 1 });
  } catch (error) {
    answers.push(String(error));
  }
  for (const timeout of [0.005, 0.005, 0.005, -1]) answers.push(await form.acquire(semaphore, { timeout }));
  semaphore.release();
  answers.push(await form.acquire(semaphore, { timeout: 0.005 }));
  const start = performance.now();
  answers.push(await form.acquire(semaphore, { timeout: 0.1 }));
  return [...answers, (performance.now() - start) / 1000];
}

async function throwInside(form: Form, semaphore: Semaphore): Promise<unknown[]> {
  const seen: unknown[] = [];
  try {
    await form.within(semaphore, () => {
      seen.push(semaphore.statistics().value);
      throw new TypeError('from inside');
    });
  } catch (error) {
    seen.push(String(error));
  }
  return [...seen, semaphore.statistics().value];
}
