import { OverflowError } from '@prac/exceptions';

/*
 * How a thread waits: every waiting loop is written once, as a generator that tries, and yields what it needs to go on. Two
 * drivers answer it: `block` (the ...Sync forms: the thread sleeps) and `suspend` (promises: the event loop goes on).
 *
 *   *acquire() { for (;;) { if (tryAcquire()) return; word.expected = …; yield { on: [word], deadline } } }
 *
 *   steps ── yields { on, deadline } ──> block    the blocker of what it is on sleeps, the signal hook runs handlers
 *     ^                             └──> suspend  each of them is watched, a timer is set, an abort is listened to
 *     └── runs again: something may be ready, or the time is up, or neither ──┘
 *
 * Neither says what became ready: the generator tries again, and looks at the clock itself. So a wake-up too many does no
 * harm, and whoever makes something ready need not know who waits.
 */

/** Something that becomes ready: a word that changes, a pipe to read, a child that ends. */
export interface Waitable {
  /** How a thread sleeps until it is ready; `null` if only the event loop can tell. */
  readonly blocker: Blocker | null;
  /** Says why there is no blocker. */
  refusal?(): Error;
  /** Whether it calls back from outside JavaScript, where promise reactions might not follow. */
  readonly native?: boolean;
  /** A wait on it ends without a result: a wake-up that it may have used up goes to somebody else. */
  passOn?(): void;
  /** Calls back, later, perhaps more than once, when it may be ready; keeps the event loop alive meanwhile. */
  watch(callback: () => void): void;
  unwatch(callback: () => void): void;
}

/** A way to put a thread to sleep. */
export interface Blocker {
  /**
   * Sleeps until one of `on` may be ready, the time is up or a signal came; it may be earlier.
   *
   * @param on - What is waited for; all of them have this blocker.
   * @param milliseconds - 0 to 2^31 - 1.
   */
  block(on: readonly Waitable[], milliseconds: number): void;
}

/** What a waiting loop needs before it can go on. */
export interface Wait {
  /** Any of these; none at all to wait for the deadline. */
  readonly on: readonly Waitable[];
  /** On the clock of {@link now}; Infinity for none. */
  readonly deadline: number;
}

/** A waiting loop. What it returns is the result of the call. */
export type Steps<T> = Generator<Wait, T, void>;

/** The longest time limit of Python's locks, in seconds (292 years). */
export const TIMEOUT_MAX = 9_223_372_036;

/** The longest wait that `setTimeout` and `poll` take: 2^31 - 1 ms. A longer one is sliced. */
export const LONGEST_MS: number = 0x7fffffff;

/** The clock of deadlines: milliseconds, never set back. */
export function now(): number {
  return performance.now();
}

/**
 * When a time limit ends, on the clock of {@link now}.
 *
 * @param timeout - In seconds; `undefined` and `null` mean no limit. What is negative has ended.
 * @throws {TypeError} if it is no number.
 * @throws {OverflowError} above {@link TIMEOUT_MAX}.
 */
export function deadlineAfter(timeout: number | null | undefined): number {
  if (timeout === undefined || timeout === null) return Number.POSITIVE_INFINITY;
  if (typeof timeout !== 'number' || Number.isNaN(timeout)) {
    throw new TypeError(
      `Expected timeout to be a number of seconds, got ${JSON.stringify(timeout) ?? String(timeout)}`,
    );
  }
  if (timeout > TIMEOUT_MAX && timeout !== Number.POSITIVE_INFINITY)
    throw new OverflowError('timeout value is too large');
  return now() + timeout * 1000;
}

/** Milliseconds until a deadline, for a wait: 0 to {@link LONGEST_MS}. */
export function millisecondsUntil(deadline: number): number {
  return Math.min(LONGEST_MS, Math.max(0, deadline - now()));
}
