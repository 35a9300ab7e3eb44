import type { Runnable } from './scheduler.ts';

/** What is due at a time. */
export interface Timed extends Runnable {
  /** On the loop's clock, in seconds. */
  readonly due: number;
  /** Those of the same time are run in the order in which they were made. */
  readonly serial: number;
  readonly isCancelled: boolean;
}

/** So many that were cancelled may be kept, and as many as are not. */
const MOST_CANCELLED = 100;
/** Two times that differ by less are the same, in seconds: CPython's clock resolution. */
const RESOLUTION = 1e-9;
const LONGEST_MS = 2 ** 31 - 1;

const [startTimer, stopTimer] = [setTimeout, clearTimeout];

/** A heap, the earliest first, and one timer of Node's for that one. */
export class Timers {
  #heap: Timed[] = [];
  #cancelled = 0;
  #timer: NodeJS.Timeout | undefined;
  #timerAt: number | undefined;
  readonly #wakeUp: () => void;

  /** @param wakeUp - Something is due. */
  constructor(wakeUp: () => void) {
    this.#wakeUp = wakeUp;
  }

  add(timed: Timed): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(timed);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(timed, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = timed;
  }

  get isEmpty(): boolean {
    return this.#heap.length === 0;
  }

  /** Those that are to come, in no order. */
  get all(): readonly Timed[] {
    return [...this.#heap];
  }

  /** One of them was cancelled. */
  forget(timed: Timed): void {
    if (this.#heap[0] === timed) {
      this.#dropCancelled();
      return;
    }
    if (++this.#cancelled <= MOST_CANCELLED || 2 * this.#cancelled <= this.#heap.length) return;
    this.#heap = this.#heap.filter(({ isCancelled }) => !isCancelled).sort((a, b) => (isBefore(a, b) ? -1 : 1));
    this.#cancelled = 0;
  }

  /** Hands over those that are due. */
  takeDue(now: number, take: (due: Runnable) => void): void {
    while (this.#heap.length > 0 && (this.#heap[0]!.isCancelled || this.#heap[0]!.due <= now + RESOLUTION)) {
      const timed = this.#pop();
      if (!timed.isCancelled) take(timed);
    }
  }

  /** Has Node wake up when the first is due. */
  arm(): void {
    this.#dropCancelled();
    const first = this.#heap[0]?.due;
    if (first === this.#timerAt) return;
    stopTimer(this.#timer);
    this.#timerAt = first;
    if (first === undefined) {
      this.#timer = undefined;
      return;
    }
    const milliseconds = Math.ceil(first * 1000 - performance.now());
    this.#timer = startTimer(this.#onTimer, Math.min(LONGEST_MS, Math.max(1, milliseconds)));
  }

  readonly #onTimer = (): void => {
    this.#timer = undefined;
    this.#timerAt = undefined;
    this.#wakeUp();
  };

  #dropCancelled(): void {
    while (this.#heap.length > 0 && this.#heap[0]!.isCancelled) this.#pop();
  }

  #pop(): Timed {
    const heap = this.#heap;
    const top = heap[0]!;
    const last = heap.pop()!;
    if (heap.length > 0) sink(heap, last);
    return top;
  }
}

/** Puts one where the first was, and then where it belongs. */
function sink(heap: Timed[], timed: Timed): void {
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
    if (!isBefore(heap[child]!, timed)) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = timed;
}

function isBefore(a: Timed, b: Timed): boolean {
  return a.due < b.due || (a.due === b.due && a.serial < b.serial);
}
