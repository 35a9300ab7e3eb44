import { repr, ValueError } from '@prac/exceptions';
import { deadlineAfter } from '@prac/park';

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

/** Options of `acquire`. */
export interface AcquireOptions extends WaitOptions {
  /** `false` is {@link https://docs.python.org/3/library/threading.html#threading.Lock.acquire | Python's} way to say `tryAcquire()`. @defaultValue true */
  readonly blocking?: boolean | null | undefined;
}

/** Options of `acquireSync`. */
export interface AcquireSyncOptions extends WaitSyncOptions {
  /** `false` is Python's way to say `tryAcquire()`. @defaultValue true */
  readonly blocking?: boolean | null | undefined;
  /**
   * Waits even where an async function of this very thread holds the lock, which cannot release it as long as the thread is
   * blocked: for a lock that another thread releases. @defaultValue false
   */
  readonly unchecked?: boolean | null | undefined;
}

/** What a wait is to do. */
export interface Limits {
  readonly blocking: boolean;
  /** On park's clock. */
  readonly deadline: number;
  readonly signal?: AbortSignal | null | undefined;
  readonly unchecked?: boolean | null | undefined;
}

export const FOREVER: Limits = { blocking: true, deadline: Number.POSITIVE_INFINITY };

const ASYNC_KEYS = ['timeout', 'signal'];
const SYNC_KEYS = ['timeout'];

/** Of a wait whose only argument in Python is the time limit: it may be a number. */
export function waitLimits(options: number | WaitOptions | null | undefined, form: 'async' | 'sync'): Limits {
  if (options === undefined || options === null) return FOREVER;
  if (typeof options === 'number') return { blocking: true, deadline: deadlineAfter(options) };
  const { timeout, signal } = checked(options, form === 'async' ? ASYNC_KEYS : SYNC_KEYS) as WaitOptions;
  return { blocking: true, deadline: deadlineAfter(timeout), signal };
}

/** Python's texts for `Lock` and `RLock`; `Semaphore` has another, and lets negative limits pass. */
export function acquireLimits(
  options: AcquireOptions | AcquireSyncOptions | null | undefined,
  form: 'async' | 'sync',
  lenient = false,
): Limits {
  if (options === undefined || options === null) return FOREVER;
  const keys = form === 'async' ? [...ASYNC_KEYS, 'blocking'] : [...SYNC_KEYS, 'blocking', 'unchecked'];
  const { timeout, blocking, signal, unchecked } = checked(options, keys) as AcquireOptions & AcquireSyncOptions;
  if (blocking !== undefined && blocking !== null && typeof blocking !== 'boolean') {
    throw new TypeError(`Expected blocking to be a boolean, got ${repr(blocking)}`);
  }
  const hasLimit = timeout !== undefined && timeout !== null && (lenient || timeout !== -1);
  if (blocking === false) {
    if (hasLimit) throw new ValueError(lenient ? "can't specify timeout for non-blocking acquire" : NO_TIMEOUT);
    return { blocking: false, deadline: 0, signal };
  }
  const deadline = hasLimit ? deadlineAfter(timeout) : Number.POSITIVE_INFINITY;
  if (hasLimit && timeout < 0 && !lenient) throw new ValueError('timeout value must be a non-negative number');
  return { blocking: true, deadline, signal, unchecked };
}

const NO_TIMEOUT = "can't specify a timeout for a non-blocking call";

/** @throws {TypeError} for what is no object of options, or has a key that is none. */
export function checked<Options extends object>(options: Options, keys: readonly string[]): Options {
  if (typeof options !== 'object' || options === null)
    throw new TypeError(`Expected an object of options, got ${repr(options)}`);
  for (const key of Object.keys(options)) {
    if (!keys.includes(key)) throw new TypeError(`Unknown option ${repr(key)}: expected ${keys.join(', ')}`);
  }
  return options;
}
