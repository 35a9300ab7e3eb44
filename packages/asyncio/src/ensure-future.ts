import { repr } from '@prac/exceptions';
import { Coroutine, isGenerator } from './coroutine.ts';
import { Follower, type Future, isFuture } from './future.ts';
import { travels } from './internal/world.ts';
import { type CoroutineLike, createTask } from './task.ts';

/** What can be waited for: futures, and what a task can be made of; foreign promises, which cannot be cancelled. */
export type Waitable<T> = PromiseLike<T> | CoroutineLike<T>;

/** What comes of it. */
export type Outcome<W> =
  W extends PromiseLike<infer T>
    ? T
    : W extends (...args: never[]) => infer R
      ? R extends Generator<unknown, infer T, unknown>
        ? T
        : Awaited<R>
      : W extends Generator<unknown, infer T, unknown>
        ? T
        : never;

/**
 * A future for anything that can be waited for: itself, if it is one; a task, for a coroutine or a function; else one that is done when the
 * promise is.
 *
 * Python: `asyncio.ensure_future`.
 */
export function ensureFuture<const W extends Waitable<unknown>>(waitable: W): Future<Outcome<W>> {
  if (isFuture(waitable)) return waitable as Future<Outcome<W>>;
  if (typeof waitable === 'function' || waitable instanceof Coroutine || isGenerator(waitable))
    return createTask(waitable as CoroutineLike<Outcome<W>>);
  return wrapFuture(waitable as PromiseLike<Outcome<W>>);
}

/**
 * A future that is done when another thing is: a future of an executor of `@prac/futures`, which is cancelled with it, or any promise.
 *
 * Python: `asyncio.wrap_future`.
 */
export function wrapFuture<T>(other: PromiseLike<T>): Future<T> {
  if (isFuture(other)) return other as Future<T>;
  if (typeof (other as Partial<PromiseLike<T>> | null)?.then !== 'function')
    throw new TypeError(`An asyncio.Future, a coroutine or an awaitable is required, got ${repr(other)}`);
  return new Wrapped<T>(other);
}

interface Cancellable {
  cancel(): unknown;
  cancelled(): boolean;
}

class Wrapped<T> extends Follower<T> {
  readonly #other: PromiseLike<T>;

  constructor(other: PromiseLike<T>) {
    super(other, () => isCancellable(other) && other.cancelled());
    this.#other = other;
  }

  override stop(message: string | undefined): boolean {
    if (!super.stop(message)) return false;
    if (isCancellable(this.#other)) this.#other.cancel();
    return true;
  }
}

function isCancellable(value: unknown): value is Cancellable {
  const it = value as Partial<Cancellable>;
  return typeof it.cancel === 'function' && typeof it.cancelled === 'function';
}

/**
 * Waits for foreign work that knows of signals: cancelling the task that awaits it aborts the work.
 *
 * @param fn - Begins the work, and hands the signal on.
 * @example
 * import { abortable, createTask, run, sleep } from '@prac/asyncio';
 * import { setTimeout } from 'node:timers/promises';
 * await run(async () => {
 *   const task = createTask(() => abortable((signal) => setTimeout(3_600_000, 'late', { signal })));
 *   await sleep(0);
 *   task.cancel();
 *   console.log(await task.catch((error) => error.name)); // CancelledError
 * });
 */
export function abortable<T>(fn: (signal: AbortSignal) => PromiseLike<T>): Future<T> {
  const controller = new AbortController();
  return new Abortable<T>(fn(controller.signal), controller);
}

class Abortable<T> extends Follower<T> {
  readonly #controller: AbortController;

  constructor(work: PromiseLike<T>, controller: AbortController) {
    super(work, () => false);
    this.#controller = controller;
  }

  override stop(message: string | undefined): boolean {
    if (!super.stop(message)) return false;
    this.#controller.abort(this.cancelledError());
    return true;
  }
}

travels('abortable', abortable);
travels('ensureFuture', ensureFuture);
travels('wrapFuture', wrapFuture);
