import { Worker } from 'node:worker_threads';
import { libc } from '@prac/libc';
import type { Arena } from './arena.ts';
import type { HelperData } from './waiting.ts';
import { programOf } from './world.ts';

/*
 * Waits for words of the arena that do not block the thread: a thread of its own sleeps on all of them (futex_waitv), and tells which was
 * woken. It is started by the first such wait, and keeps nobody alive.
 *
 *   control (in the arena)   │ BELL │ STOP │ HITS │ ENDED │ a slot for each wait: STATE │ EXPECTED │ WHERE │ · │
 *
 *   slot   FREE ── add ──> ARMED ── the word was woken, or is another ──> HIT ── called back ──> FREE
 *                            └── the time is up ──> FREE
 *
 * Who adds a wait rings the bell, which is one of the words that the helper sleeps on. Where all slots are taken a wait looks at its word
 * every few milliseconds.
 *
 * A thread that ends waits for its helper: one that is stopped while it loads the C library would take the process along.
 */
export const BELL = 0;
export const STOP = 1;
export const HITS = 2;
export const ENDED = 3;
export const FIRST_SLOT = 4;
export const SLOT_WORDS = 4;
/** futex_waitv takes 128 words; one of them is the bell. */
export const SLOTS = 127;
export const STATE = 0;
export const EXPECTED = 1;
export const WHERE = 2;
export const FREE = 0;
export const ARMED = 1;
export const HIT = 2;

const LOOK_MS = 5;
const LONGEST_END_MS = 2000;
const CONTROL_WORDS: number = FIRST_SLOT + SLOT_WORDS * SLOTS;

interface Pending {
  readonly callback: () => void;
  readonly timer: NodeJS.Timeout;
}

export class AsyncWaits {
  readonly #arena: Arena;
  readonly #control: number;
  readonly #pending = new Map<number, Pending>();
  #isListening = false;

  constructor(arena: Arena) {
    this.#arena = arena;
    this.#control = arena.allocate(CONTROL_WORDS);
    this.#startHelper();
  }

  /** Calls back once, later: when the word was woken, has not the expected value, or the time is up. */
  add(where: number, expected: number, milliseconds: number, callback: () => void): void {
    const { words } = this.#arena;
    const slot = this.#freeSlot();
    if (slot === undefined) {
      setTimeout(callback, Math.min(LOOK_MS, milliseconds));
      return;
    }
    words[slot + EXPECTED] = expected;
    words[slot + WHERE] = where;
    const timer = setTimeout(() => {
      this.#callBack(slot);
      this.#ring(); // nobody sleeps on it any more
    }, milliseconds);
    this.#pending.set(slot, { callback, timer });
    Atomics.store(words, slot + STATE, ARMED);
    this.#ring();
    this.#listen();
  }

  #freeSlot(): number | undefined {
    const { words } = this.#arena;
    for (let i = 0; i < SLOTS; i++) {
      const slot = this.#control + FIRST_SLOT + SLOT_WORDS * i;
      if (words[slot + STATE] === FREE) return slot; // this thread alone takes them
    }
    return undefined;
  }

  #callBack(slot: number): void {
    const pending = this.#pending.get(slot);
    if (pending === undefined) return;
    this.#pending.delete(slot);
    clearTimeout(pending.timer);
    Atomics.store(this.#arena.words, slot + STATE, FREE);
    pending.callback();
  }

  #ring(): void {
    const { words, address } = this.#arena;
    Atomics.add(words, this.#control + BELL, 1);
    libc().futexWake(address + BigInt(4 * (this.#control + BELL)), 1);
  }

  /** Hears of hits, as long as somebody waits. */
  #listen(): void {
    if (this.#isListening || this.#pending.size === 0) return;
    const { words } = this.#arena;
    const at = this.#control + HITS;
    const { async, value } = Atomics.waitAsync(words, at, Atomics.load(words, at));
    this.#isListening = true;
    const answer = (): void => {
      this.#isListening = false;
      for (const slot of [...this.#pending.keys()]) if (Atomics.load(words, slot + STATE) === HIT) this.#callBack(slot);
      this.#listen();
    };
    if (async) void value.then(answer);
    else queueMicrotask(answer);
    // One may have come between the look at its state and the look at HITS.
    for (const slot of this.#pending.keys()) if (Atomics.load(words, slot + STATE) === HIT) Atomics.notify(words, at);
  }

  #startHelper(): void {
    const { words, address } = this.#arena;
    const workerData: HelperData = { words, address, control: this.#control };
    const helper = new Worker(programOf('waiting'), { workerData, name: 'prac waits', stdout: false, stderr: false });
    // Waits look by themselves then, when their time is up.
    helper.on('error', () => Atomics.store(words, this.#control + ENDED, 1));
    helper.unref();
    process.on('exit', () => {
      Atomics.store(words, this.#control + STOP, 1);
      this.#ring();
      Atomics.wait(words, this.#control + ENDED, 0, LONGEST_END_MS);
    });
  }
}
