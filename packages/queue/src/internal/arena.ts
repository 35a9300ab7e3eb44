import { type Cargo, wordsBehind } from './cargo.ts';
import { copy } from './region.ts';

const FIRST_WORDS = 1024;

/** Memory for the items of a batch: one array for all of them, not one for each. */
export class Arena {
  #words = new Int32Array(FIRST_WORDS);
  #end = 0;

  /** For good. */
  keep({ head, words, at, deposit }: Cargo): Cargo {
    const count = wordsBehind(head);
    if (this.#end + count > this.#words.length) {
      this.#words = new Int32Array(Math.max(count, 2 * this.#words.length)); // others stay where they are
      this.#end = 0;
    }
    const start = this.#end;
    copy(words, at, count, this.#words, start);
    this.#end += (count + 1) & ~1; // numbers lie at multiples of 8 bytes
    return { head, words: this.#words, at: start, deposit };
  }
}
