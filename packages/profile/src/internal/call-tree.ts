/*
 * A tree of calls: a node for each function in each place from which it was called, down from the outermost one. Node 0 is outside of
 * all functions.
 *
 *   fn   which function      parent, kid, sibling   the tree: `kid` is the child that was called last
 *   calls, resumes   how often      self   seconds in it alone      wall   of what waits: seconds from call to end
 */
const FIRST_CAPACITY = 1024;

export class CallTree {
  fn: Int32Array = new Int32Array(FIRST_CAPACITY);
  parent: Int32Array = new Int32Array(FIRST_CAPACITY);
  kid: Int32Array = new Int32Array(FIRST_CAPACITY);
  sibling: Int32Array = new Int32Array(FIRST_CAPACITY);
  calls: Float64Array = new Float64Array(FIRST_CAPACITY);
  resumes: Float64Array = new Float64Array(FIRST_CAPACITY);
  self: Float64Array = new Float64Array(FIRST_CAPACITY);
  wall: Float64Array = new Float64Array(FIRST_CAPACITY);
  size = 1;

  /** The node of a function that is called there. It becomes the first of its siblings. */
  child(parent: number, fn: number): number {
    let before = 0;
    let node = this.kid[parent]!;
    while (node !== 0 && this.fn[node] !== fn) {
      before = node;
      node = this.sibling[node]!;
    }
    if (node === 0) node = this.#add(parent, fn);
    else if (before !== 0) this.sibling[before] = this.sibling[node]!;
    else return node;
    this.sibling[node] = this.kid[parent]!;
    this.kid[parent] = node;
    return node;
  }

  /** Whether a node is above another one, or it is that. */
  isAbove(node: number, other: number): boolean {
    let at = other;
    while (at > node) at = this.parent[at]!; // parents were there before their children
    return at === node;
  }

  #add(parent: number, fn: number): number {
    if (this.size === this.fn.length) this.#grow();
    const node = this.size++;
    this.fn[node] = fn;
    this.parent[node] = parent;
    return node;
  }

  #grow(): void {
    const capacity = 2 * this.fn.length;
    for (const field of ['fn', 'parent', 'kid', 'sibling'] as const) {
      const bigger = new Int32Array(capacity);
      bigger.set(this[field]);
      this[field] = bigger;
    }
    for (const field of ['calls', 'resumes', 'self', 'wall'] as const) {
      const bigger = new Float64Array(capacity);
      bigger.set(this[field]);
      this[field] = bigger;
    }
  }
}
