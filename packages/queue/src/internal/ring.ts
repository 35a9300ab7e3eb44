import { type Cargo, INT_HEAD, wordsBehind } from './cargo.ts';
import { copy, even, type Place, Region, scratchOf } from './region.ts';
import type { Store, StoreWords } from './store.ts';

/*
 * First in, first out.
 *
 *   HEAD ──> │ head │ word │ head, free │ words … │ <── TAIL        around the end of the region; some words stay free
 *
 * One word lies beside the head, more than one behind it: all begins at even places.
 * put() writes behind TAIL and moves TAIL at last, take() reads and moves HEAD at last: whoever dies in between has done nothing.
 */
const CAPACITY = 0;
const HEAD = 1;
const TAIL = 2;

/** From the head of an item to its words. */
function offsetOf(count: number): number {
  return count === 1 ? 1 : 2;
}

export class Ring implements Store {
  readonly #words: Int32Array;
  readonly #head: number;
  readonly #tail: number;
  readonly #region: Region;

  constructor(memory: SharedArrayBuffer | Place, { words, first }: StoreWords) {
    this.#words = words;
    this.#head = first + HEAD;
    this.#tail = first + TAIL;
    this.#region = new Region(memory, words, first + CAPACITY);
  }

  get buffers(): readonly SharedArrayBuffer[] {
    return [this.#region.buffer];
  }

  put({ head, words, at: start }: Cargo): void {
    const count = wordsBehind(head);
    const view = this.#withRoom(2 + even(count));
    const tail = this.#words[this.#tail]!;
    view[tail] = head;
    let at = tail + offsetOf(count);
    if (at === view.length) at = 0;
    const straight = Math.min(count, view.length - at);
    copy(words, start, straight, view, at);
    if (straight < count) copy(words, start + straight, count - straight, view, 0);
    at = even(at + count);
    this.#words[this.#tail] = at >= view.length ? at - view.length : at;
  }

  putInts(list: readonly number[], start: number, end: number): number {
    const view = this.#withRoom(2 * (end - start));
    let at = this.#words[this.#tail]!;
    for (let i = start; i < end; i++) {
      view[at] = INT_HEAD;
      view[at + 1] = list[i]!;
      at += 2;
      if (at === view.length) at = 0;
    }
    this.#words[this.#tail] = at;
    return end;
  }

  takeInts(list: number[], most: number): boolean {
    const { view } = this.#region;
    const tail = this.#words[this.#tail]!;
    const start = this.#words[this.#head]!;
    let at = start;
    for (let left = most; left > 0 && at !== tail && view[at] === INT_HEAD; left--) {
      list.push(view[at + 1]!);
      at += 2;
      if (at === view.length) at = 0;
    }
    this.#words[this.#head] = at;
    return at !== start;
  }

  peek(): number {
    return this.#region.view[this.#words[this.#head]!]!;
  }

  take(): Cargo {
    const view = this.#region.view;
    const start = this.#words[this.#head]!;
    const head = view[start]!;
    const count = wordsBehind(head);
    const words = scratchOf(count);
    let at = start + offsetOf(count);
    if (at === view.length) at = 0;
    const straight = Math.min(count, view.length - at);
    copy(view, at, straight, words, 0);
    if (straight < count) copy(view, 0, count - straight, words, straight);
    at = even(at + count);
    this.#words[this.#head] = at >= view.length ? at - view.length : at;
    return { head, words, at: 0 };
  }

  clear(): void {
    this.#words[this.#head] = this.#words[this.#tail]!;
  }

  recount(): number {
    const view = this.#region.view;
    let count = 0;
    for (let at = this.#words[this.#head]!; at !== this.#words[this.#tail]; count++) {
      const words = wordsBehind(view[at]!);
      at = even(at + offsetOf(words) + words) % view.length;
    }
    return count;
  }

  #withRoom(needed: number): Int32Array {
    const { view } = this.#region;
    const [head, tail] = [this.#words[this.#head]!, this.#words[this.#tail]!];
    const used = tail >= head ? tail - head : tail - head + view.length;
    if (used + needed < view.length) return view;
    const before = view.length;
    const bigger = this.#region.grow(tail < head ? Math.max(needed, tail + 1) : needed);
    if (tail < head) {
      // What had gone around the end goes on behind it now: there is room for it.
      bigger.copyWithin(before, 0, tail);
      this.#words[this.#tail] = before + tail;
    }
    return bigger;
  }
}
