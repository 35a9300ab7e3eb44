import { RuntimeError } from '@prac/exceptions';
import { notify, type Steps, Word, wakeHere } from '@prac/park';

/*
 * Whose turn it is to read from a connection, or to write to it: one at a time, of all async functions and threads that have it.
 *
 *   FREE ── take ──> TAKEN ── leave ──> FREE
 *                      └── keep: the next of this thread has it, and goes on with what was begun
 */
const FREE = 0;
const TAKEN = 1;

export type Form = 'async' | 'sync';

export class Turn {
  readonly #words: Int32Array;
  readonly #index: number;
  /** An async function of this thread has it: who blocks the thread would wait for ever. */
  #isAsyncHere = false;
  #isKept = false;

  constructor(words: Int32Array, index: number) {
    this.#words = words;
    this.#index = index;
  }

  /**
   * Waits for it.
   *
   * @param check - Throws if there is nothing to wait for any more.
   */
  *take(form: Form, check: () => void): Steps<void> {
    const word = new Word(this.#words, this.#index);
    while (!this.#tryTake()) {
      if (form === 'sync' && this.#isAsyncHere)
        throw new RuntimeError(
          'an async function of this thread uses the connection: it cannot go on while the thread is blocked',
        );
      yield word.parkWhile(TAKEN);
      check();
    }
    this.#isAsyncHere = form === 'async';
  }

  #tryTake(): boolean {
    if (!this.#isKept) return Atomics.compareExchange(this.#words, this.#index, FREE, TAKEN) === FREE;
    this.#isKept = false;
    return true;
  }

  leave(): void {
    this.#isAsyncHere = false;
    Atomics.store(this.#words, this.#index, FREE);
    if (!wakeHere(this.#words, this.#index)) notify(this.#words, this.#index, 1);
  }

  /** Leaves it to the next of this thread. */
  keep(): void {
    this.#isAsyncHere = false;
    this.#isKept = true;
    wakeHere(this.#words, this.#index);
  }
}
