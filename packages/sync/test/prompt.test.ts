// Who waits is woken. Without that it would find out all the same, since every sleep ends after a slice (50 ms and more): the
// limit here is half of what that would take.
import { Barrier, Condition, Event, Lock, Semaphore } from '@prac/sync';
import { waitUntil } from '@prac/testing';
import { describe, expect, test } from 'vitest';
import { bunch, type Place, SETTINGS } from './helpers/crew.ts';
import type { Form } from './helpers/forms.ts';

const ROUNDS = 100;
const SECONDS = 5;
const OTHER: readonly Place[] = [{ where: 'worker', form: 'async' }];

describe.each(SETTINGS)('%s are woken at once', (_, places) => {
  test.each<readonly [string, () => Lock | Semaphore]>([
    ['a Lock', () => taken(new Lock())],
    ['a Semaphore', () => new Semaphore(0)],
  ])('by the release of %s', async (_, create) => {
    const [ping, pong] = [create(), create()];
    await expectPrompt(async () => {
      const others = bunch(places, 1, passOn, ping, pong, ROUNDS);
      ping.release();
      await bunch(OTHER, 1, passOn, pong, ping, ROUNDS).all;
      await others.all;
    });
  });

  test('by set() of an Event', async () => {
    const [ping, pong] = [new Event(), new Event()];
    await expectPrompt(async () => {
      const others = bunch(places, 1, setOther, ping, pong, ROUNDS);
      ping.set();
      await bunch(OTHER, 1, setOther, pong, ping, ROUNDS).all;
      await others.all;
    });
  });

  test('by notify() of a Condition', async () => {
    const condition = new Condition();
    const turn = new Int32Array(new SharedArrayBuffer(4));
    await expectPrompt(async () => {
      const others = bunch(places, 1, takeTurns, condition, turn, 0, ROUNDS);
      await bunch(OTHER, 1, takeTurns, condition, turn, 1, ROUNDS).all;
      await others.all;
    });
  });

  test('by release(3), all three', async () => {
    const semaphore = new Semaphore(0);
    const barrier = new Barrier(4);
    const count = new Int32Array(new SharedArrayBuffer(4));
    const waiting = bunch(places, 3, acquireInRounds, semaphore, count, barrier, ROUNDS);
    await waitUntil(() => semaphore.statistics().waiting === 3);
    await expectPrompt(async () => {
      for (let round = 1; round <= ROUNDS; round++) {
        await turnsUntil(() => semaphore.statistics().waiting === 3);
        semaphore.release(3);
        await turnsUntil(() => Atomics.load(count, 0) === 3 * round);
        await barrier.wait();
      }
      await waiting.all;
    });
  });
});

function taken(lock: Lock): Lock {
  lock.tryAcquire();
  return lock;
}

async function expectPrompt(run: () => Promise<void>): Promise<void> {
  const start = performance.now();
  await run();
  expect((performance.now() - start) / 1000).toBeLessThan(SECONDS);
}

async function passOn(form: Form, mine: Lock | Semaphore, next: Lock | Semaphore, rounds: number): Promise<void> {
  for (let i = 0; i < rounds; i++) {
    await form.acquire(mine);
    next.release();
  }
}

async function setOther(form: Form, mine: Event, next: Event, rounds: number): Promise<void> {
  for (let i = 0; i < rounds; i++) {
    await form.wait(mine);
    mine.clear();
    next.set();
  }
}

async function takeTurns(
  form: Form,
  condition: Condition,
  turn: Int32Array,
  me: number,
  rounds: number,
): Promise<void> {
  for (let i = 0; i < rounds; i++) {
    await form.acquire(condition);
    await form.waitFor(condition, () => turn[0] === me);
    turn[0] = 1 - me;
    condition.notify();
    condition.release();
  }
}

async function acquireInRounds(
  form: Form,
  semaphore: Semaphore,
  count: Int32Array,
  barrier: Barrier,
  rounds: number,
): Promise<void> {
  for (let round = 1; round <= rounds; round++) {
    await form.acquire(semaphore);
    Atomics.add(count, 0, 1);
    await form.meet(barrier);
  }
}

/** Looks at every turn of the loop: `waitUntil` looks every few milliseconds, which is too seldom here. */
async function turnsUntil(fact: () => boolean): Promise<void> {
  while (!fact()) await new Promise((resolve) => setImmediate(resolve));
}
