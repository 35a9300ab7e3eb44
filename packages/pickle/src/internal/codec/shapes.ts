/** More keys than this, and an object is a dictionary. */
export const MOST_KEYS = 64;
/** So many shapes are known at most: what has more of them is no record, and each would cost memory for good. */
export const MOST_SHAPES = 4096;

/** So many shapes are looked at before the tree is asked: rows of a table, and what is in them. */
const RECENT = 4;

interface Shape {
  readonly keys: readonly string[];
  readonly id: number;
}

/** The shapes that an encoder has written: lists of keys, in their order. */
export class WrittenShapes {
  readonly #known = new Map<string, Shape>();
  readonly #undo: string[] = [];
  readonly #recent: Shape[] = [];

  get size(): number {
    return this.#known.size;
  }

  /** The number of a shape; -1 if it has not been written, and has the next number now; -2 if it is to be no shape. */
  find(keys: readonly string[]): number {
    for (const shape of this.#recent) if (areSame(shape.keys, keys)) return shape.id;
    const name = keys.join('\0');
    let shape = this.#known.get(name);
    const isNew = shape === undefined;
    if (shape === undefined) {
      if (this.#known.size >= MOST_SHAPES) return -2;
      shape = { keys, id: this.#known.size };
      this.#known.set(name, shape);
      this.#undo.push(name);
    } else if (!areSame(shape.keys, keys)) return -2; // a key has the separator in it
    if (this.#recent.length === RECENT) this.#recent.pop();
    this.#recent.unshift(shape);
    return isNew ? -1 : shape.id;
  }

  /** What has been written will be read. */
  commit(): void {
    if (this.#undo.length > 0) this.#undo.length = 0;
  }

  /** Nobody will read what was written since the last commit. */
  rollback(): void {
    if (this.#undo.length === 0) return;
    for (const name of this.#undo) this.#known.delete(name);
    this.#undo.length = 0;
    this.#recent.length = 0;
  }

  clear(): void {
    if (this.#known.size === 0) return;
    this.#known.clear();
    this.#undo.length = 0;
    this.#recent.length = 0;
  }
}

function areSame(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
