import { checkedOptions, repr } from '@prac/exceptions';
import { arrives } from './internal/base-queue.ts';
import type { PackOptions } from './internal/cargo.ts';
import { LocalHeap } from './internal/local-heap.ts';
import { type Compare, pythonOrder } from './internal/order.ts';
import { newRegionMemory } from './internal/region.ts';
import { Shelf } from './internal/shelf.ts';
import type { Store, StoreWords } from './internal/store.ts';
import { travels } from './internal/world.ts';
import { Queue } from './queue.ts';

/** Options of a {@link PriorityQueue}. */
export interface PriorityQueueOptions<T> {
  /**
   * Says which of two items comes first, as that of `Array.sort`. It travels with the queue. @defaultValue Python's order of
   * numbers, strings, and arrays (Python's tuples)
   */
  readonly compare?: Compare<T> | null | undefined;
}

/**
 * The first in order comes first; of those that are equal the first in.
 *
 * Python: `queue.PriorityQueue`.
 *
 * @example
 * import { PriorityQueue } from '@prac/queue';
 * const queue = new PriorityQueue<[priority: number, name: string]>();
 * queue.putNowait([10, 'later']);
 * queue.putNowait([9, 'now']);
 * console.log(queue.getNowait()); // [ 9, 'now' ]
 */
export class PriorityQueue<T = unknown> extends Queue<T> {
  declare protected queue: LocalHeap<T>;

  /**
   * @param maxsize - At most so many items are in it; 0 or less: any number.
   * @throws {TypeError} if `compare` is no function.
   */
  constructor(maxsize = 0, options: PriorityQueueOptions<T> = {}) {
    const { compare } = checkedOptions(options, ['compare']);
    if (compare !== undefined && compare !== null && typeof compare !== 'function')
      throw new TypeError(`Expected compare to be a function, got ${repr(compare)}`);
    making = compare ?? undefined;
    super(maxsize);
    ORDERS.set(this, compare ?? undefined);
  }

  protected override get kind(): string {
    return 'PriorityQueue';
  }

  protected override parts(): readonly unknown[] {
    return [...super.parts(), ORDERS.get(this)];
  }

  protected override _init(_maxsize: number): void {
    this.queue = new LocalHeap<T>((making as Compare<T> | undefined) ?? pythonOrder);
  }

  protected override _qsize(): number {
    return this.queue.length;
  }

  protected override _put(item: T): void {
    this.queue.push(item);
  }

  protected override _get(): T {
    return this.queue.shift();
  }

  protected override get packing(): PackOptions {
    return COMPARES;
  }

  protected override makeStore(
    words: StoreWords,
    [index = newRegionMemory(), items = newRegionMemory()]: readonly SharedArrayBuffer[] = [],
  ): Store {
    return new Shelf(index, items, words, ORDERS.has(this) ? ORDERS.get(this) : making);
  }
}

/** The order of the queue that is being made: the base class needs it before there are fields. */
let making: Compare<never> | undefined;
const COMPARES: PackOptions = { compares: true };
const ORDERS = new WeakMap<object, Compare<never> | undefined>();

travels('PriorityQueue', PriorityQueue);
arrives('PriorityQueue', (maxsize, [compare]) => new PriorityQueue(maxsize, { compare: compare as Compare<unknown> }));
