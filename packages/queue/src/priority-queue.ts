import { repr } from '@prac/exceptions';
import { arrives } from './internal/base-queue.ts';
import type { PackOptions } from './internal/cargo.ts';
import { closeGap, type Entries, makeRoom } from './internal/heap.ts';
import { checked } from './internal/options.ts';
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

/** An item in its place. */
interface Entry<T> {
  readonly item: T;
  readonly serial: number;
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
    const { compare } = checked(options, ['compare']);
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

class LocalHeap<T> implements Entries {
  readonly #entries: Entry<T>[] = [];
  readonly #compare: Compare<T>;
  #serial = 0;

  constructor(compare: Compare<T>) {
    this.#compare = compare;
  }

  get length(): number {
    return this.#entries.length;
  }

  push(item: T): void {
    const entry: Entry<T> = { item, serial: this.#serial++ };
    const last = this.#entries.push(entry) - 1;
    try {
      this.#entries[makeRoom(this, last)] = entry;
    } catch (error) {
      this.#entries.pop(); // it cannot be compared: nothing has been moved
      throw error;
    }
  }

  shift(): T {
    const entries = this.#entries;
    const last = entries.length - 1;
    const { item } = entries[0]!;
    if (last > 0) entries[closeGap(this, last)] = entries[last]!;
    entries.pop();
    return item;
  }

  isBefore(a: number, b: number): boolean {
    const [one, other] = [this.#entries[a]!, this.#entries[b]!];
    const order = this.#compare(one.item, other.item);
    return order < 0 || (!(order > 0) && one.serial < other.serial);
  }

  isEarlier(a: number, b: number): boolean {
    return this.#entries[a]!.serial < this.#entries[b]!.serial;
  }

  move(from: number, to: number): void {
    this.#entries[to] = this.#entries[from]!;
  }
}

travels('PriorityQueue', PriorityQueue);
arrives('PriorityQueue', (maxsize, [compare]) => new PriorityQueue(maxsize, { compare: compare as Compare<unknown> }));
