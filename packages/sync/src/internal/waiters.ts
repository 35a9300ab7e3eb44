import { Word } from '@prac/park';
import { type Memory, wordsOf } from '../memory.ts';

/*
 * Those who wait for a condition, in shared memory: a slot for each, which it sleeps on, so that exactly those are woken that
 * were waiting, the first of them first.
 *
 *   FIRST_SLOT + 4 i   │ STATE │ OWNER │ TICKET │ BEFORE │
 *
 *   0 ── join: OWNER by compare and exchange ──> WAITING ── wake ──> WOKEN ── leave ──> 0
 *                                                   └──────── leave ──────────────────> 0
 *
 * TICKET tells who came first, BEFORE the first ticket that was not given out yet when it was woken. All of it happens under the condition's lock, but for what a dead thread has left: a slot whose
 * owner has died is free, and a wake-up that it did not live to see goes to somebody else who waited at the time (see `inherit`).
 *
 * If there are more waiters than slots the memory grows. Views do not follow: each thread makes a new one when it finds that it
 * needs one.
 */
const NEXT_TICKET = 0;
const HIGH = 1;
const FIRST_SLOT = 2;
const SLOT_WORDS = 4;
const STATE = 0;
const OWNER = 1;
const TICKET = 2;
const BEFORE = 3;
const WAITING = 1;
const WOKEN = 2;

/** The words that so many slots need, from where they begin. */
export function wordsForSlots(count: number): number {
  return FIRST_SLOT + SLOT_WORDS * count;
}

/** The place of one who waits. */
export interface Place {
  readonly at: number;
  readonly word: Word;
}

export class Waiters {
  readonly #memory: Memory;
  readonly #start: number;
  #words: Int32Array<SharedArrayBuffer>;

  /** @param start - The first of its words. */
  constructor(memory: Memory, start: number) {
    this.#memory = memory;
    this.#start = start;
    this.#words = memory.words;
  }

  /** Takes a place behind all others. The lock is held. */
  join(): Place {
    const words = this.#view();
    const slot = this.#freeSlot();
    const at = this.#at(slot);
    const view = this.#words;
    view[at + TICKET] = Atomics.add(words, this.#start + NEXT_TICKET, 1);
    Atomics.store(view, at + STATE, WAITING);
    if (slot >= view[this.#start + HIGH]!) Atomics.store(view, this.#start + HIGH, slot + 1);
    return { at, word: new Word(view, at + STATE, this.#memory) };
  }

  /** Whether it has been woken; asked without the lock. */
  isWoken({ at }: Place): boolean {
    return Atomics.load(this.#words, at + STATE) === WOKEN;
  }

  /** The value with which one goes on waiting. */
  static readonly waiting: number = WAITING;

  /** Gives the place back. The lock is held. */
  leave({ at }: Place): void {
    Atomics.store(this.#words, at + STATE, 0);
    Atomics.store(this.#words, at + OWNER, 0);
  }

  /** Wakes so many of those who came first. The lock is held. */
  wake(count: number): void {
    const waiting: { readonly at: number; readonly ticket: number }[] = [];
    const lost: number[] = [];
    const { words, places } = this.#used();
    for (const at of places) {
      const state = Atomics.load(words, at + STATE);
      if (state === 0) continue;
      if (this.#memory.isDead(Atomics.load(words, at + OWNER))) {
        if (this.#bury(at, state) && state === WOKEN) lost.push(words[at + BEFORE]!);
      } else if (state === WAITING) waiting.push({ at, ticket: words[at + TICKET]! });
    }
    waiting.sort((a, b) => (a.ticket - b.ticket) | 0);
    let left = count;
    for (const before of lost) if (left < waiting.length && isOlder(waiting[left]!.ticket, before)) left++;
    const next = Atomics.load(words, this.#start + NEXT_TICKET);
    for (const { at } of waiting.slice(0, left)) {
      words[at + BEFORE] = next;
      if (Atomics.compareExchange(words, at + STATE, WAITING, WOKEN) !== WAITING) continue;
      this.#memory.futex.notify(words, at + STATE, 1);
    }
  }

  /** Takes over the wake-up of one who has died before it could leave. Asked now and then by those who wait. */
  inherit(heir: Place): boolean {
    const { words, places } = this.#used();
    const ticket = words[heir.at + TICKET]!;
    for (const at of places) {
      if (Atomics.load(words, at + STATE) !== WOKEN || !isOlder(ticket, words[at + BEFORE]!)) continue;
      if (this.#memory.isDead(Atomics.load(words, at + OWNER)) && this.#bury(at, WOKEN)) return true;
    }
    return false;
  }

  /** How many wait. */
  get size(): number {
    const { words, places } = this.#used();
    let size = 0;
    for (const at of places) {
      if (Atomics.load(words, at + STATE) === WAITING && !this.#memory.isDead(words[at + OWNER]!)) size++;
    }
    return size;
  }

  #at(slot: number): number {
    return this.#start + FIRST_SLOT + SLOT_WORDS * slot;
  }

  /** The places that have been used, and a view that has them: made after their number is read, since others may grow the memory. */
  #used(): { readonly words: Int32Array; readonly places: Iterable<number> } {
    const high = Atomics.load(this.#words, this.#start + HIGH);
    return { words: this.#view(), places: this.#places(high) };
  }

  *#places(high: number): Generator<number> {
    for (let slot = 0; slot < high; slot++) yield this.#at(slot);
  }

  /** Frees the place of a dead thread; true for the one who did it. */
  #bury(at: number, state: number): boolean {
    const owner = Atomics.load(this.#words, at + OWNER);
    if (Atomics.compareExchange(this.#words, at + STATE, state, 0) !== state) return false;
    Atomics.compareExchange(this.#words, at + OWNER, owner, 0);
    return true;
  }

  #view(): Int32Array<SharedArrayBuffer> {
    const { buffer } = this.#words;
    if (buffer.growable && buffer.byteLength > this.#words.byteLength) this.#words = wordsOf(buffer);
    return this.#words;
  }

  #freeSlot(): number {
    const words = this.#words;
    const { me } = this.#memory;
    const count = Math.floor((words.length - this.#start - FIRST_SLOT) / SLOT_WORDS);
    for (let slot = 0; slot < count; slot++) {
      const at = this.#at(slot) + OWNER;
      const owner = Atomics.compareExchange(words, at, 0, me);
      if (owner === 0) return slot;
      // One who died before it waited, or while it left.
      const isLeft = this.#memory.isDead(owner) && Atomics.load(words, this.#at(slot) + STATE) === 0;
      if (isLeft && Atomics.compareExchange(words, at, owner, me) === owner) return slot;
    }
    this.#grow();
    return this.#freeSlot();
  }

  #grow(): void {
    const { buffer } = this.#words;
    const size = Math.min(buffer.maxByteLength, 2 * buffer.byteLength);
    if (!buffer.growable || size === buffer.byteLength) throw new RangeError('too many waiters for one condition');
    buffer.grow(size);
    this.#words = wordsOf(buffer);
  }
}

/** Tickets may wrap around. */
function isOlder(ticket: number, than: number): boolean {
  return ((ticket - than) | 0) < 0;
}
