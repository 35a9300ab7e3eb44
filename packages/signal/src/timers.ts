import { OSError, OverflowError, repr } from '@prac/exceptions';
import { isLibcAvailable, libc } from '@prac/libc';
import { ITIMER_REAL } from './constants.ts';

/** A timer that does not exist, or a time that is none. Python: `signal.ItimerError`. */
export class ItimerError extends OSError {}

const EINVAL = 22;
const MOST_SECONDS = 0x7fffffff;

/**
 * Has SIGALRM sent to this process after some time; 0 calls it off.
 *
 * Python: `signal.alarm`.
 *
 * @param seconds - Whole seconds.
 * @returns The seconds that were left of the alarm before, 0 if there was none.
 * @throws {TypeError} if it is no integer.
 * @throws {OverflowError} if it is more than C's int holds.
 * @throws {LibcUnavailableError} without koffi or node:ffi.
 * @example
 * import { alarm } from '@prac/signal';
 * alarm(100);
 * console.log(alarm(0)); // 100
 */
export function alarm(seconds: number): number {
  if (!Number.isInteger(seconds)) throw new TypeError(`Expected seconds to be an integer, got ${repr(seconds)}`);
  if (Math.abs(seconds) > MOST_SECONDS) throw new OverflowError('Python int too large to convert to C int');
  return libc().alarm(seconds) >>> 0;
}

/**
 * Has signals sent to this process: one after some time, then one after each interval.
 *
 * Python: `signal.setitimer`.
 *
 * @param which - `ITIMER_REAL` (SIGALRM), `ITIMER_VIRTUAL` (SIGVTALRM, processor time) or `ITIMER_PROF` (SIGPROF).
 * @param seconds - Until the first; fractions are allowed; 0 calls it off.
 * @param interval - Between the others. @defaultValue 0: there are none
 * @returns What was left of the timer before: `[seconds, interval]`.
 * @throws {ItimerError} for another timer, or a negative time.
 * @throws {LibcUnavailableError} without koffi or node:ffi.
 */
export function setitimer(
  which: number,
  seconds: number,
  interval?: number | null,
): [seconds: number, interval: number] {
  for (const time of [seconds, interval ?? 0]) {
    if (typeof time !== 'number' || Number.isNaN(time)) throw new TypeError(`Expected seconds, got ${repr(time)}`);
    if (time < 0) throw new ItimerError(EINVAL);
    if (time > Number.MAX_SAFE_INTEGER / 1e6) throw new OverflowError('timestamp too large to convert to C _PyTime_t');
  }
  return checked(libc().setitimer(which, seconds, interval ?? 0));
}

/**
 * What is left of a timer of {@link setitimer}.
 *
 * Python: `signal.getitimer`.
 *
 * @returns `[seconds, interval]`; zeros if it is not set.
 * @throws {ItimerError} for another timer.
 */
export function getitimer(which: number): [seconds: number, interval: number] {
  if (!isLibcAvailable() && which === ITIMER_REAL) return [0, 0]; // it cannot have been set
  return checked(libc().getitimer(which));
}

function checked(result: [number, number] | number): [number, number] {
  if (typeof result === 'number') throw new ItimerError(-result);
  return result;
}
