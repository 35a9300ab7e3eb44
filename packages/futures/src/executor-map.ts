import { now } from '@prac/park';
import type { Future } from './future.ts';

/*
 * The results of a map, in the order of its arguments:
 *
 *   lists ── chunks ──> futures: all at once, or `buffersize` calls ahead ── next() waits for the first ──> its results, one by one
 *                                                                     └── left, or failed: the rest is cancelled
 */

/** What is mapped. @internal */
export interface Submission {
  /** One for each argument. */
  readonly lists: readonly Iterator<unknown>[];
  readonly deadline: number;
  readonly chunksize: number;
  readonly buffersize: number | undefined;
  readonly progress: ((done: number, submitted: number) => void) | undefined;
  /** @param chunk - An argument for each call; lists of arguments, if there are several lists. */
  submit(chunk: unknown[]): Future<unknown[]>;
}

/** Futures that are under way, the first of which is asked next. */
class Progress {
  readonly #submission: Submission;
  readonly #futures: Future<unknown[]>[] = [];
  #head = 0;
  /** Results of a chunk that were not asked for. */
  #results: unknown[] = [];
  #next = 0;
  #isOver = false;
  #submitted = 0;
  #done = 0;

  constructor(submission: Submission) {
    this.#submission = submission;
    const { buffersize, chunksize } = submission;
    const most = buffersize === undefined ? Number.POSITIVE_INFINITY : Math.max(1, Math.floor(buffersize / chunksize));
    for (let i = 0; i < most && this.#submitOne(); i++);
  }

  /** That which is to be waited for; nothing if there is a result, or none will come. */
  get awaited(): Future<unknown[]> | undefined {
    return this.#next < this.#results.length ? undefined : this.#futures[this.#head];
  }

  /** Seconds that are left. */
  get timeout(): number | undefined {
    const { deadline } = this.#submission;
    return deadline === Number.POSITIVE_INFINITY ? undefined : Math.max(0, (deadline - now()) / 1000);
  }

  /** The future has finished. */
  take(results: unknown[]): void {
    if (this.#isOver) return;
    this.#futures[this.#head] = undefined as never;
    this.#head++;
    if (this.#head > 1024) {
      this.#futures.splice(0, this.#head);
      this.#head = 0;
    }
    this.#results = results;
    this.#next = 0;
    if (this.#submission.buffersize !== undefined) this.#submitOne();
  }

  result(): IteratorResult<unknown, undefined> {
    if (this.#isOver || this.#next >= this.#results.length) return { done: true, value: undefined };
    return { done: false, value: this.#results[this.#next++] };
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#closeLists();
    for (const future of this.#futures.slice(this.#head)) future.cancel();
    this.#futures.length = 0;
    this.#head = 0;
    this.#results = [];
  }

  /** Who has made them may have something to tidy up. */
  #closeLists(): void {
    for (const list of this.#submission.lists) list.return?.();
  }

  #submitOne(): boolean {
    const { lists, chunksize, submit, progress } = this.#submission;
    const chunk: unknown[] = [];
    const only = lists.length === 1 ? lists[0] : undefined;
    while (chunk.length < chunksize) {
      const { done, value } = only === undefined ? nextOf(lists) : only.next();
      if (done) break;
      chunk.push(value);
    }
    if (chunk.length < chunksize) this.#closeLists();
    if (chunk.length === 0) return false;
    const future = submit(chunk);
    this.#futures.push(future);
    this.#submitted += chunk.length;
    if (progress !== undefined)
      future.addDoneCallback(() => {
        this.#done += chunk.length;
        progress(this.#done, this.#submitted);
      });
    return true;
  }
}

/** An item of each, as long as all of them have one. */
function nextOf(lists: readonly Iterator<unknown>[]): IteratorResult<unknown[], undefined> {
  const items: unknown[] = [];
  for (const list of lists) {
    const { done, value } = list.next();
    if (done) return { done: true, value: undefined };
    items.push(value);
  }
  return lists.length === 0 ? { done: true, value: undefined } : { done: false, value: items };
}

/** The results, in order: `for await`. */
export class ExecutorMap<T> implements AsyncIterableIterator<T, undefined> {
  readonly #progress: Progress;
  /** Who asks before there is an answer waits for those who have asked before. */
  #last: Promise<unknown> | undefined;

  /** @internal */
  constructor(submission: Submission) {
    this.#progress = new Progress(submission);
  }

  next(): Promise<IteratorResult<T, undefined>> {
    const progress = this.#progress;
    if (this.#last === undefined && progress.awaited === undefined)
      return Promise.resolve(progress.result() as IteratorResult<T, undefined>);
    const next = this.#last === undefined ? this.#following() : this.#last.then(() => this.#following());
    const last = next.then(
      () => {},
      () => {},
    );
    this.#last = last;
    void last.then(() => {
      if (this.#last === last) this.#last = undefined;
    });
    return next;
  }

  async return(): Promise<IteratorResult<T, undefined>> {
    this.#progress.end();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  toString(): string {
    return '<ExecutorMap object>';
  }

  async #following(): Promise<IteratorResult<T, undefined>> {
    const progress = this.#progress;
    try {
      for (let future = progress.awaited; future !== undefined; future = progress.awaited) {
        const { timeout } = progress;
        progress.take(await future.result(timeout));
      }
      return progress.result() as IteratorResult<T, undefined>;
    } catch (error) {
      progress.end();
      throw error;
    }
  }
}

/** The results, in order, for a thread that blocks: `for`. */
export class ExecutorMapSync<T> implements IterableIterator<T, undefined> {
  readonly #progress: Progress;

  /** @internal */
  constructor(submission: Submission) {
    this.#progress = new Progress(submission);
  }

  next(): IteratorResult<T, undefined> {
    const progress = this.#progress;
    try {
      for (let future = progress.awaited; future !== undefined; future = progress.awaited)
        progress.take(future.resultSync(progress.timeout));
      return progress.result() as IteratorResult<T, undefined>;
    } catch (error) {
      progress.end();
      throw error;
    }
  }

  return(): IteratorResult<T, undefined> {
    this.#progress.end();
    return { done: true, value: undefined };
  }

  [Symbol.iterator](): this {
    return this;
  }

  toString(): string {
    return '<ExecutorMapSync object>';
  }
}
