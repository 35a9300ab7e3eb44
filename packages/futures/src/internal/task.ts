import { type Job, type Limits, limitsOf } from '@prac/pool/engine';
import { Future, type FutureOwner } from '../future.ts';
import type { TaskOptions } from '../pool-executor.ts';
import type { BlockingWait } from './blocking.ts';
import { TimeCounter } from './statistics.ts';

/** What an executor counts, and what its tasks have to know of it. */
export class Books {
  /** Those that nobody has begun with. */
  readonly queued: Set<Future<unknown>> = new Set();
  readonly waitTime: TimeCounter = new TimeCounter();
  readonly runTime: TimeCounter = new TimeCounter();
  running = 0;
  finished = 0;
  /** How a blocked thread waits for a task. */
  readonly wait: BlockingWait;
  /** What an error of a task becomes. @param isRemote - It was thrown in the worker. */
  readonly raised: (error: unknown, isRemote: boolean) => unknown;

  constructor(wait: BlockingWait, raised: (error: unknown, isRemote: boolean) => unknown) {
    this.wait = wait;
    this.raised = raised;
  }
}

/** A task, as the engine knows it, and what its future belongs to: one object for both, since there may be many. */
export class Task<T> implements Job, FutureOwner {
  readonly future: Future<T>;
  fn: Job['fn'];
  readonly style: number;
  args: readonly unknown[];
  readonly limits: Limits | undefined;
  transfer: Job['transfer'];
  readonly #books: Books;
  readonly #submittedAt = performance.now();
  #begunAt = 0;

  constructor(books: Books, fn: Job['fn'], style: number, args: readonly unknown[], options: TaskOptions | undefined) {
    this.#books = books;
    this.fn = fn;
    this.style = style;
    this.args = args;
    this.transfer = options?.transfer ?? undefined;
    this.future = new Future<T>(this);
    books.queued.add(this.future);
    this.limits = options && limitsOf(options, (reason) => this.settle(false, reason));
  }

  get wait(): BlockingWait {
    return this.#books.wait;
  }

  cancelled(): void {
    this.#books.queued.delete(this.future);
    this.#forget();
    this.future.setRunningOrNotifyCancel();
  }

  begin(): boolean {
    const { future } = this;
    if (future.done()) {
      this.limits?.settled();
      return false;
    }
    if (future.running()) return true;
    const books = this.#books;
    books.queued.delete(future);
    books.running++;
    this.#begunAt = performance.now();
    books.waitTime.add(this.#begunAt - this.#submittedAt);
    return future.setRunningOrNotifyCancel();
  }

  settle(isDone: boolean, value: unknown, isRemote = false): void {
    const { future } = this;
    this.limits?.settled();
    if (future.done()) return;
    if (!future.running() && !this.begin()) return;
    const books = this.#books;
    this.#forget();
    books.running--;
    books.finished++;
    books.runTime.add(performance.now() - this.#begunAt);
    if (isDone) future.setResult(value as T);
    else future.setException(books.raised(value, isRemote));
  }

  /** Whoever has the future need not keep what it was made from. */
  #forget(): void {
    this.fn = forgotten;
    this.args = [];
    this.transfer = undefined;
  }
}

function forgotten(): void {}
