// Random sequences of calls, against models that say what each call has to do. Each call is given the time it needs: the
// waits that the model says have ended must end, and no others.
import { BoundedSemaphore, Condition, Event, Lock, Semaphore } from '@prac/sync';
import { waitUntil } from '@prac/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';

type Step =
  | { readonly do: 'wait' | 'try' | 'trySync' }
  | { readonly do: 'make'; readonly n: number }
  | { readonly do: 'abort'; readonly which: number };

const RUNS = { numRuns: 60, interruptAfterTimeLimit: 8000 };
const steps = fc.array(
  fc.oneof(
    fc.record({ do: fc.constantFrom('wait', 'wait', 'wait', 'try', 'trySync') }),
    fc.record({ do: fc.constant('make'), n: fc.integer({ min: 0, max: 4 }) }),
    fc.record({ do: fc.constant('abort'), which: fc.nat(5) }),
  ) as fc.Arbitrary<Step>,
  { maxLength: 40, size: 'max' },
);

test('Lock: random calls do what the model does', () =>
  check(steps, async (steps) => {
    const lock = new Lock();
    const crowd = new Crowd();
    let permits = 1;
    for (const step of steps) {
      if (step.do === 'wait') {
        crowd.begin((signal) => lock.acquire({ signal }));
        if (permits > 0) permits -= crowd.serve(1);
      } else if (step.do === 'abort') crowd.abort(step.which);
      else if (step.do === 'make') {
        expect(outcome(() => lock.release())).toBe(permits === 1 ? 'RuntimeError' : undefined);
        permits = 1 - crowd.serve(1);
      } else {
        const acquired = step.do === 'try' ? lock.tryAcquire() : lock.acquireSync({ timeout: 0 });
        expect(acquired).toBe(permits > 0);
        permits = 0;
      }
      await crowd.settle();
      expect(lock.statistics()).toMatchObject({ locked: permits === 0, waiting: crowd.waiting });
    }
    while (crowd.waiting > 0) {
      lock.release();
      crowd.serve(1);
      await crowd.settle();
    }
  }));

test.each([
  ['Semaphore', () => new Semaphore(2), Number.POSITIVE_INFINITY],
  ['BoundedSemaphore', () => new BoundedSemaphore(2), 2],
] as const)('%s: random calls do what the model does', (_, create, bound) =>
  check(steps, async (steps) => {
    const semaphore = create();
    const crowd = new Crowd();
    let permits = 2;
    for (const step of steps) {
      if (step.do === 'wait') {
        crowd.begin((signal) => semaphore.acquire({ signal }));
        if (permits > 0) permits -= crowd.serve(1);
      } else if (step.do === 'abort') crowd.abort(step.which);
      else if (step.do === 'make') {
        const isRefused = step.n === 0 || permits + step.n > bound;
        expect(outcome(() => semaphore.release(step.n))).toBe(isRefused ? 'ValueError' : undefined);
        if (!isRefused) permits += step.n - crowd.serve(step.n);
      } else {
        const acquired = step.do === 'try' ? semaphore.tryAcquire() : semaphore.acquireSync({ timeout: 0 });
        expect(acquired).toBe(permits > 0);
        permits -= Number(acquired);
      }
      await crowd.settle();
      expect(semaphore.statistics()).toEqual({ value: permits, waiting: crowd.waiting });
    }
    crowd.abortAll();
    await crowd.settle();
  }),
);

test('Event: random calls do what the model does', () =>
  check(steps, async (steps) => {
    const event = new Event();
    const crowd = new Crowd();
    let flag = false;
    for (const step of steps) {
      if (step.do === 'wait') {
        crowd.begin((signal) => event.wait({ signal }));
        if (flag) crowd.serve(1);
      } else if (step.do === 'abort') crowd.abort(step.which);
      else if (step.do === 'make') {
        if (step.n !== 1) event.set();
        if (step.n % 2 === 1) event.clear();
        if (step.n !== 1) crowd.serve(Number.POSITIVE_INFINITY);
        flag = step.n % 2 === 0;
      } else expect(step.do === 'try' ? event.isSet() : event.waitSync(0)).toBe(flag);
      await crowd.settle();
      expect(event.statistics()).toEqual({ isSet: flag, waiting: crowd.waiting });
    }
    crowd.abortAll();
    await crowd.settle();
  }));

test.each([
  ['a Lock', () => new Condition(new Lock())],
  ['an RLock', () => new Condition()],
] as const)('Condition with %s: random calls do what the model does', (_, create) =>
  check(steps, async (steps) => {
    const condition = create();
    const crowd = new Crowd();
    for (const step of steps) {
      if (step.do === 'wait') crowd.begin((signal) => condition.with(() => condition.wait({ signal })));
      else if (step.do === 'abort') crowd.abort(step.which);
      else if (step.do === 'make') {
        await condition.with(() => condition.notify(step.n));
        crowd.serve(step.n);
      } else if (step.do === 'try') {
        await condition.with(() => condition.notifyAll());
        crowd.serve(Number.POSITIVE_INFINITY);
      } else expect(condition.withSync(() => condition.waitSync(0))).toBe(false);
      await crowd.settle();
      await waitUntil(() => condition.statistics().waiting === crowd.waiting && !condition.locked());
    }
    crowd.abortAll();
    await crowd.settle();
  }),
);

function check(steps: fc.Arbitrary<readonly Step[]>, run: (steps: readonly Step[]) => Promise<void>): Promise<void> {
  return fc.assert(fc.asyncProperty(steps, run), RUNS);
}

interface Waiter {
  readonly controller: AbortController;
  readonly expected: 'waits' | 'served' | 'aborted';
  end: 'waits' | 'served' | 'aborted';
}

/** Those who wait, and how the model says that each of them ends. */
class Crowd {
  readonly #waiters: { -readonly [Key in keyof Waiter]: Waiter[Key] }[] = [];

  begin(wait: (signal: AbortSignal) => Promise<unknown>): void {
    const waiter: Waiter = { controller: new AbortController(), expected: 'waits', end: 'waits' };
    this.#waiters.push(waiter);
    wait(waiter.controller.signal).then(
      (got) => {
        waiter.end = got ? 'served' : 'waits';
      },
      () => {
        waiter.end = 'aborted';
      },
    );
  }

  get waiting(): number {
    return this.#waiters.filter(({ expected }) => expected === 'waits').length;
  }

  /** The first so many of those who wait get it. Returns how many did. */
  serve(count: number): number {
    const served = this.#waiters.filter(({ expected }) => expected === 'waits').slice(0, count);
    for (const waiter of served) waiter.expected = 'served';
    return served.length;
  }

  /** One of those who wait is aborted, or one who has ended already: which changes nothing. */
  abort(which: number): void {
    const waiter = this.#waiters[which % Math.max(1, this.#waiters.length)];
    waiter?.controller.abort();
    if (waiter?.expected === 'waits') waiter.expected = 'aborted';
  }

  abortAll(): void {
    for (let i = 0; i < this.#waiters.length; i++) this.abort(i);
  }

  /** Waits until all have ended that should have, and none that should not. */
  async settle(): Promise<void> {
    await waitUntil(() => this.#waiters.every(({ end, expected }) => end === expected), { within: 5 });
  }
}

function outcome(fn: () => void): string | undefined {
  try {
    fn();
    return undefined;
  } catch (error) {
    return (error as Error).name;
  }
}
