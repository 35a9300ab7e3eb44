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

type Handler = (value: never) => unknown;

/** What `await future` leaves behind: who is to go on. */
export class Waiter implements Runnable {
  readonly future: Future;
  /** Who waits; `null` for who is no task. */
  readonly task: WaitingTask | null;
  readonly #onfulfilled: Handler;
  readonly #onrejected: Handler;
  /** When its task began to wait: how often it had been woken by then. */
  since = 0;

  /** The handlers throw nothing: they are those of a promise. */
  constructor(future: Future, task: WaitingTask | null, onfulfilled: Handler, onrejected: Handler) {
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
          this.#onrejected(task.takeCancel() as never);
          return;
        }
      }
    }
    this.deliver();
  }

  deliver(): void {
    const { future } = this;
    if (future.state === FINISHED && !future.isFailed) this.#onfulfilled(future.value as never);
    else if (future.state === FINISHED) {
      wasSeen(future);
      this.#onrejected(future.error as never);
    } else this.#onrejected(future.cancelledError() as never);
  }
}

/** A waiter that is put into the queue at once: one way through it, and no more. */
export function waitOneTurn(waiter: Waiter, task: WaitingTask | null): void {
  scheduler.schedule(waiter);
  task?.waits(waiter);
}

const sourceOf = Function.prototype.toString;

/** Whether it is `await` that calls `then`, and not the program: with functions of the engine's own, both of them. */
export function isAwait(onfulfilled: unknown, onrejected: unknown): boolean {
  return typeof onfulfilled === 'function' && isOfEngine(onrejected);
}

function isOfEngine(fn: unknown): boolean {
  return typeof fn === 'function' && fn.length === 1 && sourceOf.call(fn) === NATIVE && fn.name === '';
}

const NATIVE = 'function () { [native code] }';
