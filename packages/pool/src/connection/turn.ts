import { RuntimeError } from '@prac/exceptions';
import { notify, type Steps, Word, wakeHere } from '@prac/park';
import type { Memory } from '@prac/sync/memory';

/*
 * Whose turn it is to read from a connection, or to write to it: one at a time, of all async functions and threads that have it.
 *
 *   FREE ── take ──> the number of the thread ── leave ──> FREE
 *                        └── that thread ends ──> whoever waits takes it over
 */
const FREE = 0;

export type Form = 'async' | 'sync';

export class Turn {
  readonly #memory: Memory;
  readonly #index: number;
  /** Somebody in this thread has it, who cannot go on while the thread is blocked. */
  #isHere = false;

  constructor(memory: Memory, index: number) {
    this.#memory = memory;
    this.#index = index;
  }

  /**
   * Waits for it.
   *
   * @param check - Throws if there is nothing to wait for any more.
   * @throws {RuntimeError} if the thread would block for ever.
   */
  *take(form: Form, check: () => void): Steps<void> {
    const word = new Word(this.#memory.words, this.#index);
    for (;;) {
      const owner = this.#tryTake();
      if (owner === FREE) break;
      if (form === 'sync' && this.#isHere)
        throw new RuntimeError(
          'another call of this thread uses the connection: it cannot go on while the thread is blocked',
        );
      yield word.parkWhile(owner);
      check();
    }
    this.#isHere = true;
  }

  /** Who has it: nobody but us, if it is FREE. */
  #tryTake(): number {
    const { words, me } = this.#memory;
    const owner = Atomics.compareExchange(words, this.#index, FREE, me);
    if (owner === FREE || owner === me || !this.#memory.isDead(owner)) return owner;
    return Atomics.compareExchange(words, this.#index, owner, me) === owner ? FREE : owner;
  }

  leave(): void {
    this.#isHere = false;
    const { words } = this.#memory;
    Atomics.store(words, this.#index, FREE);
    if (!wakeHere(words, this.#index)) notify(words, this.#index, 1);
  }
}
