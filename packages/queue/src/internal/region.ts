import { MemoryError } from '@prac/exceptions';

/*
 * Words of shared memory that grow. A view that follows the growth by itself is twenty times slower: how many words there are is
 * written down in the queue's own words, and who finds that it has changed makes a new view. Under the queue's lock.
 */
export const FIRST_WORDS = 1024;
/** 4 GiB of addresses, of which the pages that are used take memory. */
const MOST_WORDS = 2 ** 30 - 1;

/** @param most - So many words at most. */
export function newRegionMemory(most: number = MOST_WORDS): SharedArrayBuffer {
  return new SharedArrayBuffer(4 * FIRST_WORDS, { maxByteLength: 4 * most });
}

/** Memory of a region that cannot grow where it is: it moves. */
export interface Place {
  readonly buffer: SharedArrayBuffer;
  /** Where it is now: the index of its first word. */
  readonly start: number;
  /** So many words are there at first. */
  readonly first: number;
  /** As many words as there can be. */
  readonly most: number;
  /** Moves to where there are so many words, with what was there. `false` if there is no such place. */
  move(before: Int32Array, length: number): boolean;
}

/** Memory that grows where it is. */
function growing(buffer: SharedArrayBuffer): Place {
  return {
    buffer,
    start: 0,
    first: buffer.byteLength >> 2,
    most: Math.floor(buffer.maxByteLength / 4),
    move(_before, length) {
      try {
        if (buffer.byteLength < 4 * length) buffer.grow(4 * length);
        return true;
      } catch {
        return false;
      }
    },
  };
}

export class Region {
  readonly buffer: SharedArrayBuffer;
  readonly #place: Place;
  readonly #words: Int32Array;
  readonly #capacity: number;
  #view: Int32Array;

  /**
   * @param words - Those of the queue.
   * @param capacity - The index of that which says how big the region is.
   */
  constructor(memory: SharedArrayBuffer | Place, words: Int32Array, capacity: number) {
    const place = memory instanceof SharedArrayBuffer ? growing(memory) : memory;
    this.buffer = place.buffer;
    this.#place = place;
    this.#words = words;
    this.#capacity = capacity;
    if (words[capacity] === 0) {
      if (!place.move(new Int32Array(0), place.first)) throw new MemoryError('there is no memory for a queue');
      words[capacity] = place.first;
    }
    this.#view = this.#newView();
  }

  #newView(): Int32Array {
    return new Int32Array(this.buffer, 4 * this.#place.start, this.#words[this.#capacity]!);
  }

  get view(): Int32Array {
    const length = this.#words[this.#capacity]!;
    // Who moved it may have been killed before it said how big it is now.
    if (this.#view.length !== length || this.#view.byteOffset !== 4 * this.#place.start) this.#view = this.#newView();
    return this.#view;
  }

  /** Makes it big enough for so many more, at least twice as big. @throws {MemoryError} if that is impossible. */
  grow(words: number): Int32Array {
    const { view } = this;
    const before = view.length;
    const { most } = this.#place;
    if (before + words > most) throw new MemoryError('the queue cannot hold more');
    const length = Math.min(most & ~1, even(Math.max(2 * before, before + words)));
    if (!this.#place.move(view, length)) throw new MemoryError('the queue cannot hold more');
    this.#words[this.#capacity] = length;
    return this.view;
  }
}

/**
 * Items take an even number of words: what begins at a multiple of 8 bytes is copied ten times as fast (V8 copies shared memory
 * byte by byte where it does not).
 */
export function even(words: number): number {
  return (words + 1) & ~1;
}

/** Few words are copied quicker one by one. */
const FEW = 48;

export function copy(from: Int32Array, start: number, count: number, to: Int32Array, at: number): void {
  if (count <= FEW) for (let i = 0; i < count; i++) to[at + i] = from[start + i]!;
  else to.set(from.subarray(start, start + count), at);
}

let scratch = new Int32Array(256);

/** Memory of this thread for so many words, valid until the next call. */
export function scratchOf(words: number): Int32Array {
  if (words > 2 ** 16) return new Int32Array(words);
  if (words > scratch.length) scratch = new Int32Array(2 * words);
  return scratch;
}
