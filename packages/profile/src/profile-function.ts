import { repr } from '@prac/exceptions';
import { type ReportOptions, reported } from './internal/reported.ts';
import { Profile, type ProfileOptions } from './profile.ts';

/** Options of {@link profile}. */
export interface ProfileFunctionOptions extends ProfileOptions, ReportOptions {}

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
    const call = (): unknown => fn.apply(this, args);
    return Profile.isActive ? call() : reported(new Profile(options), call, { sort, filename, stream });
  };
  Object.defineProperty(profiled, 'name', { value: fn.name, configurable: true });
  Object.defineProperty(profiled, 'length', { value: fn.length, configurable: true });
  return profiled;
}
