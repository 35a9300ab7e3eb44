import { ValueError } from '@prac/exceptions';
import { block, suspend, waitLimits } from '@prac/park';
import type { QueueOptions } from '@prac/queue/base';
import { letTravel, opens, type ProcessMemory } from './internal/process-memory.ts';
import { ProcessQueue } from './internal/process-queue.ts';
import { travels } from './internal/world.ts';

/** @internal */
export interface QueueMemory {
  readonly memory?: ProcessMemory | undefined;
}

/**
 * First in, first out: between processes, their threads, and async functions.
 *
 * An item is copied when it is put, and is in the queue when `put` returns: a process may end then. Items are data, and functions as
 * `Process` takes them.
 *
 * Python: `multiprocessing.Queue`.
 *
 * @example
 * import { Process, Queue } from '@prac/pool';
 * const queue = new Queue<number>();
 * const child = new Process({ target: (queue: Queue<number>) => queue.putSync(42), args: [queue] });
 * child.start();
 * console.log(await queue.get()); // 42
 * await child.join();
 */
export class Queue<T = unknown> extends ProcessQueue<T> {
  /** @param maxsize - At most so many items are in it; 0 or less: any number. */
  constructor(maxsize = 0, { memory }: QueueMemory = {}) {
    super(maxsize, memory);
  }

  /** Whether there is no room. */
  full(): boolean {
    return this.isFull;
  }

  /** Python waits here for the thread that feeds its queues. There is none: what was put is in the queue. */
  async joinThread(): Promise<void> {}

  /** Blocking form of {@link joinThread}. */
  joinThreadSync(): void {}

  /** Python lets a process end here before all that was put is in the queue. It is. */
  cancelJoinThread(): void {}

  protected override get kind(): string {
    return 'Queue';
  }
}

/**
 * A queue whose items are tasks: `join()` waits until all have been dealt with.
 *
 * Python: `multiprocessing.JoinableQueue`.
 *
 * @example
 * import { JoinableQueue } from '@prac/pool';
 * const queue = new JoinableQueue<string>();
 * await queue.put('job');
 * await queue.get();
 * queue.taskDone();
 * await queue.join();
 */
export class JoinableQueue<T = unknown> extends Queue<T> {
  /**
   * An item that was got has been dealt with.
   *
   * @throws {ValueError} if that was said of more items than there were.
   */
  taskDone(): void {
    if (!this.endTask()) throw new ValueError('task_done() called too many times');
  }

  /**
   * Waits until all items that were ever put have been dealt with.
   *
   * @returns `false` if the time was up first.
   */
  join(options?: number | Pick<QueueOptions, 'timeout' | 'signal'> | null): Promise<boolean> {
    const limits = waitLimits(options, 'async');
    return suspend(this.untilDone('async', limits.deadline), limits);
  }

  /** Blocking form of {@link join}. */
  joinSync(options?: number | { readonly timeout?: number | null } | null): boolean {
    return block(this.untilDone('sync', waitLimits(options, 'sync').deadline));
  }

  protected override get kind(): string {
    return 'JoinableQueue';
  }
}

/**
 * The simplest queue: any number of items, nothing to be set.
 *
 * Python: `multiprocessing.SimpleQueue`.
 *
 * @example
 * import { SimpleQueue } from '@prac/pool';
 * const queue = new SimpleQueue<number>();
 * queue.putSync(1);
 * console.log(queue.getSync(), queue.empty()); // 1 true
 */
export class SimpleQueue<T = unknown> extends ProcessQueue<T> {
  constructor({ memory }: QueueMemory = {}) {
    super(0, memory);
  }

  protected override get kind(): string {
    return 'SimpleQueue';
  }
}

travels('Queue', Queue);
letTravel(Queue.prototype, (queue) => [(queue as Queue).maxsize]);
opens('Queue', (memory, [maxsize]) => new Queue(maxsize as number, { memory }));
travels('JoinableQueue', JoinableQueue);
opens('JoinableQueue', (memory, [maxsize]) => new JoinableQueue(maxsize as number, { memory }));
travels('SimpleQueue', SimpleQueue);
letTravel(SimpleQueue.prototype, () => []);
opens('SimpleQueue', (memory) => new SimpleQueue({ memory }));
