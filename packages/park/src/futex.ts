import { spin } from './internal/spin.ts';

/**
 * Sleeping on a 32-bit word of shared memory, and waking who sleeps: the futex of Linux, reduced to what both memories have.
 *
 * Inside a process it is {@link atomicsFutex}. Between processes it is futex(2).
 */
export interface Futex {
  /** Sleeps while the word has the expected value, at most so many milliseconds; it may be less. */
  wait(words: Int32Array, index: number, expected: number, milliseconds: number): void;
  /**
   * Calls back once, later: when the word was notified, has not the expected value, or the time is up.
   *
   * It cannot be taken back: a notification that it gets is used up.
   */
  waitAsync(words: Int32Array, index: number, expected: number, milliseconds: number, callback: () => void): void;
  /** Wakes up to so many of those who wait. */
  notify(words: Int32Array, index: number, count: number): void;
}

/** Words that threads of one process share: `Atomics`. */
export const atomicsFutex: Futex = {
  wait(words, index, expected, milliseconds) {
    if (!spin(words, index, expected)) Atomics.wait(words, index, expected, milliseconds);
  },
  waitAsync(words, index, expected, milliseconds, callback) {
    const { async, value } = Atomics.waitAsync(words, index, expected, milliseconds);
    if (async) value.then(callback);
    else queueMicrotask(callback);
  },
  notify(words, index, count) {
    Atomics.notify(words, index, count);
  },
};
