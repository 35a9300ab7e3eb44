import { TimeoutError } from '@prac/exceptions';
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
  readonly #isOrdered: boolean;
  /** Those that are there, by their places. */
  readonly #outcomes = new Map<number, Outcome>();
  #next = 0;
  #added = 0;
  /** How many there will be, when that is known. */
  #length: number | undefined;
  #changed: AsyncResult<void>;

  /** @internal */
  constructor(isOrdered: boolean, block: BlockingWait) {
    this.#isOrdered = isOrdered;
    this.#block = block;
    this.#changed = new AsyncResult<void>({}, block);
  }

  /**
   * The next result.
   *
   * @param options - Time limit in seconds, or options.
   * @throws What its task has thrown: the next call gives the one behind it. {TimeoutError} if the time was up first.
   */
  async next(options?: number | WaitOptions | null): Promise<IteratorResult<T, undefined>> {
    const limits = typeof options === 'number' ? { timeout: options } : options;
    while (!this.#isReady) if (!(await this.#changed.wait(limits))) throw new TimeoutError();
    return this.#take();
  }

  /** Blocking form of {@link next}. */
  nextSync(options?: number | WaitSyncOptions | null): IteratorResult<T, undefined> {
    const timeout = typeof options === 'number' ? options : options?.timeout;
    if (!this.#isReady) {
      const waited = new AsyncResult<void>({}, (_, deadline) => this.#block(() => this.#isReady, deadline));
      waited.waitSync(timeout ?? null);
      if (!this.#isReady) throw new TimeoutError();
    }
    return this.#take();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Results of a chunk. @internal */
  put(place: number, outcomes: readonly Outcome[]): void {
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

  [Symbol.iterator](): this {
    return this;
  }
}
