import type { CallTree } from './call-tree.ts';
import type { FunctionKey } from './function-key.ts';

/*
 * What instrumented code calls: `globalThis[Symbol.for('prac.profile/1')]`. One for each JavaScript world.
 *
 *   enter   time up to now is that of the node that ran; then the callee's node runs
 *   exit    time up to now is that of the callee; then its parent runs
 *
 * A function that waits has a frame. While it is suspended whoever runs is not below it; when it goes on, it runs at its own place
 * in the tree again, whoever has resumed it. Outside of all functions node 0 runs: the event loop.
 *
 * A profiler may come and go while functions run. What `enter` has given is a number that only its own tree knows: numbers of
 * former trees, and those of functions that were entered while there was no profiler, are below `base`, and mean nothing.
 */

/** A call of a function that waits. */
interface Frame {
  readonly node: number;
  /** Who ran when it was called, or resumed. */
  before: number;
  isSuspended: boolean;
  readonly begun: number;
}

const OFF = -1;
const NO_FRAME: Frame = { node: OFF, before: 0, isSuspended: false, begun: 0 };

/** In seconds. */
export type Timer = () => number;

export const defaultTimer: Timer = () => performance.now() / 1000;

export class Runtime {
  readonly functions: FunctionKey[] = [];
  #tree: CallTree | undefined;
  #timer: Timer = defaultTimer;
  #base = 0;
  #current = 0;
  #last = 0;

  /** The number of a function. */
  define(key: FunctionKey): number {
    return this.functions.push(key) - 1;
  }

  /** The tree that is being filled. */
  get tree(): CallTree | undefined {
    return this.#tree;
  }

  start(tree: CallTree, timer: Timer): void {
    this.#tree = tree;
    this.#timer = timer;
    this.#current = 0;
    this.#last = timer();
  }

  stop(): void {
    const tree = this.#tree;
    if (tree === undefined) return;
    this.#charge(tree);
    this.#base += tree.size;
    this.#tree = undefined;
  }

  #charge(tree: CallTree): void {
    const now = this.#timer();
    tree.self[this.#current]! += now - this.#last;
    this.#last = now;
  }

  /** A function is entered. Gives what its exit needs. */
  readonly e = (fn: number): number => {
    const tree = this.#tree;
    if (tree === undefined) return OFF;
    this.#charge(tree);
    const current = this.#current;
    let node = tree.kid[current]!;
    if (node === 0 || tree.fn[node] !== fn) node = tree.child(current, fn);
    tree.calls[node]!++;
    this.#current = node;
    return node + this.#base;
  };

  /** It is left. */
  readonly x = (frame: number): void => {
    const tree = this.#tree;
    const node = frame - this.#base;
    if (tree === undefined || node <= 0) return;
    this.#charge(tree);
    if (this.#current === node || tree.isAbove(node, this.#current)) this.#current = tree.parent[node]!;
  };

  /** A function that waits is entered. */
  readonly ge = (fn: number): Frame => {
    const before = this.#current;
    const node = this.e(fn);
    return node === OFF ? NO_FRAME : { node, before, isSuspended: false, begun: this.#last };
  };

  /** It is left. */
  readonly gx = (frame: Frame): void => {
    const tree = this.#treeOf(frame);
    if (tree === undefined) return;
    const node = frame.node - this.#base;
    this.#charge(tree);
    tree.wall[node]! += this.#last - frame.begun;
    // A generator that is ended from outside does not run.
    if (!frame.isSuspended) this.#current = frame.before;
  };

  /** It begins to wait. Gives what it waits for. */
  readonly s = <T>(frame: Frame, value?: T): T => {
    const tree = this.#treeOf(frame);
    if (tree !== undefined && !frame.isSuspended) {
      this.#charge(tree);
      this.#current = frame.before;
      frame.isSuspended = true;
    }
    return value as T;
  };

  /** It goes on. Gives what it has waited for. */
  readonly r = <T>(frame: Frame, value?: T): T => {
    this.gc(frame);
    return value as T;
  };

  /** It goes on, if it was suspended. */
  readonly gc = (frame: Frame): void => {
    const tree = this.#treeOf(frame);
    if (tree === undefined || !frame.isSuspended) return;
    const node = frame.node - this.#base;
    this.#charge(tree);
    frame.before = this.#current;
    frame.isSuspended = false;
    tree.resumes[node]!++;
    this.#current = node;
  };

  /** What `for await` goes through: the function is suspended from each `next()` on. */
  readonly fa = (frame: Frame, items: object): object => {
    const asyncItems = items as Partial<AsyncIterable<unknown>>;
    if (typeof asyncItems[Symbol.asyncIterator] === 'function') {
      return { [Symbol.asyncIterator]: () => this.#suspending(frame, asyncItems[Symbol.asyncIterator]!()) };
    }
    return { [Symbol.iterator]: () => this.#suspending(frame, (items as Iterable<unknown>)[Symbol.iterator]()) };
  };

  #suspending<It extends { next(): unknown; return?: ((value?: never) => unknown) | undefined }>(
    frame: Frame,
    iterator: It,
  ): object {
    const next = iterator.next;
    return {
      next: () => this.#suspendedBy(frame, next.call(iterator)),
      // Asked for when it is needed, as the loop itself would.
      get return() {
        const leave = iterator.return;
        return leave === undefined || leave === null ? leave : () => leave.call(iterator);
      },
    };
  }

  #suspendedBy<T>(frame: Frame, step: T): T {
    this.s(frame);
    return step;
  }

  /** The tree that a frame belongs to, if it is the one that is being filled. */
  #treeOf(frame: Frame): CallTree | undefined {
    return frame.node > this.#base ? this.#tree : undefined;
  }
}

const KEY = Symbol.for('prac.profile/1');

/** That of this world. */
export const runtime: Runtime = (() => {
  const shared = globalThis as { [KEY]?: Runtime };
  shared[KEY] ??= new Runtime();
  return shared[KEY];
})();

/** How instrumented code finds it. */
export const RUNTIME_EXPRESSION = "globalThis[Symbol.for('prac.profile/1')]";
