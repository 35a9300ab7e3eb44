import { checkedOptions } from '@prac/exceptions';
import { block, now, type Steps, suspend, type WaitOptions, type WaitSyncOptions, Word, waitLimits } from '@prac/park';
import { ACQUIRED } from './internal/done.ts';
import { locks } from './internal/watching.ts';
import { travels } from './internal/world.ts';
import { type MemoryOption, OWN, opens, Primitive, WAITERS } from './memory.ts';

/*
 *   STATE   bit 0: the flag │ bits 1 to 31: how often it was set
 *
 * set() puts the flag up and counts; clear() takes the flag down. Who waits has seen a number of sets, and leaves when the flag
 * is up or there was another set since: so `set(); clear()` wakes all who waited, though they never see the flag.
 */
const STATE = OWN;
const FLAG = 1;
const ONE_SET = 2;

/** What is known of an {@link Event}. */
export interface EventStatistics {
  readonly isSet: boolean;
  /** How many wait: of all threads. */
  readonly waiting: number;
}

/**
 * A flag that async functions and threads wait for.
 *
 * Python: `threading.Event`.
 *
 * @example
 * import { Event } from '@prac/sync';
 * const ready = new Event();
 * setTimeout(() => ready.set(), 10);
 * console.log(await ready.wait(5)); // true
 */
export class Event extends Primitive {
  readonly #words: Int32Array;

  constructor(options: MemoryOption = {}) {
    super(checkedOptions(options, ['memory']).memory);
    this.#words = this.memory.words;
  }

  /** Whether the flag is up. */
  isSet(): boolean {
    return (Atomics.load(this.#words, STATE) & FLAG) !== 0;
  }

  /** Puts the flag up, and wakes all who wait for it. */
  set(): void {
    if (locks.isOn) locks.tell('set', this);
    const words = this.#words;
    for (let state = Atomics.load(words, STATE); (state & FLAG) === 0; ) {
      const before = Atomics.compareExchange(words, STATE, state, (state | FLAG) + ONE_SET);
      if (before === state) break;
      state = before;
    }
    // After STATE: pairs with the count in #steps.
    if (Atomics.load(words, WAITERS) > 0) this.memory.futex.notify(words, STATE, Number.POSITIVE_INFINITY);
  }

  /** Takes the flag down: `wait()` waits from now on. */
  clear(): void {
    if (locks.isOn) locks.tell('clear', this);
    Atomics.and(this.#words, STATE, ~FLAG);
  }

  /**
   * Waits until the flag is up, or was up for a moment.
   *
   * Cancellation: a call that is aborted, or whose time is up, leaves no trace.
   * Memory: what was written before `set()` is seen after the wait.
   * Python: `Event.wait`.
   *
   * @param options - Time limit in seconds, or options.
   * @returns `false` if the time was up first.
   */
  wait(options?: number | WaitOptions | null): Promise<boolean> {
    const limits = waitLimits(options, 'async');
    if (this.isSet() && !limits.signal?.aborted) return ACQUIRED;
    return suspend(locks.watch(this, this.#steps(limits.deadline)), limits);
  }

  /** Blocking form of {@link wait}. */
  waitSync(options?: number | WaitSyncOptions | null): boolean {
    const limits = waitLimits(options, 'sync');
    return this.isSet() || block(locks.watch(this, this.#steps(limits.deadline)));
  }

  statistics(): EventStatistics {
    return { isSet: this.isSet(), waiting: Atomics.load(this.#words, WAITERS) };
  }

  override toString(): string {
    return `<sync.Event at ${this.address}: ${this.isSet() ? 'set' : 'unset'}>`;
  }

  protected override get kind(): string {
    return 'Event';
  }

  *#steps(deadline: number): Steps<boolean> {
    const words = this.#words;
    const sets = Atomics.load(words, STATE) >> 1;
    const word = new Word(words, STATE, this.memory);
    Atomics.add(words, WAITERS, 1); // before it is looked at: pairs with the load in set()
    try {
      for (;;) {
        const state = Atomics.load(words, STATE);
        if ((state & FLAG) !== 0 || state >> 1 !== sets) return true;
        if (now() >= deadline) return false;
        yield word.parkWhile(state, deadline);
      }
    } finally {
      Atomics.sub(words, WAITERS, 1);
    }
  }
}

travels('Event', Event);
opens('Event', (memory) => new Event({ memory }));
