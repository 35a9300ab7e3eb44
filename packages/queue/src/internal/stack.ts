import { type Cargo, INT_HEAD, packInt, wordsBehind } from './cargo.ts';
import { copy, even, Region, scratchOf } from './region.ts';
import type { Store, StoreWords } from './store.ts';

/*
 * Last in, first out.
 *
 *   0 ──> │ word │ head │ words … │ free, head │ <── TOP        the head comes last: from there it is read; all begins at even places
 */
const CAPACITY = 0;
const TOP = 1;

/** What an item takes. */
function lengthOf(count: number): number {
  return even(count + 1);
}

export class Stack implements Store {
  readonly #words: Int32Array;
  readonly #top: number;
  readonly #region: Region;

  constructor(buffer: SharedArrayBuffer, { words, first }: StoreWords) {
    this.#words = words;
    this.#top = first + TOP;
    this.#region = new Region(buffer, words, first + CAPACITY);
  }

  get buffers(): readonly SharedArrayBuffer[] {
    return [this.#region.buffer];
  }

  put({ head, words, at }: Cargo): void {
    const count = wordsBehind(head);
    const top = this.#words[this.#top]!;
    let { view } = this.#region;
    const length = lengthOf(count);
    if (top + length > view.length) view = this.#region.grow(length);
    copy(words, at, count, view, top);
    view[top + length - 1] = head;
    this.#words[this.#top] = top + length;
  }

  putInts(list: readonly number[], start: number): number {
    this.put(packInt(list[start])!);
    return start + 1;
  }

  takeInts(list: number[], most: number): boolean {
    if (most <= 0 || this.#words[this.#top] === 0 || this.peek() !== INT_HEAD) return false;
    list.push(this.take().words[0]!);
    return true;
  }

  peek(): number {
    return this.#region.view[this.#words[this.#top]! - 1]!;
  }

  take(): Cargo {
    const { view } = this.#region;
    const top = this.#words[this.#top]!;
    const head = view[top - 1]!;
    const count = wordsBehind(head);
    const at = top - lengthOf(count);
    const words = scratchOf(count);
    copy(view, at, count, words, 0);
    this.#words[this.#top] = at;
    return { head, words, at: 0 };
  }

  clear(): void {
    this.#words[this.#top] = 0;
  }

  recount(): number {
    const { view } = this.#region;
    let count = 0;
    for (let top = this.#words[this.#top]!; top > 0; count++) top -= lengthOf(wordsBehind(view[top - 1]!));
    return count;
  }
}
