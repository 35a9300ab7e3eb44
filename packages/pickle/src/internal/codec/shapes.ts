/** More keys than this, and an object is a dictionary. */
export const MOST_KEYS = 64;
/** So many shapes are known at most: what has more of them is no record, and each would cost memory for good. */
export const MOST_SHAPES = 4096;

interface Step {
  id: number;
  readonly next: Map<string, Step>;
}

/** The shapes that an encoder has written: lists of keys, in their order. */
export class WrittenShapes {
  #root: Step = { id: -1, next: new Map() };
  readonly #undo: Step[] = [];
  #count = 0;
  #last: readonly string[] = [];
  #lastId = -1;

  /** The keys of the shape that was asked for last. */
  get lastKeys(): readonly string[] {
    return this.#last;
  }

  /** The shape of an object, if it is the same as that of the one before. */
  sameAsLast(object: object): number {
    const last = this.#last;
    let i = 0;
    for (const key in object) if (i >= last.length || last[i++] !== key) return -1;
    return i === last.length ? this.#lastId : -1;
  }

  /** The number of a shape; -1 if it has not been written, and has the next number now; -2 if there are too many. */
  find(keys: readonly string[]): number {
    let step = this.#root;
    for (const key of keys) {
      let next = step.next.get(key);
      if (next === undefined) {
        next = { id: -1, next: new Map() };
        step.next.set(key, next);
      }
      step = next;
    }
    const isNew = step.id < 0;
    if (isNew && this.#count >= MOST_SHAPES) return -2;
    if (isNew) {
      step.id = this.#count++;
      this.#undo.push(step);
    }
    this.#last = keys;
    this.#lastId = step.id;
    return isNew ? -1 : step.id;
  }

  /** What has been written will be read. */
  commit(): void {
    if (this.#undo.length > 0) this.#undo.length = 0;
  }

  /** Nobody will read what was written since the last commit. */
  rollback(): void {
    for (const step of this.#undo) step.id = -1;
    this.#count -= this.#undo.length;
    this.#undo.length = 0;
    this.#forgetLast();
  }

  clear(): void {
    if (this.#count === 0) return;
    this.#root = { id: -1, next: new Map() };
    this.#count = 0;
    this.#undo.length = 0;
    this.#forgetLast();
  }

  #forgetLast(): void {
    this.#last = [];
    this.#lastId = -1;
  }
}
