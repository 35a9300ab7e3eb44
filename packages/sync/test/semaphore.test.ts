// Cases of CPython's Lib/test/lock_tests.py (3.13; PSF licence), classes SemaphoreTests and BoundedSemaphoreTests, written anew
// for this package's API; and what this package promises beyond them.
import { BoundedSemaphore, Semaphore } from '@prac/sync';
import { waitUntil } from '@prac/testing';
import { describe, expect, test } from 'vitest';
import { bunch, SETTINGS } from './helpers/crew.ts';
import { refusal } from './helpers/refusal.ts';
import { abortSuite } from './suites/abort-suite.ts';
import { semaphoreSuite } from './suites/semaphore-suite.ts';

const classes = [Semaphore, BoundedSemaphore] as const;

describe.each(SETTINGS)('Semaphore, %s', (_, places) => {
  semaphoreSuite((value) => new Semaphore(value), places);
});

describe.each(SETTINGS)('BoundedSemaphore, %s', (_, places) => {
  semaphoreSuite((value) => new BoundedSemaphore(value), places);

  test('a release too many is refused wherever it comes from, and changes nothing', async () => {
    const semaphore = new BoundedSemaphore(2);
    semaphore.tryAcquire();
    const refused = await bunch(
      places,
      1,
      (_, semaphore) => {
        try {
          semaphore.release(2);
          return 'no error';
        } catch (error) {
          return `${error}, ${semaphore}`;
        }
      },
      semaphore,
    ).all;
    expect(refused[0]).toMatch(
      /^ValueError: Semaphore released too many times, <sync.BoundedSemaphore at 0x.*: value=1\/2>$/,
    );
    expect(semaphore.statistics().value).toBe(1);
  });
});

describe.each(classes)('%o', (type) => {
  abortSuite({
    create: async () => {
      const semaphore = new type(2);
      semaphore.tryAcquire();
      semaphore.tryAcquire();
      return semaphore;
    },
    wait: (semaphore, signal) => semaphore.acquire({ signal }),
    make: (semaphore) => semaphore.release(),
  });

  test('those of one thread are served in the order they came, also when some have given up', async () => {
    const semaphore = new type(3);
    for (let i = 0; i < 3; i++) await semaphore.acquire();
    const order: number[] = [];
    const controller = new AbortController();
    const waiting = [0, 1, 2, 3, 4, 5].map((i) => {
      const options = i === 1 ? { signal: controller.signal } : i === 3 ? { timeout: 0.001 } : {};
      return semaphore.acquire(options).then(
        (acquired) => acquired && order.push(i),
        () => {},
      );
    });
    controller.abort();
    await waitUntil(() => semaphore.statistics().waiting === 4);
    semaphore.release(2);
    await waitUntil(() => order.length === 2);
    semaphore.release();
    await waitUntil(() => order.length === 3);
    expect(order).toEqual([0, 2, 4]);
    semaphore.release();
    await Promise.all(waiting);
    expect(order).toEqual([0, 2, 4, 5]);
    expect(semaphore.statistics()).toEqual({ value: 0, waiting: 0 });
  });

  test('two permits at once wake a task of this thread and one of another', async () => {
    const semaphore = new type(2);
    for (let i = 0; i < 2; i++) await semaphore.acquire();
    const everywhere = SETTINGS.at(-1)![1].slice(0, 2);
    const waiting = bunch(everywhere, 2, (form, semaphore) => form.acquire(semaphore), semaphore);
    await waitUntil(() => semaphore.statistics().waiting === 2);
    semaphore.release(2);
    expect(await waiting.all).toEqual([true, true]);
  });

  test('a thousand async functions wait for it and get their permits', async () => {
    const semaphore = new type(1000);
    for (let i = 0; i < 1000; i++) semaphore.tryAcquire();
    const waiting = Array.from({ length: 1000 }, () => semaphore.acquire());
    expect(semaphore.statistics().waiting).toBe(1000);
    semaphore.release(1000);
    expect(await Promise.all(waiting)).toEqual(Array(1000).fill(true));
    expect(semaphore.statistics()).toEqual({ value: 0, waiting: 0 });
  });

  test('hold() gives what releases a permit at the end of the block', async () => {
    const semaphore = new type(2);
    {
      await using _one = await semaphore.hold();
      using _two = semaphore.holdSync();
      expect(semaphore.statistics().value).toBe(0);
    }
    expect(semaphore.statistics().value).toBe(2);
  });
});

describe('Semaphore', () => {
  test('more permits may be released than were taken', async () => {
    const semaphore = new Semaphore(1);
    semaphore.release();
    expect([await semaphore.acquire(), semaphore.acquireSync(), semaphore.tryAcquire()]).toEqual([true, true, false]);
    semaphore.release();
    expect(semaphore.statistics().value).toBe(1);
  });

  test('its text says how many permits there are', () => {
    const semaphore = new Semaphore(3);
    const texts = [String(semaphore)];
    semaphore.acquireSync();
    texts.push(String(semaphore));
    semaphore.release(2);
    texts.push(String(semaphore));
    expect(texts.map((text) => text.replace(/ at 0x[0-9a-f]+/, ''))).toEqual(
      [3, 2, 4].map((n) => `<sync.Semaphore: value=${n}>`),
    );
  });

  test('a semaphore of 0 lets nobody pass until it is released', async () => {
    const semaphore = new Semaphore(0);
    expect(semaphore.tryAcquire()).toBe(false);
    const waiting = semaphore.acquire();
    semaphore.release();
    expect(await waiting).toBe(true);
  });
});

describe('BoundedSemaphore', () => {
  test('it cannot go past its initial value', () => {
    const semaphore = new BoundedSemaphore();
    const TOO_MANY = 'ValueError: Semaphore released too many times';
    expect(refusal(() => semaphore.release())).toBe(TOO_MANY);
    semaphore.acquireSync();
    semaphore.release();
    expect(refusal(() => semaphore.release())).toBe(TOO_MANY);
    expect(semaphore.statistics().value).toBe(1);
  });

  test('its text says how many of its permits there are', () => {
    const semaphore = new BoundedSemaphore(3);
    expect(String(semaphore)).toMatch(/^<sync\.BoundedSemaphore at 0x[0-9a-f]+: value=3\/3>$/);
    semaphore.acquireSync();
    expect(String(semaphore)).toMatch(/^<sync\.BoundedSemaphore at 0x[0-9a-f]+: value=2\/3>$/);
  });
});
