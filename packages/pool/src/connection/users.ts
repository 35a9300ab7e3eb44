import type { Memory } from '@prac/sync/memory';

/*
 * Which threads are in a call of a connection: each has a word with its number, as long as it is in one. Who has ended does not count. If more
 * are than there are words, they are counted.
 */
export const USER_WORDS = 6;
const SLOTS = USER_WORDS - 1;

export class Users {
  readonly #memory: Memory;
  readonly #first: number;
  /** Calls of this thread. */
  #here = 0;
  #slot = 0;

  constructor(memory: Memory, first: number) {
    this.#memory = memory;
    this.#first = first;
  }

  enter(): void {
    if (this.#here++ > 0) return;
    const { words, me } = this.#memory;
    for (this.#slot = this.#first; this.#slot < this.#first + SLOTS; this.#slot++) {
      const before = Atomics.load(words, this.#slot);
      if (before !== 0 && !this.#memory.isDead(before)) continue;
      if (Atomics.compareExchange(words, this.#slot, before, me) === before) return;
    }
    Atomics.add(words, this.#slot, 1);
  }

  leave(): void {
    if (--this.#here > 0) return;
    const { words } = this.#memory;
    if (this.#slot < this.#first + SLOTS) Atomics.store(words, this.#slot, 0);
    else Atomics.sub(words, this.#slot, 1);
  }

  /** Whether nobody is in a call. */
  get isNobody(): boolean {
    const { words } = this.#memory;
    for (let slot = this.#first; slot < this.#first + SLOTS; slot++) {
      const user = Atomics.load(words, slot);
      if (user !== 0 && !this.#memory.isDead(user)) return false;
    }
    return Atomics.load(words, this.#first + SLOTS) === 0;
  }
}
