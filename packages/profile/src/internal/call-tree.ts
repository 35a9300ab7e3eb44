/*
 * A tree of calls: a node for each function in each place from which it was called, down from the outermost one. Node 0 is outside of
 * all functions.
 *
 *   fn   which function      parent, kid, sibling   the tree: `kid` is the child that was called last
 *   entries, laps   how often it was called, or went on: laps are 2^30      resumes   how often it went on
 *   self   seconds in it alone      seen   the same, as the sampler saw it: see spread.ts      wall   of what waits: from call to end
 */
const INTEGERS = ['fn', 'parent', 'kid', 'sibling', 'entries'] as const;
const NUMBERS = ['laps', 'resumes', 'self', 'seen', 'wall'] as const;
const LAP = 2 ** 30;
/** Below that the clock costs little, and what is short is not seen by a sampler. */
export const HOT_AFTER = 1000;
/** No node is hot before: it cannot be counted further in one lap. */
export const NEVER_HOT: number = 2 ** 31 - 1;

/** Seconds that it takes to count a call, and to read the clock. */
export interface Costs {
  readonly call: number;
  readonly clock: number;
}

export class CallTree {
  fn: Int32Array;
  parent: Int32Array;
  kid: Int32Array;
  sibling: Int32Array;
  entries: Int32Array;
  laps: Float64Array;
  resumes: Float64Array;
  self: Float64Array;
  seen: Float64Array;
  wall: Float64Array;
  size = 1;
  /** A node that has been entered so often is hot: its calls are counted, and the clock is not read for them. */
  hotAfter: number;
  /** Whether one is. */
  hasHot = false;
  costs: Costs = { call: 0, clock: 0 };

  constructor(hotAfter: number = NEVER_HOT, capacity = 1) {
    this.hotAfter = hotAfter;
    this.fn = new Int32Array(capacity);
    this.parent = new Int32Array(capacity);
    this.kid = new Int32Array(capacity);
    this.sibling = new Int32Array(capacity);
    this.entries = new Int32Array(capacity);
    this.laps = new Float64Array(capacity);
    this.resumes = new Float64Array(capacity);
    this.self = new Float64Array(capacity);
    this.seen = new Float64Array(capacity);
    this.wall = new Float64Array(capacity);
  }

  get capacity(): number {
    return this.fn.length;
  }

  /** The node of a function that is called there. It becomes the first of its siblings. -1 if there is no room for it. */
  child(parent: number, fn: number): number {
    let before = 0;
    let node = this.kid[parent]!;
    while (node !== 0 && this.fn[node] !== fn) {
      before = node;
      node = this.sibling[node]!;
    }
    if (node === 0) {
      if (this.size === this.capacity) return -1;
      node = this.size++;
      this.fn[node] = fn;
      this.parent[node] = parent;
    } else if (before === 0) return node;
    else this.sibling[before] = this.sibling[node]!;
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

  /** How often a node was called. */
  calls(node: number): number {
    return this.entered(node) - this.resumes[node]!;
  }

  /** How often it was called, or went on. */
  entered(node: number): number {
    return this.entries[node]! + LAP * this.laps[node]!;
  }

  /** It was called, or went on, so often. */
  count(node: number, entries: number): void {
    const all = this.entered(node) + entries;
    this.laps[node] = Math.floor(all / LAP);
    this.entries[node] = all % LAP;
  }

  /** It was counted beyond the last integer. */
  lap(node: number): void {
    this.entries[node] = LAP;
    this.laps[node]!++;
  }

  /** Room for so many nodes: all arrays are others then. */
  grow(capacity: number): void {
    for (const field of INTEGERS) this[field] = copyOf(new Int32Array(capacity), this[field].subarray(0, this.size));
    for (const field of NUMBERS) this[field] = copyOf(new Float64Array(capacity), this[field].subarray(0, this.size));
  }

  /** Becomes what another one is. */
  copy(from: CallTree): void {
    if (this.capacity < from.size) this.grow(from.size);
    this.size = from.size;
    for (const field of [...INTEGERS, ...NUMBERS]) this[field].set(from[field].subarray(0, from.size));
    ({ hotAfter: this.hotAfter, hasHot: this.hasHot, costs: this.costs } = from);
  }

  clear(): void {
    for (const field of [...INTEGERS, ...NUMBERS]) this[field].fill(0, 0, this.size);
    this.size = 1;
  }
}

function copyOf<Numbers extends Int32Array | Float64Array>(to: Numbers, from: Int32Array | Float64Array): Numbers {
  to.set(from);
  return to;
}
