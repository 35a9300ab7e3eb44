import { now, type Steps, Word, wakeHere } from '@prac/park';
import type { Memory } from '@prac/sync/memory';

/*
 * Where those wait who need something of a queue to change: an item, room, the last task's end.
 *
 *   CHANGES   how often it has changed: who waits has seen a number, and sleeps as long as it is that
 *   WAITING   how many wait, of all threads
 *
 * Why no wake-up is lost: who waits counts itself in WAITING, reads CHANGES, and then looks. Who changes something does so, then
 * reads WAITING: either it finds the one who waits, and counts CHANGES, or that one will look later. One that is woken and leaves
 * with nothing passes the wake-up on (park does), and every sleep ends after a slice, since a thread that is terminated cannot.
 *
 * Turns: async functions of one thread are served in the order in which they came, and a newcomer stands behind them.
 */
const CHANGES = 0;
const WAITING = 1;

export const GATE_WORDS = 2;
export const NOT_YET: unique symbol = Symbol('not yet');

export class Gate {
  readonly #memory: Memory;
  readonly #changes: number;
  readonly #waiting: number;
  /** How many async functions of this thread wait. */
  #here = 0;

  constructor(memory: Memory, first: number) {
    this.#memory = memory;
    this.#changes = first + CHANGES;
    this.#waiting = first + WAITING;
  }

  /** Whether async functions of this thread wait: the next one stands behind them. */
  get hasQueue(): boolean {
    return this.#here > 0;
  }

  get waiting(): number {
    return Atomics.load(this.#memory.words, this.#waiting);
  }

  /** Something has changed, for so many of those who wait. */
  open(count: number): void {
    const { words, futex } = this.#memory;
    const waiting = Atomics.load(words, this.#waiting);
    if (waiting === 0) return; // who comes now will find it changed
    Atomics.add(words, this.#changes, 1);
    if (waiting <= this.#here && wakeHere(words, this.#changes)) return;
    futex.notify(words, this.#changes, count);
  }

  /** Waits until an attempt succeeds; `NOT_YET` if the time was up. */
  *wait<Result>(
    form: 'async' | 'sync',
    deadline: number,
    attempt: () => Result | typeof NOT_YET,
  ): Steps<Result | typeof NOT_YET> {
    const { words } = this.#memory;
    const word = new Word(words, this.#changes, this.#memory);
    const isBehindOthers = form === 'async' && this.#here > 0;
    Atomics.add(words, this.#waiting, 1);
    if (form === 'async') this.#here++;
    try {
      if (isBehindOthers) yield word.parkWhile(Atomics.load(words, this.#changes), deadline);
      for (;;) {
        const changes = Atomics.load(words, this.#changes);
        const result = attempt();
        if (result !== NOT_YET) return result;
        if (now() >= deadline) return NOT_YET;
        yield word.parkWhile(changes, deadline);
      }
    } finally {
      Atomics.sub(words, this.#waiting, 1);
      if (form === 'async') this.#here--;
    }
  }
}
