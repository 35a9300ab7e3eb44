import { isMainThread } from 'node:worker_threads';
import { OSError, ValueError } from '@prac/exceptions';
import { SIG_DFL, SIG_IGN, SIGKILL, SIGSTOP } from './constants.ts';
import { isUsable, type Signum, signalNumber } from './internal/checks.ts';
import { type Handler, runtime } from './internal/runtime.ts';

const EINVAL = 22;

/**
 * Sets what happens when a signal comes.
 *
 * A handler runs on the main thread: inside a blocking call (`sleepSync`, `acquireSync`, `runSync`, …), which then goes on for
 * the time that remains, or at the next turn of the event loop. What it throws leaves that blocking call. It gets the
 * signal's number and the frame that was interrupted (`null` from the event loop). Several that are due run in ascending
 * order, each once. Handlers do not keep the program alive.
 *
 * The first handler starts the signal thread (20 to 60 ms). A program without handlers dies of signals as it always did.
 *
 * Python: `signal.signal`.
 *
 * @param signalnum - The signal.
 * @param handler - A function, `SIG_DFL` or `SIG_IGN` (which children inherit).
 * @returns The handler before; `null` if it is not known.
 * @throws {ValueError} in a thread that is not the main one; for a number that is no signal.
 * @throws {TypeError} if the handler is none.
 * @throws {OSError} for a signal that cannot be handled (SIGKILL, SIGSTOP).
 * @example
 * import { raiseSignal, SIGUSR1, signal } from '@prac/signal';
 * import { sleepSync } from '@prac/park';
 * signal(SIGUSR1, (signum) => console.log('received', signum)); // received 10
 * raiseSignal(SIGUSR1);
 * sleepSync(0.01);
 */
export function signal(signalnum: Signum, handler: Handler): Handler | null {
  if (!isMainThread) throw new ValueError('signal only works in main thread of the main interpreter');
  const signum = signalNumber(signalnum);
  if (typeof handler !== 'function' && handler !== SIG_DFL && handler !== SIG_IGN) {
    throw new TypeError('signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object');
  }
  const signals = runtime();
  signals.checkpoint(signal);
  const before = signals.handlerOf(signum);
  const error = isUsable(signum) ? signals.setHandler(signum, handler) : EINVAL;
  if (error !== 0) throw new OSError(error);
  return before;
}

/**
 * What happens when a signal comes.
 *
 * Python: `signal.getsignal`.
 *
 * @returns The handler; `null` if it is not known.
 * @throws {ValueError} for a number that is no signal.
 */
export function getsignal(signalnum: Signum): Handler | null {
  return runtime().handlerOf(signalNumber(signalnum));
}

/**
 * Runs the handlers that are due, for code that computes for long without a blocking call. One atomic read if there are none.
 *
 * @throws what a handler throws.
 */
export function checkpoint(): void {
  runtime().checkpoint(checkpoint);
}

/**
 * Python: `signal.siginterrupt`. Blocking calls here always go on after a handler, so this only checks its arguments.
 *
 * @throws {ValueError} for a number that is no signal.
 */
export function siginterrupt(signalnum: Signum, _flag: boolean): void {
  const signum = signalNumber(signalnum);
  if (!isUsable(signum) || signum === SIGKILL || signum === SIGSTOP) throw new OSError(EINVAL);
}
