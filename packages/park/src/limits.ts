import { checkedOptions } from '@prac/exceptions';
import { deadlineAfter } from './wait.ts';

/** Options of an async wait. */
export interface WaitOptions {
  /** Time limit in seconds. @defaultValue no limit */
  readonly timeout?: number | null | undefined;
  /** Ends the wait: the promise rejects with its reason, and the wait leaves no trace. */
  readonly signal?: AbortSignal | null | undefined;
}

/** Options of a blocking wait. */
export interface WaitSyncOptions {
  /** Time limit in seconds. @defaultValue no limit */
  readonly timeout?: number | null | undefined;
}

/** How long a wait is to be. */
export interface WaitLimits {
  /** On the clock of `now()`. */
  readonly deadline: number;
  readonly signal?: AbortSignal | null | undefined;
}

const KEYS = { async: ['timeout', 'signal'], sync: ['timeout'] };
const NO_LIMITS: WaitLimits = { deadline: Number.POSITIVE_INFINITY };

/** Of a wait whose only argument in Python is the time limit: it may be a number. One that is negative has ended. */
export function waitLimits(options: number | WaitOptions | null | undefined, form: 'async' | 'sync'): WaitLimits {
  if (options === undefined || options === null) return NO_LIMITS;
  if (typeof options === 'number') return { deadline: deadlineAfter(options) };
  const { timeout, signal } = checkedOptions(options, KEYS[form]) as WaitOptions;
  return { deadline: deadlineAfter(timeout), signal };
}
