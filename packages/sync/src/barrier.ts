import { checkedOptions, repr, ValueError } from '@prac/exceptions';
import {
  block,
  deadlineAfter,
  now,
  type Steps,
  suspend,
  type WaitOptions,
  type WaitSyncOptions,
  Word,
  waitLimits,
} from '@prac/park';
import { BrokenBarrierError } from './errors.ts';
import { locks } from './internal/watching.ts';
import { travels } from './internal/world.ts';
import { type Memory, type MemoryOption, OWN, opens, Primitive, threadMemory } from './memory.ts';

/*
 *   ROUND     the number of the round that threads arrive for; its end changes it, and those who wait sleep on it
 *   COUNT     how many have arrived
 *   BROKEN    whether the barrier is broken: nobody may arrive until reset()
 *   ACTOR     the thread that runs the action, all having arrived; 0 else. Who arrives now waits for the next round
 *   USED …    a bit for each number that somebody of this round has; who is called off gives his back
 *   FAILED …  the numbers of the last rounds that were broken: those who waited in them find out, even if there were others since
 *
 *   arrive ── COUNT + 1 < PARTIES ──> sleep while ROUND is mine ── ROUND has changed ──> mine is in FAILED? throw : leave
 *          └─ all are there ──> ACTOR = me, action() ──> COUNT = 0, ROUND + 1, wake all
 *   abort, time-out, a failing action: ROUND goes to FAILED, BROKEN, COUNT = 0, ROUND + 1, wake all
 *   reset: the same without BROKEN
 *
 * All of it changes under GUARD, a lock that is held for a few instructions, never while waiting, and is taken over from a thread
 * that has died in them.
 */
const GUARD = OWN;
const PARTIES = OWN + 1;
const ROUND = OWN + 2;
const COUNT = OWN + 3;
const BROKEN = OWN + 4;
const ACTOR = OWN + 5;
const FAILURES = OWN + 6;
const FAILED = OWN + 7;
const FAILED_WORDS = 32;
const USED = FAILED + FAILED_WORDS;
const GUARD_SLICE_MS = 50;

/** Options of a {@link Barrier}. */
export interface BarrierOptions extends MemoryOption {
  /** Called by one of those who wait, when all have arrived, before any of them goes on. */
  readonly action?: (() => unknown) | null | undefined;
  /** Time limit of every wait that has none of its own, in seconds. @defaultValue no limit */
  readonly timeout?: number | null | undefined;
}

/** What is known of a {@link Barrier}. */
export interface BarrierStatistics {
  readonly parties: number;
  readonly waiting: number;
  readonly broken: boolean;
}

/**
 * A meeting point for a fixed number of tasks and threads: all wait until the last has come.
 *
 * A thread that is terminated while it waits stays counted; `abort()` and `reset()` let the others go.
 *
 * Python: `threading.Barrier`.
 *
 * @example
 * import { Barrier } from '@prac/sync';
 * const barrier = new Barrier(2, { action: () => console.log('all are there') });
 * const [a, b] = await Promise.all([barrier.wait(), barrier.wait()]); // all are there
 * console.log(a, b); // 0 1
 */
export class Barrier extends Primitive {
  readonly #words: Int32Array;
  readonly #action: (() => unknown) | undefined;
  readonly #timeout: number | undefined;

  /**
   * @param parties - How many have to come.
   * @throws {ValueError} if it is less than 1. {TypeError} if it is no integer, or the action no function.
   */
  constructor(parties: number, options: BarrierOptions = {}) {
    const { action, timeout, memory } = checkedOptions(options, ['action', 'timeout', 'memory']);
    super(memory ?? memoryFor(parties));
    if (!Number.isInteger(parties)) throw new TypeError(`Expected parties to be an integer, got ${repr(parties)}`);
    if (parties < 1) throw new ValueError('parties must be > 0');
    if (action !== undefined && action !== null && typeof action !== 'function')
      throw new TypeError(`Expected action to be a function, got ${repr(action)}`);
    deadlineAfter(timeout); // throws if it is none
    this.#words = this.memory.words;
    this.#action = action ?? undefined;
    this.#timeout = timeout ?? undefined;
    if (!this.memory.opened) this.#words[PARTIES] = parties;
  }

  /**
   * Waits until all have come.
   *
   * Cancellation: an aborted wait has not come, and the barrier goes on. One whose time is up breaks the barrier.
   * Python: `Barrier.wait`.
   *
   * @param options - Time limit in seconds, or options. The barrier's own is the default.
   * @returns A number from 0 to `parties - 1`, another for each: so one of them can be told to tidy up.
   * @throws {BrokenBarrierError} if the barrier is broken or reset, now or while it waits.
   */
  wait(options?: number | WaitOptions | null): Promise<number> {
    const limits = waitLimits(options, 'async');
    return suspend(locks.watch(this, this.#steps(this.#deadline(limits.deadline))), limits);
  }

  /** Blocking form of {@link wait}. */
  waitSync(options?: number | WaitSyncOptions | null): number {
    return block(locks.watch(this, this.#steps(this.#deadline(waitLimits(options, 'sync').deadline))));
  }

  /** Makes it as it was at first. Those who wait get a {@link BrokenBarrierError}. */
  reset(): void {
    this.#guarded(() => {
      if (this.#words[COUNT]! > 0) this.#fail();
      Atomics.store(this.#words, BROKEN, 0);
    });
  }

  /** Breaks it: those who wait, and who come, get a {@link BrokenBarrierError}, until `reset()`. */
  abort(): void {
    this.#guarded(() => this.#break());
  }

  /** How many have to come. */
  get parties(): number {
    return this.#words[PARTIES]!;
  }

  /** How many wait. Python: `n_waiting`. */
  get nWaiting(): number {
    return Atomics.load(this.#words, COUNT);
  }

  get broken(): boolean {
    return Atomics.load(this.#words, BROKEN) !== 0;
  }

  statistics(): BarrierStatistics {
    return { parties: this.parties, waiting: this.nWaiting, broken: this.broken };
  }

  override toString(): string {
    const state = this.broken ? 'broken' : `waiters=${this.nWaiting}/${this.parties}`;
    return `<sync.Barrier at ${this.address}: ${state}>`;
  }

  protected override get kind(): string {
    return 'Barrier';
  }

  protected override parts(): readonly unknown[] {
    return [this.parties, this.#action, this.#timeout];
  }

  #deadline(given: number): number {
    return given === Number.POSITIVE_INFINITY ? deadlineAfter(this.#timeout) : given;
  }

  *#steps(deadline: number): Steps<number> {
    const words = this.#words;
    const word = new Word(words, ROUND, { futex: this.memory.futex, broadcast: true });
    let seen = Atomics.load(words, ROUND);
    let place = this.#guarded(() => this.#arrive());
    while (place === undefined) {
      yield word.parkWhile(seen); // for the end of the action: as in Python, without a time limit
      seen = Atomics.load(words, ROUND);
      place = this.#guarded(() => this.#arrive());
    }
    const { round, index, isLast } = place;
    if (isLast) {
      this.#act();
      return index;
    }
    let ended = false;
    try {
      while (Atomics.load(words, ROUND) === round) {
        if (this.#actorHasDied() || now() >= deadline) this.#guarded(() => this.#breakIfStill(round));
        else yield word.parkWhile(round, deadline);
      }
      ended = true;
    } finally {
      if (!ended) this.#guarded(() => this.#leave(round, index));
    }
    if (this.#hasFailed(round)) throw new BrokenBarrierError();
    return index;
  }

  /** Under the guard. Nothing if the action of this round is running. */
  #arrive(): { readonly round: number; readonly index: number; readonly isLast: boolean } | undefined {
    const words = this.#words;
    if (this.#actorHasDied()) this.#break();
    if (words[BROKEN] !== 0) throw new BrokenBarrierError();
    if (words[ACTOR] !== 0) return undefined;
    const count = words[COUNT]! + 1;
    const isLast = count === this.parties;
    Atomics.store(words, COUNT, count);
    if (isLast) words[ACTOR] = this.memory.me;
    return { round: words[ROUND]!, index: this.#takeNumber(), isLast };
  }

  /** All have come: the last one runs the action, and lets them go. */
  #act(): void {
    const round = Atomics.load(this.#words, ROUND);
    try {
      const result = this.#action?.();
      if (typeof (result as { then?: unknown } | null | undefined)?.then === 'function')
        throw new TypeError('Expected the action of a barrier to return no promise');
    } catch (error) {
      this.#guarded(() => this.#breakIfStill(round));
      throw error;
    }
    const isWhole = this.#guarded(() => {
      if (this.#words[ROUND] !== round) return false; // aborted or reset meanwhile
      this.#end();
      return true;
    });
    if (!isWhole) throw new BrokenBarrierError();
  }

  #actorHasDied(): boolean {
    const actor = Atomics.load(this.#words, ACTOR);
    return actor !== 0 && this.memory.isDead(actor);
  }

  /** Under the guard: one who waits is called off. */
  #leave(round: number, index: number): void {
    const words = this.#words;
    if (words[ROUND] !== round) return;
    // All have come: it is too late, one of them is missing.
    if (words[ACTOR] !== 0) this.#break();
    else {
      Atomics.sub(words, COUNT, 1);
      words[USED + (index >> 5)] = words[USED + (index >> 5)]! & ~(1 << (index & 31));
    }
  }

  /** The least number that nobody of this round has. */
  #takeNumber(): number {
    const words = this.#words;
    let at = USED;
    while (words[at] === -1) at++;
    const bit = 31 - Math.clz32(~words[at]! & -~words[at]!);
    words[at] = words[at]! | (1 << bit);
    return 32 * (at - USED) + bit;
  }

  #breakIfStill(round: number): void {
    if (this.#words[ROUND] === round) this.#break();
  }

  #break(): void {
    if (this.#words[BROKEN] !== 0 && this.#words[COUNT] === 0) return;
    Atomics.store(this.#words, BROKEN, 1);
    this.#fail();
  }

  #fail(): void {
    const words = this.#words;
    words[FAILED + (words[FAILURES]! % FAILED_WORDS)] = words[ROUND]! + 1; // 0 is none
    words[FAILURES] = (words[FAILURES]! + 1) % FAILED_WORDS;
    this.#end();
  }

  #end(): void {
    const words = this.#words;
    words[ACTOR] = 0;
    words.fill(0, USED);
    Atomics.store(words, COUNT, 0);
    Atomics.add(words, ROUND, 1);
    this.memory.futex.notify(words, ROUND, Number.POSITIVE_INFINITY);
  }

  #hasFailed(round: number): boolean {
    return this.#guarded(() => this.#words.subarray(FAILED, FAILED + FAILED_WORDS).includes((round + 1) | 0));
  }

  #guarded<Result>(change: () => Result): Result {
    const words = this.#words;
    const { me, futex } = this.memory;
    for (;;) {
      const holder = Atomics.compareExchange(words, GUARD, 0, me);
      if (holder === 0) break;
      if (this.memory.isDead(holder) && Atomics.compareExchange(words, GUARD, holder, me) === holder) break;
      futex.wait(words, GUARD, holder, GUARD_SLICE_MS);
    }
    try {
      return change();
    } finally {
      Atomics.store(words, GUARD, 0);
      futex.notify(words, GUARD, 1);
    }
  }
}

function memoryFor(parties: number): Memory {
  const words = Number.isInteger(parties) && parties > 0 ? USED + Math.ceil(parties / 32) : USED;
  return threadMemory(new SharedArrayBuffer(4 * words));
}

travels('Barrier', Barrier);
opens('Barrier', (memory, [parties, action, timeout]) => {
  return new Barrier(parties as number, { action: action as () => void, timeout: timeout as number, memory });
});
