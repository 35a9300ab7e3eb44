import { checkedOptions, repr, ValueError } from '@prac/exceptions';
import { deadlineAfter, type WaitOptions, type WaitSyncOptions } from '@prac/park';

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

/** Python's texts for `Lock` and `RLock`; `Semaphore` has another, and lets negative limits pass. */
export function acquireLimits(
  options: AcquireOptions | AcquireSyncOptions | null | undefined,
  form: 'async' | 'sync',
  lenient = false,
): Limits {
  if (options === undefined || options === null) return FOREVER;
  const keys = form === 'async' ? [...ASYNC_KEYS, 'blocking'] : [...SYNC_KEYS, 'blocking', 'unchecked'];
  const { timeout, blocking, signal, unchecked } = checkedOptions(options, keys) as AcquireOptions & AcquireSyncOptions;
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
