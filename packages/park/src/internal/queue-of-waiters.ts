import type { Futex } from '../futex.ts';
import { holdLoop, releaseLoop } from './keep-alive.ts';

/*
 * The async waiters of this thread on one word, in the order they came, behind one wait of the futex.
 *
 *   waiters [ first │ second │ third ]     armed: the futex calls back, for the first of them
 *
 *   idle ── somebody waits ──> armed ── the futex calls back ──> serving ── waiters are left ──> armed
 *                                                                   └── nobody is ──> idle
 *
 * serving: the first is called, and tries. If it leaves, the next is called, since there may be something for it too (a
 * semaphore's second permit, an event for all). If it stays, those behind it stay as well: they want the same. On a word
 * where they do not (broadcast) all are called.
 *
 * No wake-up is lost:
 * 1. A waiter says which value it has seen. If the word has another by the time it is in the queue, it is called at once.
 * 2. The futex's wait cannot be taken back. If it gets a notification when nobody is left here, the baton goes on: the word
 *    is notified again, for another thread.
 * 3. A thread that is terminated may take a notification with it. So each wait of the futex ends after a slice; the next one
 *    begins with a look at the word.
 */
const FIRST_SLICE_MS = 50;
const LONGEST_SLICE_MS = 1000;

/** One who waits; `expected` is the value of the word with which it cannot go on. */
export interface WordWaiter {
  readonly expected: number;
  /** Whether those who wait on this word want different things: one that stays says nothing about those behind it. */
  readonly broadcast: boolean;
}

export class QueueOfWaiters {
  readonly #futex: Futex;
  readonly #words: Int32Array;
  readonly #index: number;
  // In order of arrival. A callback is the key: a wait that goes on keeps its place.
  readonly #waiters = new Map<() => void, WordWaiter>();
  #armed = false;
  #isDue = false;
  #slice = FIRST_SLICE_MS;

  constructor(futex: Futex, words: Int32Array, index: number) {
    this.#futex = futex;
    this.#words = words;
    this.#index = index;
  }

  /** Whether a wait of the futex is under way: it may take a notification that is meant for the thread. */
  get armed(): boolean {
    return this.#armed;
  }

  add(callback: () => void, waiter: WordWaiter): void {
    this.#slice = FIRST_SLICE_MS;
    if (!this.#armed) this.#arm(waiter);
    else if (!this.#has(waiter.expected)) queueMicrotask(() => this.#callIfStill(callback));
    if (this.#waiters.size === 0) holdLoop();
    this.#waiters.set(callback, waiter);
  }

  /** Serves those who wait, in a microtask: without the detour through the futex. False if nobody waits. */
  serveSoon(): boolean {
    if (this.#waiters.size === 0) return false;
    if (!this.#isDue) queueMicrotask(this.#onLocalWake);
    this.#isDue = true;
    return true;
  }

  remove(callback: () => void): void {
    if (this.#waiters.delete(callback) && this.#waiters.size === 0) releaseLoop();
  }

  #has(value: number): boolean {
    return Atomics.load(this.#words, this.#index) === value;
  }

  #callIfStill(callback: () => void): void {
    if (this.#waiters.has(callback)) callback();
  }

  #arm({ expected }: WordWaiter): void {
    this.#futex.waitAsync(this.#words, this.#index, expected, this.#slice, this.#onWake);
    this.#armed = true; // only now: the futex may refuse
  }

  readonly #onLocalWake = (): void => {
    this.#isDue = false;
    this.#attend();
  };

  readonly #onWake = (): void => {
    this.#armed = false;
    this.#attend();
  };

  #attend(): void {
    if (this.#waiters.size === 0) this.#futex.notify(this.#words, this.#index, 1);
    else this.#serve();
    const first = this.#waiters.values().next();
    if (first.done || this.#armed) return;
    this.#slice = Math.min(LONGEST_SLICE_MS, this.#slice * 2);
    this.#arm(first.value);
  }

  #serve(): void {
    let left = this.#waiters.size; // one that comes again meanwhile is not called twice
    for (const [callback, { broadcast }] of this.#waiters) {
      callback();
      if (--left === 0 || (this.#waiters.has(callback) && !broadcast)) return;
    }
  }
}
