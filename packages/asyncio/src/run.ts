import { checkedOptions, KeyboardInterrupt, RuntimeError } from '@prac/exceptions';
import { Context } from './context-var.ts';
import { CancelledError } from './errors.ts';
import { Future } from './future.ts';
import { gather } from './gather.ts';
import { callExceptionHandler } from './internal/exception-handler.ts';
import { tellNeglected, wasSeen } from './internal/neglected.ts';
import { scheduler } from './internal/scheduler.ts';
import { travels } from './internal/world.ts';
import { type EventLoop, newEventLoop } from './loop.ts';
import { allTasks, type CoroutineLike, createTask, currentTask, type Task } from './task.ts';

/** One at a time, in this thread. */
let isRunning = false;

/** Options of {@link run} and {@link Runner}. */
export interface RunOptions {
  /** Tells of steps that take long. @defaultValue as it is */
  readonly debug?: boolean | null | undefined;
}

/**
 * Runs a program's main coroutine, and ends what it has left: tasks that are not done are cancelled, and waited for.
 *
 * SIGINT cancels the main task, if nobody else listens to it, and comes out as a `KeyboardInterrupt`; a second one ends the program.
 *
 * Python: `asyncio.run`. What it gives is a promise, since the thread's event loop is Node's.
 *
 * @throws {RuntimeError} if it is called by a task.
 * @example
 * import { run, sleep } from '@prac/asyncio';
 * const answer = await run(async () => {
 *   await sleep(0.01);
 *   return 42;
 * });
 * console.log(answer); // 42
 */
export async function run<T>(main: CoroutineLike<T>, options?: RunOptions | null): Promise<T> {
  if (isRunning || currentTask() !== null)
    throw new RuntimeError('asyncio.run() cannot be called from a running event loop');
  const runner = new Runner(options);
  try {
    return await runner.run(main);
  } finally {
    await runner.close();
  }
}

/**
 * Runs several coroutines in the same context.
 *
 * Python: `asyncio.Runner`.
 */
export class Runner {
  readonly #debug: boolean | undefined;
  readonly #context = new Context();
  /** Tasks that were there before are none of its business. */
  readonly #others = allTasks();
  #loop: EventLoop | undefined;
  #isClosed = false;

  constructor(options?: RunOptions | null) {
    const { debug } = checkedOptions(options, ['debug']);
    this.#debug = debug ?? undefined;
  }

  getLoop(): EventLoop {
    if (this.#isClosed) throw new RuntimeError('Runner is closed');
    if (this.#loop === undefined) {
      this.#loop = newEventLoop();
      if (this.#debug !== undefined) this.#loop.setDebug(this.#debug);
    }
    return this.#loop;
  }

  /** Runs a coroutine as a task, and waits for it. */
  async run<T>(coroutine: CoroutineLike<T>, options?: { readonly context?: Context | null } | null): Promise<T> {
    this.getLoop();
    if (isRunning || currentTask() !== null)
      throw new RuntimeError('Runner.run() cannot be called from a running event loop');
    isRunning = true;
    const outcome = new Future<T>();
    scheduler.interrupted = (error) => outcome.done() || outcome.fail(error);
    const task = createTask(coroutine, { context: options?.context ?? this.#context });
    task.addDoneCallback(() => follow(outcome, task));
    const interrupts = new Interrupts(task as Task);
    try {
      return await outcome;
    } catch (error) {
      if (interrupts.count > 0 && error instanceof CancelledError && task.uncancel() === 0)
        throw new KeyboardInterrupt();
      throw error;
    } finally {
      interrupts.end();
      scheduler.interrupted = undefined;
      isRunning = false;
    }
  }

  /** Cancels the tasks that are left, and waits for them. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    if (currentTask() !== null) throw new RuntimeError('Cannot close a running event loop');
    const loop = this.#loop;
    this.#isClosed = true;
    this.#loop = undefined;
    await cancelAll([...allTasks()].filter((task) => !this.#others.has(task)));
    await loop?.shutdownDefaultExecutor();
    loop?.close();
    tellNeglected();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function follow<T>(outcome: Future<T>, task: Task<T>): void {
  if (outcome.done()) return;
  if (task.cancelled()) outcome.cancel(task.cancelMessage);
  else if (task.isFailed) {
    wasSeen(task);
    outcome.fail(task.error);
  } else outcome.finish(task.value as T);
}

async function cancelAll(left: readonly Task[]): Promise<void> {
  if (left.length === 0) return;
  for (const task of left) task.cancel();
  await gather(...left, { returnExceptions: true });
  for (const task of left)
    if (task.isFailed)
      callExceptionHandler({
        message: 'unhandled exception during asyncio.run() shutdown',
        exception: task.error,
        task,
      });
}

/** SIGINT while a task runs. */
class Interrupts {
  readonly #task: Task;
  count = 0;

  constructor(task: Task) {
    this.#task = task;
    if (process.listenerCount('SIGINT') === 0) process.on('SIGINT', this.#onSignal);
  }

  readonly #onSignal = (): void => {
    if (++this.count === 1 && this.#task.cancel()) return;
    this.end();
    process.kill(process.pid, 'SIGINT'); // nobody listens any more: the program ends
  };

  end(): void {
    process.removeListener('SIGINT', this.#onSignal);
  }
}

travels('Runner', Runner);
travels('run', run);
