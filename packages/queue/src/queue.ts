import { repr, ValueError } from '@prac/exceptions';
import { block, suspend } from '@prac/park';
import { arrives, BaseQueue } from './internal/base-queue.ts';
import { Deque } from './internal/deque.ts';
import { type QueueOptions, waitLimits } from './internal/options.ts';
import { newRegionMemory } from './internal/region.ts';
import { Ring } from './internal/ring.ts';
import type { Store, StoreWords } from './internal/store.ts';
import { travels } from './internal/world.ts';

/** How a queue is shut down. */
export interface ShutdownOptions {
  /** Throws the items away that are in it, and counts their tasks as done. @defaultValue false */
  readonly immediate?: boolean | null | undefined;
}

/**
 * First in, first out: between the async functions of a thread, and between any number of threads.
 *
 * A queue is an argument of threads like any other. As long as one thread alone has it, items are not copied.
 *
 * Python: `queue.Queue`.
 *
 * @example
 * import { Queue } from '@prac/queue';
 * const queue = new Queue<string>(10);
 * await queue.put('a');
 * queue.putNowait('b');
 * console.log(await queue.get(), queue.getNowait(), queue.empty()); // a b true
 */
export class Queue<T = unknown> extends BaseQueue<T> {
  /** What holds the items, as long as one thread alone has the queue. Subclasses may take another. */
  declare protected queue: { readonly length: number };

  /** @param maxsize - At most so many items are in it; 0 or less: any number. */
  constructor(maxsize = 0) {
    super(maxsize);
  }

  /** Whether there is no room. */
  full(): boolean {
    return this.isFull;
  }

  /**
   * An item that was got has been dealt with.
   *
   * Python: `task_done`.
   *
   * @throws {ValueError} if that was said of more items than there were.
   */
  taskDone(): void {
    if (!this.endTask()) throw new ValueError('task_done() called too many times');
  }

  /**
   * Waits until all items that were ever put have been dealt with.
   *
   * Cancellation: an aborted call leaves no trace.
   * Python: `Queue.join`, which has no time limit.
   *
   * @returns `false` if the time was up first.
   */
  join(options?: number | Pick<QueueOptions, 'timeout' | 'signal'> | null): Promise<boolean> {
    const limits = waitLimits(options, 'async');
    return suspend(this.untilDone('async', limits.deadline), limits);
  }

  /**
   * Blocking form of {@link join}.
   *
   * @throws {RuntimeError} if no other thread has the queue, and there is no time limit.
   */
  joinSync(
    options?: number | { readonly timeout?: number | null; readonly unchecked?: boolean | null } | null,
  ): boolean {
    const limits = waitLimits(options, 'sync');
    if (this.unfinished > 0) this.checkThatItEnds(limits, 'not done');
    return block(this.untilDone('sync', limits.deadline));
  }

  /**
   * Has all further `put()` throw ShutDown, and `get()` when the queue is empty. Those who wait are woken.
   *
   * Python: `Queue.shutdown` (3.13).
   */
  shutdown(options?: ShutdownOptions | null): void {
    const immediate = options?.immediate ?? false;
    if (typeof immediate !== 'boolean')
      throw new TypeError(`Expected immediate to be a boolean, got ${repr(immediate)}`);
    this.shutDown(immediate);
  }

  /** How many items that were put have not been dealt with. Python: `unfinished_tasks`. */
  get unfinishedTasks(): number {
    return this.unfinished;
  }

  /** Whether it has been shut down. */
  get isShutdown(): boolean {
    return this.isShutDown;
  }

  protected override get kind(): string {
    return 'Queue';
  }

  protected override _init(_maxsize: number): void {
    this.queue = new Deque();
  }

  protected override _qsize(): number {
    return this.queue.length;
  }

  protected override _put(item: T): void {
    (this.queue as Deque<T>).push(item);
  }

  protected override _get(): T {
    return (this.queue as Deque<T>).shift() as T;
  }

  protected override makeStore(
    words: StoreWords,
    [buffer = newRegionMemory()]: readonly SharedArrayBuffer[] = [],
  ): Store {
    return new Ring(buffer, words);
  }
}

travels('Queue', Queue);
arrives('Queue', (maxsize) => new Queue(maxsize));
