import { OverflowError, ValueError } from '@prac/exceptions';
import { block } from './block.ts';
import { type SuspendOptions, suspend } from './suspend.ts';
import { now, type Steps, TIMEOUT_MAX } from './wait.ts';
import { type Subject, Watching } from './watching.ts';

/**
 * Waits for a time. The event loop goes on; `sleep(0)` lets it have a turn.
 *
 * Python: `time.sleep`, `asyncio.sleep`.
 *
 * @param seconds - Fractions are allowed.
 * @param options - `signal` ends it: the promise rejects with its reason.
 * @throws {TypeError} if `seconds` is no number.
 * @throws {ValueError} if it is negative or NaN.
 * @throws {OverflowError} if it is more than 292 years.
 * @example
 * import { sleep } from '@prac/park';
 * await sleep(0.01);
 */
export function sleep(seconds: number, options?: SuspendOptions): Promise<void> {
  return suspend(times.watch(undefined, until(now() + millisecondsOf(seconds))), options);
}

/**
 * Blocking form of {@link sleep}: the thread sleeps.
 *
 * A signal's handler may run meanwhile; then the rest of the time is slept, unless the handler has thrown.
 */
export function sleepSync(seconds: number): void {
  block(times.watch(undefined, until(now() + millisecondsOf(seconds))));
}

/** To those who watch it is a wait for something that is everybody's. */
const SLEEP: Subject = { kind: 'sleep', id: 'sleep' };
const times = new Watching<undefined>('prac:task', () => SLEEP);

function* until(deadline: number): Steps<void> {
  do yield { on: [], deadline };
  while (now() < deadline);
}

function millisecondsOf(seconds: number): number {
  if (typeof seconds !== 'number') {
    throw new TypeError(`Expected seconds to be a number, got ${JSON.stringify(seconds) ?? String(seconds)}`);
  }
  if (Number.isNaN(seconds)) throw new ValueError('Invalid value NaN (not a number)');
  if (seconds < 0) throw new ValueError('sleep length must be non-negative');
  if (seconds > TIMEOUT_MAX) throw new OverflowError('timestamp too large to convert to C _PyTime_t');
  return seconds * 1000;
}
