import { availableParallelism } from 'node:os';
import { repr } from '@prac/exceptions';
import { type Answer, type Beginning, threadWorker } from '@prac/pool/engine';
import { SimpleQueue } from '@prac/queue';
import { BrokenExecutor, BrokenThreadPool } from './errors.ts';
import { raised } from './internal/raised.ts';
import { travels } from './internal/world.ts';
import { checkedOptions, checkedSize, PoolExecutor, type WorkerOptions } from './pool-executor.ts';

/** Options of a {@link ThreadPoolExecutor}. */
export interface ThreadPoolOptions extends WorkerOptions {
  /** What the names of its threads begin with. @defaultValue `ThreadPoolExecutor-N` */
  readonly threadNamePrefix?: string | null | undefined;
}

const MOST_WORKERS = 32;
let count = 0;

/**
 * Has functions called in threads.
 *
 * They are ordinary functions, with what they have captured; memory that is shared and locks of `@prac/sync` go along. Threads are started when they
 * are needed, and used again. A thread that ends in the middle of a task (`process.exit`) fails that task, and another takes its place.
 *
 * Python: `concurrent.futures.ThreadPoolExecutor`.
 *
 * @example
 * import { ThreadPoolExecutor } from '@prac/futures';
 * await using executor = new ThreadPoolExecutor({ maxWorkers: 2 });
 * const future = executor.submit((a: number, b: number) => a ** b, 2, 10);
 * console.log(await future); // 1024
 * for await (const n of executor.map((n: number) => n * 2, [1, 2, 3])) console.log(n); // 2
 */
export class ThreadPoolExecutor extends PoolExecutor {
  /** @throws {ValueError} if `maxWorkers` is 0 or less. */
  constructor(options?: ThreadPoolOptions | null) {
    const given = checkedOptions(options, ['threadNamePrefix']);
    const { threadNamePrefix } = given;
    if (threadNamePrefix != null && typeof threadNamePrefix !== 'string')
      throw new TypeError(`Expected threadNamePrefix to be a string, got ${repr(threadNamePrefix)}`);
    const prefix = threadNamePrefix || `${new.target.name}-${count++}`;
    const answers = new SimpleQueue<Answer>();
    const beginning = { initializer: given.initializer ?? undefined, initargs: given.initargs ?? [] } as Beginning;
    const failed = 'A thread initializer failed, the thread pool is not usable anymore';
    super({
      size: checkedSize(given.maxWorkers, Math.min(MOST_WORKERS, availableParallelism() + 4)),
      answers,
      maxTasks: Number.POSITIVE_INFINITY,
      canTransfer: true,
      create: (number) => threadWorker(number, answers, beginning, `${prefix}_${number - 1}`),
      broken: () => undefined,
      unusable: (cause) => new BrokenThreadPool(failed, { cause }),
      brokenBy: (cause) => (cause instanceof BrokenExecutor ? cause : new BrokenThreadPool(failed, { cause })),
      raised,
    });
  }
}

/**
 * Has functions called in isolated interpreters. Threads of JavaScript are such: they share nothing but what is shared memory.
 *
 * Python: `concurrent.futures.InterpreterPoolExecutor`.
 */
export class InterpreterPoolExecutor extends ThreadPoolExecutor {}

travels('ThreadPoolExecutor', ThreadPoolExecutor);
travels('InterpreterPoolExecutor', InterpreterPoolExecutor);
