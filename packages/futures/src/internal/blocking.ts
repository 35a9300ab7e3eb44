import { RuntimeError } from '@prac/exceptions';
import { now, sleepSync } from '@prac/park';

/** How a blocked thread has an executor's work go on, until something is true or the time is up. */
export type BlockingWait = (isOver: () => boolean, deadline: number) => void;

/** So long one of several executors is listened to, in milliseconds. */
const TURN_MS = 2;

/**
 * Blocks the thread until something is true, or the time is up.
 *
 * @param waits - Of the executors that may make it true.
 * @throws {RuntimeError} if none can, and there is no time limit: it would never be true.
 */
export function blockUntil(waits: ReadonlySet<BlockingWait>, isOver: () => boolean, deadline: number): void {
  if (isOver()) return;
  if (waits.size === 0) {
    if (deadline === Number.POSITIVE_INFINITY)
      throw new RuntimeError('nobody can finish the future while this thread is blocked: it is of no executor');
    sleepSync(Math.max(0, (deadline - now()) / 1000));
    return;
  }
  const all = [...waits];
  if (all.length === 1) all[0]!(isOver, deadline);
  else
    for (let i = 0; !isOver() && now() < deadline; i++)
      all[i % all.length]!(isOver, Math.min(deadline, now() + TURN_MS));
}
