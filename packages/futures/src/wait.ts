import { repr, ValueError } from '@prac/exceptions';
import { now, type Steps, suspend, type Waitable, waitLimits } from '@prac/park';
import type { WaitOptions, WaitSyncOptions } from '@prac/sync';
import { Future } from './future.ts';
import { type BlockingWait, blockUntil } from './internal/blocking.ts';
import { travels } from './internal/world.ts';

/** `wait` is over when the first has finished, or was cancelled. */
export const FIRST_COMPLETED = 'FIRST_COMPLETED';
/** When the first has failed; when all have finished, if none does. */
export const FIRST_EXCEPTION = 'FIRST_EXCEPTION';
/** When all have finished, or were cancelled. */
export const ALL_COMPLETED = 'ALL_COMPLETED';

/** What `wait` waits for. */
export type ReturnWhen = typeof FIRST_COMPLETED | typeof FIRST_EXCEPTION | typeof ALL_COMPLETED;

/** Options of {@link wait}. */
export interface ReturnWhenOption {
  /** @defaultValue ALL_COMPLETED */
  readonly returnWhen?: ReturnWhen | null | undefined;
}

/** Those that have finished, or were cancelled, and those that are still to come. */
export interface DoneAndNotDone<F> {
  readonly done: Set<F>;
  readonly notDone: Set<F>;
}

/**
 * Waits for several futures.
 *
 * Python: `concurrent.futures.wait`.
 *
 * @param futures - What stands there twice counts once.
 * @param options - When it is over, and after how many seconds at the latest.
 * @example
 * import { FIRST_COMPLETED, ThreadPoolExecutor, wait } from '@prac/futures';
 * await using executor = new ThreadPoolExecutor({ maxWorkers: 2 });
 * const futures = [1, 2, 3].map((n) => executor.submit((n: number) => n * n, n));
 * const first = await wait(futures, { returnWhen: FIRST_COMPLETED });
 * console.log(first.done.size >= 1); // true
 * const { done, notDone } = await wait(futures);
 * console.log(done.size, notDone.size); // 3 0
 */
export async function wait<F extends Future<unknown>>(
  futures: Iterable<F>,
  options?: (WaitOptions & ReturnWhenOption) | null,
): Promise<DoneAndNotDone<F>> {
  const { returnWhen, ...rest } = checkedWait(options);
  const all = new Set(checkedFutures(futures));
  const isOver = condition(all, returnWhen);
  const limits = waitLimits(rest, 'async');
  await suspend(untilOver(all, isOver, limits.deadline), limits);
  return parted(all);
}

/** Blocking form of {@link wait}. */
export function waitSync<F extends Future<unknown>>(
  futures: Iterable<F>,
  options?: (WaitSyncOptions & ReturnWhenOption) | null,
): DoneAndNotDone<F> {
  const { returnWhen, ...rest } = checkedWait(options);
  const all = new Set(checkedFutures(futures));
  blockUntil(waitsOf(all), condition(all, returnWhen), waitLimits(rest, 'sync').deadline);
  return parted(all);
}

/** @throws {TypeError} */
function checkedWait<Options extends object>(options: Options | null | undefined): Options {
  if (options != null && typeof options !== 'object')
    throw new TypeError(`Expected an object of options, got ${repr(options)}`);
  return options ?? ({} as Options);
}

/** @throws {TypeError} for what is no future. */
export function checkedFutures<F extends Future<unknown>>(futures: Iterable<F>): F[] {
  if (typeof (futures as Partial<Iterable<F>> | null)?.[Symbol.iterator] !== 'function')
    throw new TypeError(`Expected futures, got ${repr(futures)}`);
  const all = [...futures];
  for (const future of all)
    if (!(future instanceof Future)) throw new TypeError(`Expected a Future, got ${repr(future)}`);
  return all;
}

/** How a blocked thread waits for them. */
export function waitsOf(all: Iterable<Future<unknown>>): Set<BlockingWait> {
  return new Set([...all].flatMap(({ blockingWait }) => blockingWait ?? []));
}

/** Several futures, one of which is done. */
export function anyOf(all: Iterable<Future<unknown>>): Waitable {
  return {
    blocker: null,
    watch(callback) {
      for (const future of all) future.watch(callback);
    },
    unwatch(callback) {
      for (const future of all) future.unwatch(callback);
    },
  };
}

function condition(all: ReadonlySet<Future<unknown>>, when: ReturnWhen | null | undefined): () => boolean {
  const isAll = (): boolean => all.values().every(({ isSettled }) => isSettled);
  if (when == null || when === ALL_COMPLETED) return isAll;
  if (when === FIRST_COMPLETED) return () => all.size === 0 || all.values().some(({ isSettled }) => isSettled);
  if (when === FIRST_EXCEPTION) return () => all.values().some((future) => hasFailed(future)) || isAll();
  throw new ValueError(`Invalid return condition: ${repr(when)}`);
}

function hasFailed(future: Future<unknown>): boolean {
  return future.isSettled && !future.cancelled() && future.exceptionSync() !== null;
}

function* untilOver(all: ReadonlySet<Future<unknown>>, isOver: () => boolean, deadline: number): Steps<void> {
  const on = [anyOf(all)];
  while (!isOver() && now() < deadline) yield { on, deadline };
}

function parted<F extends Future<unknown>>(all: ReadonlySet<F>): DoneAndNotDone<F> {
  const done = new Set(all.values().filter(({ isSettled }) => isSettled));
  return { done, notDone: new Set(all.values().filter((future) => !done.has(future))) };
}

travels('wait', wait);
travels('waitSync', waitSync);
