import { type Cargo, wordsBehind } from './cargo.ts';
import { copy, even } from './region.ts';

const FIRST_WORDS = 1024;
/** What has become bigger than this is given back after use. */
const MOST_KEPT_WORDS = 2 ** 18;

/** Memory for the items of a batch: one array for all of them, not one for each, and the same for the next batch. */
export class Arena {
  #words = new Int32Array(FIRST_WORDS);
  #end = 0;

  /** Until the arena is cleared. */
  keep({ head, words, at, deposit }: Cargo): Cargo {
    const count = wordsBehind(head);
    if (this.#end + count > this.#words.length) {
      this.#words = new Int32Array(Math.max(count, 2 * this.#words.length)); // others stay where they are
      this.#end = 0;
    }
    const start = this.#end;
    copy(words, at, count, this.#words, start);
    this.#end += even(count);
    return { head, words: this.#words, at: start, deposit };
  }

  clear(): void {
    this.#end = 0;
    if (this.#words.length > MOST_KEPT_WORDS) this.#words = new Int32Array(FIRST_WORDS);
  }
}

let spare: Arena | undefined;

/** One that is not in use. */
export function borrowArena(): Arena {
  const arena = spare ?? new Arena();
  spare = undefined;
  return arena;
}

/** Nobody needs what is in it. */
export function returnArena(arena: Arena): void {
  arena.clear();
  spare = arena;
}
