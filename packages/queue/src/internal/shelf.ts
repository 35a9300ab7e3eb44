import { type Cargo, INT_HEAD, packInt, wordsBehind } from './cargo.ts';
import { closeGap, type Entries, makeRoom } from './heap.ts';
import { type Compare, pythonOrder } from './order.ts';
import { copy, even, Region, scratchOf } from './region.ts';
import type { Store, StoreWords } from './store.ts';

/*
 * The first in order, and of those that are equal the first in.
 *
 *   index   a heap of entries  │ KEY: 64 bits │ CERTAINTY │ SERIAL │ AT │ HEAD │      items   │ words … │ words … │   <── END
 *
 * KEY is the item, if it is a number, or the number it begins with, if it is an array: most comparisons need no more. The others
 * read both items.
 *
 * Items lie where they were put, at even places. When the end is reached those that are left are moved together, if at most half of the room is
 * theirs.
 */
const INDEX_CAPACITY = 0;
const ITEMS_CAPACITY = 1;
const COUNT = 2;
const NEXT_SERIAL = 3;
const END = 4;
const USED = 5;

const ENTRY_WORDS = 6;
const CERTAINTY = 2;
const SERIAL = 3;
const AT = 4;
const HEAD = 5;

/** The key says nothing. */
const OPAQUE = 0;
/** The key is the item. */
const WHOLE = 1;
/** The key is its first element. */
const FIRST = 2;

export class Shelf implements Store, Entries {
  readonly #words: Int32Array;
  readonly #first: number;
  readonly #index: Region;
  readonly #items: Region;
  readonly #compare: Compare<unknown>;
  readonly #isPythons: boolean;
  readonly #look: (cargo: Cargo) => unknown;
  #keys: Float64Array;

  constructor(
    index: SharedArrayBuffer,
    items: SharedArrayBuffer,
    { words, first, look }: StoreWords,
    compare: Compare<never> | undefined,
  ) {
    this.#words = words;
    this.#first = first;
    this.#index = new Region(index, words, first + INDEX_CAPACITY);
    this.#items = new Region(items, words, first + ITEMS_CAPACITY);
    this.#compare = (compare as Compare<unknown> | undefined) ?? pythonOrder;
    this.#isPythons = compare === undefined;
    this.#look = look;
    this.#keys = new Float64Array(index, 0, this.#index.view.length >> 1);
  }

  get buffers(): readonly SharedArrayBuffer[] {
    return [this.#index.buffer, this.#items.buffer];
  }

  put({ head, words, at: from }: Cargo, item: unknown): void {
    const wordCount = wordsBehind(head);
    const length = even(wordCount);
    const items = this.#withRoom(length);
    const count = this.#words[this.#first + COUNT]!;
    this.#indexWithRoom(count + 2);
    const at = this.#words[this.#first + END]!;
    copy(words, from, wordCount, items, at);
    const [key, certainty] = this.#isPythons ? keyOf(item) : [0, OPAQUE];
    // It is compared from the place behind all others, and kept in the one behind that meanwhile.
    this.#write(count, key, certainty, at, head);
    const place = makeRoom(this, count);
    if (place !== count) this.#write(place, key, certainty, at, head);
    this.#words[this.#first + NEXT_SERIAL]!++;
    this.#words[this.#first + END] = at + length;
    this.#words[this.#first + USED]! += length;
    this.#words[this.#first + COUNT] = count + 1;
  }

  putInts(list: readonly number[], start: number): number {
    this.put(packInt(list[start])!, list[start]);
    return start + 1;
  }

  takeInts(list: number[], most: number): boolean {
    if (most <= 0 || this.#words[this.#first + COUNT] === 0 || this.peek() !== INT_HEAD) return false;
    list.push(this.take().words[0]!);
    return true;
  }

  peek(): number {
    return this.#index.view[HEAD]!;
  }

  take(): Cargo {
    const last = this.#words[this.#first + COUNT]! - 1;
    const { view } = this.#index;
    const head = view[HEAD]!;
    const length = wordsBehind(head);
    const start = view[AT]!;
    if (last > 0) {
      const place = closeGap(this, last);
      if (place !== last) this.move(last, place);
    }
    const words = scratchOf(length);
    copy(this.#items.view, start, length, words, 0);
    this.#words[this.#first + USED]! -= even(length);
    this.#words[this.#first + COUNT] = last;
    if (last === 0) this.#words[this.#first + END] = 0;
    return { head, words, at: 0 };
  }

  clear(): void {
    for (const word of [COUNT, END, USED]) this.#words[this.#first + word] = 0;
  }

  recount(): number {
    return this.#words[this.#first + COUNT]!;
  }

  move(from: number, to: number): void {
    const { view } = this.#index;
    for (let i = 0; i < ENTRY_WORDS; i++) view[ENTRY_WORDS * to + i] = view[ENTRY_WORDS * from + i]!;
  }

  isBefore(a: number, b: number): boolean {
    const { view } = this.#index;
    const keys = this.#keyView();
    const [certaintyA, certaintyB] = [view[ENTRY_WORDS * a + CERTAINTY]!, view[ENTRY_WORDS * b + CERTAINTY]!];
    if (certaintyA === certaintyB && certaintyA !== OPAQUE) {
      const [keyA, keyB] = [keys[3 * a]!, keys[3 * b]!];
      if (keyA !== keyB) return keyA < keyB;
      if (certaintyA === WHOLE) return this.isEarlier(a, b);
    }
    const order = this.#compare(this.#item(a), this.#item(b));
    return order < 0 || (!(order > 0) && this.isEarlier(a, b));
  }

  isEarlier(a: number, b: number): boolean {
    const { view } = this.#index;
    return ((view[ENTRY_WORDS * a + SERIAL]! - view[ENTRY_WORDS * b + SERIAL]!) | 0) < 0;
  }

  #item(place: number): unknown {
    const { view } = this.#index;
    const head = view[ENTRY_WORDS * place + HEAD]!;
    const start = view[ENTRY_WORDS * place + AT]!;
    return this.#look({ head, words: this.#items.view.slice(start, start + wordsBehind(head)), at: 0 });
  }

  #write(place: number, key: number, certainty: number, at: number, head: number): void {
    const { view } = this.#index;
    this.#keyView()[3 * place] = key;
    view[ENTRY_WORDS * place + CERTAINTY] = certainty;
    view[ENTRY_WORDS * place + SERIAL] = this.#words[this.#first + NEXT_SERIAL]!;
    view[ENTRY_WORDS * place + AT] = at;
    view[ENTRY_WORDS * place + HEAD] = head;
  }

  #keyView(): Float64Array {
    const length = this.#index.view.length >> 1;
    if (this.#keys.length !== length) this.#keys = new Float64Array(this.#index.buffer, 0, length);
    return this.#keys;
  }

  #indexWithRoom(entries: number): void {
    const missing = ENTRY_WORDS * entries - this.#index.view.length;
    if (missing > 0) this.#index.grow(missing);
  }

  #withRoom(length: number): Int32Array {
    const { view } = this.#items;
    if (this.#words[this.#first + END]! + length <= view.length) return view;
    if (2 * (this.#words[this.#first + USED]! + length) <= view.length) {
      this.#tidy();
      return view;
    }
    return this.#items.grow(length);
  }

  /** Moves the items together, in the order in which they lie. */
  #tidy(): void {
    const index = this.#index.view;
    const items = this.#items.view;
    const count = this.#words[this.#first + COUNT]!;
    const places = Array.from({ length: count }, (_, place) => ENTRY_WORDS * place);
    places.sort((a, b) => index[a + AT]! - index[b + AT]!);
    let end = 0;
    for (const place of places) {
      const length = even(wordsBehind(index[place + HEAD]!));
      items.copyWithin(end, index[place + AT]!, index[place + AT]! + length);
      index[place + AT] = end;
      end += length;
    }
    this.#words[this.#first + END] = end;
  }
}

function keyOf(item: unknown): readonly [key: number, certainty: number] {
  if (typeof item === 'number') return Number.isNaN(item) ? [0, OPAQUE] : [item, WHOLE];
  if (!Array.isArray(item)) return [0, OPAQUE];
  const [first] = item as readonly unknown[];
  return typeof first === 'number' && !Number.isNaN(first) ? [first, FIRST] : [0, OPAQUE];
}
