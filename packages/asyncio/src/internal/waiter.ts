import { FINISHED, type Future } from '../future.ts';
import { wasSeen } from './neglected.ts';
import { type Runnable, scheduler } from './scheduler.ts';

/** A task, as far as those know it that it waits with. */
export interface WaitingTask {
  /** It is to be cancelled at its next wait. */
  readonly isToBeCancelled: boolean;
  /** By what may have been left over of an earlier wait. */
  readonly isCancelUncertain: boolean;
  done(): boolean;
  waits(waiter: Waiter): void;
  waitIsOver(waiter: Waiter): void;
  /** It goes on: its step begins. */
  begins(): void;
  takeCancel(): unknown;
}

const NOT_YET = 0;
const FULFILLED = 1;
const REJECTED = 2;

/**
 * What `await future` leaves behind: who is to go on. It is also what `future.then(…)` returns, and becomes a promise when somebody asks for
 * more than that.
 */
export class Waiter implements Runnable, PromiseLike<unknown> {
  readonly future: Future;
  /** Who waits; `null` for who is no task. */
  readonly task: WaitingTask | null;
  readonly #onfulfilled: ((value: unknown) => unknown) | null | undefined;
  readonly #onrejected: ((reason: unknown) => unknown) | null | undefined;
  #promise: PromiseWithResolvers<unknown> | undefined;
  #outcome: unknown;
  #state = NOT_YET;
  /** When its task began to wait: how often it had been woken by then. */
  since = 0;

  constructor(
    future: Future,
    task: WaitingTask | null,
    onfulfilled: ((value: unknown) => unknown) | null | undefined,
    onrejected: ((reason: unknown) => unknown) | null | undefined,
  ) {
    this.future = future;
    this.task = task;
    this.#onfulfilled = onfulfilled;
    this.#onrejected = onrejected;
  }

  run(): void {
    const { task } = this;
    if (task !== null) {
      task.waitIsOver(this);
      if (!task.done()) {
        task.begins();
        if (task.isToBeCancelled && !task.isCancelUncertain) {
          this.#settle(this.#onrejected, task.takeCancel(), false);
          return;
        }
      }
    }
    this.deliver();
  }

  deliver(): void {
    const { future } = this;
    if (future.state === FINISHED && !future.isFailed) this.#settle(this.#onfulfilled, future.value, true);
    else if (future.state === FINISHED) {
      wasSeen(future);
      this.#settle(this.#onrejected, future.error, false);
    } else this.#settle(this.#onrejected, future.cancelledError(), false);
  }

  #settle(handler: ((value: never) => unknown) | null | undefined, value: unknown, isFulfilled: boolean): void {
    try {
      if (typeof handler === 'function') {
        this.#outcome = handler(value as never);
        this.#state = FULFILLED;
      } else {
        this.#outcome = value;
        this.#state = isFulfilled ? FULFILLED : REJECTED;
      }
    } catch (error) {
      this.#outcome = error;
      this.#state = REJECTED;
    }
    if (this.#promise !== undefined) this.#tell(this.#promise);
    else if (this.#state === REJECTED) queueMicrotask(() => this.#rejectUnheard());
  }

  /** As a promise that nobody handles does. */
  #rejectUnheard(): void {
    if (this.#promise === undefined) void Promise.reject(this.#outcome);
  }

  #tell({ resolve, reject }: PromiseWithResolvers<unknown>): void {
    if (this.#state === FULFILLED) resolve(this.#outcome);
    else reject(this.#outcome);
  }

  get #asked(): Promise<unknown> {
    if (this.#promise === undefined) {
      this.#promise = Promise.withResolvers();
      if (this.#state !== NOT_YET) this.#tell(this.#promise);
    }
    return this.#promise.promise;
  }

  // biome-ignore lint/suspicious/noThenProperty: it is awaited, as a promise is
  then<A = unknown, B = never>(
    onfulfilled?: ((value: unknown) => A | PromiseLike<A>) | null,
    onrejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#asked.then(onfulfilled, onrejected);
  }

  catch<B = never>(onrejected?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<unknown> {
    return this.#asked.catch(onrejected);
  }

  finally(onfinally?: (() => void) | null): Promise<unknown> {
    return this.#asked.finally(onfinally);
  }
}

/** A waiter that is put into the queue at once: one way through it, and no more. */
export function waitOneTurn(waiter: Waiter, task: WaitingTask | null): void {
  scheduler.schedule(waiter);
  task?.waits(waiter);
}
