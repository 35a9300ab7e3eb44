// Long because of what Python's loop has, in one class.

import { constants } from 'node:os';
import { RuntimeError, repr, ValueError } from '@prac/exceptions';
import type { Executor } from '@prac/futures';
import type { Future as ConcurrentFuture } from '@prac/futures/future';
import { callAt, callLater, callSoon } from './calls.ts';
import { ensureFuture, type Outcome, type Waitable, wrapFuture } from './ensure-future.ts';
import { Future } from './future.ts';
import type { Handle, TimerHandle } from './handle.ts';
import {
  callExceptionHandler,
  defaultHandler,
  type ExceptionContext,
  type ExceptionHandler,
  getHandler,
  setHandler,
} from './internal/exception-handler.ts';
import { scheduler } from './internal/scheduler.ts';
import { travels } from './internal/world.ts';
import {
  type CoroutineLike,
  createTask,
  currentTask,
  type Task,
  type TaskFactory,
  type TaskOptions,
  taskFactory,
} from './task.ts';
import { Inbox } from './threadsafe/inbox.ts';
import type { Address } from './threadsafe/messages.ts';
import { started } from './threadsafe/started.ts';

/**
 * The thread's event loop, as Python's programs know it. There is one, Node's, which runs by itself: what is new in a new loop is its default
 * executor, and that it is not closed.
 *
 * Python: `asyncio.AbstractEventLoop`.
 */
export class EventLoop {
  #isClosed = false;
  #running = 0;
  #executor: Executor | undefined;
  #inbox: Inbox | undefined;
  readonly #signals = new Map<NodeJS.Signals, () => void>();

  /** Seconds, on a clock that is never set back. */
  time(): number {
    return scheduler.now();
  }

  /** Has a function called in the next iteration. */
  callSoon<Args extends readonly unknown[]>(fn: (...args: Args) => unknown, ...args: Args): Handle {
    this.check();
    return callSoon(fn, ...args);
  }

  /**
   * The same, from another thread: the loop is an argument of it. The function and its arguments travel by pickle.
   *
   * @throws {RuntimeError} if the loop is closed. {PicklingError} if they cannot travel.
   * @example
   * import { getEventLoop, run, sleep, toThread } from '@prac/asyncio';
   * await run(async () => {
   *   await toThread((loop) => void loop.callSoonThreadsafe(console.log, 'from a thread'), getEventLoop());
   *   await sleep(0.01);
   * });
   */
  callSoonThreadsafe<Args extends readonly unknown[]>(fn: (...args: Args) => unknown, ...args: Args): Handle {
    return this.callSoon(fn, ...args);
  }

  /** @internal */
  runThreadsafe<T>(coroutine: CoroutineLike<T>): ConcurrentFuture<T> {
    this.check();
    return started(coroutine);
  }

  /** Where it hears from other threads. @internal */
  get address(): Address {
    this.check();
    this.#inbox ??= new Inbox();
    return this.#inbox.address;
  }

  /** @param delay - Seconds. */
  callLater<Args extends readonly unknown[]>(
    delay: number,
    fn: (...args: Args) => unknown,
    ...args: Args
  ): TimerHandle {
    this.check();
    return this.#owned(callLater(delay, fn, ...args));
  }

  /** @param when - As {@link time}, in seconds. */
  callAt<Args extends readonly unknown[]>(when: number, fn: (...args: Args) => unknown, ...args: Args): TimerHandle {
    this.check();
    return this.#owned(callAt(when, fn, ...args));
  }

  #owned(handle: TimerHandle): TimerHandle {
    handle.loop = this;
    return handle;
  }

  createFuture<T = unknown>(): Future<T> {
    return new Future<T>();
  }

  createTask<T>(coroutine: CoroutineLike<T>, options?: TaskOptions | null): Task<T> {
    this.check();
    return createTask(coroutine, options);
  }

  /**
   * Calls a function in an executor.
   *
   * @param executor - Of `@prac/futures`, or of the same kind; `null` for a thread pool of the loop's own.
   */
  async runInExecutor<Args extends readonly unknown[], T>(
    executor: Pick<Executor, 'submit'> | null,
    fn: (...args: Args) => T,
    ...args: Args
  ): Promise<Awaited<T>> {
    this.check();
    const used = executor ?? (await this.#defaultExecutor());
    return wrapFuture(used.submit(fn, ...args) as PromiseLike<Awaited<T>>);
  }

  setDefaultExecutor(executor: Executor): void {
    if (typeof (executor as Partial<Executor> | null)?.submit !== 'function')
      throw new TypeError(`executor must be an Executor, got ${repr(executor)}`);
    this.#executor = executor;
  }

  async #defaultExecutor(): Promise<Executor> {
    const { ThreadPoolExecutor } = await import('@prac/futures');
    this.#executor ??= new ThreadPoolExecutor({ threadNamePrefix: 'asyncio' });
    return this.#executor;
  }

  /** Waits until it has nothing to do, and ends it. */
  async shutdownDefaultExecutor(): Promise<void> {
    const executor = this.#executor;
    this.#executor = undefined;
    await executor?.shutdown();
  }

  /** Waits for a coroutine, which is run as a task, or a future. In Python it blocks; here it is a promise to be awaited. */
  async runUntilComplete<const W extends Waitable<unknown>>(waitable: W): Promise<Outcome<W>> {
    this.check();
    if (currentTask() !== null) throw new RuntimeError('This event loop is already running');
    this.#running++;
    try {
      return await ensureFuture(waitable);
    } finally {
      this.#running--;
    }
  }

  isRunning(): boolean {
    return this.#running > 0 || currentTask() !== null;
  }

  isClosed(): boolean {
    return this.#isClosed;
  }

  /** It takes nothing any more; its timers are cancelled. @throws {RuntimeError} if it runs. */
  close(): void {
    if (this.#isClosed) return;
    if (this.#running > 0 || (this === current && currentTask() !== null))
      throw new RuntimeError('Cannot close a running event loop');
    this.#isClosed = true;
    for (const timed of scheduler.timers.all)
      if ((timed as Partial<TimerHandle>).loop === this) (timed as TimerHandle).cancel();
    for (const name of [...this.#signals.keys()]) this.removeSignalHandler(name);
    this.#inbox?.close();
    void this.shutdownDefaultExecutor();
  }

  /**
   * Has a function called by the loop when a signal comes.
   *
   * @throws {ValueError} for what is no signal. {RuntimeError} if it cannot be caught.
   */
  addSignalHandler<Args extends readonly unknown[]>(
    signal: NodeJS.Signals | number,
    fn: (...args: Args) => unknown,
    ...args: Args
  ): void {
    this.check();
    if (typeof fn !== 'function') throw new TypeError(`a callable object was expected, got ${repr(fn)}`);
    const name = signalName(signal);
    if (name === 'SIGKILL' || name === 'SIGSTOP') throw new RuntimeError(`sig ${name} cannot be caught`);
    this.removeSignalHandler(name);
    const listener = (): void => void callSoon(fn, ...args);
    this.#signals.set(name, listener);
    process.on(name, listener);
  }

  /** @returns Whether there was one. */
  removeSignalHandler(signal: NodeJS.Signals | number): boolean {
    const name = signalName(signal);
    const listener = this.#signals.get(name);
    if (listener === undefined) return false;
    process.removeListener(name, listener);
    return this.#signals.delete(name);
  }

  /** What makes tasks; `null`: the usual. */
  getTaskFactory(): TaskFactory | null {
    return taskFactory.current ?? null;
  }

  /** @param factory - {@link eagerTaskFactory}, or one of yours; `null` for the usual. */
  setTaskFactory(factory: TaskFactory | null): void {
    if (factory !== null && typeof factory !== 'function')
      throw new TypeError('task factory must be a callable or None');
    taskFactory.current = factory ?? undefined;
  }

  getDebug(): boolean {
    return scheduler.debug !== undefined;
  }

  /** Tells of steps and callbacks that take longer than 0.1 s. */
  setDebug(isOn: boolean): void {
    scheduler.debug = isOn ? { slowSeconds: 0.1, tell: tellSlow } : undefined;
  }

  /** Tells of something that has gone wrong where nobody could catch it. */
  callExceptionHandler(context: ExceptionContext): void {
    callExceptionHandler(context);
  }

  defaultExceptionHandler(context: ExceptionContext): void {
    defaultHandler(context);
  }

  getExceptionHandler(): ExceptionHandler | null {
    return getHandler() ?? null;
  }

  /** @param handler - `null`: what is wrong is written to stderr. */
  setExceptionHandler(handler: ExceptionHandler | null): void {
    if (handler !== null && typeof handler !== 'function')
      throw new TypeError(`A callable object or None is expected, got ${repr(handler)}`);
    setHandler(handler ?? undefined);
  }

  /** @internal */
  protected check(): void {
    if (this.#isClosed) throw new RuntimeError('Event loop is closed');
  }

  toString(): string {
    return `<EventLoop running=${this.isRunning() ? 'True' : 'False'} closed=${this.isClosed() ? 'True' : 'False'} debug=${this.getDebug() ? 'True' : 'False'}>`;
  }
}

function signalName(signal: NodeJS.Signals | number): NodeJS.Signals {
  const found = Object.entries(constants.signals).find(([name, number]) => name === signal || number === signal);
  if (found === undefined) throw new ValueError(`invalid signal number ${signal}`);
  return found[0] as NodeJS.Signals;
}

function tellSlow(what: unknown, seconds: number): void {
  console.error(`Executing ${what} took ${seconds.toFixed(3)} seconds`);
}

let current: EventLoop | undefined;

/** The loop of the task that runs. @throws {RuntimeError} outside of tasks. Python: `asyncio.get_running_loop`. */
export function getRunningLoop(): EventLoop {
  if (scheduler.override === undefined && currentTask() === null) throw new RuntimeError('no running event loop');
  return getEventLoop();
}

/** The thread's loop. Python: `asyncio.get_event_loop`. */
export function getEventLoop(): EventLoop {
  if (current === undefined || current.isClosed()) current = new EventLoop();
  return current;
}

/** Python: `asyncio.new_event_loop`. */
export function newEventLoop(): EventLoop {
  current = new EventLoop();
  return current;
}

/** Python: `asyncio.set_event_loop`. */
export function setEventLoop(loop: EventLoop | null): void {
  current = loop ?? undefined;
}

/**
 * Calls a function in a thread, and waits for its result; others go on meanwhile.
 *
 * Python: `asyncio.to_thread`.
 *
 * @example
 * import { run, toThread } from '@prac/asyncio';
 * await run(async () => {
 *   console.log(await toThread((n: number) => n ** 2, 7)); // 49
 * });
 */
export function toThread<Args extends readonly unknown[], T>(
  fn: (...args: Args) => T,
  ...args: Args
): Promise<Awaited<T>> {
  return getEventLoop().runInExecutor(null, fn, ...args);
}

travels('EventLoop', EventLoop);
travels('getEventLoop', getEventLoop);
travels('getRunningLoop', getRunningLoop);
travels('newEventLoop', newEventLoop);
travels('setEventLoop', setEventLoop);
travels('toThread', toThread);
