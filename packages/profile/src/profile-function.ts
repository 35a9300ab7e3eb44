import { repr } from '@prac/exceptions';
import { Profile, type ProfileOptions } from './profile.ts';
import type { SortKey } from './sort-key.ts';
import type { ReportStream } from './stats.ts';

/** Options of {@link profile}. */
export interface ProfileFunctionOptions extends ProfileOptions {
  /** How the table is sorted. @defaultValue by name */
  readonly sort?: string | number | SortKey | readonly (string | SortKey)[] | null | undefined;
  /** A file into which the profile of the last call goes, in place of being printed. */
  readonly filename?: string | null | undefined;
  /** Where it is printed. @defaultValue process.stdout */
  readonly stream?: ReportStream | null | undefined;
}

type Fn = (this: never, ...args: never[]) => unknown;

/**
 * A function that is profiled whenever it is called: the table is printed when it has returned, or its promise is settled.
 *
 * Called while a profiler is active, it is as any other function.
 *
 * As a decorator of methods: `@profile`, or `@profile({ sort: 'time' })`.
 *
 * @example
 * import { profile } from '@prac/profile';
 * const sum = profile((n: number) => Array.from({ length: n }, (_, i) => i).reduce((a, b) => a + b, 0), { stream: { write() {} } });
 * console.log(sum(4)); // 6
 */
export function profile<F extends Fn>(fn: F, options?: ProfileFunctionOptions | null): F;
export function profile<F extends Fn>(fn: F, context: ClassMethodDecoratorContext): F;
export function profile(
  options: ProfileFunctionOptions,
): <F extends Fn>(fn: F, context?: ClassMethodDecoratorContext) => F;
export function profile(first: unknown, second?: unknown): unknown {
  if (typeof first === 'function') return wrapped(first as Fn, isContext(second) ? {} : ((second ?? {}) as object));
  if (typeof first !== 'object' || first === null)
    throw new TypeError(`Expected a function, or options, got ${repr(first)}`);
  return (fn: Fn) => wrapped(fn, first);
}

function isContext(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'kind' in value && 'addInitializer' in value;
}

function wrapped(fn: Fn, { sort, filename, stream, ...options }: ProfileFunctionOptions): Fn {
  if (typeof fn !== 'function') throw new TypeError(`Expected a function, got ${repr(fn)}`);
  new Profile(options); // what is wrong with them is said now
  const profiled = function (this: never, ...args: never[]): unknown {
    const profiler = Profile.isActive ? undefined : new Profile(options);
    if (profiler === undefined) return fn.apply(this, args);
    const report = (): void => {
      if (profiler.getStats().length === 0) return;
      if (filename == null) profiler.printStats(sort ?? -1, stream);
      else profiler.dumpStats(filename);
    };
    let result: unknown;
    try {
      result = profiler.runCall(() => fn.apply(this, args));
    } catch (error) {
      report();
      throw error;
    }
    if (!(result instanceof Promise)) {
      report();
      return result;
    }
    return result.finally(report);
  };
  Object.defineProperty(profiled, 'name', { value: fn.name, configurable: true });
  Object.defineProperty(profiled, 'length', { value: fn.length, configurable: true });
  return profiled;
}
