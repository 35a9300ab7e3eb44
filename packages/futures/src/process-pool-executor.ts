import { availableParallelism } from 'node:os';
import { repr, ValueError } from '@prac/exceptions';
import { SimpleQueue } from '@prac/pool';
import { type Answer, type Beginning, processWorker } from '@prac/pool/engine';
import { BrokenExecutor, BrokenProcessPool } from './errors.ts';
import { raisedRemotely } from './internal/raised.ts';
import { travels } from './internal/world.ts';
import { checkedOptions, checkedSize, PoolExecutor, type WorkerOptions } from './pool-executor.ts';

/** Options of a {@link ProcessPoolExecutor}. */
export interface ProcessPoolOptions extends WorkerOptions {
  /** A process ends after so many tasks, and another takes its place. @defaultValue none does */
  readonly maxTasksPerChild?: number | null | undefined;
}

const UNUSABLE = 'A child process terminated abruptly, the process pool is not usable anymore';
const BROKEN = 'A process in the process pool was terminated abruptly while the future was running or pending.';

/**
 * Has functions called in processes.
 *
 * They are ordinary functions, with what they have captured; what `@prac/pool` shares between processes goes along. If a process ends that nobody has
 * ended (killed, out of memory, `process.exit`), all that is left fails with a `BrokenProcessPool`, as in Python.
 *
 * Python: `concurrent.futures.ProcessPoolExecutor`.
 *
 * @example
 * import { ProcessPoolExecutor } from '@prac/futures';
 * await using executor = new ProcessPoolExecutor({ maxWorkers: 2 });
 * const pids = [1, 2].map(() => executor.submit(() => process.pid));
 * console.log((await pids[0]!) !== process.pid); // true
 */
export class ProcessPoolExecutor extends PoolExecutor {
  /** @throws {ValueError} if `maxWorkers` is 0 or less. {NotImplementedError} where processes cannot share memory. */
  constructor(options?: ProcessPoolOptions | null) {
    const given = checkedOptions(options, ['maxTasksPerChild']);
    const { maxTasksPerChild } = given;
    if (maxTasksPerChild != null && !Number.isInteger(maxTasksPerChild))
      throw new TypeError(`max_tasks_per_child must be an integer, got ${repr(maxTasksPerChild)}`);
    if (maxTasksPerChild != null && maxTasksPerChild <= 0) throw new ValueError('max_tasks_per_child must be >= 1');
    const size = checkedSize(given.maxWorkers, availableParallelism());
    const answers = new SimpleQueue<Answer>();
    const beginning = { initializer: given.initializer ?? undefined, initargs: given.initargs ?? [] } as Beginning;
    super({
      size,
      answers,
      maxTasks: maxTasksPerChild ?? Number.POSITIVE_INFINITY,
      canTransfer: false,
      create: (number) => processWorker(number, answers, beginning, `SpawnProcess-${number}`, false),
      broken: (why) => new BrokenProcessPool(BROKEN, { cause: why }),
      unusable: (cause) => new BrokenProcessPool(UNUSABLE, { cause }),
      brokenBy: (cause) => (cause instanceof BrokenExecutor ? cause : new BrokenProcessPool(BROKEN, { cause })),
      raised: raisedRemotely,
    });
  }
}

travels('ProcessPoolExecutor', ProcessPoolExecutor);
