import { repr, ValueError } from '@prac/exceptions';
import { CallTree, HOT_AFTER, NEVER_HOT } from './internal/call-tree.ts';
import { FORMATS, type ProfileFormat } from './internal/formats.ts';
import { standardName } from './internal/function-key.ts';
import type { Profiled } from './internal/part.ts';
import { writeProfile } from './internal/prof-file.ts';
import { defaultTimer, runtime, type Timer } from './internal/runtime.ts';
import type { FunctionStats, Table, Waits } from './internal/table.ts';
import { tableOf } from './internal/table-of-tree.ts';
import { V8Sampling } from './internal/v8-sampling.ts';
import type { SortKey } from './sort-key.ts';
import { type ReportStream, Stats } from './stats.ts';

/** Options of a {@link Profile}. */
export interface ProfileOptions {
  /** A clock. @defaultValue the time that has passed, in seconds */
  readonly timer?: (() => number) | null | undefined;
  /** How many seconds the clock's unit is. @defaultValue 1 */
  readonly timeunit?: number | null | undefined;
  /**
   * How times are taken. `'deterministic'`: the clock is read at each call and at each return. `'adaptive'`: only as long as a function
   * has not been called a thousand times from one place; of what is called more often the time is that which a second thread sees it
   * run, every millisecond. Calls are counted exactly in both. `'sampling'`: of code that was loaded without the hook V8 says every
   * 0.2 ms which functions run; calls are not counted. @defaultValue adaptive; deterministic with a timer; sampling if no code was
   * loaded through the hook
   */
  readonly mode?: ProfileMode | null | undefined;
  /** Whether it is recorded by whom functions are called. @defaultValue true */
  readonly subcalls?: boolean | null | undefined;
  /** Whether calls of built-in functions are counted, in code that was instrumented for it (`prac-profile --builtins`). @defaultValue true */
  readonly builtins?: boolean | null | undefined;
}

export type ProfileMode = 'adaptive' | 'deterministic' | 'sampling';

/** @internal */
export const MODES: readonly unknown[] = ['adaptive', 'deterministic', 'sampling'];

/** What is known of a function: {@link Profile.getStats}. */
export interface ProfilerEntry extends Omit<FunctionStats, 'waits'>, Waits {
  /** As tables name it: `file:line(name)`. */
  readonly code: string;
}

let active: Profile | undefined;

/** What a profiler has counted. @internal */
export let profiledBy: (profile: Profile) => Profiled;

/**
 * A profiler: counts all calls of functions, and how long they take, from `enable()` to `disable()`.
 *
 * It knows of the functions of code that was loaded through the hook: `prac-profile script.ts`, `node --import
 * @prac/profile/register script.ts`. Time in all else is their caller's. Where there is no such code it samples.
 *
 * A function that waits is not charged for the wait: it goes on, where it was, when that is over.
 *
 * Python: `cProfile.Profile`.
 *
 * @example
 * import { Profile } from '@prac/profile';
 * {
 *   using profile = new Profile().enable();
 *   JSON.parse('[1, 2, 3]');
 * } // is disabled here
 */
export class Profile {
  static {
    profiledBy = (profile) => profile.#profiled;
  }

  readonly #timer: Timer;
  readonly #hotAfter: number;
  readonly #subcalls: boolean;
  readonly #builtins: boolean;
  /** Of code that is not instrumented. Whether that is so is seen when it is enabled, if nobody has said it. */
  #sampling: V8Sampling | undefined;
  readonly #hasMode: boolean;
  #tree: CallTree;
  /** The profile, as `createStats()` has made it. */
  stats: Table = new Map();

  /** @throws {TypeError} if an option is not what it has to be. */
  constructor(options?: ProfileOptions | null) {
    const { timer, timeunit, mode, subcalls, builtins, ...unknown } = options ?? {};
    for (const key of Object.keys(unknown))
      throw new TypeError(`Unknown option ${repr(key)}: expected timer, timeunit, mode, subcalls, builtins`);
    if (timer != null && typeof timer !== 'function')
      throw new TypeError(`Expected timer to be a function, got ${repr(timer)}`);
    if (timeunit != null && !(typeof timeunit === 'number' && timeunit > 0))
      throw new TypeError(`Expected timeunit to be a number of seconds, got ${repr(timeunit)}`);
    if (mode != null && !MODES.includes(mode))
      throw new TypeError(`Expected mode to be 'adaptive', 'deterministic' or 'sampling', got ${repr(mode)}`);
    if (mode != null && mode !== 'deterministic' && timer != null)
      throw new TypeError('a timer needs the mode deterministic');
    for (const [name, value] of Object.entries({ subcalls, builtins }))
      if (value != null && typeof value !== 'boolean')
        throw new TypeError(`Expected ${name} to be a boolean, got ${repr(value)}`);
    this.#hasMode = mode != null || timer != null;
    this.#sampling = mode === 'sampling' ? new V8Sampling() : undefined;
    this.#hotAfter = mode === 'deterministic' || timer != null ? NEVER_HOT : HOT_AFTER;
    this.#subcalls = subcalls ?? true;
    this.#builtins = builtins ?? true;
    this.#tree = new CallTree(this.#hotAfter);
    const unit = timeunit ?? 1;
    this.#timer = timer == null ? defaultTimer : unit === 1 ? timer : () => timer() * unit;
  }

  /** Whether one is active in this thread. */
  static get isActive(): boolean {
    return active !== undefined;
  }

  /**
   * Begins to count, or goes on.
   *
   * @throws {ValueError} if another profiler is active in this thread.
   */
  enable(): this {
    if (active === this) return this;
    if (active !== undefined) throw new ValueError('Another profiling tool is already active');
    if (!this.#hasMode && this.#tree.size === 1 && !runtime.isHooked) this.#sampling ??= new V8Sampling();
    if (this.#sampling === undefined) runtime.start(this.#tree, this.#timer, this.#builtins);
    else this.#sampling.start();
    active = this;
    return this;
  }

  /** Counts no more. */
  disable(): void {
    if (active !== this) return;
    if (this.#sampling === undefined) runtime.stop();
    else this.#sampling.stop(this.#tree);
    active = undefined;
  }

  /** Whether it has sampled: `calls` says then how often a function was seen, not how often it was called. */
  get isSampled(): boolean {
    return this.#sampling !== undefined;
  }

  get #profiled(): Profiled {
    return { tree: this.#tree, functions: this.#sampling?.functions ?? runtime.functions };
  }

  /** Forgets everything. */
  clear(): void {
    const wasActive = active === this;
    this.disable();
    this.#tree = new CallTree(this.#hotAfter);
    this.stats = new Map();
    if (wasActive) this.enable();
  }

  /** Stops, and has the profile ready in `stats`. */
  createStats(): void {
    this.disable();
    this.snapshotStats();
  }

  /** Has the profile up to now ready in `stats`. */
  snapshotStats(): void {
    this.stats = this.#table();
  }

  /** All that is known, also of waits. Python: `getstats`. */
  getStats(): ProfilerEntry[] {
    return [...this.#table().values()].map(({ waits = { resumes: 0, walltime: 0 }, ...stats }) => ({
      ...stats,
      ...waits,
      code: standardName(stats.func),
    }));
  }

  #table(): Table {
    if (active === this) this.#flush();
    const { tree, functions } = this.#profiled;
    return tableOf(tree, functions, this.#subcalls);
  }

  #flush(): void {
    if (this.#sampling === undefined) runtime.flush();
    else {
      this.#sampling.stop(this.#tree);
      this.#sampling.start();
    }
  }

  /**
   * Stops, and prints the table.
   *
   * @param sort - As `Stats.sortStats`; several as an array. @defaultValue by name
   * @throws {KeyError} for a key that is none. {TypeError} if nothing was profiled.
   */
  printStats(sort: string | number | SortKey | readonly (string | SortKey)[] = -1, stream?: ReportStream | null): void {
    const keys = (Array.isArray(sort) ? sort : [sort]) as (string | number | SortKey)[];
    new Stats(this, { stream })
      .stripDirs()
      .sortStats(...keys)
      .printStats();
  }

  /**
   * Stops, and writes the profile into a file that `Stats`, and Python's pstats, read.
   *
   * @throws {OSError} if it cannot be written.
   */
  dumpStats(filename: string): void {
    this.createStats();
    writeProfile(filename, this.stats);
  }

  /**
   * The profile for another tool.
   *
   * @param format - `'collapsed'` (flame graphs), `'speedscope'`, `'cpuprofile'` (Chrome, Visual Studio Code), `'callgrind'`
   * (KCachegrind), `'flamegraph'` (a page for a browser), `'pprof'` (bytes), `'json'`.
   * @throws {ValueError} for another one.
   */
  export(format: 'pprof'): Uint8Array;
  export(format: Exclude<ProfileFormat, 'pprof'>): string;
  export(format: ProfileFormat): string | Uint8Array;
  export(format: ProfileFormat): string | Uint8Array {
    const write = Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
    if (write === undefined)
      throw new ValueError(`no such format: ${repr(format)}; there are ${Object.keys(FORMATS).join(', ')}`);
    if (active === this) this.#flush();
    const { tree, functions } = this.#profiled;
    return write(tree, functions);
  }

  /**
   * Calls a function, and counts meanwhile: until its promise is settled, if it returns one.
   *
   * @returns What it returns.
   */
  runCall<Args extends readonly unknown[], Result>(fn: (...args: Args) => Result, ...args: Args): Result {
    if (typeof fn !== 'function') throw new TypeError(`Expected a function, got ${repr(fn)}`);
    this.enable();
    let result: Result;
    try {
      result = fn(...args);
    } catch (error) {
      this.disable();
      throw error;
    }
    if (!isThenable(result)) {
      this.disable();
      return result;
    }
    return Promise.resolve(result).finally(() => this.disable()) as Result;
  }

  [Symbol.dispose](): void {
    this.disable();
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return isObject && typeof (value as { then?: unknown }).then === 'function';
}
