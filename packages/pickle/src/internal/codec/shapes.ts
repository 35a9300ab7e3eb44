/** More keys than this, and an object is a dictionary. */
export const MOST_KEYS = 64;
/** So many shapes are known at most: what has more of them is no record, and each would cost memory for good. */
export const MOST_SHAPES = 4096;

interface Step {
  id: number;
  readonly next: Map<string, Step>;
}

/** So many shapes are looked at before the tree is asked: rows of a table, and what is in them. */
const RECENT = 4;

interface Shape {
  readonly keys: readonly string[];
  readonly id: number;
}

/** The shapes that an encoder has written: lists of keys, in their order. */
export class WrittenShapes {
  #root: Step = { id: -1, next: new Map() };
  readonly #undo: Step[] = [];
  readonly #recent: Shape[] = [];
  #count = 0;

  /** The number of a shape; -1 if it has not been written, and has the next number now; -2 if there are too many. */
  find(keys: readonly string[]): number {
    for (const shape of this.#recent) if (areSame(shape.keys, keys)) return shape.id;
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
    if (this.#recent.length === RECENT) this.#recent.pop();
    this.#recent.unshift({ keys, id: step.id });
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
    this.#recent.length = 0;
  }

  clear(): void {
    if (this.#count === 0) return;
    this.#root = { id: -1, next: new Map() };
    this.#count = 0;
    this.#undo.length = 0;
    this.#recent.length = 0;
  }
}

function areSame(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
