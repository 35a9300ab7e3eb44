/**
 * Where buffers begin that have been written for a view of theirs.
 *
 * They are added in the order of their numbers. A list of numbers, since there may be as many as views, and few are looked for.
 */
export class BuffersInViews {
  /** The number of a buffer, where it begins, and so on. */
  readonly #list: number[] = [];

  get isEmpty(): boolean {
    return this.#list.length === 0;
  }

  add(number: number, at: number): void {
    this.#list.push(number, at);
  }

  /** Where it begins; -1 if it was not written for a view. */
  find(number: number): number {
    const list = this.#list;
    let [from, to] = [0, list.length / 2];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (list[2 * middle]! < number) from = middle + 1;
      else to = middle;
    }
    return list[2 * from] === number ? list[2 * from + 1]! : -1;
  }

  clear(): void {
    if (this.#list.length > 0) this.#list.length = 0;
  }
}
