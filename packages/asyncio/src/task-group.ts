import { BaseExceptionGroup, RuntimeError, repr } from '@prac/exceptions';
import { Coroutine } from './coroutine.ts';
import { CancelledError, cancelOf } from './errors.ts';
import { Future } from './future.ts';
import { addToAwaitedBy, discardFromAwaitedBy } from './internal/awaited-by.ts';
import { callExceptionHandler } from './internal/exception-handler.ts';
import { isInterrupt } from './internal/interrupts.ts';
import { wasSeen } from './internal/neglected.ts';
import { driveHere } from './internal/nested.ts';
import { travels } from './internal/world.ts';
import { type CoroutineLike, createTask, currentTask, type Task, type TaskOptions } from './task.ts';

type Body<T> = (group: TaskGroup) => T | PromiseLike<T> | Generator<unknown, T, unknown>;

/*
 *   run(body) ── the body ends ──> waits for its tasks ── the last has ended ──> done, or an ExceptionGroup of what they have thrown
 *        └── a task fails: the others are cancelled, and the body, too (as if somebody had cancelled the parent: taken back at the end)
 */

/**
 * Tasks that end together: whoever runs the group waits for all of them, and if one fails the others are cancelled.
 *
 * Python: `asyncio.TaskGroup`. Python's `async with` is {@link TaskGroup.run} here: the end of an `await using` can neither see nor
 * replace an error.
 *
 * @example
 * import { run, sleep, TaskGroup } from '@prac/asyncio';
 * await run(async () => {
 *   const results = await TaskGroup.run(async (group) => {
 *     const [a, b] = [group.createTask(() => sleep(0.01, 1)), group.createTask(() => sleep(0.02, 2))];
 *     return [await a, await b];
 *   });
 *   console.log(results); // [ 1, 2 ]
 * });
 */
export class TaskGroup {
  readonly #tasks = new Set<Task<unknown>>();
  #errors: unknown[] = [];
  /** KeyboardInterrupt, SystemExit: it comes out alone. */
  #interrupt: { readonly error: unknown } | undefined;
  #parent: Task | undefined;
  #isExiting = false;
  #isAborting = false;
  #hasCancelledParent = false;
  /** Is done when the last task is. */
  #last: Future<void> | undefined;

  /** Runs a group, in the task that awaits it: `new TaskGroup().run(body)`. */
  static run<T>(body: Body<T>): Coroutine<T> {
    if (typeof body !== 'function') throw new TypeError(`Expected a function, got ${repr(body)}`);
    return new Coroutine<T>(() => new TaskGroup().run(body), []);
  }

  /**
   * Has a coroutine run as a task of the group.
   *
   * @throws {RuntimeError} if the group does not run, or has failed.
   */
  createTask<T>(coroutine: CoroutineLike<T>, options?: TaskOptions | null): Task<T> {
    const refusal = this.#refusal();
    if (refusal !== undefined) {
      if (coroutine instanceof Coroutine) coroutine.close(); // it will never be awaited
      throw new RuntimeError(`${this} ${refusal}`);
    }
    const task = createTask(coroutine, options);
    if (task.done()) this.#taskIsDone(task as Task<unknown>);
    else {
      this.#tasks.add(task as Task<unknown>);
      addToAwaitedBy(task as Future, this.#parent as Future);
      task.whenDone(this.#onDone);
    }
    return task;
  }

  /** Why it takes no more. */
  #refusal(): string | undefined {
    if (this.#parent === undefined) return 'has not been entered';
    if (this.#isExiting && this.#tasks.size === 0) return 'is finished';
    return this.#isAborting ? 'is shutting down' : undefined;
  }

  /** Cancels all its tasks, and lets whoever runs it go on. Python: 3.15's `TaskGroup.cancel`. */
  cancel(): void {
    if (this.#parent === undefined) throw new RuntimeError(`${this} has not been entered`);
    if (this.#isExiting && this.#tasks.size === 0) return;
    if (!this.#isAborting) this.#abort();
    if (this.#isExiting || this.#hasCancelledParent) return;
    this.#hasCancelledParent = true;
    this.#parent.cancel();
  }

  #abort(): void {
    this.#isAborting = true;
    for (const task of this.#tasks) if (!task.done()) task.cancel();
  }

  readonly #onDone = (task: unknown): void => this.#taskIsDone(task as Task<unknown>);

  #taskIsDone(task: Task<unknown>): void {
    this.#tasks.delete(task);
    discardFromAwaitedBy(task as Future, this.#parent as Future);
    if (this.#tasks.size === 0 && this.#last?.done() === false) this.#last.setResult();
    if (task.cancelled()) return;
    if (!task.isFailed) return;
    wasSeen(task);
    const { error } = task;
    this.#errors.push(error);
    if (isInterrupt(error)) this.#interrupt ??= { error };
    if (this.#parent!.done()) {
      const message = `Task ${task} has errored out but its parent task ${this.#parent} is already completed`;
      callExceptionHandler({ message, exception: error, task });
      return;
    }
    if (this.#isAborting || this.#hasCancelledParent) return;
    this.#abort();
    this.#hasCancelledParent = true;
    this.#parent!.cancel();
  }

  /**
   * Runs the body, and waits for its tasks.
   *
   * @throws {ExceptionGroup} of what has been thrown. {CancelledError} if who runs it was cancelled.
   */
  async run<T>(body: Body<T>): Promise<T> {
    if (this.#parent !== undefined) throw new RuntimeError(`${this} has already been entered`);
    const parent = currentTask();
    if (parent === null || parent.done()) throw new RuntimeError(`${this} cannot determine the parent task`);
    this.#parent = parent;
    let outcome: { readonly isDone: true; readonly value: T } | { readonly isDone: false; readonly error: unknown };
    try {
      outcome = { isDone: true, value: await driveHere(body(this)) };
    } catch (error) {
      outcome = { isDone: false, error };
    }
    this.#isExiting = true;
    if (!outcome.isDone && isInterrupt(outcome.error)) this.#interrupt ??= { error: outcome.error };
    const cancelled = await this.#untilAllDone(outcome.isDone ? undefined : outcome);
    this.#end(parent, outcome.isDone ? undefined : outcome, cancelled);
    if (outcome.isDone) return outcome.value;
    return undefined as T; // it has cancelled itself
  }

  /** Nobody has cancelled the parent: it is some other error that tells of a cancellation. */
  #cancelOf(error: unknown): CancelledError | undefined {
    const cancel = cancelOf(error);
    return cancel === error || this.#parent!.cancelling() > 0 ? cancel : undefined;
  }

  /** @returns With what its parent was cancelled. */
  async #untilAllDone(failure: { readonly error: unknown } | undefined): Promise<CancelledError | undefined> {
    let cancelled = failure && this.#cancelOf(failure.error);
    if (failure !== undefined && !this.#isAborting) this.#abort();
    while (this.#tasks.size > 0) {
      this.#last ??= new Future<void>();
      try {
        await this.#last;
      } catch (error) {
        if (!(error instanceof CancelledError)) throw error;
        if (!this.#isAborting) {
          cancelled = error;
          this.#abort();
        }
      }
      this.#last = undefined;
    }
    return cancelled;
  }

  #end(parent: Task, failure: { readonly error: unknown } | undefined, cancelled: CancelledError | undefined): void {
    if (this.#interrupt !== undefined) throw this.#interrupt.error;
    // Our own request to cancel the parent is taken back; if it was the only one, nobody else wants that.
    const isOurs = this.#hasCancelledParent && parent.uncancel() === 0;
    if (cancelled !== undefined && !isOurs && this.#errors.length === 0) throw cancelled;
    if (failure !== undefined && this.#cancelOf(failure.error) === undefined) this.#errors.push(failure.error);
    if (this.#errors.length === 0) return;
    if (parent.cancelling() > 0) {
      parent.uncancel(); // who else has cancelled it is heard at its next wait
      parent.cancel();
    }
    const errors = this.#errors.map(asError);
    this.#errors = []; // who keeps the group does not keep them
    throw new BaseExceptionGroup('unhandled errors in a TaskGroup', errors);
  }

  toString(): string {
    const words = [
      ...(this.#tasks.size > 0 ? [`tasks=${this.#tasks.size}`] : []),
      ...(this.#errors.length > 0 ? [`errors=${this.#errors.length}`] : []),
    ];
    if (this.#isAborting) words.push('cancelling');
    else if (this.#parent !== undefined) words.push('entered');
    return `<TaskGroup${words.map((word) => ` ${word}`).join('')}>`;
  }
}

/** What is no error can be thrown, too. */
function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown), { cause: thrown });
}

travels('TaskGroup', TaskGroup);
