import { checkedOptions, repr } from '@prac/exceptions';
import { type Compare, LocalHeap, pythonOrder } from '@prac/queue/collections';
import { travels } from './internal/world.ts';
import { Queue } from './queue.ts';

/** Options of a {@link PriorityQueue}. */
export interface PriorityQueueOptions<T> {
  /** Says which of two items comes first, as that of `Array.sort`. @defaultValue Python's order of numbers, strings, and arrays */
  readonly compare?: Compare<T> | null | undefined;
}

/** The order of the queue that is being made: `_init` needs it before there are fields. */
let making: Compare<never> | undefined;

/**
 * The first in order comes first; of those that are equal the first in.
 *
 * Python: `asyncio.PriorityQueue`.
 */
export class PriorityQueue<T = unknown> extends Queue<T> {
  declare protected queue: LocalHeap<T>;

  /** @throws {TypeError} if `compare` is no function. */
  constructor(maxsize = 0, options?: PriorityQueueOptions<T> | null) {
    const { compare } = checkedOptions(options, ['compare']);
    if (compare != null && typeof compare !== 'function')
      throw new TypeError(`Expected compare to be a function, got ${repr(compare)}`);
    making = compare ?? undefined;
    super(maxsize);
  }

  protected override _init(_maxsize: number): void {
    this.queue = new LocalHeap<T>((making as Compare<T> | undefined) ?? pythonOrder);
    making = undefined;
  }

  protected override _put(item: T): void {
    this.queue.push(item);
  }

  protected override _get(): T {
    return this.queue.shift();
  }
}

travels('PriorityQueue', PriorityQueue);
