import { checkedOptions, repr, ValueError } from '@prac/exceptions';
import { callLater } from './calls.ts';
import { Coroutine } from './coroutine.ts';
import { Future, isFuture } from './future.ts';
import { travels } from './internal/world.ts';

export const FIRST_COMPLETED = 'FIRST_COMPLETED';
export const FIRST_EXCEPTION = 'FIRST_EXCEPTION';
export const ALL_COMPLETED = 'ALL_COMPLETED';

/** What {@link wait} waits for. */
export type ReturnWhen = typeof FIRST_COMPLETED | typeof FIRST_EXCEPTION | typeof ALL_COMPLETED;

/** Options of {@link wait}. */
export interface WaitOptions {
  /** Time limit in seconds. @defaultValue no limit */
  readonly timeout?: number | null | undefined;
  /** @defaultValue `ALL_COMPLETED` */
  readonly returnWhen?: ReturnWhen | null | undefined;
}

/**
 * Waits for futures and tasks: for one of them, the first that fails, or all. What is not done by then goes on.
 *
 * Python: `asyncio.wait`.
 *
 * @throws {ValueError} if there are none. {TypeError} for what is no future: give tasks, not coroutines.
 */
export function wait<F extends Future<unknown>>(
  futures: Iterable<F>,
  options?: WaitOptions | null,
): Coroutine<Waited<F>> {
  const { timeout, returnWhen } = checkedOptions(options, ['timeout', 'returnWhen']);
  const all = checkedFutures<F>(futures);
  const when = returnWhen ?? ALL_COMPLETED;
  if (![FIRST_COMPLETED, FIRST_EXCEPTION, ALL_COMPLETED].includes(when))
    throw new ValueError(`Invalid return_when value: ${when}`);
  return new Coroutine(() => waited(all, when, timeout), []);
}

/** Those that are done, and those that are not. */
export interface Waited<F> {
  readonly done: Set<F>;
  readonly pending: Set<F>;
}

async function waited<F extends Future<unknown>>(
  all: ReadonlySet<F>,
  when: ReturnWhen,
  timeout: number | null | undefined,
): Promise<Waited<F>> {
  await untilEnough([...all], when, timeout ?? undefined);
  const [done, pending] = [new Set<F>(), new Set<F>()];
  for (const future of all) (future.done() ? done : pending).add(future);
  return { done, pending };
}

function checkedFutures<F>(futures: Iterable<F>): Set<F> {
  if (typeof (futures as Partial<Iterable<F>> | null)?.[Symbol.iterator] !== 'function' || isFuture(futures))
    throw new TypeError(`expect a list of futures, not ${repr(futures)}`);
  const all = new Set(futures);
  if (all.size === 0) throw new ValueError('Set of Tasks/Futures is empty.');
  for (const future of all)
    if (!isFuture(future))
      throw new TypeError(`Passing coroutines is forbidden, use tasks explicitly. Got ${repr(future)}`);
  return all;
}

async function untilEnough(
  all: readonly Future<unknown>[],
  when: ReturnWhen,
  timeout: number | undefined,
): Promise<void> {
  const waiter = new Future<void>();
  const wake = (): void => {
    timer?.cancel();
    if (!waiter.done()) waiter.setResult();
  };
  const timer = timeout === undefined ? undefined : callLater(timeout, wake);
  let left = all.length;
  const count = (future: Future<unknown>): void => {
    left--;
    const hasFailed = (): boolean => future.isFailed;
    if (left === 0 || when === FIRST_COMPLETED || (when === FIRST_EXCEPTION && hasFailed())) wake();
  };
  for (const future of all) future.addDoneCallback(count);
  try {
    await waiter;
  } finally {
    timer?.cancel();
    for (const future of all) future.removeDoneCallback(count);
  }
}

travels('wait', wait);
