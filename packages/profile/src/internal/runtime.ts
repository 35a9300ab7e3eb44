import { BuiltIns } from './built-ins.ts';
import { CallTree, type Costs, HOT_AFTER } from './call-tree.ts';
import { type Core, createCore, type Frame, type Position, type Timer } from './core.ts';
import type { FunctionKey } from './function-key.ts';
import { Sampler } from './sampler.ts';

export type { Timer } from './core.ts';

/*
 * What instrumented code calls: `globalThis[Symbol.for('prac.profile/1')]`. One for each JavaScript world.
 *
 *   start ── the profiler's tree is copied into the one in use ──> calls go into that ── stop ──> it is copied back
 *
 * There is one tree in use for all profilers, since what does not change is quick: see core.ts. Its memory is taken when it is used.
 */
const CAPACITY = 2 ** 18;

export const defaultTimer: Timer = () => performance.now() / 1000;

const NOTHING_SEEN = new SharedArrayBuffer(0);

export class Runtime {
  readonly functions: FunctionKey[] = [];
  readonly #sampler = new Sampler();
  readonly #live = new CallTree(HOT_AFTER, CAPACITY);
  /** The profiler's, while one is active. */
  #tree: CallTree | undefined;
  #core: Core;
  #costs: Costs | undefined;
  // What instrumented code calls: of the core that is in place.
  e!: Core['e'];
  x!: Core['x'];
  ge!: Core['ge'];
  gx!: Core['gx'];
  s!: Core['s'];
  r!: Core['r'];
  gc!: Core['gc'];

  /** Whether the program's code is instrumented as it is loaded. */
  isHooked = false;
  readonly #builtIns = new BuiltIns(this, (key) => {
    const number = this.define(key);
    this.tellOfFunctions();
    return number;
  });
  readonly b: BuiltIns['b'] = this.#builtIns.b;
  readonly m: BuiltIns['m'] = this.#builtIns.m;

  constructor() {
    this.#core = this.#install({ isOn: false, timer: defaultTimer, base: 0, current: 0, group: 0, last: 0 });
  }

  /** Is told where the tree is that is in use, and what the sampler sees. */
  onTree: ((tree: SharedArrayBuffer, seen: SharedArrayBuffer) => void) | undefined;
  /** Is told of functions, and of the number of the first of them. */
  onFunctions: ((first: number, keys: readonly FunctionKey[]) => void) | undefined;
  #told = 0;

  /** The number of a function. */
  define(key: FunctionKey): number {
    return this.functions.push(key) - 1;
  }

  /** Tells of the functions that are new. */
  tellOfFunctions(): void {
    const { length } = this.functions;
    if (this.onFunctions === undefined || this.#told === length) return;
    this.onFunctions(this.#told, this.functions.slice(this.#told));
    this.#told = length;
  }

  /** @param builtIns - Whether calls of built-in functions are counted, in code that was instrumented for it. */
  start(tree: CallTree, timer: Timer, builtIns = false): void {
    this.#tree = tree;
    this.#builtIns.isOn = builtIns;
    const live = this.#live;
    const isOther = live.hotAfter !== tree.hotAfter || live.capacity < tree.size;
    live.copy(tree);
    if (isOther) this.#core = this.#install(this.#core.position());
    this.#sampler.reserve(live.capacity);
    this.#tellOfTree();
    this.#core.start(timer);
  }

  /** Has all up to now in the tree. */
  flush(): void {
    if (this.#tree === undefined) return;
    this.#core.flush();
    this.#tree.copy(this.#live);
  }

  stop(): void {
    const tree = this.#tree;
    if (tree === undefined) return;
    this.#builtIns.isOn = false;
    this.#sampler.stop();
    this.flush();
    this.onTree?.(tree.memory, NOTHING_SEEN); // what was counted is there from now on
    this.#core.stop();
    this.#live.clear();
    this.#tree = undefined;
    if (tree.hasHot) tree.costs = this.costs;
  }

  /** A module is entered. One that fails does not say that it is left. */
  readonly me = (fn: number): number => {
    const frame = this.e(fn);
    if (frame >= 0) queueMicrotask(() => this.x(frame));
    return frame;
  };

  /** What `yield*` goes through: the function runs while that does. */
  readonly yd = (frame: Frame, items: object): object => {
    const { [Symbol.asyncIterator]: ofAsync, [Symbol.iterator]: ofSync } = items as Partial<
      AsyncIterable<unknown> & Iterable<unknown>
    >;
    const isFrameOf = (key: symbol, make: () => object): object => ({
      [key]: () => this.#delegating(frame, make.call(items) as Required<Iterator<unknown>>),
    });
    return {
      ...(typeof ofAsync === 'function' ? isFrameOf(Symbol.asyncIterator, ofAsync) : {}),
      ...(typeof ofSync === 'function' ? isFrameOf(Symbol.iterator, ofSync) : {}),
    };
  };

  #delegating(frame: Frame, iterator: Required<Iterator<unknown>>): object {
    const during =
      (step: (value: unknown) => unknown) =>
      (value: unknown): unknown => {
        this.gc(frame);
        const result = step.call(iterator, value);
        this.s(frame);
        return result;
      };
    const { next } = iterator;
    // Asked for when they are needed, as yield* itself would.
    const ifThere = (step: ((value: unknown) => unknown) | null | undefined): unknown =>
      step === undefined || step === null ? step : during(step);
    return {
      next: during(next as (value: unknown) => unknown),
      get return() {
        return ifThere(iterator.return as (value: unknown) => unknown);
      },
      get throw() {
        return ifThere(iterator.throw as (value: unknown) => unknown);
      },
    };
  }

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
    const suspended =
      (step: () => unknown): (() => unknown) =>
      () => {
        const result = step();
        this.s(frame);
        return result;
      };
    return {
      next: suspended(() => next.call(iterator)),
      // Asked for when it is needed, as the loop itself would.
      get return() {
        const leave = iterator.return;
        return leave === undefined || leave === null ? leave : suspended(() => leave.call(iterator));
      },
    };
  }

  #install(from: Position): Core {
    const core = createCore({ tree: this.#live, sampler: this.#sampler, from, onFull: () => this.#grow() });
    ({ e: this.e, x: this.x, ge: this.ge, gx: this.gx, s: this.s, r: this.r, gc: this.gc } = core);
    return core;
  }

  #grow(): Core {
    this.#live.grow(2 * this.#live.capacity);
    this.#sampler.reserve(this.#live.capacity);
    this.#tellOfTree();
    this.#core = this.#install(this.#core.position());
    return this.#core;
  }

  #tellOfTree(): void {
    this.onTree?.(this.#live.memory, this.#sampler.memory);
  }

  /** What counting costs here. No profiler is active. */
  get costs(): Costs {
    this.#costs ??= this.#measured(HOT_AFTER);
    return this.#costs;
  }

  /** Counts calls of nothing, which are hot. */
  #measured(hotAfter: number): Costs {
    const { onTree } = this;
    this.onTree = undefined; // it is nothing that was called
    const [rounds, calls, reads] = [5, 10_000, 1_000];
    const scratch = new CallTree(hotAfter);
    this.start(scratch, defaultTimer);
    for (let i = 0; i < hotAfter; i++) this.x(this.e(0));
    let call = Number.POSITIVE_INFINITY;
    for (let round = 0; round < rounds; round++) {
      const begun = defaultTimer();
      for (let i = 0; i < calls; i++) this.x(this.e(0));
      call = Math.min(call, (defaultTimer() - begun) / calls);
    }
    const begun = defaultTimer();
    for (let i = 0; i < reads; i++) defaultTimer();
    const clock = (defaultTimer() - begun) / reads;
    this.#costs = { call, clock };
    this.stop();
    this.onTree = onTree;
    return this.#costs;
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
