// Counters that are guarded by each of the primitives are exact, whatever the threads do to get at them.
import {
  Barrier,
  BoundedSemaphore,
  Condition,
  Event,
  Lock,
  RLock,
  Semaphore,
  SharedArray,
  SharedValue,
} from '@prac/sync';
import { describe, expect, test } from 'vitest';
import { bunch, type Place } from './helpers/crew.ts';
import type { Form } from './helpers/forms.ts';

const RUNS = 10;
const THREADS = 3;
const THREE: readonly Place[] = [
  { where: 'worker', form: 'sync' },
  { where: 'worker', form: 'async' },
  { where: 'here', form: 'async' },
];
const WORKERS: readonly Place[] = THREE.slice(0, 2);

type Guard = Lock | RLock | Condition | Semaphore | SharedValue<'i'>;

describe.each<readonly [string, () => Guard]>([
  ['a Lock', () => new Lock()],
  ['an RLock', () => new RLock()],
  ['a Condition', () => new Condition()],
  ['a Condition with a Lock', () => new Condition(new Lock())],
  ['a Semaphore', () => new Semaphore()],
  ['a BoundedSemaphore', () => new BoundedSemaphore()],
  ['a SharedValue’s lock', () => new SharedValue('i')],
])('guarded by %s', (_, create) => {
  test.each([
    ['threads that mix sync, async, try, time-outs and aborts', WORKERS],
    ['they and this thread', THREE],
  ])('%s count exactly, ten times', async (_, places) => {
    const guard = create();
    for (let run = 0; run < RUNS; run++) {
      const counter = new Int32Array(new SharedArrayBuffer(8));
      const gate = new Barrier(THREADS);
      const counted = await bunch(places, THREADS, contend, gate, guard as Lock, counter, run).all;
      expect(counter[0]).toBe(counted.reduce((sum, n) => sum + n));
      expect(counter[0]).toBeGreaterThan(600);
    }
    expect(waitingFor(guard)).toBe(0);
    guard.acquireSync({ timeout: 0 });
    expect(guard.tryAcquire()).toBe(guard instanceof RLock || ownsRLock(guard)); // it is free, and was left so once
  });
});

test('a Semaphore of 3 lets three in, and no more', async () => {
  const semaphore = new BoundedSemaphore(3);
  const inside = new Int32Array(new SharedArrayBuffer(8));
  for (let run = 0; run < RUNS; run++) await bunch(THREE, 6, enter, semaphore, inside, 30).all;
  expect(inside[0]).toBe(0);
  expect(inside[1]).toBeLessThanOrEqual(3);
  expect(semaphore.statistics()).toEqual({ value: 3, waiting: 0 });
});

test('a buffer of three places under two conditions loses nothing and doubles nothing', async () => {
  const lock = new Lock();
  const [notFull, notEmpty] = [new Condition(lock), new Condition(lock)];
  for (let run = 0; run < RUNS; run++) {
    const buffer = new SharedArray('i', 8);
    const producing = bunch(THREE, 3, produce, notFull, notEmpty, buffer, 40);
    const consuming = bunch(THREE, 3, consume, notFull, notEmpty, buffer, 40);
    await producing.all;
    const sums = await consuming.all;
    expect(sums.reduce((a, b) => a + b)).toBe((3 * (40 * 41)) / 2);
  }
  expect([notFull.statistics().waiting, notEmpty.statistics().waiting, lock.locked()]).toEqual([0, 0, false]);
});

test('events that hand a baton round let one count at a time', async () => {
  for (let run = 0; run < RUNS; run++) {
    const events = [new Event(), new Event(), new Event()] as const;
    const counter = new SharedArray('i', 1);
    const running = [0, 1, 2].map((me) => {
      const [mine, next] = [events[me]!, events[(me + 1) % 3]!];
      return bunch(THREE.slice(me), 1, runWithBaton, mine, next, counter, 50).all;
    });
    events[0].set();
    await Promise.all(running);
    expect(counter.at(0)).toBe(150);
  }
});

test('of those who pass a barrier one is the first: it counts for all', async () => {
  const barrier = new Barrier(6);
  const counter = new SharedArray('i', 1);
  for (let run = 0; run < RUNS; run++) await bunch(THREE, 6, countRounds, barrier, counter, 20).all;
  expect(counter.at(0)).toBe(RUNS * 20);
  expect(barrier.statistics()).toEqual({ parties: 6, waiting: 0, broken: false });
});

function waitingFor(guard: Guard): number {
  const known = guard instanceof SharedValue ? guard.getLock().statistics() : guard.statistics();
  return known.waiting;
}

function ownsRLock(guard: Guard): boolean {
  return guard instanceof SharedValue || (guard instanceof Condition && String(guard).includes('RLock'));
}

/** Several tasks that get at the counter in all ways. Returns how often they did. Word 0 is counted in two steps. */
async function contend(form: Form, gate: Barrier, guard: Lock, counter: Int32Array, run: number): Promise<number> {
  let counted = 0;
  const count = (): void => {
    counter[0] = counter[0]! + 1;
    counted++;
    guard.release();
  };
  const ways: (() => unknown)[] = [
    async () => (await guard.acquire()) && count(),
    () => guard.acquireSync({ timeout: 0.0005 }) && count(),
    () => guard.tryAcquire() && count(),
    async () => (await guard.acquire({ timeout: Math.random() / 1000 })) && count(),
    async () => {
      const controller = new AbortController();
      const acquired = guard.acquire({ signal: controller.signal });
      setImmediate(() => controller.abort());
      if (await acquired.catch(() => false)) count();
    },
    async () => {
      if (!(await guard.acquire())) return;
      await null; // is held for a while
      count();
    },
    () =>
      guard.with(async () => {
        const before = counter[0]!;
        await new Promise((resolve) => setImmediate(resolve)); // others have their turn
        counter[0] = before + 1;
        counted++;
      }),
  ];
  const task = async (n: number): Promise<void> => {
    for (let i = 0; i < 150; i++) await ways[(n + i + run) % ways.length]!();
  };
  await form.meet(gate); // all begin at once
  await Promise.all(Array.from({ length: 4 }, (_, n) => form.asTask(() => task(n))));
  return counted;
}

/** Word 0 is how many are inside, word 1 the most there ever were. */
async function enter(form: Form, semaphore: Semaphore, inside: Int32Array, rounds: number): Promise<void> {
  for (let i = 0; i < rounds; i++) {
    await form.acquire(semaphore);
    const now = Atomics.add(inside, 0, 1) + 1;
    for (let most = Atomics.load(inside, 1); now > most; most = Atomics.load(inside, 1))
      Atomics.compareExchange(inside, 1, most, now);
    if (i % 3 === 0) await null;
    Atomics.sub(inside, 0, 1);
    semaphore.release();
  }
}

/** The buffer is a ring of three, in elements 2 to 4; element 0 is where it begins, element 1 how many are in it. */
async function produce(
  form: Form,
  notFull: Condition,
  notEmpty: Condition,
  buffer: SharedArray<'i'>,
  count: number,
): Promise<void> {
  const { obj } = buffer;
  for (let item = 1; item <= count; item++) {
    await form.acquire(notFull);
    await form.waitFor(notFull, () => obj[1]! < 3);
    obj[2 + ((obj[0]! + obj[1]!) % 3)] = item;
    obj[1]!++;
    notEmpty.notify();
    notFull.release();
  }
}

async function consume(
  form: Form,
  notFull: Condition,
  notEmpty: Condition,
  buffer: SharedArray<'i'>,
  count: number,
): Promise<number> {
  const { obj } = buffer;
  let sum = 0;
  for (let i = 0; i < count; i++) {
    await form.acquire(notEmpty);
    await form.waitFor(notEmpty, () => obj[1]! > 0);
    sum += obj[2 + (obj[0]! % 3)]!;
    obj[0] = (obj[0]! + 1) % 3;
    obj[1]!--;
    notFull.notify();
    notEmpty.release();
  }
  return sum;
}

async function runWithBaton(
  form: Form,
  mine: Event,
  next: Event,
  counter: SharedArray<'i'>,
  rounds: number,
): Promise<void> {
  for (let i = 0; i < rounds; i++) {
    await form.wait(mine);
    mine.clear();
    counter.set(0, counter.at(0) + 1);
    next.set();
  }
}

async function countRounds(form: Form, barrier: Barrier, counter: SharedArray<'i'>, rounds: number): Promise<void> {
  for (let i = 0; i < rounds; i++) if ((await form.meet(barrier)) === 0) Atomics.add(counter.obj, 0, 1);
}
