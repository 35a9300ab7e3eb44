import { OSError, ProcessLookupError, repr } from '@prac/exceptions';
import { libc } from '@prac/libc';
import { numberOf, type Signum } from './internal/checks.ts';
import type { Caller } from './internal/frame.ts';
import { runtime } from './internal/runtime.ts';

const ESRCH = 3;

/**
 * Sends a signal to this process. On the main thread its handler has run when this returns.
 *
 * Python: `signal.raise_signal`.
 *
 * @throws {OSError} if there is no such signal; what the handler throws.
 * @example
 * import { raiseSignal, SIGUSR1, signal } from '@prac/signal';
 * signal(SIGUSR1, () => console.log('here'));
 * raiseSignal(SIGUSR1); // prints here
 */
export function raiseSignal(signalnum: Signum): void {
  send(signalnum, raiseSignal);
}

/**
 * Sends a signal to a thread: its handler runs on the main thread, whichever thread it was sent to.
 *
 * Python: `signal.pthread_kill`.
 *
 * @param threadId - Node's `threadId`: 0 is the main thread.
 * @param signalnum - The signal; 0 only checks.
 * @throws {ProcessLookupError} if it is no thread's id.
 */
export function pthreadKill(threadId: number, signalnum: Signum): void {
  if (!Number.isInteger(threadId)) throw new TypeError(`Expected a thread's id, got ${repr(threadId)}`);
  if (threadId < 0) throw new ProcessLookupError(ESRCH);
  if (numberOf(signalnum) !== 0) send(signalnum, pthreadKill);
}

/**
 * Sends a signal to the process behind a descriptor.
 *
 * Python: `signal.pidfd_send_signal`.
 *
 * @param pidfd - A descriptor of `pidfd_open`.
 * @throws {OSError} if it is none, or the process has ended.
 * @throws {LibcUnavailableError} without koffi or node:ffi.
 */
export function pidfdSendSignal(pidfd: number, signalnum: Signum): void {
  const result = libc().pidfdSendSignal(pidfd, numberOf(signalnum));
  if (result < 0) throw new OSError(-result);
}

function send(signalnum: Signum, from: Caller): void {
  const signum = numberOf(signalnum);
  const kill = (): void => {
    try {
      process.kill(process.pid, signum);
    } catch (error) {
      throw OSError.from(error);
    }
  };
  runtime().raise(signum, kill, from);
}
