// Cases of CPython's Lib/test/lock_tests.py (3.13; PSF licence), class EventTests, written anew for this package's API; and what
// this package promises beyond them.
import { Event } from '@prac/sync';
import { waitUntil } from '@prac/testing';
import { describe, expect, test } from 'vitest';
import { bunch, type Place, SETTINGS } from './helpers/crew.ts';
import type { Form } from './helpers/forms.ts';
import { abortSuite } from './suites/abort-suite.ts';

describe.each(SETTINGS)('Event, %s', (_, places) => {
  test('a set event stays set until it is cleared', async () => {
    const event = new Event();
    const seen = await bunch(places, 1, setAndClear, event).all;
    expect(seen).toEqual([[false, true, true, false, false]]);
    expect(event.isSet()).toBe(false);
  });

  test('all who wait are woken, and who comes later does not wait', async () => {
    const event = new Event();
    await expectAllWoken(event, places);
    event.set();
    event.clear();
    await expectAllWoken(event, places);
  });

  test('a wait gives up when its time is up', async () => {
    const waiting = bunch(places, 3, waitForAMoment, new Event());
    for (const [atOnce, later, seconds] of await waiting.all) {
      expect([atOnce, later]).toEqual([false, false]);
      expect(seconds).toBeGreaterThanOrEqual(0.06);
      expect(seconds).toBeLessThan(10);
    }
  });

  test('a wait for a set event is over at once, whatever its time limit', async () => {
    const event = new Event();
    event.set();
    const waiting = bunch(places, 3, waitForAMoment, event);
    for (const [atOnce, later] of await waiting.all) expect([atOnce, later]).toEqual([true, true]);
  });

  test('set() and clear() in one go wake all who wait', async () => {
    const event = new Event();
    const waiting = bunch(places, 5, (form, event) => form.wait(event, 60), event);
    await waitUntil(() => event.statistics().waiting === 5);
    event.set();
    event.clear();
    expect(await waiting.all).toEqual(Array(5).fill(true));
    expect(event.statistics()).toEqual({ isSet: false, waiting: 0 });
  });

  test('set() and clear() again and again wake those who wait each time', async () => {
    const event = new Event();
    const seen = new Int32Array(new SharedArrayBuffer(8));
    const waiting = bunch(places, 3, waitTenTimes, event, seen);
    for (let round = 1; round <= 10; round++) {
      await waitUntil(() => event.statistics().waiting === 3);
      event.set();
      event.clear();
      Atomics.store(seen, 1, round); // who waited may wait again: the flag is down
      await waitUntil(() => Atomics.load(seen, 0) === 3 * round);
    }
    await waiting.all;
    expect(event.statistics().waiting).toBe(0);
  });

  test('what was written before set() is seen after the wait', async () => {
    const event = new Event();
    const plain = new Int32Array(new SharedArrayBuffer(4));
    const read = bunch(
      places,
      3,
      async (form, event, plain) => {
        await form.wait(event);
        return plain[0];
      },
      event,
      plain,
    );
    await waitUntil(() => event.statistics().waiting === 3);
    plain[0] = 42;
    event.set();
    expect(await read.all).toEqual([42, 42, 42]);
  });
});

describe('Event', () => {
  abortSuite({
    create: async () => new Event(),
    wait: (event, signal) => event.wait({ signal }),
    make: (event) => event.set(),
  });

  test('its text says whether it is set', () => {
    const event = new Event();
    expect(String(event)).toMatch(/^<sync\.Event at 0x[0-9a-f]+: unset>$/);
    event.set();
    expect(String(event)).toMatch(/^<sync\.Event at 0x[0-9a-f]+: set>$/);
  });

  test('set() wakes who waits in this thread and in others, in both forms, though it is cleared in the same tick', async () => {
    const event = new Event();
    const everywhere = SETTINGS.at(-1)![1];
    const waiting = bunch(everywhere, 6, (form, event) => form.wait(event), event);
    await waitUntil(() => event.statistics().waiting === 6);
    for (let i = 0; i < 3; i++) {
      event.set();
      event.clear();
    }
    expect(await waiting.all).toEqual(Array(6).fill(true));
  });

  test('a thousand async functions wait for it, and all are woken', async () => {
    const event = new Event();
    const waiting = Array.from({ length: 1000 }, () => event.wait());
    expect(event.statistics().waiting).toBe(1000);
    event.set();
    event.clear();
    expect(await Promise.all(waiting)).toEqual(Array(1000).fill(true));
    expect(event.statistics().waiting).toBe(0);
  });

  test('a blocking wait wakes though async functions of its own thread wait too', async () => {
    const event = new Event();
    const waiting = [event.wait(), event.wait()];
    const setting = bunch([{ where: 'worker', form: 'sync' }], 1, setWhenThreeWait, event);
    expect(event.waitSync(10)).toBe(true);
    expect(await Promise.all(waiting)).toEqual([true, true]);
    await setting.all;
  });

  test('the number of sets may wrap around: those who wait are woken all the same', async () => {
    const event = new Event();
    const words = new Int32Array(event.memory.words.buffer);
    words[3] = -2; // the last number of sets, and not set
    const waiting = [event.wait(), event.wait()];
    event.set();
    event.clear();
    expect(await Promise.all(waiting)).toEqual([true, true]);
    expect([event.isSet(), await event.wait(0)]).toEqual([false, false]);
  });
});

async function expectAllWoken(event: Event, places: readonly Place[]): Promise<void> {
  const waiting = bunch(places, 5, async (form, event) => [await form.wait(event), await form.wait(event)], event);
  await waitUntil(() => event.statistics().waiting === 5);
  expect(waiting.finished).toBe(0);
  event.set();
  expect(await waiting.all).toEqual(Array(5).fill([true, true]));
  expect(event.statistics()).toEqual({ isSet: true, waiting: 0 });
  event.clear();
}

function setAndClear(_: Form, event: Event): boolean[] {
  const seen = [event.isSet()];
  for (const change of ['set', 'set', 'clear', 'clear'] as const) {
    event[change]();
    seen.push(event.isSet());
  }
  return seen;
}

async function waitForAMoment(form: Form, event: Event): Promise<[boolean, boolean, number]> {
  const atOnce = await form.wait(event, 0);
  const start = performance.now();
  const later = await form.wait(event, { timeout: 0.1 });
  return [atOnce, later, (performance.now() - start) / 1000];
}

/** Word 0 counts the waits that have ended; word 1 is the round that is over. */
async function waitTenTimes(form: Form, event: Event, seen: Int32Array): Promise<void> {
  for (let round = 1; round <= 10; round++) {
    await form.wait(event);
    Atomics.add(seen, 0, 1);
    while (Atomics.load(seen, 1) < round) await new Promise((resolve) => setImmediate(resolve));
  }
}

async function setWhenThreeWait(_: Form, event: Event): Promise<void> {
  while (event.statistics().waiting < 3) await new Promise((resolve) => setImmediate(resolve));
  event.set();
}
