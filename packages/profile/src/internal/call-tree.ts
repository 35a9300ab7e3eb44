/*
 * A tree of calls: a node for each function in each place from which it was called, down from the outermost one. Node 0 is outside of
 * all functions.
 *
 *   fn   which function      parent, kid, sibling   the tree: `kid` is the child that was called last
 *   entries, laps   how often it was called, or went on: laps are 2^30      resumes   how often it went on
 *   self   seconds in it alone      seen   the same, as the sampler saw it: see spread.ts      wall   of what waits: from call to end
 *
 * All of it is in memory that other threads can read: of a thread that is terminated that is what is left.
 *
 *   │ SIZE │ HOTNESS │ HAS_HOT │ ERA: how often it was cleared │ numbers: an array for each │ integers: an array for each │
 */
const SIZE = 0;
const HOTNESS = 1;
const HAS_HOT = 2;
const ERA = 3;
const HEADER = 4;
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

const NODE_BYTES = 4 * INTEGERS.length + 8 * NUMBERS.length;

export class CallTree {
  fn!: Int32Array;
  parent!: Int32Array;
  kid!: Int32Array;
  sibling!: Int32Array;
  entries!: Int32Array;
  laps!: Float64Array;
  resumes!: Float64Array;
  self!: Float64Array;
  seen!: Float64Array;
  wall!: Float64Array;
  costs: Costs = { call: 0, clock: 0 };
  memory!: SharedArrayBuffer;
  #header!: Int32Array;

  constructor(hotAfter: number = NEVER_HOT, capacity = 1) {
    this.#use(memoryFor(capacity));
    this.size = 1;
    this.hotAfter = hotAfter;
  }

  /** What is in the memory of a tree at which another thread may be at work. */
  static snapshotOf(memory: SharedArrayBuffer): CallTree {
    const others = new CallTree();
    others.#use(memory);
    const { size, hotAfter, hasHot } = others;
    const tree = new CallTree(hotAfter, size);
    for (const field of [...INTEGERS, ...NUMBERS]) tree[field].set(others[field].subarray(0, size));
    tree.size = size;
    tree.hasHot = hasHot;
    // The other one changes their order as it goes: they are found anew.
    tree.kid.fill(0);
    for (let node = 1; node < size; node++) {
      const parent = tree.parent[node]!; // was there before
      tree.sibling[node] = tree.kid[parent]!;
      tree.kid[parent] = node;
    }
    return tree;
  }

  /** How often the tree in a memory was cleared. */
  static eraOf(memory: SharedArrayBuffer): number {
    return Atomics.load(new Int32Array(memory, 0, HEADER), ERA);
  }

  #use(memory: SharedArrayBuffer): void {
    const capacity = (memory.byteLength - 4 * HEADER) / NODE_BYTES;
    let at = 4 * HEADER;
    this.memory = memory;
    this.#header = new Int32Array(memory, 0, HEADER);
    for (const field of NUMBERS) {
      this[field] = new Float64Array(memory, at, capacity);
      at += 8 * capacity;
    }
    for (const field of INTEGERS) {
      this[field] = new Int32Array(memory, at, capacity);
      at += 4 * capacity;
    }
  }

  get capacity(): number {
    return this.fn.length;
  }

  get size(): number {
    return Atomics.load(this.#header, SIZE);
  }

  set size(size: number) {
    Atomics.store(this.#header, SIZE, size);
  }

  /** A node that has been entered so often is hot: its calls are counted, and the clock is not read for them. */
  get hotAfter(): number {
    return this.#header[HOTNESS]!;
  }

  set hotAfter(entries: number) {
    this.#header[HOTNESS] = entries;
  }

  /** Whether one is. */
  get hasHot(): boolean {
    return this.#header[HAS_HOT] === 1;
  }

  set hasHot(hasHot: boolean) {
    this.#header[HAS_HOT] = Number(hasHot);
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
      node = this.size;
      this.fn[node] = fn;
      this.parent[node] = parent;
      this.size = node + 1; // who reads it meanwhile finds it whole
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

  /** Room for so many nodes: the memory is another one then. */
  grow(capacity: number): void {
    const before = { ...this, size: this.size };
    const header = this.#header;
    this.#use(memoryFor(capacity));
    this.#header.set(header);
    for (const field of [...INTEGERS, ...NUMBERS]) this[field].set(before[field].subarray(0, before.size));
  }

  /** Becomes what another one is. */
  copy(from: CallTree): void {
    if (this.capacity < from.size) this.grow(from.size);
    this.size = from.size;
    for (const field of [...INTEGERS, ...NUMBERS]) this[field].set(from[field].subarray(0, from.size));
    ({ hotAfter: this.hotAfter, hasHot: this.hasHot, costs: this.costs } = from);
  }

  clear(): void {
    Atomics.add(this.#header, ERA, 1);
    for (const field of [...INTEGERS, ...NUMBERS]) this[field].fill(0, 0, this.size);
    this.size = 1;
  }
}

function memoryFor(capacity: number): SharedArrayBuffer {
  return new SharedArrayBuffer(4 * HEADER + NODE_BYTES * capacity);
}
