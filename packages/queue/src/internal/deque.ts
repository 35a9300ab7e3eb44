/** First in, first out, in one thread: a ring that doubles. */
export class Deque<T> {
  #items: (T | undefined)[] = new Array(8).fill(undefined);
  #mask = 7;
  #head = 0;
  #tail = 0;

  get length(): number {
    return (this.#tail - this.#head) & this.#mask;
  }

  push(item: T): void {
    this.#items[this.#tail] = item;
    this.#tail = (this.#tail + 1) & this.#mask;
    if (this.#tail === this.#head) this.#grow();
  }

  /** Undefined if there is none. */
  shift(): T | undefined {
    const head = this.#head;
    if (head === this.#tail) return undefined;
    const item = this.#items[head];
    this.#items[head] = undefined;
    this.#head = (head + 1) & this.#mask;
    return item;
  }

  *[Symbol.iterator](): Generator<T> {
    for (let at = this.#head; at !== this.#tail; at = (at + 1) & this.#mask) yield this.#items[at] as T;
  }

  #grow(): void {
    const size = this.#mask + 1;
    const items = new Array<T | undefined>(2 * size).fill(undefined);
    for (let i = 0; i < size; i++) items[i] = this.#items[(this.#head + i) & this.#mask];
    this.#items = items;
    this.#head = 0;
    this.#tail = size;
    this.#mask = 2 * size - 1;
  }
}
