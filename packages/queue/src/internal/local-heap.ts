import { closeGap, type Entries, makeRoom } from './heap.ts';
import type { Compare } from './order.ts';

/** An item in its place. */
interface Entry<T> {
  readonly item: T;
  readonly serial: number;
}

/** The first in order comes first, in one thread; of those that are equal the first in. */
export class LocalHeap<T> implements Entries {
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

  /** In no order. */
  *[Symbol.iterator](): Generator<T> {
    for (const { item } of this.#entries) yield item;
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
