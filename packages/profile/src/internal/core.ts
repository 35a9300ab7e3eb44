import type { CallTree } from './call-tree.ts';
import { CURRENT, type Sampler } from './sampler.ts';

/*
 * What happens at each call. It is what a profiled program does most, so all is in variables, and what never changes is a constant: V8
 * compiles it into the callers then. When the tree has grown, or another mode is wanted, there is a new core: see runtime.ts.
 *
 *   enter   time up to now is that of the node that ran; then the callee's node runs
 *   exit    time up to now is that of the callee; then its parent runs
 *
 * To read the clock takes longer than a small function. A node that has been entered `hotAfter` times is hot: its calls are counted,
 * and its time is that of the cold node above it, its group: the clock is read when the group changes. What each of a group has of
 * that is seen by a sampler: see sampler.ts, and spread.ts, where it is given out.
 *
 *   cold ── called so often ──> hot        never back
 *
 * A function that waits has a frame. While it is suspended whoever runs is not below it; when it goes on, it runs at its own place
 * in the tree again, whoever has resumed it. Outside of all functions node 0 runs: the event loop.
 *
 * A profiler may come and go while functions run. What `enter` has given is a number that only its own tree knows: numbers of
 * former trees, and those of functions that were entered while there was no profiler, are below `base`, and mean nothing.
 */

/** In seconds. */
export type Timer = () => number;

/** A call of a function that waits. */
export interface Frame {
  readonly node: number;
  /** Who ran when it was called, or resumed. */
  before: number;
  isSuspended: boolean;
  readonly begun: number;
}

/** Where a program is: a core takes it over from the one before. */
export interface Position {
  readonly isOn: boolean;
  readonly timer: Timer;
  readonly base: number;
  readonly current: number;
  /** The cold node whose clock runs. */
  readonly group: number;
  readonly last: number;
}

export interface Core {
  // For instrumented code:
  /** A function is entered. Gives what its exit needs. */
  readonly e: (fn: number) => number;
  /** It is left. */
  readonly x: (frame: number) => void;
  /** A function that waits is entered. */
  readonly ge: (fn: number) => Frame;
  /** It is left. */
  readonly gx: (frame: Frame) => void;
  /** It begins to wait. Gives what it waits for. */
  readonly s: <T>(frame: Frame, value?: T) => T;
  /** It goes on. Gives what it has waited for. */
  readonly r: <T>(frame: Frame, value?: T) => T;
  /** It goes on, if it was suspended. */
  readonly gc: (frame: Frame) => void;
  // For the runtime:
  start(timer: Timer): void;
  flush(): void;
  stop(): void;
  readonly position: () => Position;
}

/** What a core is made for. */
export interface CoreOptions {
  readonly tree: CallTree;
  readonly sampler: Sampler;
  readonly from: Position;
  /** The tree is full: makes it bigger, and gives the core that goes on. */
  readonly onFull: () => Core;
}

const OFF = -1;
const NO_FRAME: Frame = { node: OFF, before: 0, isSuspended: false, begun: 0 };

export function createCore({ tree, sampler, from, onFull }: CoreOptions): Core {
  const { fn: fns, parent: parents, kid: kids, entries, self: selves, hotAfter } = tree;
  const { words } = sampler;
  let { isOn, timer, base, current, group, last } = from;

  const charge = (): void => {
    const now = timer();
    selves[group]! += now - last;
    last = now;
  };
  const move = (node: number): void => {
    current = node;
    words[CURRENT] = node;
  };
  const groupOf = (node: number): number => {
    let at = node;
    while (at > 0 && entries[at]! >= hotAfter) at = parents[at]!;
    return at;
  };
  const beginSampling = (): void => {
    if (tree.hasHot) return;
    tree.hasHot = true;
    sampler.start();
    last = timer(); // nobody is charged for that
  };
  /** A node is entered while the clock is read for it. */
  const enterCold = (node: number): void => {
    if (entries[node]! < 0) {
      tree.lap(node);
      return;
    }
    charge();
    group = node;
    if (entries[node] === hotAfter - 1) beginSampling();
  };

  const e = (fn: number): number => {
    if (!isOn) return OFF;
    let node = kids[current]!;
    if (node === 0 || fns[node] !== fn) {
      node = tree.child(current, fn);
      if (node < 0) return onFull().e(fn);
    }
    if (++entries[node]! < hotAfter) enterCold(node);
    current = node;
    words[CURRENT] = node;
    return node + base;
  };
  const x = (frame: number): void => {
    const node = frame - base;
    if (node <= 0 || !isOn) return;
    if (current !== node && !tree.isAbove(node, current)) return;
    const up = parents[node]!;
    if (group === node || entries[node]! < hotAfter) {
      charge();
      group = groupOf(up);
    }
    current = up;
    words[CURRENT] = up;
  };

  const isMine = (frame: Frame): boolean => isOn && frame.node > base;
  /** Another one runs, wherever it is in the tree. */
  const switchTo = (node: number): void => {
    const next = groupOf(node);
    if (next !== group) {
      charge();
      group = next;
    }
    move(node);
  };
  const ge = (fn: number): Frame => {
    const before = current;
    const clock = timer;
    const node = e(fn); // another core may be in place after that
    return node === OFF ? NO_FRAME : { node, before, isSuspended: false, begun: clock() };
  };
  const gx = (frame: Frame): void => {
    if (!isMine(frame)) return;
    // A generator that is ended from outside does not run.
    if (!frame.isSuspended) switchTo(frame.before);
    tree.wall[frame.node - base]! += timer() - frame.begun;
  };
  const s = <T>(frame: Frame, value?: T): T => {
    if (isMine(frame) && !frame.isSuspended) {
      switchTo(frame.before);
      frame.isSuspended = true;
    }
    return value as T;
  };
  const gc = (frame: Frame): void => {
    if (!isMine(frame) || !frame.isSuspended) return;
    const node = frame.node - base;
    frame.before = current;
    frame.isSuspended = false;
    tree.resumes[node]!++;
    const count = ++entries[node]!;
    if (count < 0) tree.lap(node);
    else if (count === hotAfter - 1) beginSampling();
    switchTo(node);
  };
  const r = <T>(frame: Frame, value?: T): T => {
    gc(frame);
    return value as T;
  };

  return {
    e,
    x,
    ge,
    gx,
    s,
    r,
    gc,
    start: (clock) => {
      timer = clock;
      isOn = true;
      move(0);
      group = 0;
      if (tree.hasHot) sampler.start();
      last = timer();
    },
    flush: () => {
      charge();
      sampler.moveTo(tree.seen.subarray(0, tree.size));
    },
    stop: () => {
      isOn = false;
      base += tree.size;
    },
    position: () => ({ isOn, timer, base, current, group, last }),
  };
}
