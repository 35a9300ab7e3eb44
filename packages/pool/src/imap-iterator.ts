import { TimeoutError } from '@prac/exceptions';
import { now, TIMEOUT_MAX, waitLimits } from '@prac/park';
import type { WaitOptions, WaitSyncOptions } from '@prac/sync';
import { AsyncResult, type BlockingWait } from './async-result.ts';

/*
 * Results of a lazy map, as they are wanted: in their order, or as they come.
 *
 *   a chunk is settled ──> its results are there, at its place, or behind those that are there ── next ──> one of them
 */
type Outcome = { readonly isDone: boolean; readonly value: unknown };

/**
 * What `imap` and `imapUnordered` give: an iterator of its own kind. `for await` takes all; `next(timeout)` one.
 *
 * Python: `multiprocessing.pool.IMapIterator`.
 */
export class IMapIterator<T> implements AsyncIterator<T, undefined> {
  readonly #block: BlockingWait;
  readonly #poke: () => void;
  #leave: (() => void) | undefined;
  readonly #isOrdered: boolean;
  /** Those that are there, by their places. */
  readonly #outcomes = new Map<number, Outcome>();
  #next = 0;
  #added = 0;
  /** How many there will be, when that is known. */
  #length: number | undefined;
  #changed: AsyncResult<void>;

  /** @internal */
  constructor(isOrdered: boolean, block: BlockingWait, poke: () => void) {
    this.#isOrdered = isOrdered;
    this.#block = block;
    this.#poke = poke;
    this.#changed = new AsyncResult<void>({}, block);
  }

  /**
   * The next result.
   *
   * @param options - Time limit in seconds, or options.
   * @throws What its task has thrown: the next call gives the one behind it. {TimeoutError} if the time was up first.
   */
  async next(options?: number | WaitOptions | null): Promise<IteratorResult<T, undefined>> {
    const { deadline, signal } = waitLimits(options, 'async');
    while (!this.#isReady) {
      const timeout = Math.max(0, (deadline - now()) / 1000);
      if (!(await this.#changed.wait({ timeout: Math.min(timeout, TIMEOUT_MAX), signal }))) throw new TimeoutError();
    }
    return this.#take();
  }

  /** Blocking form of {@link next}. */
  nextSync(options?: number | WaitSyncOptions | null): IteratorResult<T, undefined> {
    const { deadline } = waitLimits(options, 'sync');
    if (!this.#isReady) this.#block(() => this.#isReady, deadline);
    if (!this.#isReady) throw new TimeoutError();
    return this.#take();
  }

  /** Takes no more: what is not begun is not asked for. (`break` in a `for await` does that.) */
  async return(): Promise<IteratorResult<T, undefined>> {
    this.leave();
    return { done: true, value: undefined };
  }

  /** @internal */
  leave(): void {
    this.#leave?.();
    this.#outcomes.clear();
    this.#next = Number.POSITIVE_INFINITY;
  }

  /** @internal */
  whenLeft(leave: () => void): void {
    this.#leave = leave;
  }

  /** How many are there that nobody has asked for. @internal */
  get unread(): number {
    return this.#outcomes.size;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Results of a chunk. @internal */
  put(place: number, outcomes: readonly Outcome[]): void {
    if (this.#next === Number.POSITIVE_INFINITY) return; // nobody will ask
    for (const [i, outcome] of outcomes.entries()) {
      this.#outcomes.set(this.#isOrdered ? place + i : this.#added, outcome);
      this.#added++;
    }
    this.#tell();
  }

  /** There will be so many. @internal */
  end(length: number): void {
    this.#length = length;
    this.#tell();
  }

  get #isReady(): boolean {
    return this.#outcomes.has(this.#next) || (this.#length !== undefined && this.#next >= this.#length);
  }

  #take(): IteratorResult<T, undefined> {
    const outcome = this.#outcomes.get(this.#next);
    if (outcome === undefined) return { done: true, value: undefined };
    this.#outcomes.delete(this.#next++);
    if (this.#length === undefined) this.#poke(); // there may be room for more
    if (outcome.isDone) return { done: false, value: outcome.value as T };
    throw outcome.value;
  }

  #tell(): void {
    const changed = this.#changed;
    this.#changed = new AsyncResult<void>({}, this.#block);
    changed.settle(true, undefined);
  }
}

/**
 * What `imapSync` and `imapUnorderedSync` give: the blocking form. `for … of` takes all; `next(timeout)` one.
 */
export class IMapSyncIterator<T> implements IterableIterator<T, undefined> {
  readonly #results: IMapIterator<T>;

  /** @internal */
  constructor(results: IMapIterator<T>) {
    this.#results = results;
  }

  /**
   * The next result. Results of other calls are taken meanwhile, too.
   *
   * @param options - Time limit in seconds, or options.
   * @throws What its task has thrown: the next call gives the one behind it. {TimeoutError} if the time was up first.
   */
  next(options?: number | WaitSyncOptions | null): IteratorResult<T, undefined> {
    return this.#results.nextSync(options);
  }

  return(): IteratorResult<T, undefined> {
    this.#results.leave();
    return { done: true, value: undefined };
  }

  [Symbol.iterator](): this {
    return this;
  }
}
