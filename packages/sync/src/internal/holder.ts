import { now, type Steps, type Waitable, Word } from '@prac/park';
import { type Memory, OWN, type Primitive, WAITERS } from '../memory.ts';
import { Turns } from './turns.ts';
import { locks } from './watching.ts';

/*
 *   STATE   0 ── take: compare and exchange ──> who holds it, and how ── give: exchange ──> 0
 *             <── robust: a waiter finds that the holder has died, and exchanges it for itself ──┘
 *
 * The word of a lock that names the thread by which it is held. Whether another may free it is the lock's affair.
 *
 * Fairness: waiters of one thread are served in their order; a newcomer may overtake. Between threads anybody may be first.
 *
 * Why no wake-up is lost:
 * 1. A waiter counts itself in WAITERS before it tries. give() frees STATE before it reads WAITERS. Either it sees the waiter
 *    or the waiter sees the free lock.
 * 2. Who is woken and leaves without the lock (aborted, timed out) passes the wake-up on: park does.
 * 3. Who is terminated after it was woken cannot. Every sleep ends after a slice, and the sleeper tries again.
 */
const STATE = OWN;
/** Bits of STATE that say who holds it. */
const NUMBER = 0x0fff_ffff;
/** It was acquired by the async form: an async function of that thread will release it. */
export const ASYNC = 0x1000_0000;
/** It was taken over from a thread that had died. */
const TAKEN_OVER = 0x2000_0000;

/** How a wait comes out: the time is up, it was free, or it was taken over from a thread that had died. */
export type Outcome = 'too late' | 'taken' | 'inherited';

/** Who waits for it. */
export interface Claim {
  /** {@link ASYNC}, or 0. */
  readonly how: number;
  /** On park's clock. */
  readonly deadline: number;
  /** What else may make it possible to take it, beside its being given. */
  readonly besides?: Waitable;
  /** Takes it, if that is possible now. */
  take(): boolean;
}

export class Holder {
  readonly #of: Primitive;
  readonly #memory: Memory;
  readonly #words: Int32Array;
  readonly #me: number;
  readonly #robust: boolean;
  readonly #turns = new Turns();

  constructor(of: Primitive, robust: boolean) {
    const { memory } = of;
    this.#of = of;
    this.#memory = memory;
    this.#words = memory.words;
    this.#me = memory.me;
    this.#robust = robust;
  }

  /** Whether somebody holds it. */
  get locked(): boolean {
    return Atomics.load(this.#words, STATE) !== 0;
  }

  /** Whether this thread holds it. */
  get isHere(): boolean {
    return (Atomics.load(this.#words, STATE) & NUMBER) === this.#me;
  }

  /** Whether it was acquired by the async form. */
  get isAsync(): boolean {
    return (Atomics.load(this.#words, STATE) & ASYNC) !== 0;
  }

  /** Whether the thread that holds it has died, or had when it was taken over. */
  get hasDied(): boolean {
    const state = Atomics.load(this.#words, STATE);
    return state !== 0 && ((state & TAKEN_OVER) !== 0 || this.#memory.isDead(state & NUMBER));
  }

  /** Whether async functions of this thread wait for it: a newcomer of theirs stands behind them. */
  get hasQueue(): boolean {
    return this.#turns.waiting > 0;
  }

  /** `locked`, `owner` and `waiting` of the locks' statistics. */
  statistics(): { readonly locked: boolean; readonly owner: number | undefined; readonly waiting: number } {
    const state = Atomics.load(this.#words, STATE);
    return {
      locked: state !== 0,
      owner: state === 0 ? undefined : state & NUMBER,
      waiting: Atomics.load(this.#words, WAITERS),
    };
  }

  take(how: number): boolean {
    if (Atomics.compareExchange(this.#words, STATE, 0, this.#me | how) !== 0) return false;
    if (locks.isOn) locks.tell('acquire', this.#of);
    return true;
  }

  /** Makes it free. `false` if it was. */
  give(): boolean {
    if (locks.isOn && this.locked) locks.tell('release', this.#of);
    if (Atomics.exchange(this.#words, STATE, 0) === 0) return false;
    // After STATE: pairs with the count in wait().
    if (Atomics.load(this.#words, WAITERS) > 0) this.#turns.wake(this.#memory, STATE);
    return true;
  }

  *wait(claim: Claim): Steps<Outcome> {
    const word = new Word(this.#words, STATE, this.#memory);
    const on = claim.besides === undefined ? [word] : [word, claim.besides];
    const turns = claim.how === ASYNC ? this.#turns : undefined;
    const isBehindOthers = turns !== undefined && turns.waiting++ > 0;
    Atomics.add(this.#words, WAITERS, 1); // before it is tried: pairs with the load in give()
    try {
      if (isBehindOthers) {
        word.expected = Atomics.load(this.#words, STATE);
        yield { on, deadline: claim.deadline };
      }
      for (;;) {
        if (claim.take()) return 'taken';
        const state = Atomics.load(this.#words, STATE);
        if (state === 0) continue; // it was given meanwhile
        if (this.#robust && this.#memory.isDead(state & NUMBER) && this.#takeOver(state, claim.how)) return 'inherited';
        if (now() >= claim.deadline) return 'too late';
        word.expected = state;
        yield { on, deadline: claim.deadline };
      }
    } finally {
      Atomics.sub(this.#words, WAITERS, 1);
      if (turns !== undefined) turns.waiting--;
    }
  }

  #takeOver(from: number, how: number): boolean {
    if (Atomics.compareExchange(this.#words, STATE, from, this.#me | how | TAKEN_OVER) !== from) return false;
    if (locks.isOn) locks.tell('acquire', this.#of);
    return true;
  }
}
