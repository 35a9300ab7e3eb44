import { notify } from '@prac/park';
import { NSIG } from '../constants.ts';

/*
 * The words that the signal thread and the main thread share.
 *
 *   a signal comes ──> PENDING[n] = 1 ── is it held back? no ──> DUE = 1, whoever is blocked is woken
 *                                     └── always ──> SEQUENCE + 1: those who wait for a signal by itself look again
 *   deliver ──> DUE = 0, then each PENDING[n] that is not held back: 1 -> 0, its handler runs ──> HANDLED + 1
 *
 * The writer sets PENDING before DUE, the reader clears DUE before it looks at PENDING: a signal that comes in between is
 * seen now, or makes DUE 1 again. As in CPython, a signal that comes again before its handler ran runs it once.
 */
export const DUE = 0;
/** Counts signals. */
export const SEQUENCE = 1;
/** Counts handlers that ran. */
export const HANDLED = 2;
/** The number of the memory on which the main thread sleeps; 0 while it does not. */
export const PARKED = 3;
/** The index of the word in that memory. */
export const PARKED_INDEX = 4;
/** The thread is to end. */
export const STOP = 5;
/** The thread's state: 1 it runs, 2 it has ended, -1 it could not start. */
export const STATE = 6;
/** Counts changes of WANTED; the thread answers with the same number in APPLIED. */
export const ASKED = 7;
export const APPLIED = 8;
/** The address of the thread's uv_async_t: low and high half. */
export const ASYNC_LOW = 9;
export const ASYNC_HIGH = 10;
/** The descriptor of `setWakeupFd`, or -1. */
export const WAKEUP_FD = 11;
/** The error with which it could not be written to; 0 for none. */
export const WAKEUP_ERROR = 12;
/** Per signal. */
export const PENDING = 16;
export const WANTED: number = PENDING + NSIG;
/** Why it is held back: the bits below. */
export const HELD: number = WANTED + NSIG;
/** The error of uv_signal_start. */
export const REFUSED: number = HELD + NSIG;
const LENGTH = REFUSED + NSIG;

/** It is in the mask of `pthreadSigmask`. */
export const MASKED = 1;
/** Somebody waits for it by `sigwait`. */
export const WAITED = 2;

/** The control words. */
export class Control {
  readonly words: Int32Array;

  /** @param words - Those of another thread. */
  constructor(words?: Int32Array) {
    this.words = words ?? new Int32Array(new SharedArrayBuffer(4 * LENGTH));
    if (words === undefined) this.words[WAKEUP_FD] = -1;
  }

  get due(): boolean {
    return Atomics.load(this.words, DUE) !== 0;
  }

  /** A signal came, for whom there is no thread. */
  raise(signum: number): void {
    Atomics.store(this.words, PENDING + signum, 1);
    if (!this.isHeld(signum)) Atomics.store(this.words, DUE, 1);
    Atomics.add(this.words, SEQUENCE, 1);
    notify(this.words, SEQUENCE);
  }

  isPending(signum: number): boolean {
    return Atomics.load(this.words, PENDING + signum) !== 0;
  }

  /** Takes a signal that came. False if there is none. */
  take(signum: number): boolean {
    return Atomics.exchange(this.words, PENDING + signum, 0) !== 0;
  }

  /** @param why - One of these reasons. */
  isHeld(signum: number, why: number = MASKED | WAITED): boolean {
    return (Atomics.load(this.words, HELD + signum) & why) !== 0;
  }

  hold(signum: number, why: typeof MASKED | typeof WAITED): void {
    Atomics.or(this.words, HELD + signum, why);
  }

  letThrough(signum: number, why: typeof MASKED | typeof WAITED): void {
    Atomics.and(this.words, HELD + signum, ~why);
  }

  /** A handler has run: whoever waits for that goes on. */
  countHandled(): void {
    Atomics.add(this.words, HANDLED, 1);
    notify(this.words, HANDLED);
  }
}
