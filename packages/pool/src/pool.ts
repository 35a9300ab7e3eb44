// Long because of what is promised of each form of a call.
import { availableParallelism } from 'node:os';
import type { Transferable } from 'node:worker_threads';
import { repr, ValueError } from '@prac/exceptions';
import { SimpleQueue as ThreadQueue } from '@prac/queue';
import { AsyncResult, type BlockingWait, type Callbacks, guarded } from './async-result.ts';
import { Engine, type Job, type Worker } from './engine/engine.ts';
import { type JobLimits, limitsOf } from './engine/limits.ts';
import { type Answer, APPLY, MAP, STARMAP } from './engine/messages.ts';
import { type Beginning, processWorker } from './engine/process-worker.ts';
import { type Source, sourceOf } from './engine/sources.ts';
import { threadWorker } from './engine/thread-worker.ts';
import { IMapIterator, IMapSyncIterator } from './imap-iterator.ts';
import { travels } from './internal/world.ts';
import { SimpleQueue } from './queue.ts';

/** Options of a {@link Pool}. */
export interface PoolOptions {
  /** How many workers. @defaultValue as many as there are processors */
  readonly processes?: number | null | undefined;
  /** Is called in each worker before its first task. */
  readonly initializer?: ((...args: never[]) => unknown) | null | undefined;
  readonly initargs?: readonly unknown[] | null | undefined;
  /** A worker ends after so many tasks, and another takes its place. @defaultValue none does */
  readonly maxtasksperchild?: number | null | undefined;
}

/** Options of `apply`. */
export interface ApplyOptions extends JobLimits {
  /** Tasks of higher ones are begun first. @defaultValue 0 */
  readonly priority?: number | null | undefined;
  /** Keyword arguments: the function gets them as one last object. */
  readonly kwds?: Readonly<Record<string, unknown>> | null | undefined;
  /** What of the arguments is handed over and not copied: array buffers, ports. To threads only. @defaultValue nothing */
  readonly transfer?: readonly Transferable[] | null | undefined;
}

/** Options of `map` and its kin. */
export interface MapOptions {
  /** Is told how many of the items are done, of how many: not of lazy maps. */
  readonly progress?: ((done: number, total: number) => void) | null | undefined;
  /** So many items are one task. @defaultValue a quarter of each worker's share; 1 for `imap` */
  readonly chunksize?: number | null | undefined;
}

type Fn<Args extends readonly unknown[], T> = (...args: Args) => T;

const OPTIONS = ['processes', 'initializer', 'initargs', 'maxtasksperchild'];
/** Tasks for each worker, when nobody says how many items are one. */
const CHUNKS = 4;
const NO_OPTIONS = {};

/** What pools of processes and of threads have in common. */
abstract class BasePool {
  readonly #engine: Engine;
  readonly #size: number;
  /** Threads, not processes. */
  readonly #isThreads: boolean;
  readonly #block: BlockingWait;

  protected constructor(
    options: PoolOptions | null | undefined,
    keys: readonly string[],
    create: (beginning: Beginning) => {
      readonly answers: SimpleQueue<Answer> | ThreadQueue<Answer>;
      worker(number: number): Worker;
    },
  ) {
    const { processes, initializer, initargs, maxtasksperchild } = checked(options, keys);
    this.#size = processes ?? availableParallelism();
    const beginning = { initializer: initializer ?? undefined, initargs: initargs ?? [] } as Beginning;
    const { answers, worker } = create(beginning);
    this.#isThreads = answers instanceof ThreadQueue;
    const maxTasks = maxtasksperchild ?? Number.POSITIVE_INFINITY;
    this.#engine = new Engine({ size: this.#size, answers, maxTasks, create: worker });
    this.#block = (isOver, deadline) => this.#engine.waitSync(isOver, deadline);
  }

  /**
   * Calls a function in a worker, and waits for its result.
   *
   * Python: `Pool.apply`.
   *
   * @throws What the function has thrown. {PicklingError} if it, or an argument, cannot travel. {MaybeEncodingError} if the result cannot.
   * {WorkerLostError} if the worker ends meanwhile. {ValueError} if the pool is closed.
   */
  async apply<Args extends readonly unknown[], T>(
    fn: Fn<Args, T>,
    args?: Readonly<Args> | null,
    options?: ApplyOptions | null,
  ): Promise<Awaited<T>> {
    return this.applyAsync(fn, args, options).get();
  }

  /** Blocking form of {@link apply}. */
  applySync<Args extends readonly unknown[], T>(
    fn: Fn<Args, T>,
    args?: Readonly<Args> | null,
    options?: ApplyOptions | null,
  ): Awaited<T> {
    return this.applyAsync(fn, args, options).getSync();
  }

  /** Has a function called in a worker. Python: `Pool.apply_async`. */
  applyAsync<Args extends readonly unknown[], T>(
    fn: Fn<Args, T>,
    args?: Readonly<Args> | null,
    options?: (ApplyOptions & Callbacks<Awaited<T>>) | null,
  ): AsyncResult<Awaited<T>> {
    this.#check(fn);
    const { kwds, signal, timeout, priority, transfer, ...callbacks }: ApplyOptions & Callbacks<Awaited<T>> =
      options ?? NO_OPTIONS;
    checkIterable('args', args ?? []);
    checkLimits(signal, timeout, priority);
    this.#checkTransfer(transfer);
    const result = this.#result(callbacks);
    const all: unknown[] = [...(args ?? [])];
    if (kwds) all.push(kwds);
    const limits = limitsOf({ signal, timeout }, (reason) => result.settle(false, reason));
    if (limits?.isOver) return result;
    const job = new Call(fn as Job['fn'], all, transfer ?? undefined, limits, result);
    this.#engine.add(sourceOf([job]), priority ?? 0);
    return result;
  }

  /**
   * Calls a function with each of the items, in workers; gives the results in the order of the items.
   *
   * Python: `Pool.map`.
   *
   * @throws As {@link apply}: when all have been called.
   */
  async map<Item, T>(fn: (item: Item) => T, items: Iterable<Item>, options?: MapOptions | null): Promise<Awaited<T>[]> {
    return this.mapAsync(fn, items, options).get();
  }

  /** Blocking form of {@link map}. */
  mapSync<Item, T>(fn: (item: Item) => T, items: Iterable<Item>, options?: MapOptions | null): Awaited<T>[] {
    return this.mapAsync(fn, items, options).getSync();
  }

  /** Has a function called with each of the items. Python: `Pool.map_async`. */
  mapAsync<Item, T>(
    fn: (item: Item) => T,
    items: Iterable<Item>,
    options?: (MapOptions & Callbacks<Awaited<T>[]>) | null,
  ): AsyncResult<Awaited<T>[]> {
    return this.#mapAll(fn as Job['fn'], MAP, items, options);
  }

  /** As {@link map}: each of the items is the list of arguments of a call. Python: `Pool.starmap`. */
  async starmap<Args extends readonly unknown[], T>(
    fn: Fn<Args, T>,
    items: Iterable<Readonly<Args>>,
    options?: MapOptions | null,
  ): Promise<Awaited<T>[]> {
    return this.starmapAsync(fn, items, options).get();
  }

  /** Blocking form of {@link starmap}. */
  starmapSync<Args extends readonly unknown[], T>(
    fn: Fn<Args, T>,
    items: Iterable<Readonly<Args>>,
    options?: MapOptions | null,
  ): Awaited<T>[] {
    return this.starmapAsync(fn, items, options).getSync();
  }

  /** Python: `Pool.starmap_async`. */
  starmapAsync<Args extends readonly unknown[], T>(
    fn: Fn<Args, T>,
    items: Iterable<Readonly<Args>>,
    options?: (MapOptions & Callbacks<Awaited<T>[]>) | null,
  ): AsyncResult<Awaited<T>[]> {
    return this.#mapAll(fn as Job['fn'], STARMAP, items, options);
  }

  /**
   * As {@link map}, lazily: items are taken when a worker has room, and results are given one by one, in the order of the items.
   *
   * Python: `Pool.imap`.
   */
  imap<Item, T>(fn: (item: Item) => T, items: Iterable<Item>, options?: MapOptions | null): IMapIterator<Awaited<T>> {
    return this.#mapLazily(fn as Job['fn'], items, options, true);
  }

  /** Blocking form of {@link imap}. */
  imapSync<Item, T>(
    fn: (item: Item) => T,
    items: Iterable<Item>,
    options?: MapOptions | null,
  ): IMapSyncIterator<Awaited<T>> {
    return new IMapSyncIterator(this.imap(fn, items, options));
  }

  /** As {@link imap}: results are given as they come. Python: `Pool.imap_unordered`. */
  imapUnordered<Item, T>(
    fn: (item: Item) => T,
    items: Iterable<Item>,
    options?: MapOptions | null,
  ): IMapIterator<Awaited<T>> {
    return this.#mapLazily(fn as Job['fn'], items, options, false);
  }

  /** Blocking form of {@link imapUnordered}. */
  imapUnorderedSync<Item, T>(
    fn: (item: Item) => T,
    items: Iterable<Item>,
    options?: MapOptions | null,
  ): IMapSyncIterator<Awaited<T>> {
    return new IMapSyncIterator(this.imapUnordered(fn, items, options));
  }

  /** Takes no more tasks. Workers end when they have done those that there are. */
  close(): void {
    this.#engine.close();
  }

  /** Ends all workers now. What is not done fails. */
  terminate(): void {
    this.#engine.terminate();
  }

  /**
   * Waits until all workers have ended.
   *
   * @throws {ValueError} if the pool was neither closed nor terminated.
   */
  async join(): Promise<void> {
    if (this.#engine.state === 'RUN') throw new ValueError('Pool is still running');
    await this.#engine.join();
  }

  /** Blocking form of {@link join}. */
  joinSync(): void {
    if (this.#engine.state === 'RUN') throw new ValueError('Pool is still running');
    this.#engine.joinSync();
  }

  /** Python's `with`: terminates. */
  [Symbol.dispose](): void {
    this.terminate();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.terminate();
    await this.join();
  }

  toString(): string {
    return `<pool.${this.constructor.name} state=${this.#engine.state} pool_size=${this.#size}>`;
  }

  #check(fn: unknown): void {
    if (this.#engine.state !== 'RUN') throw new ValueError('Pool not running');
    if (typeof fn !== 'function') throw new TypeError(`Expected a function, got ${repr(fn)}`);
  }

  #checkTransfer(transfer: unknown): void {
    if (transfer == null) return;
    if (!this.#isThreads)
      throw new TypeError('only threads can be handed something: a process gets copies, without `transfer`');
    if (!Array.isArray(transfer)) throw new TypeError(`Expected transfer to be an array, got ${repr(transfer)}`);
  }

  #result<T>(callbacks: Callbacks<T>): AsyncResult<T> {
    for (const key in callbacks) {
      if (key !== 'callback' && key !== 'errorCallback') throw new TypeError(`Unknown option ${repr(key)}`);
      const fn = callbacks[key];
      if (fn != null && typeof fn !== 'function')
        throw new TypeError(`Expected ${key} to be a function, got ${repr(fn)}`);
    }
    return new AsyncResult<T>(callbacks, this.#block);
  }

  #mapAll<T>(
    fn: Job['fn'],
    style: number,
    items: Iterable<unknown>,
    options: (MapOptions & Callbacks<T[]>) | null | undefined,
  ): AsyncResult<T[]> {
    this.#check(fn);
    checkIterable('items', items);
    const { chunksize, progress, ...callbacks } = options ?? {};
    if (progress != null && typeof progress !== 'function')
      throw new TypeError(`Expected progress to be a function, got ${repr(progress)}`);
    const all = [...items];
    const size = chunksizeOf(chunksize) ?? Math.max(1, Math.ceil(all.length / (CHUNKS * this.#size)));
    const result = this.#result<T[]>(callbacks);
    if (all.length === 0) {
      result.settle(true, []);
      return result;
    }
    this.#engine.add(chunksOf(fn, style, all, size, result, progress));
    return result;
  }

  #mapLazily<T>(
    fn: Job['fn'],
    items: Iterable<unknown>,
    options: MapOptions | null | undefined,
    isOrdered: boolean,
  ): IMapIterator<T> {
    this.#check(fn);
    checkIterable('items', items);
    const { chunksize, ...unknown } = options ?? {};
    for (const key of Object.keys(unknown)) throw new TypeError(`Unknown option ${repr(key)}`);
    const size = chunksizeOf(chunksize) ?? 1;
    const results = new IMapIterator<T>(isOrdered, this.#block, () => this.#engine.poke());
    this.#engine.add(lazyChunksOf(fn, items[Symbol.iterator](), size, results));
    return results;
  }
}

/** Of `apply`. */
class Call implements Job {
  readonly style = APPLY;
  readonly fn: Job['fn'];
  readonly args: readonly unknown[];
  readonly transfer: Job['transfer'];
  readonly limits: Job['limits'];
  readonly #result: Pick<AsyncResult<unknown>, 'settle'>;

  constructor(
    fn: Job['fn'],
    args: readonly unknown[],
    transfer: Job['transfer'],
    limits: Job['limits'],
    result: Pick<AsyncResult<unknown>, 'settle'>,
  ) {
    this.fn = fn;
    this.args = args;
    this.transfer = transfer;
    this.limits = limits;
    this.#result = result;
  }

  settle(isDone: boolean, value: unknown): void {
    this.limits?.settled();
    this.#result.settle(isDone, value);
  }
}

/** All are called; the first error, in the order of the items, is that of the whole. */
function chunksOf<T>(
  fn: Job['fn'],
  style: number,
  all: readonly unknown[],
  size: number,
  result: AsyncResult<T[]>,
  progress: MapOptions['progress'],
): Source {
  const values = new Array<T>(all.length);
  let done = 0;
  let left = Math.ceil(all.length / size);
  let failure: { readonly at: number; readonly error: unknown } | undefined;
  const jobs = Array.from({ length: left }, (_, chunk): Job => {
    const at = chunk * size;
    return {
      fn,
      style,
      args: all.slice(at, at + size),
      settle(isDone, value) {
        if (isDone) for (const [i, one] of (value as T[]).entries()) values[at + i] = one;
        else if (failure === undefined || at < failure.at) failure = { at, error: value };
        left--;
        done += Math.min(size, all.length - at);
        guarded(() => progress?.(done, all.length));
        if (left > 0) return;
        if (failure === undefined) result.settle(true, values);
        else result.settle(false, failure.error);
      },
    };
  });
  return sourceOf(jobs);
}

/** So many results of a lazy map may wait for being asked for. */
const MOST_UNREAD = 1000;

/** An error of the items themselves is given in their place, and is the last one. */
function lazyChunksOf<T>(fn: Job['fn'], items: Iterator<unknown>, size: number, results: IMapIterator<T>): Source {
  let place = 0;
  let isOver = false;
  const end = (): void => {
    isOver = true;
    results.end(place);
  };
  /** The items of a chunk: none if they are over, or one of them is an error. */
  const nextItems = (): unknown[] => {
    const args: unknown[] = [];
    try {
      while (args.length < size) {
        const item = items.next();
        if (item.done) {
          isOver = true;
          break;
        }
        args.push(item.value);
      }
      return args;
    } catch (error) {
      results.put(place++, [{ isDone: false, value: error }]); // as in Python: in the place of the whole chunk
      isOver = true;
      return [];
    }
  };
  results.whenLeft(() => {
    if (isOver) return;
    end();
    guarded(() => items.return?.());
  });
  return {
    get isHeld() {
      return !isOver && results.unread >= MOST_UNREAD;
    },
    next() {
      if (isOver) return undefined;
      const args = nextItems();
      const first = place;
      place += args.length;
      if (isOver) end();
      if (args.length === 0) return undefined;
      return {
        fn,
        style: MAP,
        args,
        settle(isDone, value) {
          results.put(
            first,
            args.map((_, i) => ({ isDone, value: isDone ? (value as T[])[i] : value })),
          );
        },
      };
    },
    fail(error) {
      if (isOver) return;
      results.put(place++, [{ isDone: false, value: error }]);
      end();
      guarded(() => items.return?.());
    },
  };
}

/**
 * Processes that call functions for this one.
 *
 * The functions are ordinary ones, with what they have captured; a worker that ends in the middle of a task fails that task, and is replaced.
 *
 * Python: `multiprocessing.Pool`.
 *
 * @example
 * import { Pool } from '@prac/pool';
 * const factor = 2;
 * await using pool = new Pool({ processes: 2 });
 * console.log(await pool.map((n: number) => n * factor, [5, 10, 20])); // [ 10, 20, 40 ]
 */
export class Pool extends BasePool {
  constructor(options?: PoolOptions | number | null) {
    super(typeof options === 'number' ? { processes: options } : options, OPTIONS, (beginning) => {
      const answers = new SimpleQueue<Answer>();
      return { answers, worker: (number) => processWorker(number, answers, beginning) };
    });
  }
}

/**
 * Threads that call functions for this one: as {@link Pool}, without `maxtasksperchild`. `terminate()` lets a thread end what it has begun.
 *
 * Python: `multiprocessing.pool.ThreadPool`.
 *
 * @example
 * import { ThreadPool } from '@prac/pool';
 * await using pool = new ThreadPool({ processes: 2 });
 * console.log(await pool.apply((a: number, b: number) => a + b, [40, 2])); // 42
 */
export class ThreadPool extends BasePool {
  constructor(options?: Omit<PoolOptions, 'maxtasksperchild'> | number | null) {
    const given = typeof options === 'number' ? { processes: options } : options;
    super(given, OPTIONS.slice(0, -1), (beginning) => {
      const answers = new ThreadQueue<Answer>();
      return { answers, worker: (number) => threadWorker(number, answers, beginning) };
    });
  }
}

travels('Pool', Pool);
travels('ThreadPool', ThreadPool);

function checked(options: PoolOptions | null | undefined, keys: readonly string[]): PoolOptions {
  const given = (options ?? {}) as PoolOptions;
  if (typeof given !== 'object') throw new TypeError(`Expected an object of options, got ${repr(options)}`);
  for (const key of Object.keys(given))
    if (!keys.includes(key)) throw new TypeError(`Unknown option ${repr(key)}: expected ${keys.join(', ')}`);
  const { processes, initializer, initargs, maxtasksperchild } = given;
  if (processes != null && !Number.isInteger(processes))
    throw new TypeError(`Expected processes to be an integer, got ${repr(processes)}`);
  if (processes != null && processes < 1) throw new ValueError('Number of processes must be at least 1');
  if (initializer != null && typeof initializer !== 'function') throw new TypeError('initializer must be a callable');
  if (initargs != null) checkIterable('initargs', initargs);
  if (maxtasksperchild != null && !(Number.isInteger(maxtasksperchild) && maxtasksperchild > 0))
    throw new ValueError('maxtasksperchild must be a positive int or None');
  return given;
}

function checkLimits(signal: unknown, timeout: unknown, priority: unknown): void {
  if (signal != null && typeof (signal as AbortSignal).addEventListener !== 'function')
    throw new TypeError(`Expected signal to be an AbortSignal, got ${repr(signal)}`);
  if (timeout != null && !(typeof timeout === 'number' && timeout >= 0))
    throw new TypeError(`Expected timeout to be a number of seconds, got ${repr(timeout)}`);
  if (priority != null && (typeof priority !== 'number' || Number.isNaN(priority)))
    throw new TypeError(`Expected priority to be a number, got ${repr(priority)}`);
}

function checkIterable(name: string, value: unknown): void {
  if (typeof (value as Partial<Iterable<unknown>> | null)?.[Symbol.iterator] !== 'function')
    throw new TypeError(`Expected ${name} to be iterable, got ${repr(value)}`);
}

function chunksizeOf(chunksize: number | null | undefined): number | undefined {
  if (chunksize == null) return undefined;
  if (!Number.isInteger(chunksize)) throw new TypeError(`Expected chunksize to be an integer, got ${repr(chunksize)}`);
  if (chunksize < 1) throw new ValueError(`Chunksize must be 1+, not ${chunksize}`);
  return chunksize;
}
