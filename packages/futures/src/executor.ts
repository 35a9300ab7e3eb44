import { repr, ValueError } from '@prac/exceptions';
import { deadlineAfter } from '@prac/park';
import { ExecutorMap, ExecutorMapSync, type Submission } from './executor-map.ts';
import type { Future } from './future.ts';
import { travels } from './internal/world.ts';

/** Options of `map`. */
export interface MapOptions {
  /** Time limit in seconds from now for each result. @defaultValue no limit */
  readonly timeout?: number | null | undefined;
  /** So many calls are one task. @defaultValue 1 */
  readonly chunksize?: number | null | undefined;
  /** At most so many calls are submitted ahead of what was asked for; without it all are, at once. */
  readonly buffersize?: number | null | undefined;
  /** Is told how many of the calls are done, of how many that were submitted so far. */
  readonly progress?: ((done: number, submitted: number) => void) | null | undefined;
}

/** Options of `shutdown`. */
export interface ShutdownOptions {
  /** Whether it waits until all that was submitted is done. @defaultValue true */
  readonly wait?: boolean | null | undefined;
  /** Cancels what nobody has begun with. @defaultValue false */
  readonly cancelFutures?: boolean | null | undefined;
}

/** A list for each of the arguments. */
export type Iterables<Args extends readonly unknown[]> = { readonly [K in keyof Args]: Iterable<Args[K]> };

const MAP_OPTIONS = ['timeout', 'chunksize', 'buffersize', 'progress'];

/**
 * Has functions called elsewhere.
 *
 * Python: `concurrent.futures.Executor`.
 */
export abstract class Executor {
  /**
   * Has a function called.
   *
   * Python: `Executor.submit`.
   *
   * @throws {RuntimeError} after the shutdown.
   */
  abstract submit<Args extends readonly unknown[], T>(fn: (...args: Args) => T, ...args: Args): Future<Awaited<T>>;

  /**
   * Takes no more. Waits until all is done that was submitted, unless it is told not to.
   *
   * Python: `Executor.shutdown`.
   */
  abstract shutdown(options?: ShutdownOptions | null): Promise<void>;

  /** Blocking form of {@link shutdown}. */
  abstract shutdownSync(options?: ShutdownOptions | null): void;

  /**
   * Has a function called for each of a chunk: one task, whose result is a list.
   *
   * @param chunk - Arguments, if there is one for each call; lists of arguments, if there are several.
   * @internal
   */
  protected abstract submitAll(
    fn: (...args: never[]) => unknown,
    chunk: readonly unknown[],
    hasOneArgument: boolean,
  ): Future<unknown[]>;

  /**
   * Has a function called for each of several arguments; the results come in their order. All is submitted now.
   *
   * Who leaves the loop cancels what nobody has begun with.
   *
   * Python: `Executor.map`.
   *
   * @param fn - Gets an item of each list.
   * @param rest - The lists, of which the shortest counts, and options.
   * @throws what the function throws, in the place of its result. {TimeoutError} in the place of a result that is not there in time.
   */
  map<A, T>(fn: (a: A) => T, a: Iterable<A>, options?: MapOptions | null): ExecutorMap<Awaited<T>>;
  map<A, B, T>(
    fn: (a: A, b: B) => T,
    a: Iterable<A>,
    b: Iterable<B>,
    options?: MapOptions | null,
  ): ExecutorMap<Awaited<T>>;
  map<A, B, C, T>(
    fn: (a: A, b: B, c: C) => T,
    a: Iterable<A>,
    b: Iterable<B>,
    c: Iterable<C>,
    options?: MapOptions | null,
  ): ExecutorMap<Awaited<T>>;
  map<Args extends readonly unknown[], T>(fn: (...args: Args) => T, ...lists: Iterables<Args>): ExecutorMap<Awaited<T>>;
  map(fn: (...args: never[]) => unknown, ...rest: readonly unknown[]): ExecutorMap<never> {
    return new ExecutorMap<never>(this.#submission(fn, rest));
  }

  /** Blocking form of {@link map}. */
  mapSync<A, T>(fn: (a: A) => T, a: Iterable<A>, options?: MapOptions | null): ExecutorMapSync<Awaited<T>>;
  mapSync<A, B, T>(
    fn: (a: A, b: B) => T,
    a: Iterable<A>,
    b: Iterable<B>,
    options?: MapOptions | null,
  ): ExecutorMapSync<Awaited<T>>;
  mapSync<A, B, C, T>(
    fn: (a: A, b: B, c: C) => T,
    a: Iterable<A>,
    b: Iterable<B>,
    c: Iterable<C>,
    options?: MapOptions | null,
  ): ExecutorMapSync<Awaited<T>>;
  mapSync<Args extends readonly unknown[], T>(
    fn: (...args: Args) => T,
    ...lists: Iterables<Args>
  ): ExecutorMapSync<Awaited<T>>;
  mapSync(fn: (...args: never[]) => unknown, ...rest: readonly unknown[]): ExecutorMapSync<never> {
    return new ExecutorMapSync<never>(this.#submission(fn, rest));
  }

  /** Shuts it down, and waits for that. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  /** Blocking form of it. */
  [Symbol.dispose](): void {
    this.shutdownSync();
  }

  #submission(fn: unknown, rest: readonly unknown[]): Submission {
    if (typeof fn !== 'function') throw new TypeError(`Expected a function, got ${repr(fn)}`);
    const last = rest.at(-1);
    const hasOptions = rest.length > 1 && (last == null || isOptions(last));
    const { timeout, chunksize, buffersize, progress } = checkedOptions(hasOptions ? last : undefined);
    const lists = hasOptions ? rest.slice(0, -1) : rest;
    const call = fn as (...args: never[]) => unknown;
    return {
      lists: lists.map((list) => iteratorOf(list)),
      deadline: deadlineAfter(timeout),
      chunksize: chunksize ?? 1,
      buffersize: buffersize ?? undefined,
      progress: progress ?? undefined,
      submit: (chunk) => this.submitAll(call, chunk, lists.length === 1),
    };
  }
}

/** A plain object that is no list. */
function isOptions(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    !(Symbol.iterator in value) &&
    Object.getPrototypeOf(value) === Object.prototype
  );
}

function checkedOptions(given: unknown): MapOptions {
  const options = (given ?? {}) as MapOptions;
  for (const key of Object.keys(options))
    if (!MAP_OPTIONS.includes(key))
      throw new TypeError(`Unknown option ${repr(key)}: expected ${MAP_OPTIONS.join(', ')}`);
  const { chunksize, buffersize, progress } = options;
  if (progress != null && typeof progress !== 'function')
    throw new TypeError(`Expected progress to be a function, got ${repr(progress)}`);
  for (const [name, value] of Object.entries({ chunksize, buffersize }))
    if (value != null && !Number.isInteger(value)) throw new TypeError(`${name} must be an integer or None`);
  if (chunksize != null && chunksize < 1) throw new ValueError('chunksize must be >= 1.');
  if (buffersize != null && buffersize < 1) throw new ValueError('buffersize must be None or > 0');
  return options;
}

function iteratorOf(list: unknown): Iterator<unknown> {
  if (typeof (list as Partial<Iterable<unknown>> | null)?.[Symbol.iterator] !== 'function')
    throw new TypeError(`Expected a list, got ${repr(list)}`);
  return (list as Iterable<unknown>)[Symbol.iterator]();
}

travels('Executor', Executor);
