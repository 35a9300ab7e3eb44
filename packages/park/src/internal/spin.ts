import { availableParallelism } from 'node:os';

/*
 * A little patience before a sleep: with a free core, what is waited for often comes within microseconds, and a sleep and a
 * wake-up cost ten times that. How much is worth it is learnt per thread:
 *
 *   the word changed while we looked ──> twice as many turns next time, up to MOST
 *   it did not                       ──> half as many; at none, one wait in PROBE looks again
 */
const MOST = 100; // 2 to 5 µs
const LEAST = 8;
const PROBE = 32;

/** Told to the processor between two looks (Node 24 and later). */
const pause: () => void = (Atomics as { pause?: () => void }).pause ?? (() => {});

let turns = availableParallelism() > 1 ? MOST : 0;
let waits = 0;

/** Looks at a word for a short while. True if it has another value than expected. */
export function spin(words: Int32Array, index: number, expected: number): boolean {
  if (turns === 0 && (++waits % PROBE !== 0 || availableParallelism() === 1))
    return Atomics.load(words, index) !== expected;
  const limit = Math.max(turns, LEAST);
  for (let turn = 0; turn < limit; turn++) {
    if (Atomics.load(words, index) !== expected) {
      turns = Math.min(MOST, limit * 2);
      return true;
    }
    pause();
  }
  turns = limit === LEAST ? 0 : limit >> 1;
  return false;
}
