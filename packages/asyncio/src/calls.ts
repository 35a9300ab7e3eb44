import { repr } from '@prac/exceptions';
import { Handle, TimerHandle } from './handle.ts';
import { scheduler } from './internal/scheduler.ts';

/** Calls a function in the next iteration of the loop. @internal */
export function callSoon<Args extends readonly unknown[]>(fn: (...args: Args) => unknown, ...args: Args): Handle {
  checkFunction(fn);
  const handle = new Handle(fn as never, args, undefined);
  scheduler.schedule(handle);
  return handle;
}

/** @param delay - Seconds. @internal */
export function callLater<Args extends readonly unknown[]>(
  delay: number,
  fn: (...args: Args) => unknown,
  ...args: Args
): TimerHandle {
  if (typeof delay !== 'number' || Number.isNaN(delay))
    throw new TypeError(`Expected delay to be a number of seconds, got ${repr(delay)}`);
  return callAt(scheduler.now() + delay, fn, ...args);
}

/** @param when - On the loop's clock, in seconds. @internal */
export function callAt<Args extends readonly unknown[]>(
  when: number,
  fn: (...args: Args) => unknown,
  ...args: Args
): TimerHandle {
  if (typeof when !== 'number' || Number.isNaN(when))
    throw new TypeError(`Expected when to be a number of seconds, got ${repr(when)}`);
  checkFunction(fn);
  return new TimerHandle(when, fn as never, args, undefined);
}

/** @internal */
export function checkFunction(fn: unknown): void {
  if (typeof fn !== 'function') throw new TypeError(`a callable object was expected, got ${repr(fn)}`);
}
