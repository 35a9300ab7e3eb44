// What becomes of the others when a thread is ended from outside, or ends itself, at a bad moment.
import { Worker } from 'node:worker_threads';
import { toMessage } from '@prac/pickle';
import { Barrier, BoundedSemaphore, Condition, Event, getIdent, Lock, RLock, Semaphore, Thread } from '@prac/sync';
import { waitUntil } from '@prac/testing';
import { describe, expect, test } from 'vitest';
import { bunch } from './helpers/crew.ts';
import { refusal } from './helpers/refusal.ts';

type Guard = Lock | RLock | Semaphore;
const guards: readonly (() => Guard)[] = [
  () => new Lock(),
  () => new RLock(),
  () => new Semaphore(),
  () => new BoundedSemaphore(),
];

describe.each(['before', 'after'] as const)(
  'a plain thread that is terminated right %s the release that wakes it',
  (moment) => {
    test('leaves the wake-ups to others, in 40 waits of its async functions for each kind of lock', async () => {
      for (let round = 0; round < 2; round++) {
        const many = guards.flatMap((create) => Array.from({ length: 20 }, create));
        await expectOthersServed(many, 'async', moment);
      }
    });

    test.each(['Lock', 'RLock', 'Semaphore', 'BoundedSemaphore'])(
      'leaves the wake-up to others, blocked by a %s',
      async (name) => {
        const create = guards[['Lock', 'RLock', 'Semaphore', 'BoundedSemaphore'].indexOf(name)]!;
        await Promise.all([0, 1].map(() => expectOthersServed([create()], 'sync', moment)));
      },
    );
  },
);

test('a plain thread that is terminated while it waits for an event does not hold up the others', async () => {
  const event = new Event();
  const victims = ['sync', 'async'].map((form) => plain([event as never], form as 'sync', 'wait'));
  const waiting = bunch([{ where: 'worker', form: 'sync' }], 2, (form, event) => form.wait(event), event);
  await waitUntil(() => event.statistics().waiting === 4);
  const ended = victims.map((victim) => victim.terminate());
  event.set();
  event.clear();
  expect(await waiting.all).toEqual([true, true]);
  await Promise.all(ended);
});

describe.each([
  // Concurrent calls of with() in one task are one owner of an RLock: there a thread waits once.
  ['Lock', () => new Lock(), 3],
  ['RLock', () => new RLock(), 1],
] as const)('a condition with a %s', (_, createLock, waits) => {
  test('passes over a thread that died while it waited', async () => {
    const condition = new Condition(createLock());
    const word = control();
    const victim = start(waitAndExit, condition, word, waits);
    await waitUntil(() => condition.statistics().waiting === waits);
    const mine = condition.with(() => condition.wait());
    await exit(victim, word);
    await waitUntil(() => condition.statistics().waiting === 1);
    await condition.with(() => condition.notify());
    expect(await mine).toBe(true);
    expect(condition.statistics().waiting).toBe(0);
  });

  test.each([0, 1, 2])('gives a notification that a dead thread did not live to see to the next (%i)', async () => {
    const condition = new Condition(createLock());
    const word = control();
    const victim = start(waitAndExit, condition, word, waits);
    await waitUntil(() => condition.statistics().waiting === waits);
    const mine = [0, 1, 2].map(() => condition.with(() => condition.wait(30)));
    await waitUntil(() => condition.statistics().waiting === waits + 3);
    await condition.with(async () => {
      condition.notify(waits); // to the dead: they cannot have the lock before they die
      await exit(victim, word);
    });
    await waitUntil(() => condition.statistics().waiting === 3 - waits);
    await condition.with(() => condition.notifyAll());
    expect(await Promise.all(mine)).toEqual([true, true, true]);
  });

  test('loses no notification if who inherits one is given another', async () => {
    const lock = createLock();
    const condition = new Condition(lock);
    const word = control();
    const victim = start(waitAndExit, condition, word, 1);
    await waitUntil(() => condition.statistics().waiting === 1);
    const mine: Promise<boolean>[] = [];
    for (let i = 1; i <= 3; i++) {
      mine.push(condition.with(() => condition.wait(3)));
      await waitUntil(() => condition.statistics().waiting === 1 + i);
    }
    await condition.with(async () => {
      condition.notify(); // to the one that dies
      await exit(victim, word);
      await waitUntil(() => lock.statistics().waiting === 1); // it is inherited
      condition.notify(2);
    });
    expect(await Promise.all(mine)).toEqual([true, true, true]);
    expect(condition.statistics().waiting).toBe(0);
  });

  test.each([0, 1])('wakes one more for a notification of the dead, if it is notified again at once (%i)', async () => {
    const condition = new Condition(createLock());
    const word = control();
    const victim = start(waitAndExit, condition, word, 1);
    await waitUntil(() => condition.statistics().waiting === 1);
    let woken = 0;
    const mine = [0, 1, 2].map(() => condition.with(async () => (await condition.wait()) && woken++));
    await waitUntil(() => condition.statistics().waiting === 4);
    await condition.with(async () => {
      condition.notify();
      await exit(victim, word);
      condition.notify();
    });
    await waitUntil(() => woken === 2);
    expect(condition.statistics().waiting).toBe(1);
    await condition.with(() => condition.notify());
    await Promise.all(mine);
  });

  test('uses the places of the dead again: its memory does not grow', async () => {
    const condition = new Condition(createLock());
    const size = condition.memory.words.buffer.byteLength;
    for (let round = 0; round < 3; round++) {
      const word = control();
      const victim = start(waitAndExit, condition, word, waits);
      await waitUntil(() => condition.statistics().waiting === waits);
      await exit(victim, word);
      await condition.with(() => condition.notifyAll());
    }
    const mine = Array.from({ length: 14 }, () => condition.with(() => condition.wait()));
    await waitUntil(() => condition.statistics().waiting === 14);
    expect(condition.memory.words.buffer.byteLength).toBe(size);
    await condition.with(() => condition.notifyAll());
    await Promise.all(mine);
  });
});

describe.each([
  ['Lock', (robust?: boolean) => new Lock({ robust })],
  ['RLock', (robust?: boolean) => new RLock({ robust })],
] as const)('%s of a thread that died holding it', (name, create) => {
  test('is found to be one, and is not given away', async () => {
    const lock = create();
    expect(lock.ownerDied).toBe(false);
    await dieHolding(lock);
    expect([lock.ownerDied, lock.locked(), lock.tryAcquire()]).toEqual([true, true, false]);
    expect(await lock.acquire({ timeout: 0.1 })).toBe(false);
    expect(lock.acquireSync({ timeout: 0.1 })).toBe(false);
    expect(lock.statistics().waiting).toBe(0);
    if (name === 'RLock') expect(refusal(() => lock.release())).toBe('RuntimeError: cannot release un-acquired lock');
    else {
      lock.release(); // anybody may
      expect([lock.ownerDied, await lock.acquire(), lock.ownerDied]).toEqual([false, true, false]);
    }
  });

  test('is taken over by who comes, if it is robust', async () => {
    const lock = create(true);
    await dieHolding(lock);
    expect(await lock.with(() => [lock.ownerDied, lock.statistics()])).toMatchObject([
      true,
      { locked: true, owner: getIdent() },
    ]);
    expect([lock.ownerDied, lock.locked()]).toEqual([false, false]);
    expect(await lock.with(() => lock.ownerDied)).toBe(false);
  });

  test('is taken over by one of those who wait, in either form, if it is robust', async () => {
    const lock = create(true);
    const word = control();
    const victim = start(holdAndExit, lock as Lock, word);
    await waitUntil(() => lock.locked());
    const mine = [0, 1].map(() => lock.with(() => lock.ownerDied));
    const thread = new Thread({ target: takeSync, args: [lock as Lock, word] });
    thread.start();
    await waitUntil(() => lock.statistics().waiting === 3);
    await exit(victim, word);
    await thread.join();
    const died = [...(await Promise.all(mine)), Atomics.load(word, 1) === 1];
    expect(died.filter(Boolean)).toHaveLength(1);
    expect(lock.statistics()).toMatchObject({ locked: false, waiting: 0 });
  });

  test('is acquired by a blocking call, if it is robust', async () => {
    const lock = create(true);
    await dieHolding(lock);
    expect([lock.acquireSync(), lock.ownerDied]).toEqual([true, true]);
    if (lock instanceof RLock)
      expect([lock.acquireSync(), lock.statistics().count, lock.release()]).toEqual([true, 2, undefined]);
    lock.release();
    expect([lock.locked(), lock.ownerDied]).toEqual([false, false]);
  });
});

describe('Barrier', () => {
  test('is broken for the others when the thread that runs its action dies in it', async () => {
    const barrier = new Barrier(3, { action: () => process.exit() });
    const waiting = [0, 1].map(() => barrier.wait().catch((error: Error) => error.name));
    await waitUntil(() => barrier.nWaiting === 2);
    const thread = new Thread({ target: (barrier: Barrier) => barrier.waitSync(), args: [barrier] });
    thread.start();
    expect(await Promise.all(waiting)).toEqual(['BrokenBarrierError', 'BrokenBarrierError']);
    await thread.join();
    expect(barrier.broken).toBe(true);
  });

  test('counts a thread that is terminated while it waits, and lets the others go by abort() and reset()', async () => {
    for (const change of ['abort', 'reset'] as const) {
      const barrier = new Barrier(3);
      const victim = plain([barrier as never], 'sync', 'wait');
      const mine = barrier.wait().catch((error: Error) => error.name);
      await waitUntil(() => barrier.nWaiting === 2);
      await victim.terminate();
      expect(barrier.nWaiting).toBe(2);
      barrier[change]();
      expect([await mine, barrier.nWaiting, barrier.broken]).toEqual(['BrokenBarrierError', 0, change === 'abort']);
    }
  });
});

/**
 * A thread waits for all of them, then we do; they are released, and it is terminated. Either it took one, or we get it: none
 * is free and still waited for.
 */
async function expectOthersServed(held: readonly Guard[], form: 'sync' | 'async', moment: string): Promise<void> {
  const release = await Promise.all(held.map(holdElsewhere));
  const victim = plain(held, form, 'acquire');
  await waitUntil(() => held.every((guard) => guard.statistics().waiting === 1));
  const mine = held.map(take);
  await waitUntil(() => held.every((guard) => guard.statistics().waiting === 2));
  const ended = moment === 'before' ? victim.terminate() : undefined;
  for (const free of release) free();
  await (ended ?? victim.terminate());
  await waitUntil(() => held.every((guard, i) => mine[i]!.has || isTaken(guard)));
}

interface Taking {
  has: boolean;
}

function take(guard: Guard): Taking {
  const taking = { has: false };
  void guard.acquire().then(() => {
    taking.has = true;
  });
  return taking;
}

function isTaken(guard: Guard): boolean {
  return guard instanceof Semaphore ? guard.statistics().value === 0 : guard.statistics().locked;
}

/** Has it held by a task of its own. Returns what releases it. */
async function holdElsewhere(guard: Guard): Promise<() => void> {
  const end = Promise.withResolvers<void>();
  const taken = Promise.withResolvers<void>();
  void guard.with(() => {
    taken.resolve();
    return end.promise;
  });
  await taken.promise;
  return () => end.resolve();
}

/** A plain worker that waits for all of them at once, in the async form, or for the first. */
function plain(waited: readonly object[], form: 'sync' | 'async', method: 'acquire' | 'wait'): Worker {
  const { message } = toMessage<unknown>({ waited, form, method });
  return new Worker(new URL('./fixtures/waits-for-all.ts', import.meta.url), { workerData: message });
}

function control(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(8));
}

function start<Args extends readonly unknown[]>(target: (...args: Args) => unknown, ...args: Args): Thread {
  const thread = new Thread({ target, args: args as never });
  thread.start();
  return thread;
}

/** Lets a thread end itself that polls a word. */
async function exit(thread: Thread, word: Int32Array): Promise<void> {
  Atomics.store(word, 0, 1);
  await waitUntil(() => !thread.isAlive());
}

async function dieHolding(lock: Lock | RLock): Promise<void> {
  const thread = start((lock: Lock) => {
    lock.acquireSync();
    process.exit();
  }, lock as Lock);
  await waitUntil(() => !thread.isAlive());
}

/** So many async functions wait; the thread ends when it is told to. */
async function waitAndExit(condition: Condition, word: Int32Array, waits: number): Promise<void> {
  for (let i = 0; i < waits; i++) void condition.with(() => condition.wait());
  while (Atomics.load(word, 0) === 0) await new Promise((resolve) => setImmediate(resolve));
  process.exit();
}

async function holdAndExit(lock: Lock, word: Int32Array): Promise<void> {
  await lock.acquire();
  while (Atomics.load(word, 0) === 0) await new Promise((resolve) => setImmediate(resolve));
  process.exit();
}

function takeSync(lock: Lock, word: Int32Array): void {
  lock.acquireSync();
  Atomics.store(word, 1, Number(lock.ownerDied));
  lock.release();
}
