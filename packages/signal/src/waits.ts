import { isMainThread } from 'node:worker_threads';
import { RuntimeError, repr, ValueError } from '@prac/exceptions';
import { LibcUnavailableError } from '@prac/libc';
import { block, deadlineAfter, now, type Steps, suspend, Word } from '@prac/park';
import { type Signum, signalSet } from './internal/checks.ts';
import { HANDLED, MASKED, SEQUENCE } from './internal/control.ts';
import { runtime } from './internal/runtime.ts';

/** Options of an asynchronous wait. */
export interface WaitOptions {
  /** Ends the wait; the promise rejects with its reason. */
  readonly signal?: AbortSignal | null | undefined;
}

/** What came. Who sent it is not known: libuv does not say. Python: `signal.struct_siginfo`. */
export interface Siginfo {
  readonly siSigno: number;
}

/**
 * Waits until a signal's handler has run.
 *
 * In a thread that is not the main one no handler ever runs: there it waits for ever, as in Python.
 *
 * Python: `signal.pause`.
 *
 * @throws what the handler throws, in the blocking form.
 */
export function pause(options?: WaitOptions): Promise<void> {
  return suspend(handled(), options);
}

/** Blocking form of {@link pause}. @throws {LibcUnavailableError} where no signal could ever end it. */
export function pauseSync(): void {
  refuseIfUnreachable('pauseSync');
  block(handled());
}

/**
 * Waits until one of the signals comes, and takes it: its handler does not run.
 *
 * A thread that is not the main one can wait for signals that are held back on the main thread (`pthreadSigmask`), if it was
 * started after that.
 *
 * Python: `signal.sigwait`.
 *
 * @param sigset - The signals. While one of them is waited for it does nothing by itself.
 * @returns The signal's number.
 * @throws {ValueError} for a number that is no signal.
 * @throws {RuntimeError} in a thread, if a signal is not held back on the main thread.
 */
export async function sigwait(sigset: Iterable<Signum>, options?: WaitOptions): Promise<number> {
  return (await suspend(arrival(sigset, null), options))!;
}

/** Blocking form of {@link sigwait}. */
export function sigwaitSync(sigset: Iterable<Signum>): number {
  refuseIfUnreachable('sigwaitSync');
  return block(arrival(sigset, null))!;
}

/** {@link sigwait}, with an object for an answer. Python: `signal.sigwaitinfo`. */
export async function sigwaitinfo(sigset: Iterable<Signum>, options?: WaitOptions): Promise<Siginfo> {
  return { siSigno: await sigwait(sigset, options) };
}

/** Blocking form of {@link sigwaitinfo}. */
export function sigwaitinfoSync(sigset: Iterable<Signum>): Siginfo {
  return { siSigno: sigwaitSync(sigset) };
}

/**
 * {@link sigwaitinfo} with a time limit.
 *
 * Python: `signal.sigtimedwait`.
 *
 * @param timeout - In seconds; 0 takes what has come (in a thread: to the main thread).
 * @returns What came; `null` if nothing came in time.
 * @throws {ValueError} if the time is negative.
 */
export async function sigtimedwait(
  sigset: Iterable<Signum>,
  timeout: number,
  options?: WaitOptions,
): Promise<Siginfo | null> {
  return infoOf(await suspend(arrival(sigset, positive(timeout)), options));
}

/** Blocking form of {@link sigtimedwait}. Without koffi it sees only what has come before. */
export function sigtimedwaitSync(sigset: Iterable<Signum>, timeout: number): Siginfo | null {
  return infoOf(block(arrival(sigset, positive(timeout))));
}

function* handled(): Steps<void> {
  const { words } = runtime().control;
  const word = new Word(words, HANDLED, { broadcast: true });
  const before = Atomics.load(words, HANDLED);
  while (Atomics.load(words, HANDLED) === before) yield word.parkWhile(before);
}

function* arrival(sigset: Iterable<Signum>, timeout: number | null): Steps<number | null> {
  const signals = signalSet(sigset);
  const deadline = deadlineAfter(timeout);
  const { words, take, leave } = isMainThread ? forMainThread(signals) : forWorker(signals);
  const word = new Word(words, SEQUENCE, { broadcast: true });
  runtime().sync();
  try {
    for (;;) {
      const seen = Atomics.load(words, SEQUENCE); // before we look: what comes after it changes the word
      for (const signum of signals) if (take(signum)) return signum;
      if (now() >= deadline) {
        runtime().sync(); // a last look at what has been sent by now
        return signals.find(take) ?? null;
      }
      yield word.parkWhile(seen, deadline);
    }
  } finally {
    leave();
  }
}

/** Where a thread waits for signals, and how it takes one. */
interface Arrivals {
  readonly words: Int32Array;
  readonly take: (signum: number) => boolean;
  readonly leave: () => void;
}

function forMainThread(signals: readonly number[]): Arrivals {
  const { control } = runtime();
  return { words: control.words, take: (signum) => control.take(signum), leave: runtime().waitFor(signals) };
}

/** As in Python the signals are to be held back on the main thread: it would run their handlers, or end by them. */
function forWorker(signals: readonly number[]): Arrivals {
  const { main, control } = runtime();
  const missing = signals.filter((signum) => !main?.isHeld(signum, MASKED));
  if (main === undefined || missing.length > 0) {
    const advice = `pthreadSigmask(SIG_BLOCK, [${missing.join(', ')}])`;
    throw new RuntimeError(`a thread can only wait for signals that are held back on the main thread: ${advice}`);
  }
  const take = (signum: number): boolean => control.take(signum) || (main.isHeld(signum, MASKED) && main.take(signum));
  return { words: main.words, take, leave: () => {} };
}

function infoOf(signum: number | null): Siginfo | null {
  return signum === null ? null : { siSigno: signum };
}

function positive(timeout: number): number {
  if (typeof timeout !== 'number') throw new TypeError(`Expected timeout in seconds, got ${repr(timeout)}`);
  if (timeout < 0) throw new ValueError('timeout must be non-negative');
  return timeout;
}

function refuseIfUnreachable(name: string): void {
  if (!isMainThread || runtime().canReachBlocked()) return;
  throw new LibcUnavailableError(`${name} would never return: signals reach a blocked thread with koffi only`);
}
