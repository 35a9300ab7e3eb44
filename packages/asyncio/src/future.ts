// Long because it is the life of one object, and of those who wait for it.

import { RuntimeError, repr } from '@prac/exceptions';
import { type Context, currentContext } from './context-var.ts';
import { CancelledError, InvalidStateError } from './errors.ts';
import { runCallback } from './handle.ts';
import { addToAwaitedBy } from './internal/awaited-by.ts';
import { nameOf } from './internal/names.ts';
import { type Neglect, neglected, wasSeen } from './internal/neglected.ts';
import { type Runnable, scheduler } from './internal/scheduler.ts';
import { isAwait, Waiter, type WaitingTask } from './internal/waiter.ts';
import { travels } from './internal/world.ts';

/*
 *   PENDING ── setResult(), setException() ──> FINISHED
 *      └────── cancel() ─────────────────────> CANCELLED
 *
 * Those who wait, and callbacks, are put into the loop's queue when it is done, in the order in which they came. To await a future that is done
 * takes no way through the queue: as in CPython.
 *
 * `await future` calls `then()`: that is how a task is known to wait, and for what.
 */
export const PENDING = 0;
export const CANCELLED = 1;
export const FINISHED = 2;

/** How something is cancelled. */
export interface CancelOptions {
  /** The message of the `CancelledError`. */
  readonly msg?: string | null | undefined;
}

/** As in the type of a promise: who handles a rejection says of what type it is. */
// biome-ignore lint/suspicious/noExplicitAny: as in lib.es5.d.ts
export type OnRejected<B> = ((reason: any) => B | PromiseLike<B>) | null | undefined;

/** Those whose texts are being made: they may wait for each other. */
const written = new Set<object>();

const BRAND: unique symbol = Symbol.for('prac.asyncio.future') as never;

/**
 * A result that is still to come, of the thread's event loop.
 *
 * Python: `asyncio.Future`. Unlike `Future` of `@prac/futures` its `result()` never waits: `await` it.
 *
 * @example
 * import { Future, run, sleep } from '@prac/asyncio';
 * await run(async () => {
 *   const future = new Future<number>();
 *   future.addDoneCallback((done) => console.log(String(done)));
 *   future.setResult(42);
 *   console.log(await future); // 42
 *   await sleep(0); // <Future finished result=42>
 * });
 */
export class Future<T = unknown> implements PromiseLike<T> {
  /** So that it may stand where a promise is wanted. */
  declare readonly [Symbol.toStringTag]: string;
  /** @internal */
  state: number = PENDING;
  /** @internal */
  value: T | undefined = undefined;
  /** @internal */
  error: unknown = undefined;
  /** @internal */
  isFailed = false;
  /** @internal */
  cancelMessage: string | undefined = undefined;
  /** Those who wait, and callbacks. @internal */
  waiting: Runnable | Runnable[] | undefined = undefined;
  /** Others that wait for it, but not by awaiting it: a gathering, the task that runs a group. @internal */
  awaitedBy: Future | Set<Future> | undefined = undefined;
  /** Only who awaits it has it: it is of no use when that has ended. @internal */
  readonly isPrivate: boolean = false;
  /** Nobody has asked for what went wrong. @internal */
  neglect: Neglect | undefined = undefined;

  /** Whether it has a result, or an exception, or was cancelled. */
  done(): boolean {
    return this.state !== PENDING;
  }

  cancelled(): boolean {
    return this.state === CANCELLED;
  }

  /**
   * The result. It does not wait.
   *
   * @throws What is its exception. {CancelledError} if it was cancelled. {InvalidStateError} if it is not done.
   */
  result(): T {
    if (this.state === PENDING) throw new InvalidStateError('Result is not set.');
    if (this.state === CANCELLED) throw this.cancelledError();
    if (!this.isFailed) return this.value as T;
    wasSeen(this);
    throw this.error;
  }

  /**
   * The exception; `null` if there is none. It does not wait.
   *
   * @throws {CancelledError} if it was cancelled. {InvalidStateError} if it is not done.
   */
  exception(): unknown {
    if (this.state === PENDING) throw new InvalidStateError('Exception is not set.');
    if (this.state === CANCELLED) throw this.cancelledError();
    wasSeen(this);
    return this.isFailed ? this.error : null;
  }

  /** @throws {InvalidStateError} if it is done. */
  setResult(...[result]: undefined extends T ? [result?: T] : [result: T]): void {
    this.checkOpen();
    this.finish(result as T);
  }

  /** @param exception - An error, or the class of one. @throws {InvalidStateError} if it is done. */
  setException(exception: unknown): void {
    this.checkOpen();
    if (exception === undefined || exception === null)
      throw new TypeError(`Expected an exception, got ${repr(exception)}`);
    this.fail(typeof exception === 'function' ? new (exception as new () => unknown)() : exception);
  }

  /**
   * Cancels it: whoever waits gets a `CancelledError`.
   *
   * @returns `false` if it is done.
   */
  cancel(options?: string | CancelOptions | null): boolean {
    return this.stop(messageOf(options));
  }

  /** Has a function called, by the loop, when it is done; soon, if it is. */
  addDoneCallback(fn: (future: this) => unknown, options?: { readonly context?: Context | null } | null): void {
    if (typeof fn !== 'function') throw new TypeError(`Expected a function, got ${repr(fn)}`);
    this.add(new DoneCallback(this, fn as (future: never) => unknown, options?.context ?? currentContext().copy()));
  }

  /** The same for what is ours: it needs no context. @internal */
  whenDone(fn: (future: Future) => void): void {
    this.add(new Follow(this as Future, fn));
  }

  /** @returns How many there were. */
  removeDoneCallback(fn: (future: never) => unknown): number {
    const isIt = (it: Runnable): boolean => it instanceof DoneCallback && it.fn === fn;
    const { waiting } = this;
    if (waiting === undefined) return 0;
    if (!Array.isArray(waiting)) {
      if (!isIt(waiting)) return 0;
      this.waiting = undefined;
      return 1;
    }
    const before = waiting.length;
    for (let at = waiting.findIndex(isIt); at >= 0; at = waiting.findIndex(isIt)) waiting.splice(at, 1);
    const removed = before - waiting.length;
    if (waiting.length === 0) this.waiting = undefined;
    return removed;
  }

  // biome-ignore lint/suspicious/noThenProperty: it is awaited, as a promise is
  then<A = T, B = never>(
    onfulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onrejected?: OnRejected<B>,
  ): Promise<A | B> {
    if (!isAwait(onfulfilled, onrejected)) return this.#chained((promise) => promise.then(onfulfilled, onrejected));
    const task = scheduler.current as WaitingTask | null;
    const waiter = new Waiter(this as Future, task, onfulfilled as never, onrejected as never);
    if (this.state !== PENDING) waiter.deliver();
    else {
      this.push(waiter);
      task?.waits(waiter);
    }
    return undefined as never; // `await` does not look at it
  }

  catch<B = never>(onrejected?: OnRejected<B>): Promise<T | B> {
    return this.#chained((promise) => promise.catch(onrejected));
  }

  finally(onfinally?: (() => void) | null): Promise<T> {
    return this.#chained((promise) => promise.finally(onfinally));
  }

  /** What the program makes of it. A task waits for it when it awaits that, and cancels both. */
  #chained<R>(chain: (promise: Promise<T>) => Promise<R>): Promise<R> {
    const promise = new Promise<T>((resolve, reject) => {
      const waiter = new Waiter(this as Future, null, resolve, reject);
      if (this.state === PENDING) this.push(waiter);
      else waiter.deliver();
    });
    const chained = new Chained(chain(promise), this);
    if (this.state === PENDING) addToAwaitedBy(this as Future, chained as Future);
    return chained as unknown as Promise<R>;
  }

  /** For tasks that are generators: `yield* future`. */
  [Symbol.iterator](): Generator<Future<unknown>, T, unknown> {
    return new Asked(this) as unknown as Generator<Future<unknown>, T, unknown>;
  }

  toString(): string {
    if (written.has(this)) return '...';
    written.add(this);
    try {
      return `<${this.title} ${this.info().join(' ')}>`;
    } finally {
      written.delete(this);
    }
  }

  /** What it is called in texts. @internal */
  get title(): string {
    return this.constructor.name;
  }

  /** What is said of it in texts. @internal */
  info(): string[] {
    return [stateText(this), ...waitersText(this)];
  }

  /** @internal */
  checkOpen(): void {
    if (this.state !== PENDING) throw new InvalidStateError(`invalid state: ${this}`);
  }

  /** @internal */
  finish(value: T): void {
    this.value = value;
    this.state = FINISHED;
    this.wakeAll();
  }

  /** @internal */
  fail(error: unknown): void {
    this.error = error;
    this.isFailed = true;
    this.state = FINISHED;
    this.wakeAll();
    neglected(this);
  }

  /** @internal */
  stop(message: string | undefined): boolean {
    if (this.state !== PENDING) return false;
    this.state = CANCELLED;
    this.cancelMessage = message;
    this.wakeAll();
    return true;
  }

  /** @internal */
  cancelledError(): CancelledError {
    return new CancelledError(this.cancelMessage);
  }

  /** @internal */
  add(runnable: Runnable): void {
    if (this.state !== PENDING) scheduler.schedule(runnable);
    else this.push(runnable);
  }

  /** @internal */
  push(runnable: Runnable): void {
    const { waiting } = this;
    if (waiting === undefined) this.waiting = runnable;
    else if (Array.isArray(waiting)) waiting.push(runnable);
    else this.waiting = [waiting, runnable];
  }

  /** @internal */
  wakeAll(): void {
    const { waiting } = this;
    if (waiting === undefined) return;
    this.waiting = undefined;
    if (Array.isArray(waiting)) for (const runnable of waiting) scheduler.schedule(runnable);
    else scheduler.schedule(waiting);
  }
}

Object.defineProperties(Future.prototype, {
  [BRAND]: { value: true },
  // A promise resolver takes any thenable; some libraries look at this.
  [Symbol.toStringTag]: { value: 'Future', configurable: true },
  [Symbol.for('nodejs.util.inspect.custom')]: {
    value(this: Future) {
      return String(this);
    },
    configurable: true,
    writable: true,
  },
});

/** Whether it is a {@link Future}, a `Task` for example; of any copy of this package. Python: `asyncio.isfuture`. */
export function isFuture(value: unknown): value is Future {
  return typeof value === 'object' && value !== null && BRAND in value;
}

/** @internal */
export function messageOf(options: string | CancelOptions | null | undefined): string | undefined {
  return (typeof options === 'object' ? options?.msg : options) ?? undefined;
}

/** Is made of what a promise becomes. @internal */
export class Follower<T> extends Future<T> {
  /** @param isCancelled - Whether what it was rejected with is that somebody has cancelled it. */
  constructor(promise: PromiseLike<T>, isCancelled: (error: unknown) => boolean) {
    super();
    promise.then(
      (value) => this.done() || this.finish(value),
      (error: unknown) => {
        if (this.done()) return;
        if (isCancelled(error)) super.stop((error as Error).message || undefined);
        else this.fail(error);
      },
    );
  }

  override get title(): string {
    return 'Future';
  }
}

class Chained<T> extends Follower<T> {
  readonly #source: Future<never>;

  constructor(promise: PromiseLike<T>, source: object) {
    super(promise, (error) => error instanceof CancelledError);
    this.#source = source as Future<never>;
  }

  /** It is cancelled when what it waits for is. */
  override stop(message: string | undefined): boolean {
    if (this.state !== PENDING) return false;
    return this.#source.stop(message) || super.stop(message);
  }
}

/** What a lock, a queue and the like has a task wait for: nobody else has it. @internal */
export class Wait extends Future<void> {
  override readonly isPrivate: boolean = true;

  override get title(): string {
    return 'Future';
  }
}

class Follow implements Runnable {
  readonly #future: Future;
  readonly #fn: (future: Future) => void;

  constructor(future: Future, fn: (future: Future) => void) {
    this.#future = future;
    this.#fn = fn;
  }

  run(): void {
    const before = scheduler.override;
    scheduler.override = null; // it is no task's
    try {
      this.#fn(this.#future);
    } finally {
      scheduler.override = before;
    }
  }
}

class DoneCallback implements Runnable {
  readonly #future: Future<never>;
  readonly fn: (future: never) => unknown;
  readonly #context: Context;

  constructor(future: object, fn: (future: never) => unknown, context: Context) {
    this.#future = future as Future<never>;
    this.fn = fn;
    this.#context = context;
  }

  run(): void {
    runCallback(this.#context, () => this.fn(this.#future as never), {});
  }
}

/** What a generator gets that asks for a future. */
class Asked<T> {
  readonly #future: Future<T>;
  #isAsked = false;

  constructor(future: Future<T>) {
    this.#future = future;
  }

  next(): IteratorResult<Future<T>, T> {
    if (this.#future.done()) return { done: true, value: this.#future.result() };
    if (this.#isAsked) throw new RuntimeError("await wasn't used with future");
    this.#isAsked = true;
    return { done: false, value: this.#future };
  }

  throw(error: unknown): never {
    throw error;
  }

  return(value: T): IteratorResult<never, T> {
    return { done: true, value };
  }

  [Symbol.iterator](): this {
    return this;
  }
}

function stateText(future: Future<unknown>): string {
  if (future.state === PENDING) return 'pending';
  if (future.state === CANCELLED) return 'cancelled';
  return future.isFailed ? `finished exception=${safeRepr(future.error)}` : `finished result=${safeRepr(future.value)}`;
}

/** What it runs of others' code may fail. */
function safeRepr(value: unknown): string {
  try {
    return repr(value);
  } catch {
    return `<unprintable ${typeof value} object>`;
  }
}

function waitersText({ waiting }: Future<unknown>): string[] {
  if (waiting === undefined) return [];
  const names = [waiting]
    .flat()
    .map((it) => (it instanceof DoneCallback ? `${nameOf(it.fn)}()` : 'Task.task_wakeup()'));
  return [`cb=[${names.join(', ')}]`];
}

travels('Future', Future);
travels('isFuture', isFuture);
