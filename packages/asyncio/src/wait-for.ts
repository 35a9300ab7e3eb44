import { repr, TimeoutError } from '@prac/exceptions';
import { Coroutine, isGenerator } from './coroutine.ts';
import { ensureFuture, type Outcome, type Waitable, wrapFuture } from './ensure-future.ts';
import { CancelledError } from './errors.ts';
import { Future } from './future.ts';
import { driveHere } from './internal/nested.ts';
import { travels } from './internal/world.ts';
import { timeout as limit } from './timeout.ts';

/**
 * Waits for something, for so long at most; then it is cancelled.
 *
 * Python: `asyncio.wait_for`.
 *
 * @param timeout - Seconds; `null` for no limit.
 * @throws {TimeoutError} if the time was up first.
 */
export function waitFor<const W extends Waitable<unknown>>(
  waitable: W,
  timeout: number | null | undefined,
): Coroutine<Outcome<W>> {
  if (timeout != null && (typeof timeout !== 'number' || Number.isNaN(timeout)))
    throw new TypeError(`Expected timeout to be a number of seconds, got ${repr(timeout)}`);
  if (
    typeof waitable !== 'function' &&
    !isGenerator(waitable) &&
    typeof (waitable as { then?: unknown } | null)?.then !== 'function'
  )
    throw new TypeError(`An asyncio.Future, a coroutine or an awaitable is required, got ${repr(waitable)}`);
  return new Coroutine(
    () => (timeout != null && timeout <= 0 ? atOnce(waitable) : limit(timeout, () => within(waitable))),
    [],
  );
}

async function within<W extends Waitable<unknown>>(waitable: W): Promise<Outcome<W>> {
  if (typeof waitable === 'function') return driveHere(waitable()) as Outcome<W>;
  if (isGenerator(waitable)) return driveHere(waitable) as Outcome<W>;
  // A foreign promise goes on, and is not waited for any more.
  return (await (waitable instanceof Promise
    ? wrapFuture(waitable)
    : (waitable as PromiseLike<unknown>))) as Outcome<W>;
}

/** What is not done is cancelled. */
async function atOnce<W extends Waitable<unknown>>(waitable: W): Promise<Outcome<W>> {
  const future = ensureFuture(waitable);
  if (future.done()) return future.result();
  await cancelAndWait(future as Future<unknown>);
  try {
    return future.result();
  } catch (error) {
    if (error instanceof CancelledError) throw new TimeoutError('', { cause: error });
    throw error;
  }
}

/** Not on the future itself: who waits here can be cancelled, too. */
async function cancelAndWait(future: Future<unknown>): Promise<void> {
  const ended = new Future<void>();
  const tell = (): void => {
    if (!ended.done()) ended.setResult();
  };
  future.addDoneCallback(tell);
  try {
    future.cancel();
    await ended;
  } finally {
    future.removeDoneCallback(tell);
  }
}

travels('waitFor', waitFor);
