// Long because it is one machine: the steps of a task, and how it is cancelled between and within them.

import { getEventListeners } from 'node:events';
import { checkedOptions, RuntimeError, repr } from '@prac/exceptions';
import { setTaskHook, type TaskHook } from '@prac/park';
import { type Context, currentContext, inTask } from './context-var.ts';
import { Coroutine, type CoroutineFunction, isGenerator } from './coroutine.ts';
import { CancelledError, cancelOf } from './errors.ts';
import { CANCELLED, Future, type OnRejected, PENDING } from './future.ts';
import { isInterrupt } from './internal/interrupts.ts';
import { nameOf } from './internal/names.ts';
import { wasSeen } from './internal/neglected.ts';
import { type Runnable, scheduler } from './internal/scheduler.ts';
import { isAwait, type Waiter, type WaitingTask } from './internal/waiter.ts';
import { travels } from './internal/world.ts';

/*
 * A task runs a coroutine, step by step. What a step is depends on what the coroutine is:
 *
 *   async function   from one `await` of something of this package that is not done to the next. The engine calls `then` of what is awaited,
 *                    which tells the task (`waits`); the waiter calls the engine back, from the loop's queue (`begins`).
 *   generator        from one `yield` to the next: the task calls it, and is told by the future that was yielded.
 *
 *   created ── the queue ──> a step ── awaits ──> waiting ── done ── the queue ──> a step … ── returns, throws ──> done
 *
 * cancel() cancels what the task waits for, if that is something of this package: its CancelledError comes out of the `await`. If it waits for a
 * foreign promise that listens to the task's `signal`, or for a wait of another package of this project, that is aborted. Else the
 * CancelledError waits for the next `await` of something of this package.
 *
 * One thing is not as in CPython: a task may wait for several things at once (`Promise.all`), and have waits left over (`Promise.race`). Then
 * which of them delivers the CancelledError cannot be known: the request stays until the task has reacted to one in the step that delivers it.
 */

/** What a task can be made of. */
export type CoroutineLike<T> = CoroutineFunction<T> | Coroutine<T> | Generator<unknown, T, unknown>;

/** Options of {@link createTask}. */
export interface TaskOptions {
  /** @defaultValue `Task-` and a number */
  readonly name?: string | null | undefined;
  /** Where its context variables are. @defaultValue a copy of those of who creates it */
  readonly context?: Context | null | undefined;
  /** Its first step runs at once. */
  readonly eagerStart?: boolean | null | undefined;
}

const OPTIONS = ['name', 'context', 'eagerStart'];

let count = 0;
/** The last that was created of those that are not done: a list, which costs less than a set. */
let lastAlive: Task | undefined;

/**
 * A coroutine that runs beside others, and can be cancelled.
 *
 * Python: `asyncio.Task`.
 */
export class Task<T = unknown> extends Future<T> implements Runnable, WaitingTask {
  /** @internal */
  readonly context: Context;
  /** @internal */
  isToBeCancelled = false;
  /** @internal */
  isCancelUncertain = false;
  /** Of another hook of park's: the task in which this one was created. @internal */
  readonly createdIn: object | undefined;
  readonly #coroutine: CoroutineLike<T>;
  /** Or the number of it: most are never asked. */
  #name: string | number;
  #fn: CoroutineFunction<T> | undefined;
  #generator: Generator<unknown, T, unknown> | undefined;
  /** Begins the async function, in the async context of who created the task. */
  #go: (() => void) | undefined;
  #cancelRequests = 0;
  /** In the list of those that are not done. */
  #before: Task | undefined;
  #behind: Task | undefined;
  #waiter: Waiter | undefined;
  #others: Set<Waiter> | undefined;
  /** How often it was woken. */
  #wakes = 0;
  /** What the generator waits for. */
  #awaited: Future<unknown> | undefined;
  /** The generator waits for something foreign. */
  #isNested = false;
  #controller: AbortController | undefined;
  /** How to call off the waits of other packages. */
  #foreign: Set<(reason: unknown) => void> | undefined;

  constructor(coroutine: CoroutineLike<T>, options?: TaskOptions | null) {
    super();
    if (options != null) checkedOptions(options, OPTIONS);
    this.#coroutine = coroutine;
    if (isGenerator<T>(coroutine)) this.#generator = coroutine;
    else if (coroutine instanceof Coroutine) this.#fn = () => coroutine.start();
    else if (typeof coroutine === 'function') this.#fn = coroutine;
    else throw new TypeError(`a coroutine was expected, got ${repr(coroutine)}${adviceFor(coroutine)}`);
    this.#name = options?.name == null ? ++count : String(options.name);
    this.context = options?.context ?? currentContext().copy();
    this.createdIn = otherHook?.current();
    this.#before = lastAlive;
    if (lastAlive !== undefined) lastAlive.#behind = this as Task;
    lastAlive = this as Task;
    if (options?.eagerStart) this.#startNow();
    else {
      if (this.#fn !== undefined) {
        const { promise, resolve } = Promise.withResolvers<void>();
        this.#go = resolve;
        scheduler.storage.run(this, beginBehind, promise, this as Task); // keeps the caller's async context, at a fraction of what a snapshot costs
      }
      scheduler.schedule(this);
    }
  }

  getName(): string {
    return typeof this.#name === 'number' ? `Task-${this.#name}` : this.#name;
  }

  setName(name: string): void {
    this.#name = String(name);
  }

  get name(): string {
    return this.getName();
  }

  /** What it was made of. */
  getCoro(): CoroutineLike<T> {
    return this.#coroutine;
  }

  getContext(): Context {
    return this.context;
  }

  /** How many requests to cancel it are open: `cancel()` less `uncancel()`. */
  cancelling(): number {
    return this.#cancelRequests;
  }

  /**
   * Takes a request back: for who has dealt with a `CancelledError`.
   *
   * @returns How many are left.
   */
  uncancel(): number {
    if (this.#cancelRequests > 0 && --this.#cancelRequests === 0) this.isToBeCancelled = false;
    return this.#cancelRequests;
  }

  /** Is aborted by the next `cancel()`, with its `CancelledError`: for what knows of signals. */
  get signal(): AbortSignal {
    if (this.#controller === undefined || this.#controller.signal.aborted) this.#controller = new AbortController();
    return this.#controller.signal;
  }

  override setResult(..._result: unknown[]): never {
    throw new RuntimeError('Task does not support set_result operation');
  }

  override setException(_exception: unknown): never {
    throw new RuntimeError('Task does not support set_exception operation');
  }

  // biome-ignore lint/suspicious/noThenProperty: it is awaited, as a promise is
  override then<A = T, B = never>(
    onfulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onrejected?: OnRejected<B>,
  ): Promise<A | B> {
    if (this.state === PENDING && scheduler.current === this && isAwait(onfulfilled, onrejected))
      throw new RuntimeError(`Task cannot await on itself: ${this}`);
    return super.then(onfulfilled, onrejected);
  }

  /** @internal */
  override info(): string[] {
    const [state, ...waiters] = super.info();
    const isOver = this.state !== PENDING;
    const wait = this.#awaited ?? this.#waiter?.future;
    const words = this.isToBeCancelled && !isOver ? 'cancelling' : state!;
    const [first, ...rest] = words.split(' ');
    const made = this.#coroutine;
    const name = made instanceof Coroutine ? made.name : typeof made === 'function' ? nameOf(made) : 'generator';
    return [
      first!,
      `name=${repr(this.name)}`,
      `coro=<${name}() ${isOver ? 'done' : 'running'}>`,
      ...(wait === undefined || isOver ? [] : [`wait_for=${wait}`]),
      ...(rest.length > 0 ? [rest.join(' ')] : []),
      ...waiters,
    ];
  }

  /** The one that was created before, of those that are not done. @internal */
  get before(): Task | undefined {
    return this.#before;
  }

  // How it is cancelled.

  /** @internal */
  override stop(message: string | undefined): boolean {
    if (this.state !== PENDING) return false;
    this.#cancelRequests++;
    this.cancelMessage = message;
    const isHeard = this.#abortForeign(message);
    if (this.#awaited?.stop(message)) return true;
    const waiters = this.#waiters;
    let isHit = false;
    for (const waiter of waiters) isHit = waiter.future.stop(message) || isHit;
    if (isHit) {
      // It waits for one thing, CPython's case, or has begun all of its waits together: the first to be heard is the one.
      if (waiters.every(({ since }) => since === this.#wakes)) return true;
    } else if (isHeard) return true;
    this.isCancelUncertain = isHit;
    this.isToBeCancelled = true;
    return true;
  }

  get #waiters(): readonly Waiter[] {
    if (this.#waiter === undefined) return this.#others === undefined ? [] : [...this.#others];
    return this.#others === undefined ? [this.#waiter] : [this.#waiter, ...this.#others];
  }

  /** Calls off the waits of other packages, and what listens to its signal. @returns Whether there is any. */
  #abortForeign(message: string | undefined): boolean {
    const controller = this.#controller;
    const foreign = this.#foreign;
    if (controller === undefined && (foreign === undefined || foreign.size === 0)) return false;
    const error = new CancelledError(message);
    const isHeard = controller !== undefined && getEventListeners(controller.signal, 'abort').length > 0;
    const all = [...(foreign ?? [])];
    for (const cancel of all) cancel(error);
    controller?.abort(error);
    return isHeard || all.length > 0;
  }

  /** A wait of another package begins in it. @internal */
  waitsForForeign(cancel: (reason: unknown) => void): () => void {
    this.#foreign ??= new Set();
    const foreign = this.#foreign;
    foreign.add(cancel);
    if (this.isToBeCancelled && !this.isCancelUncertain) {
      const error = this.takeCancel();
      queueMicrotask(() => foreign.has(cancel) && cancel(error)); // it has not begun yet
    }
    return () => void foreign.delete(cancel);
  }

  /** @internal */
  takeCancel(): CancelledError {
    this.isToBeCancelled = false;
    this.isCancelUncertain = false;
    return this.cancelledError();
  }

  // How it waits: see Waiter.

  /** @internal */
  waits(waiter: Waiter): void {
    if (this.#waiter === undefined) this.#waiter = waiter;
    else {
      this.#others ??= new Set();
      this.#others.add(waiter);
    }
    waiter.since = this.#wakes;
    if (this.isToBeCancelled) {
      const hasReacted = this.isCancelUncertain && scheduler.stepping === this;
      if (hasReacted || waiter.future.stop(this.cancelMessage)) {
        this.isToBeCancelled = false;
        this.isCancelUncertain = false;
      }
    }
    scheduler.stepIsOver(this);
  }

  /** @internal */
  waitIsOver(waiter: Waiter): void {
    if (this.#waiter === waiter) this.#waiter = undefined;
    else this.#others?.delete(waiter);
  }

  /** @internal */
  begins(): void {
    scheduler.stepping = this;
    this.#wakes++;
  }

  // How it runs.

  /** The first step; of a generator, each. @internal */
  run(): void {
    if (this.state !== PENDING) return;
    if (this.#generator !== undefined) {
      this.#step('next', undefined, true);
      return;
    }
    if (this.isToBeCancelled) {
      this.isToBeCancelled = false;
      this.#neverStarts();
      this.#end();
      super.stop(this.cancelMessage);
      return;
    }
    scheduler.stepping = this;
    this.#go!();
  }

  #startNow(): void {
    const { override, stepping } = scheduler;
    if (this.#generator !== undefined) inTask(() => this.#step('next', undefined, true));
    else {
      scheduler.override = undefined;
      inTask(() => scheduler.storage.run(this, () => this.begin()));
      scheduler.override = override;
    }
    scheduler.stepping = stepping;
  }

  /** Calls the function. @internal */
  begin(): void {
    if (this.isToBeCancelled) {
      this.#neverStarts();
      this.#failed(this.takeCancel());
      return;
    }
    let returned: unknown;
    const fn = this.#fn!; // not as a method: the stack of an error would hold the task
    try {
      returned = fn();
    } catch (error) {
      this.#failed(error);
      return;
    }
    if (!(returned instanceof Promise) && isGenerator<T>(returned)) {
      this.#generator = returned;
      this.#step('next', undefined, true);
      if (!this.#isNested) scheduler.stepIsOver(this);
    } else if (typeof (returned as Partial<PromiseLike<T>> | null | undefined)?.then === 'function')
      // So that it is awaited as others are: `then` is called by the engine.
      Promise.resolve(returned as PromiseLike<T>).then(
        (value) => this.#returned(value),
        (error: unknown) => this.#failed(error),
      );
    else this.#returned(returned as T);
  }

  /** Something foreign that the generator has waited for is there. */
  #resume(how: 'next' | 'throw', value: unknown): void {
    this.#isNested = false;
    if (this.state !== PENDING) return;
    this.#step(how, value, false);
    if (!this.#isNested) scheduler.stepIsOver(this);
  }

  /** @param isByLoop - The queue has called it: the result of what it waits for is not known yet. */
  #step(how: 'next' | 'throw', value: unknown, isByLoop: boolean): void {
    let [method, argument] = [how, value];
    const awaited = this.#awaited;
    this.#awaited = undefined;
    if (this.isToBeCancelled && isByLoop) [method, argument] = ['throw', this.takeCancel()];
    else if (awaited !== undefined && awaited.state === CANCELLED)
      [method, argument] = ['throw', awaited.cancelledError()];
    else if (awaited?.isFailed) {
      wasSeen(awaited);
      [method, argument] = ['throw', awaited.error];
    }
    const before = scheduler.override;
    scheduler.override = undefined;
    try {
      const generator = this.#generator!;
      const step = inTask(() => scheduler.storage.run(this, () => generator[method](argument)));
      if (step.done) this.#returned(step.value);
      else this.#waitFor(step.value);
    } catch (error) {
      this.#failed(error);
    } finally {
      scheduler.override = before;
    }
  }

  /** What the generator has yielded. */
  #waitFor(yielded: unknown): void {
    if (yielded === null || yielded === undefined) scheduler.schedule(this);
    else if (yielded instanceof Future) {
      if (yielded === (this as Future)) throw new RuntimeError(`Task cannot await on itself: ${this}`);
      yielded.add(this);
      this.#awaited = yielded;
      if (this.isToBeCancelled && yielded.stop(this.cancelMessage)) this.isToBeCancelled = false;
    } else if (typeof (yielded as Partial<PromiseLike<unknown>>).then === 'function') {
      this.#isNested = true;
      scheduler.stepping = this;
      scheduler.storage.run(this, () =>
        Promise.resolve(yielded as PromiseLike<unknown>).then(
          (result) => this.#resume('next', result),
          (error: unknown) => this.#resume('throw', error),
        ),
      );
      if (this.isToBeCancelled && this.#waiter?.future.stop(this.cancelMessage)) this.isToBeCancelled = false;
    } else throw new RuntimeError(`Task got bad yield: ${repr(yielded)}`);
  }

  #neverStarts(): void {
    if (this.#coroutine instanceof Coroutine) this.#coroutine.close(); // nobody can await it any more
  }

  #end(): void {
    if (this.#behind === undefined) lastAlive = this.#before;
    else this.#behind.#before = this.#before;
    if (this.#before !== undefined) this.#before.#behind = this.#behind;
    this.#before = undefined;
    this.#behind = undefined;
    this.#fn = undefined;
    this.#generator = undefined;
    this.#giveUp();
  }

  /** Waits that are left over, of a `Promise.race` perhaps, would take what others could have. */
  #giveUp(): void {
    if (this.#waiter !== undefined || this.#others !== undefined)
      for (const { future } of this.#waiters) if (future.isPrivate) future.stop(undefined);
    if (this.#foreign !== undefined && this.#foreign.size > 0) this.#abortForeign('its task has ended');
  }

  #returned(value: T): void {
    if (this.state !== PENDING) return;
    this.#end();
    if (this.isToBeCancelled && !this.isCancelUncertain) {
      this.isToBeCancelled = false;
      super.stop(this.cancelMessage);
    } else this.finish(value);
    scheduler.stepIsOver(this);
  }

  #failed(error: unknown): void {
    if (this.state !== PENDING) return;
    this.#end();
    const cancel = cancelOf(error);
    if (cancel !== undefined && (cancel === error || this.#cancelRequests > 0)) super.stop(cancel.message || undefined);
    else {
      this.fail(error);
      if (isInterrupt(error)) scheduler.interrupted?.(error);
    }
    scheduler.stepIsOver(this);
  }
}

function beginBehind(gate: Promise<void>, task: Task): void {
  gate.then(() => task.begin());
}

function adviceFor(value: unknown): string {
  return typeof (value as Partial<PromiseLike<unknown>> | null)?.then === 'function'
    ? ': a promise is under way already; give the function that makes it'
    : '';
}

/**
 * Has a coroutine run as a task: soon, not at once.
 *
 * Python: `asyncio.create_task`.
 *
 * @param coroutine - A function (an async one, as a rule) that is called by the task; a {@link Coroutine}; a generator.
 * @example
 * import { createTask, run, sleep } from '@prac/asyncio';
 * await run(async () => {
 *   const task = createTask(async () => {
 *     try {
 *       await sleep(3600);
 *     } finally {
 *       console.log('tidies up');
 *     }
 *   });
 *   await sleep(0);
 *   task.cancel(); // tidies up
 *   await task.catch((error) => console.log(error.name)); // CancelledError
 * });
 */
export function createTask<T>(coroutine: CoroutineLike<T>, options?: TaskOptions | null): Task<T> {
  return taskFactory.current === undefined ? new Task<T>(coroutine, options) : taskFactory.current(coroutine, options);
}

/** Makes tasks, in place of the usual. */
export type TaskFactory = <T>(coroutine: CoroutineLike<T>, options?: TaskOptions | null) => Task<T>;

/** @internal */
export const taskFactory: { current: TaskFactory | undefined } = { current: undefined };

/** Makes tasks whose first step runs at once: for `loop.setTaskFactory`. Python: `asyncio.eager_task_factory`. */
export const eagerTaskFactory: TaskFactory = (coroutine, options) =>
  new Task(coroutine, { eagerStart: true, ...options });

/** The task that runs; `null` in callbacks, and outside of tasks. Python: `asyncio.current_task`. */
export function currentTask(): Task | null {
  return scheduler.current as Task | null;
}

/** All that are not done. Python: `asyncio.all_tasks`. */
export function allTasks(): Set<Task> {
  const all: Task[] = [];
  for (let task = lastAlive; task !== undefined; task = task.before) if (!task.done()) all.push(task);
  return new Set(all.reverse());
}

/*
 * Waits of other packages of this project are those of the task in which they begin: cancelling it calls them off, and it owns what they
 * acquire. A hook that was there before has tasks of its own: of the two that run the inner one is meant.
 */
const otherHook: TaskHook | undefined = setTaskHook({
  current() {
    const [inner, task] = [otherHook?.current(), scheduler.current as Task | null];
    if (task === null) return inner;
    return inner === undefined || inner === task.createdIn ? task : inner;
  },
  enter(cancel) {
    const task = scheduler.current as Task | null;
    const leave = otherHook?.enter(cancel);
    const leaveTask = task?.waitsForForeign?.(cancel);
    if (leave === undefined) return leaveTask;
    return () => {
      leave();
      leaveTask?.();
    };
  },
});

travels('allTasks', allTasks);
travels('createTask', createTask);
travels('currentTask', currentTask);
travels('Task', Task);
