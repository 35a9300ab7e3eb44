import { atomicsFutex, type Futex } from './futex.ts';
import { hooks } from './hooks.ts';
import type { QueueOfWaiters } from './internal/queue-of-waiters.ts';
import { queueIfAny, queueOn } from './internal/queues.ts';
import type { Blocker, Wait, Waitable } from './wait.ts';

const FIRST_SLICE_MS = 50;
const LONGEST_SLICE_MS = 1000;
/** Where this thread also waits asynchronously: that wait came first, takes the notification, and cannot answer it now. */
const SHARED_SLICE_MS = 1;

/** Options of a {@link Word}. */
export interface WordOptions {
  /** How its memory is slept on. @defaultValue {@link atomicsFutex} */
  readonly futex?: Futex;
  /**
   * Whether those who wait on the word want different things of it (a number that counts events of many kinds). Otherwise those
   * of one thread are served in order, and one that goes on waiting keeps those behind it waiting. @defaultValue false
   */
  readonly broadcast?: boolean;
}

/**
 * A word of shared memory that a waiting loop parks on: as long as it has the value with which the loop cannot go on.
 *
 * Make one for each call that waits, keep it to the call's end: it is the call's place in the queue. A blocked thread can
 * sleep on one word at a time.
 *
 * Each sleep ends after a slice (50 ms, at last 1 s), and the loop tries again: a thread that is terminated may have taken
 * the notification with it.
 *
 * @example
 * import { block, notify, type Steps, suspend, Word } from '@prac/park';
 *
 * const words = new Int32Array(new SharedArrayBuffer(4)); // 0: closed, 1: open
 * function* opened(): Steps<void> {
 *   const word = new Word(words, 0);
 *   while (Atomics.load(words, 0) === 0) yield word.parkWhile(0);
 * }
 * const waiting = suspend(opened());
 * Atomics.store(words, 0, 1);
 * notify(words, 0);
 * await waiting;
 * block(opened()); // is open: does not wait
 */
export class Word implements Waitable, Blocker {
  readonly words: Int32Array;
  readonly index: number;
  readonly futex: Futex;
  readonly broadcast: boolean;
  /** The value with which the loop cannot go on. */
  expected = 0;
  readonly #alone: readonly [this] = [this];
  #slice = FIRST_SLICE_MS;
  #queue: QueueOfWaiters | undefined;

  /**
   * @param words - Over a SharedArrayBuffer.
   * @throws {TypeError} if they are not. {RangeError} if there is no word with that index.
   */
  constructor(words: Int32Array, index: number, { futex = atomicsFutex, broadcast = false }: WordOptions = {}) {
    if (!(words instanceof Int32Array && words.buffer instanceof SharedArrayBuffer)) {
      throw new TypeError('Expected an Int32Array over a SharedArrayBuffer');
    }
    if (!(Number.isInteger(index) && index >= 0 && index < words.length)) {
      throw new RangeError(`Expected the index of one of ${words.length} words, got ${index}`);
    }
    this.words = words;
    this.index = index;
    this.futex = futex;
    this.broadcast = broadcast;
  }

  /**
   * What a waiting loop yields: park while the word has this value.
   *
   * @param deadline - On the clock of `now()`. @defaultValue Infinity
   */
  parkWhile(expected: number, deadline: number = Number.POSITIVE_INFINITY): Wait {
    this.expected = expected;
    return { on: this.#alone, deadline };
  }

  get blocker(): Blocker {
    return this;
  }

  block(on: readonly Waitable[], milliseconds: number): void {
    if (on.length > 1) throw new TypeError('a blocked thread can sleep on one word only');
    const limit = Math.min(milliseconds, queueIfAny(this)?.armed ? SHARED_SLICE_MS : this.#slice);
    this.#slice = Math.min(LONGEST_SLICE_MS, this.#slice * 2);
    const signals = hooks.signal;
    if (signals === undefined) this.futex.wait(this.words, this.index, this.expected, limit);
    else this.#blockAmongSignals(signals, limit);
  }

  #blockAmongSignals(signals: NonNullable<typeof hooks.signal>, limit: number): void {
    signals.enter(this.words, this.index);
    try {
      // Looked at after `enter`: a signal that came before it is seen here, one that comes after it wakes us.
      if (!signals.due) this.futex.wait(this.words, this.index, this.expected, limit);
    } finally {
      signals.leave();
    }
  }

  passOn(): void {
    this.futex.notify(this.words, this.index, 1);
  }

  watch(callback: () => void): void {
    this.#queue ??= queueOn(this);
    this.#queue.add(callback, this);
  }

  unwatch(callback: () => void): void {
    this.#queue?.remove(callback);
  }
}

/**
 * Wakes the first of those who wait asynchronously in this thread, without the detour through shared memory. If it has gone by
 * then, the wake-up goes on to another thread.
 *
 * @returns `false` if nobody here waits.
 */
export function wakeHere(words: Int32Array, index: number): boolean {
  return queueIfAny({ words, index })?.serveSoon() ?? false;
}

/**
 * Wakes those who are parked on a word, after it was changed.
 *
 * @param count - How many threads. @defaultValue all of them
 */
export function notify(words: Int32Array, index: number, count: number = Number.POSITIVE_INFINITY): void {
  Atomics.notify(words, index, count);
}
