import { wakeHere } from '@prac/park';
import type { Memory } from '../memory.ts';
import { WAITERS } from '../memory.ts';

/*
 * Turns among the async functions of this thread that want the same: who waits is served in order, and a newcomer of this thread
 * stands behind them, though it might find the lock free. A release hands over to the first of them at once; now and then, if
 * other threads wait too, to whoever is first there.
 */
const IN_A_ROW = 32;

export class Turns {
  /** How many of this thread wait asynchronously. */
  waiting = 0;
  #inARow = 0;

  /** Wakes one who waits for a word that has become free. */
  wake({ words, futex }: Memory, index: number): void {
    const isElsewhere = Atomics.load(words, WAITERS) > this.waiting;
    if (this.waiting > 0 && !(isElsewhere && ++this.#inARow % IN_A_ROW === 0) && wakeHere(words, index)) return;
    futex.notify(words, index, 1);
  }
}
