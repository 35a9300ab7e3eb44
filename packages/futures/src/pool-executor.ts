// Long because of what is promised of a task, whatever becomes of it.
import type { Transferable } from 'node:worker_threads';
import { RuntimeError, repr, ValueError } from '@prac/exceptions';
import { deadlineAfter } from '@prac/park';
import {
  type Answers,
  APPLY,
  Engine,
  type Job,
  type JobLimits,
  MAP,
  STARMAP,
  sourceOf,
  type Worker,
} from '@prac/pool/engine';
import { Executor, type ShutdownOptions } from './executor.ts';
import type { Future } from './future.ts';
import { finishAtExit, isExiting } from './internal/at-exit.ts';
import type { ExecutorStatistics } from './internal/statistics.ts';
import { Books, Task } from './internal/task.ts';

/*
 * An executor on the engine of @prac/pool:
 *
 *   submit ── a Future, a job ──> engine ── a worker is free: begin() ──> RUNNING ── its answer ──> FINISHED
 *                 └── cancel() ──> the engine passes it over
 *
 *   open ── shutdown() ──> no more is taken; workers end behind the last ──> over
 *     └── an initializer fails, a process ends ──> broken: all that is left fails
 */

/** Options that all executors with workers have. */
export interface WorkerOptions {
  /** At most so many workers, which are started when they are needed. */
  readonly maxWorkers?: number | null | undefined;
  /** Is called in each worker before its first task. */
  readonly initializer?: ((...args: never[]) => unknown) | null | undefined;
  readonly initargs?: readonly unknown[] | null | undefined;
}

/** Options of one task. */
export interface TaskOptions extends JobLimits {
  /** Tasks of higher ones are begun first. @defaultValue 0 */
  readonly priority?: number | null | undefined;
  /** What of the arguments is handed over and not copied, to a thread: array buffers, ports. */
  readonly transfer?: readonly Transferable[] | null | undefined;
}

/** Submits with options. */
export interface BoundSubmit {
  submit<Args extends readonly unknown[], T>(fn: (...args: Args) => T, ...args: Args): Future<Awaited<T>>;
}

/** How an executor is made. @internal */
export interface Making {
  readonly size: number;
  readonly answers: Answers;
  readonly maxTasks: number;
  readonly canTransfer: boolean;
  create(number: number): Worker;
  /** A worker has ended that should not have. */
  broken(why: string): unknown;
  /** What whoever submits gets then. */
  unusable(failure: unknown): unknown;
  /** What is thrown if nothing works any more. */
  brokenBy(failure: unknown): unknown;
  /** What a task's error becomes here. @param isRemote - It was thrown in the worker. */
  raised(error: unknown, isRemote: boolean): unknown;
}

const TASK_OPTIONS = ['signal', 'timeout', 'priority', 'transfer'];

export abstract class PoolExecutor extends Executor {
  readonly #making: Making;
  readonly #engine: Engine;
  readonly #books: Books;
  #isShutDown = false;

  protected constructor(making: Making) {
    super();
    this.#making = making;
    this.#engine = new Engine({
      size: making.size,
      answers: making.answers,
      maxTasks: making.maxTasks,
      create: making.create,
      isLazy: true,
      broken: making.broken,
    });
    this.#books = new Books(
      (isOver, deadline) => this.#engine.waitSync(isOver, deadline),
      (error, isRemote) => this.#raised(error, isRemote),
    );
    finishAtExit(this, this.#engine);
  }

  override submit<Args extends readonly unknown[], T>(fn: (...args: Args) => T, ...args: Args): Future<Awaited<T>> {
    return this.#submit<Awaited<T>>(fn, APPLY, args, undefined);
  }

  /**
   * Submits with options.
   *
   * An abort of the signal fails the task with its reason, and a task that takes longer than its time limit (in seconds, once it is begun) with a
   * `TimeoutError`; if somebody has begun with it, its worker is ended, and only that one.
   *
   * @example
   * import { ThreadPoolExecutor } from '@prac/futures';
   * await using executor = new ThreadPoolExecutor({ maxWorkers: 1 });
   * const endless = executor.withOptions({ timeout: 0.05 }).submit(() => { for (;;); });
   * console.log(await endless.exception()); // TimeoutError
   * console.log(await executor.submit(() => 'the others go on')); // the others go on
   */
  withOptions(options: TaskOptions): BoundSubmit {
    checkTaskOptions(options, this.#making.canTransfer);
    return {
      submit: (fn, ...args) => this.#submit(fn, APPLY, args, options),
    };
  }

  protected override submitAll(
    fn: (...args: never[]) => unknown,
    chunk: readonly unknown[],
    hasOneArgument: boolean,
  ): Future<unknown[]> {
    return this.#submit<unknown[]>(fn, hasOneArgument ? MAP : STARMAP, chunk, undefined);
  }

  override async shutdown(options?: ShutdownOptions | null): Promise<void> {
    if (this.#end(options)) await this.#engine.join();
  }

  override shutdownSync(options?: ShutdownOptions | null): void {
    if (this.#end(options)) this.#engine.joinSync();
  }

  /**
   * Ends all workers at once, processes by SIGTERM: what they do fails, and what is left is cancelled.
   *
   * Python: `ProcessPoolExecutor.terminate_workers`.
   */
  terminateWorkers(): void {
    this.#endWorkers('terminate');
  }

  /** The same, processes by SIGKILL, which they cannot handle. Python: `ProcessPoolExecutor.kill_workers`. */
  killWorkers(): void {
    this.#endWorkers('end');
  }

  #endWorkers(how: 'terminate' | 'end'): void {
    this.#isShutDown = true;
    for (const future of [...this.#books.queued]) future.cancel();
    this.#engine.terminate(how);
  }

  statistics(): ExecutorStatistics {
    const { queued, running, finished, waitTime, runTime } = this.#books;
    return {
      workers: this.#engine.load.workers,
      queued: queued.size,
      running,
      finished,
      waitTime: waitTime.times,
      runTime: runTime.times,
    };
  }

  override toString(): string {
    return `<${this.constructor.name} maxWorkers=${this.#making.size}${this.#isShutDown ? ' shut down' : ''}>`;
  }

  #submit<T>(fn: unknown, style: number, args: readonly unknown[], options: TaskOptions | undefined): Future<T> {
    if (typeof fn !== 'function') throw new TypeError(`Expected a function, got ${repr(fn)}`);
    if (this.#engine.failure !== undefined) throw this.#making.unusable(this.#engine.failure);
    if (this.#isShutDown) throw new RuntimeError('cannot schedule new futures after shutdown');
    if (isExiting()) throw new RuntimeError('cannot schedule new futures after interpreter shutdown');
    const task = new Task<T>(this.#books, fn as Job['fn'], style, args, options);
    this.#engine.add(sourceOf([task]), options?.priority ?? 0);
    return task.future;
  }

  #raised(error: unknown, isRemote: boolean): unknown {
    const { brokenBy, raised } = this.#making;
    return error !== undefined && error === this.#engine.failure ? brokenBy(error) : raised(error, isRemote);
  }

  /** Whether to wait. */
  #end(options: ShutdownOptions | null | undefined): boolean {
    const { wait, cancelFutures } = checkedShutdown(options);
    this.#isShutDown = true;
    if (cancelFutures) for (const future of [...this.#books.queued]) future.cancel();
    this.#engine.close();
    return wait ?? true;
  }
}

/** @throws {TypeError} */
function checkedShutdown(options: ShutdownOptions | null | undefined): ShutdownOptions {
  const given = options ?? {};
  if (typeof given !== 'object') throw new TypeError(`Expected an object of options, got ${repr(options)}`);
  for (const [key, value] of Object.entries(given)) {
    if (key !== 'wait' && key !== 'cancelFutures')
      throw new TypeError(`Unknown option ${repr(key)}: expected wait, cancelFutures`);
    if (value != null && typeof value !== 'boolean')
      throw new TypeError(`Expected ${key} to be a boolean, got ${repr(value)}`);
  }
  return given;
}

/** @throws {TypeError} or {ValueError} for what is no number of workers. */
export function checkedSize(maxWorkers: number | null | undefined, usual: number): number {
  if (maxWorkers == null) return usual;
  if (!Number.isInteger(maxWorkers))
    throw new TypeError(`Expected maxWorkers to be an integer, got ${repr(maxWorkers)}`);
  if (maxWorkers <= 0) throw new ValueError('max_workers must be greater than 0');
  return maxWorkers;
}

/** @throws {TypeError} */
export function checkedOptions<Options extends WorkerOptions>(
  options: Options | null | undefined,
  more: readonly string[],
): Options {
  const given = options ?? ({} as Options);
  const keys = ['maxWorkers', 'initializer', 'initargs', ...more];
  if (typeof given !== 'object') throw new TypeError(`Expected an object of options, got ${repr(options)}`);
  for (const key of Object.keys(given))
    if (!keys.includes(key)) throw new TypeError(`Unknown option ${repr(key)}: expected ${keys.join(', ')}`);
  if (given.initializer != null && typeof given.initializer !== 'function')
    throw new TypeError('initializer must be a callable');
  if (given.initargs != null && !Array.isArray(given.initargs))
    throw new TypeError(`Expected initargs to be an array, got ${repr(given.initargs)}`);
  return given;
}

function checkTaskOptions(options: TaskOptions, canTransfer: boolean): void {
  if (typeof options !== 'object' || options === null)
    throw new TypeError(`Expected an object of options, got ${repr(options)}`);
  for (const key of Object.keys(options))
    if (!TASK_OPTIONS.includes(key))
      throw new TypeError(`Unknown option ${repr(key)}: expected ${TASK_OPTIONS.join(', ')}`);
  const { signal, timeout, priority, transfer } = options;
  if (signal != null && typeof signal.addEventListener !== 'function')
    throw new TypeError(`Expected signal to be an AbortSignal, got ${repr(signal)}`);
  deadlineAfter(timeout); // says what is wrong with it
  if (timeout != null && timeout < 0) throw new ValueError('timeout must be non-negative');
  if (priority != null && (typeof priority !== 'number' || Number.isNaN(priority)))
    throw new TypeError(`Expected priority to be a number, got ${repr(priority)}`);
  if (transfer == null) return;
  if (!canTransfer)
    throw new TypeError('only threads can be handed something: a process gets copies, without `transfer`');
  if (!Array.isArray(transfer)) throw new TypeError(`Expected transfer to be an array, got ${repr(transfer)}`);
}
