import { hooks } from './hooks.ts';
import { LONGEST_MS, millisecondsUntil, now, type Steps, type Wait, type Waitable } from './wait.ts';

/** Options of {@link suspend}. */
export interface SuspendOptions {
  /** Ends the wait; the promise rejects with its reason. */
  readonly signal?: AbortSignal | null | undefined;
}

/**
 * Runs a waiting loop until it must wait, then whenever something may be ready. The event loop goes on meanwhile, and stays
 * alive.
 *
 * A wait that is aborted, by its signal or by the task it is in, leaves through the loop's `finally` blocks.
 *
 * @throws {TypeError} if the signal is none; the loop has not begun then.
 */
export function suspend<T>(steps: Steps<T>, options?: SuspendOptions): Promise<T> {
  const signal = options?.signal ?? undefined;
  if (signal !== undefined && !isAbortSignal(signal)) throw new TypeError('Expected signal to be an AbortSignal');
  return new Promise<T>((resolve, reject) => {
    if (signal?.aborted) {
      steps.return(undefined as T);
      return reject(signal.reason);
    }
    new Suspension(steps, resolve, reject, signal).start();
  });
}

/** One of another `vm` context is one, too. */
function isAbortSignal(signal: unknown): signal is AbortSignal {
  if (signal instanceof AbortSignal) return true;
  const like = signal as Partial<AbortSignal> | null;
  return typeof like?.aborted === 'boolean' && typeof like.addEventListener === 'function';
}

class Suspension<T> {
  readonly #steps: Steps<T>;
  readonly #resolve: (value: T) => void;
  readonly #reject: (error: unknown) => void;
  readonly #signal: AbortSignal | undefined;
  #leaveTask: (() => void) | undefined;
  #on: readonly Waitable[] = [];
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #running = false;
  #finished = false;
  #cancelled: { readonly reason: unknown } | undefined;

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
    this.#advance(this.#next, false);
    if (this.#finished) return; // there was nothing to wait for
    this.#signal?.addEventListener('abort', this.#abort);
    this.#leaveTask = hooks.task?.enter(this.#cancel);
    if (this.#signal?.aborted) this.#abort(); // by the first step
  }

  readonly #next = (): IteratorResult<Wait, T> => this.#steps.next();
  readonly #wake = (): void => this.#advance(this.#next, false);
  // Promise reactions might not follow: the promise is settled by setImmediate.
  readonly #wakeNatively = (): void => this.#advance(this.#next, true);
  readonly #abort = (): void => this.#cancel(this.#signal!.reason);
  readonly #cancel = (reason: unknown): void => {
    if (this.#running)
      this.#cancelled = { reason }; // by a step itself: after it
    else this.#advance(() => this.#steps.throw(reason), false);
  };

  #advance(step: () => IteratorResult<Wait, T>, natively: boolean): void {
    if (this.#running || this.#finished) return; // a step made something ready that this very wait is on: its own loop sees it
    this.#running = true;
    try {
      const result = this.#waitOrEnd(step());
      if (result !== undefined) this.#finish(() => this.#resolve(result.value), natively);
    } catch (error) {
      this.#finish(() => this.#reject(error), natively);
    } finally {
      this.#running = false;
    }
    const cancelled = this.#cancelled;
    this.#cancelled = undefined;
    if (cancelled !== undefined) this.#cancel(cancelled.reason);
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
    for (const waitable of this.#on) if (!on.includes(waitable)) waitable.unwatch(this.#callbackOf(waitable));
    const before = this.#on;
    this.#on = on;
    for (const waitable of on) if (!before.includes(waitable)) waitable.watch(this.#callbackOf(waitable));
    if (deadline === this.#timerAt && deadline > now()) return;
    clearTimeout(this.#timer);
    this.#timerAt = deadline;
    // setTimeout may fire up to 1 ms early by our clock; the steps then yield the same deadline again.
    if (deadline !== Number.POSITIVE_INFINITY) {
      this.#timer = setTimeout(this.#timeUp, Math.min(LONGEST_MS, Math.ceil(millisecondsUntil(deadline))));
    }
  }

  #callbackOf(waitable: Waitable): () => void {
    return waitable.native === true ? this.#wakeNatively : this.#wake;
  }

  readonly #timeUp = (): void => {
    this.#timerAt = Number.NaN;
    this.#advance(this.#next, false);
  };

  #finish(settle: () => void, natively: boolean): void {
    this.#finished = true;
    for (const waitable of this.#on) waitable.unwatch(this.#callbackOf(waitable));
    this.#on = [];
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.#abort);
    this.#leaveTask?.();
    if (natively) setImmediate(settle);
    else settle();
  }
}
