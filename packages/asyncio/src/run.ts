import { KeyboardInterrupt, RuntimeError } from '@prac/exceptions';
import { Context } from './context-var.ts';
import { CancelledError } from './errors.ts';
import { gather } from './gather.ts';
import { callExceptionHandler } from './internal/exception-handler.ts';
import { tellNeglected } from './internal/neglected.ts';
import { checkedOptions } from './internal/options.ts';
import { type EventLoop, newEventLoop } from './loop.ts';
import { allTasks, type CoroutineLike, createTask, currentTask, type Task } from './task.ts';

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
  if (currentTask() !== null) throw new RuntimeError('asyncio.run() cannot be called from a running event loop');
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
  #loop: EventLoop | undefined;
  #isRunning = false;
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
    if (this.#isRunning || currentTask() !== null)
      throw new RuntimeError('Runner.run() cannot be called from a running event loop');
    this.#isRunning = true;
    const task = createTask(coroutine, { context: options?.context ?? this.#context });
    const interrupts = new Interrupts(task as Task);
    try {
      return await task;
    } catch (error) {
      if (interrupts.count > 0 && error instanceof CancelledError && task.uncancel() === 0)
        throw new KeyboardInterrupt();
      throw error;
    } finally {
      interrupts.end();
      this.#isRunning = false;
    }
  }

  /** Cancels the tasks that are left, and waits for them. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    const loop = this.#loop;
    this.#isClosed = true;
    this.#loop = undefined;
    await cancelAll();
    await loop?.shutdownDefaultExecutor();
    loop?.close();
    tellNeglected();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

async function cancelAll(): Promise<void> {
  const left = [...allTasks()];
  if (left.length === 0) return;
  for (const task of left) task.cancel();
  await gather(...left, { returnExceptions: true });
  for (const task of left)
    if (!task.cancelled() && task.exception() !== null)
      callExceptionHandler({
        message: 'unhandled exception during asyncio.run() shutdown',
        exception: task.exception(),
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
