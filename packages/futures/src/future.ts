// Long because it is the life of one object.
import { inspect } from 'node:util';
import { addressOf, RuntimeError, repr, TimeoutError } from '@prac/exceptions';
import { currentTask, now, type Steps, suspend, type Waitable, waitLimits } from '@prac/park';
import type { WaitOptions, WaitSyncOptions } from '@prac/sync';
import { CancelledError, InvalidStateError } from './errors.ts';
import { type BlockingWait, blockUntil } from './internal/blocking.ts';
import { typeName } from './internal/type-name.ts';
import { travels } from './internal/world.ts';

/*
 *   PENDING ── setRunningOrNotifyCancel() ──> RUNNING ── setResult(), setException() ──> FINISHED
 *      └── cancel() ──> CANCELLED ── setRunningOrNotifyCancel() ──> CANCELLED, and who waits for several is told
 *
 * A future is of the thread that has made it: results come there, and callbacks run there, in the order in which they were added.
 */
const PENDING = 0;
const RUNNING = 1;
const CANCELLED = 2;
const NOTIFIED = 3;
const FINISHED = 4;
const NAMES = ['PENDING', 'RUNNING', 'CANCELLED', 'CANCELLED_AND_NOTIFIED', 'FINISHED'] as const;

/** What an executor has to do with its futures. @internal */
export interface FutureOwner {
  /** How a blocked thread waits for them. */
  readonly wait: BlockingWait;
  /** One was cancelled: nobody is to begin with it. */
  cancelled(): void;
}

/**
 * A result that is still to come. It can be awaited.
 *
 * Executors make them. Whoever makes one itself sets its result: `setRunningOrNotifyCancel()`, then `setResult()` or `setException()`.
 *
 * What is thrown waits until somebody asks: nothing is reported if nobody does.
 *
 * Python: `concurrent.futures.Future`.
 *
 * @example
 * import { Future } from '@prac/futures';
 * const future = new Future<number>();
 * future.addDoneCallback((done) => console.log(String(done))); // <Future at 0x1 state=finished returned int>
 * future.setResult(42);
 * console.log(await future); // 42
 */
export class Future<T = unknown> implements PromiseLike<T> {
  #state = PENDING;
  #result: T | undefined;
  #exception: unknown;
  #isFailed = false;
  #callbacks: ((future: never) => unknown)[] | undefined;
  /** Are called when it is done, or was cancelled; and again when whoever was to begin with it has noticed that. */
  #watchers: Set<() => void> | undefined;
  /** Of all who wait without limits. */
  #promise: Promise<T> | undefined;
  #settle: (() => void) | undefined;
  readonly #owner: FutureOwner | undefined;

  /** @internal */
  constructor(owner?: FutureOwner) {
    this.#owner = owner;
  }

  /**
   * Cancels it, if nobody has begun with it.
   *
   * @returns `false` if it is running, or done.
   */
  cancel(): boolean {
    if (this.#state === RUNNING || this.#state === FINISHED) return false;
    if (this.#state !== PENDING) return true;
    this.#state = CANCELLED;
    this.#owner?.cancelled();
    this.#end();
    return true;
  }

  /** Whether it was cancelled. */
  cancelled(): boolean {
    return this.#state === CANCELLED || this.#state === NOTIFIED;
  }

  /** Whether somebody has begun with it, and has not finished. */
  running(): boolean {
    return this.#state === RUNNING;
  }

  /** Whether it was cancelled, or has finished. */
  done(): boolean {
    return this.#state >= CANCELLED;
  }

  /**
   * Waits for the result.
   *
   * Cancellation: an aborted call leaves no trace; the work goes on.
   *
   * @param options - Time limit in seconds, or options.
   * @throws What was thrown. {CancelledError} if it was cancelled. {TimeoutError} if the time was up first.
   */
  result(options?: number | WaitOptions | null): Promise<T> {
    // Without limits, and outside of tasks, which may be cancelled, there is nothing but the end to wait for.
    return options == null && currentTask() === undefined ? this.#promised() : this.#limited(options);
  }

  /**
   * Blocking form of {@link result}.
   *
   * @throws {RuntimeError} if it is of no executor, is not done, and there is no time limit: nobody could finish it.
   */
  resultSync(options?: number | WaitSyncOptions | null): T {
    this.#block(options);
    return this.#outcome();
  }

  /**
   * Waits for what was thrown.
   *
   * @returns `null` if there is a result.
   * @throws {CancelledError} if it was cancelled. {TimeoutError} if the time was up first.
   */
  async exception(options?: number | WaitOptions | null): Promise<unknown> {
    if (!this.done()) await this.#untilDone(options);
    return this.#thrown();
  }

  /** Blocking form of {@link exception}. */
  exceptionSync(options?: number | WaitSyncOptions | null): unknown {
    this.#block(options);
    return this.#thrown();
  }

  /**
   * Has a function called with this future when it is done; now, if it is. What it throws is written to stderr.
   */
  addDoneCallback(fn: (future: this) => unknown): void {
    if (typeof fn !== 'function') throw new TypeError(`Expected a function, got ${repr(fn)}`);
    if (this.done()) this.#call(fn);
    else if (this.#callbacks === undefined) this.#callbacks = [fn];
    else this.#callbacks.push(fn);
  }

  /**
   * Somebody is about to begin with it: for executors, and tests.
   *
   * @returns `false` if it was cancelled: it is not to be begun with.
   * @throws {RuntimeError} if somebody has begun with it.
   */
  setRunningOrNotifyCancel(): boolean {
    if (this.#state === PENDING) {
      this.#state = RUNNING;
      return true;
    }
    if (this.#state === CANCELLED) {
      this.#state = NOTIFIED;
      this.#tell();
      return false;
    }
    console.error(`Future ${addressOf(this)} in unexpected state: ${NAMES[this.#state]}`);
    throw new RuntimeError('Future in unexpected state');
  }

  /** For executors, and tests. @throws {InvalidStateError} if it is done. */
  setResult(result: T): void {
    this.#checkOpen();
    this.#result = result;
    this.#state = FINISHED;
    this.#end();
  }

  /** For executors, and tests. @throws {InvalidStateError} if it is done. */
  setException(exception: unknown): void {
    this.#checkOpen();
    this.#exception = exception;
    this.#isFailed = true;
    this.#state = FINISHED;
    this.#end();
  }

  // biome-ignore lint/suspicious/noThenProperty: it is awaited, as a promise is
  then<A = T, B = never>(
    onfulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onrejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.result().then(onfulfilled, onrejected);
  }

  toString(): string {
    return `<${this.constructor.name} at ${addressOf(this)} state=${this.#text()}>`;
  }

  /** Whether whoever waits for several takes it for done. @internal */
  get isSettled(): boolean {
    return this.#state >= NOTIFIED;
  }

  /** How a blocked thread waits for it. @internal */
  get blockingWait(): BlockingWait | undefined {
    return this.#owner?.wait;
  }

  /** @internal */
  watch(callback: () => void): void {
    this.#watchers ??= new Set();
    this.#watchers.add(callback);
  }

  /** @internal */
  unwatch(callback: () => void): void {
    this.#watchers?.delete(callback);
  }

  #text(): string {
    if (this.#state !== FINISHED) return (NAMES[this.cancelled() ? CANCELLED : this.#state] as string).toLowerCase();
    return this.#isFailed
      ? `finished raised ${typeName(this.#exception)}`
      : `finished returned ${typeName(this.#result)}`;
  }

  #checkOpen(): void {
    if (this.done()) throw new InvalidStateError(`${NAMES[this.#state]}: ${this}`);
  }

  #end(): void {
    this.#settle?.();
    this.#tell();
    const callbacks = this.#callbacks;
    this.#callbacks = undefined;
    if (callbacks !== undefined) for (const fn of callbacks) this.#call(fn);
  }

  #tell(): void {
    if (this.#watchers !== undefined) for (const watcher of [...this.#watchers]) watcher();
  }

  #call(fn: (future: never) => unknown): void {
    const tell = (error: unknown): void => console.error(`exception calling callback for ${this}\n${inspect(error)}`);
    try {
      const result = fn(this as never) as PromiseLike<unknown> | undefined;
      if (typeof result?.then === 'function') result.then(undefined, tell);
    } catch (error) {
      tell(error);
    }
  }

  #outcome(): T {
    if (this.cancelled()) throw new CancelledError();
    if (this.#isFailed) throw this.#exception;
    return this.#result as T;
  }

  #thrown(): unknown {
    if (this.cancelled()) throw new CancelledError();
    return this.#isFailed ? this.#exception : null;
  }

  #promised(): Promise<T> {
    this.#promise ??= new Promise((resolve, reject) => {
      const settle = (): void => {
        if (this.#state === FINISHED && !this.#isFailed) resolve(this.#result as T);
        else reject(this.#isFailed ? this.#exception : new CancelledError());
      };
      if (this.done()) settle();
      else this.#settle = settle;
    });
    return this.#promise;
  }

  async #limited(options: number | WaitOptions | null | undefined): Promise<T> {
    if (!this.done()) await this.#untilDone(options);
    return this.#outcome();
  }

  #untilDone(options: number | WaitOptions | null | undefined): Promise<void> {
    const limits = waitLimits(options, 'async');
    return suspend(this.#steps(limits.deadline), limits);
  }

  *#steps(deadline: number): Steps<void> {
    const done: Waitable = {
      blocker: null,
      watch: (callback) => this.watch(callback),
      unwatch: (callback) => this.unwatch(callback),
    };
    while (!this.done()) {
      if (now() >= deadline) throw new TimeoutError();
      yield { on: [done], deadline };
    }
  }

  #block(options: number | WaitSyncOptions | null | undefined): void {
    const { deadline } = waitLimits(options, 'sync');
    const wait = this.#owner?.wait;
    blockUntil(new Set(wait === undefined ? [] : [wait]), () => this.done(), deadline);
    if (!this.done()) throw new TimeoutError();
  }
}

travels('Future', Future);
Object.defineProperties(Future.prototype, {
  [Symbol.for('prac.pickle.reduce')]: {
    value: ({ refuse }: { refuse(reason: string, advice?: string): never }) =>
      refuse('a Future is of the thread that has made it', 'send its result'),
    configurable: true,
    writable: true,
  },
  [Symbol.for('nodejs.util.inspect.custom')]: {
    value(this: Future) {
      return String(this);
    },
    configurable: true,
    writable: true,
  },
});
