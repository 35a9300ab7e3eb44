import { LibcUnavailableError } from '@prac/libc';
import type { Kernel } from './kernel.ts';

/*
 * How this package waits: every waiting loop is written once, as a generator that tries, and yields what it needs to go on.
 * Two drivers answer it: `block` (the ...Sync forms: poll(2)) and `suspend` (promises: the event loop watches).
 *
 *   *read() { for (;;) { if (tryRead()) return …; yield { on: [source], deadline } } }
 *
 * The value `p.communicate()` walks: the generator writes and reads what it can without waiting, then yields
 * { on: [stdin, stdout, stderr], deadline }. `suspend` starts a watch on each and a timer for the deadline; whichever comes
 * first runs the generator again, straight from the event loop's callback, so no promise lies on the path of the data.
 * `block` polls the same descriptors instead. Neither says what became ready: the generator tries again, and looks at the
 * clock itself.
 */

/** Something that becomes ready: a pipe to read, a pipe to write, a child that ends. */
export interface Waitable {
  /** The descriptor to poll while blocking; -1 where there is none (the wait is then a series of short naps). */
  readonly fd: number;
  /** `POLLIN` or `POLLOUT`. */
  readonly events: number;
  /** Whether it becomes ready without this thread's event loop running. */
  readonly blockable: boolean;
  /** Says why it is not blockable, where there is more to say than that koffi is missing. */
  refusal?(): Error;
  /** Calls back, perhaps more than once, when it is ready; keeps the loop alive meanwhile. */
  watch(callback: () => void): void;
  unwatch(callback: () => void): void;
}

/** What a generator needs before it can go on. */
export interface Wait {
  readonly on: readonly Waitable[];
  /** On the clock of {@link now}; Infinity for none. */
  readonly deadline: number;
}

export type Steps<T> = Generator<Wait, T, void>;

/** The clock of deadlines: milliseconds, never set back. */
export function now(): number {
  return performance.now();
}

/** @param timeout - In seconds; `undefined` and `null` mean no limit. */
export function deadlineAfter(timeout: number | null | undefined): number {
  if (timeout === undefined || timeout === null) return Number.POSITIVE_INFINITY;
  if (typeof timeout !== 'number' || Number.isNaN(timeout)) {
    throw new TypeError(
      `Expected timeout to be a number of seconds, got ${JSON.stringify(timeout) ?? String(timeout)}`,
    );
  }
  return now() + timeout * 1000;
}

/** The longest wait that `setTimeout` and `poll` take: 2^31 - 1 ms. A longer one is sliced. */
const LONGEST_MS = 0x7fffffff;

/** Runs several steps side by side. If one of them fails, the others are left where they are. */
export function* together<T>(all: readonly Steps<T>[]): Steps<T[]> {
  const results: T[] = [];
  const open = new Map(all.map((steps, i) => [i, steps]));
  for (;;) {
    const on = new Set<Waitable>();
    let deadline = Number.POSITIVE_INFINITY;
    for (const [i, steps] of open) {
      const step = steps.next();
      if (step.done) {
        results[i] = step.value;
        open.delete(i);
      } else {
        for (const waitable of step.value.on) on.add(waitable);
        deadline = Math.min(deadline, step.value.deadline);
      }
    }
    if (open.size === 0) return results;
    yield { on: [...on], deadline };
  }
}

/** Runs the steps on this thread, blocking it while they wait. */
export function block<T>(steps: Steps<T>, kernel: Kernel): T {
  let step = steps.next();
  while (!step.done) {
    const { on, deadline } = step.value;
    const needsLoop = on.find((waitable) => !waitable.blockable);
    if (needsLoop === undefined) {
      kernel.block(on, Math.min(LONGEST_MS, Math.max(0, deadline - now())));
      step = steps.next();
    } else step = steps.throw(needsLoop.refusal?.() ?? new LibcUnavailableError(NEEDS_LOOP));
  }
  return step.value;
}

const NEEDS_LOOP =
  'This child can be waited for by the event loop only: a ...Sync form needs koffi (npm install koffi) on Linux';

/** Runs the steps until they must wait, then whenever something is ready. The promise rejects with the signal's reason. */
export function suspend<T>(steps: Steps<T>, signal?: AbortSignal | null): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    if (signal?.aborted) {
      steps.return(undefined as T);
      return reject(signal.reason);
    }
    new Suspension(steps, resolve, reject, signal ?? undefined).start();
  });
}

class Suspension<T> {
  readonly #steps: Steps<T>;
  readonly #resolve: (value: T) => void;
  readonly #reject: (error: unknown) => void;
  readonly #signal: AbortSignal | undefined;
  #on: readonly Waitable[] = [];
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #running = false;

  constructor(
    steps: Steps<T>,
    resolve: (value: T) => void,
    reject: (error: unknown) => void,
    signal: AbortSignal | undefined,
  ) {
    this.#steps = steps;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#signal = signal;
  }

  start(): void {
    this.#signal?.addEventListener('abort', this.#abort);
    this.#advance(() => this.#steps.next(), false);
  }

  // From libuv's callback: promise reactions might not follow it (FdWatch), so the promise is settled by setImmediate.
  readonly #wake = (): void => this.#advance(() => this.#steps.next(), true);
  readonly #abort = (): void => this.#advance(() => this.#steps.throw(this.#signal!.reason), false);

  #advance(step: () => IteratorResult<Wait, T>, fromLoop: boolean): void {
    if (this.#running) return; // a step made something ready that this very wait is on: its own loop sees it
    this.#running = true;
    try {
      const result = this.#waitOrEnd(step());
      if (result !== undefined) this.#finish(() => this.#resolve(result.value), fromLoop);
    } catch (error) {
      this.#finish(() => this.#reject(error), fromLoop);
    } finally {
      this.#running = false;
    }
  }

  /** The result, if the steps are at their end. A wait that cannot be begun is an error in the steps, which may tidy up. */
  #waitOrEnd(first: IteratorResult<Wait, T>): IteratorReturnResult<T> | undefined {
    let result = first;
    while (!result.done) {
      try {
        this.#waitFor(result.value);
        return undefined;
      } catch (error) {
        result = this.#steps.throw(error);
      }
    }
    return result;
  }

  #waitFor({ on, deadline }: Wait): void {
    for (const waitable of this.#on) if (!on.includes(waitable)) waitable.unwatch(this.#wake);
    for (const waitable of on) if (!this.#on.includes(waitable)) waitable.watch(this.#wake);
    this.#on = on;
    if (deadline === this.#timerAt && deadline > now()) return;
    clearTimeout(this.#timer);
    this.#timerAt = deadline;
    // setTimeout may fire up to 1 ms early by our clock; the steps then yield the same deadline again.
    if (deadline !== Number.POSITIVE_INFINITY) {
      this.#timer = setTimeout(this.#timeUp, Math.min(LONGEST_MS, Math.max(0, Math.ceil(deadline - now()))));
    }
  }

  readonly #timeUp = (): void => {
    this.#timerAt = Number.NaN;
    this.#advance(() => this.#steps.next(), false);
  };

  #finish(settle: () => void, fromLoop: boolean): void {
    for (const waitable of this.#on) waitable.unwatch(this.#wake);
    this.#on = [];
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.#abort);
    if (fromLoop) setImmediate(settle);
    else settle();
  }
}
