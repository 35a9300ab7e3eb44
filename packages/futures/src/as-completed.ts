import { TimeoutError } from '@prac/exceptions';
import { now, type Steps, suspend, waitLimits } from '@prac/park';
import type { WaitOptions, WaitSyncOptions } from '@prac/sync';
import type { Future } from './future.ts';
import { blockUntil } from './internal/blocking.ts';
import { travels } from './internal/world.ts';
import { anyOf, checkedFutures, waitsOf } from './wait.ts';

/*
 * Futures in the order in which they are done. The iterators are written by hand: an async generator would give their results, since they can be
 * awaited.
 */

/** Those that are still to be given. */
class Rest<F extends Future<unknown>> {
  readonly left: Set<F>;
  readonly total: number;
  readonly deadline: number;
  /** Those that are done, in that order. */
  readonly #finished: F[] = [];

  constructor(all: readonly F[], deadline: number) {
    this.left = new Set(all);
    this.total = this.left.size;
    this.deadline = deadline;
    for (const future of this.left)
      if (future.isSettled) this.#finished.push(future);
      else this.#listen(future);
  }

  #listen(future: F): void {
    const listener = (): void => {
      if (!future.isSettled) return;
      future.unwatch(listener);
      this.#finished.push(future);
    };
    future.watch(listener);
  }

  get hasFinished(): boolean {
    return this.#finished.length > 0;
  }

  take(): IteratorResult<F, undefined> {
    const future = this.#finished.shift();
    if (future === undefined) throw new TimeoutError(`${this.left.size} (of ${this.total}) futures unfinished`);
    this.left.delete(future);
    return { done: false, value: future };
  }
}

/** The futures, as they are done. */
export class AsCompleted<F extends Future<unknown>> implements AsyncIterableIterator<F, undefined> {
  readonly #rest: Rest<F>;
  readonly #signal: AbortSignal | undefined;
  #isOver = false;

  /** @internal */
  constructor(futures: readonly F[], deadline: number, signal: AbortSignal | undefined) {
    this.#rest = new Rest(futures, deadline);
    this.#signal = signal;
  }

  async next(): Promise<IteratorResult<F, undefined>> {
    const rest = this.#rest;
    if (this.#isOver || rest.left.size === 0) return { done: true, value: undefined };
    if (!rest.hasFinished) await suspend(untilOne(rest), { signal: this.#signal });
    return rest.take();
  }

  async return(): Promise<IteratorResult<F, undefined>> {
    this.#isOver = true;
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

/** The same for a thread that blocks. */
export class AsCompletedSync<F extends Future<unknown>> implements IterableIterator<F, undefined> {
  readonly #rest: Rest<F>;
  #isOver = false;

  /** @internal */
  constructor(futures: readonly F[], deadline: number) {
    this.#rest = new Rest(futures, deadline);
  }

  next(): IteratorResult<F, undefined> {
    const rest = this.#rest;
    if (this.#isOver || rest.left.size === 0) return { done: true, value: undefined };
    blockUntil(waitsOf(rest.left), () => rest.hasFinished, rest.deadline);
    return rest.take();
  }

  return(): IteratorResult<F, undefined> {
    this.#isOver = true;
    return { done: true, value: undefined };
  }

  [Symbol.iterator](): this {
    return this;
  }
}

function* untilOne(rest: Rest<Future<unknown>>): Steps<void> {
  const on = [anyOf(rest.left)];
  while (!rest.hasFinished && now() < rest.deadline) yield { on, deadline: rest.deadline };
}

/**
 * Gives futures as they are done: the futures themselves, not their results.
 *
 * Python: `concurrent.futures.as_completed`.
 *
 * @param options - Time limit in seconds from now for all of them together, or options.
 * @throws {TimeoutError} from the iterator, if the time is up first.
 * @example
 * import { asCompleted, ThreadPoolExecutor } from '@prac/futures';
 * await using executor = new ThreadPoolExecutor({ maxWorkers: 2 });
 * const futures = [3, 1].map((n) => executor.submit((n: number) => n * n, n));
 * const results = [];
 * for await (const future of asCompleted(futures)) results.push(await future);
 * console.log(results.sort()); // [ 1, 9 ]
 */
export function asCompleted<F extends Future<unknown>>(
  futures: Iterable<F>,
  options?: number | WaitOptions | null,
): AsCompleted<F> {
  const { deadline, signal } = waitLimits(options, 'async');
  return new AsCompleted(checkedFutures(futures), deadline, signal ?? undefined);
}

/** Blocking form of {@link asCompleted}. */
export function asCompletedSync<F extends Future<unknown>>(
  futures: Iterable<F>,
  options?: number | WaitSyncOptions | null,
): AsCompletedSync<F> {
  return new AsCompletedSync(checkedFutures(futures), waitLimits(options, 'sync').deadline);
}

travels('asCompleted', asCompleted);
travels('asCompletedSync', asCompletedSync);
