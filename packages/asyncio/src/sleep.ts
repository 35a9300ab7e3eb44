import { repr, ValueError } from '@prac/exceptions';
import { FINISHED, Future, type OnRejected, PENDING } from './future.ts';
import { nextSerial } from './handle.ts';
import { scheduler } from './internal/scheduler.ts';
import type { Timed } from './internal/timers.ts';
import { isAwait, Waiter, type WaitingTask, waitOneTurn } from './internal/waiter.ts';
import { travels } from './internal/world.ts';

/** What can be awaited by async functions, and asked for by generators with `yield*`. */
export interface Awaitable<T> extends PromiseLike<T> {
  [Symbol.iterator](): Generator<unknown, T, unknown>;
}

/** It is done already, but who awaits it goes once through the queue. */
class Turn implements PromiseLike<undefined> {
  readonly #done = new Future<void>();

  constructor() {
    this.#done.state = FINISHED;
  }

  // biome-ignore lint/suspicious/noThenProperty: it is awaited, as a promise is
  then<A = undefined, B = never>(
    onfulfilled?: ((value: undefined) => A | PromiseLike<A>) | null,
    onrejected?: OnRejected<B>,
  ): Promise<A | B> {
    if (!isAwait(onfulfilled, onrejected))
      return new Promise<undefined>((resolve, reject) =>
        waitOneTurn(new Waiter(this.#done as Future, null, resolve as never, reject), null),
      ).then(onfulfilled, onrejected);
    const task = scheduler.current as WaitingTask | null;
    const waiter = new Waiter(this.#done as Future, task, onfulfilled as never, onrejected as never);
    waitOneTurn(waiter, task);
    return undefined as never; // `await` does not look at it
  }

  *[Symbol.iterator](): Generator<unknown, undefined, unknown> {
    yield null;
    return undefined;
  }
}

/** Everybody else who is ready has a turn. @internal */
export const turn: Awaitable<undefined> = new Turn();

class Sleep<T> extends Future<T> implements Timed {
  override readonly isPrivate: boolean = true;
  readonly due: number;
  readonly serial: number = nextSerial();
  readonly #result: T;

  constructor(due: number, result: T) {
    super();
    this.due = due;
    this.#result = result;
    scheduler.timers.add(this);
    scheduler.timersChanged();
  }

  get isCancelled(): boolean {
    return this.state !== PENDING;
  }

  run(): void {
    if (this.state === PENDING) this.finish(this.#result);
  }

  override stop(message: string | undefined): boolean {
    if (!super.stop(message)) return false;
    scheduler.timers.forget(this);
    scheduler.timersChanged();
    return true;
  }

  override get title(): string {
    return 'Future';
  }
}

/**
 * Waits for a time; others go on meanwhile.
 *
 * Python: `asyncio.sleep`. With 0 or less every task that is ready has a turn.
 *
 * @param delay - Seconds.
 * @param result - What it gives.
 * @throws {ValueError} if the delay is no number.
 */
export function sleep<T = void>(delay: number, result?: T): Awaitable<T> {
  if (typeof delay !== 'number') throw new TypeError(`Expected delay to be a number of seconds, got ${repr(delay)}`);
  if (Number.isNaN(delay)) throw new ValueError('Invalid delay: NaN (not a number)');
  if (delay > 0) return new Sleep<T>(scheduler.now() + delay, result as T);
  return (result === undefined ? turn : new TurnWith(result)) as Awaitable<T>;
}

/** The same with a result. */
class TurnWith<T> implements Awaitable<T> {
  readonly #result: T;

  constructor(result: T) {
    this.#result = result;
  }

  // biome-ignore lint/suspicious/noThenProperty: it is awaited, as a promise is
  then<A = T, B = never>(
    onfulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onrejected?: OnRejected<B>,
  ): Promise<A | B> {
    const waited = (async () => {
      await turn;
      return this.#result;
    })();
    return waited.then(onfulfilled, onrejected);
  }

  *[Symbol.iterator](): Generator<unknown, T, unknown> {
    yield null;
    return this.#result;
  }
}

travels('sleep', sleep);
