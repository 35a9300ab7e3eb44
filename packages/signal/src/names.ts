import { NSIG, SIGRTMAX, SIGRTMIN } from './constants.ts';
import { isUsable, type Signum, signalNumber } from './internal/checks.ts';

/** glibc's texts. */
const TEXTS = [
  'Hangup',
  'Interrupt',
  'Quit',
  'Illegal instruction',
  'Trace/breakpoint trap',
  'Aborted',
  'Bus error',
  'Floating point exception',
  'Killed',
  'User defined signal 1',
  'Segmentation fault',
  'User defined signal 2',
  'Broken pipe',
  'Alarm clock',
  'Terminated',
  'Stack fault',
  'Child exited',
  'Continued',
  'Stopped (signal)',
  'Stopped',
  'Stopped (tty input)',
  'Stopped (tty output)',
  'Urgent I/O condition',
  'CPU time limit exceeded',
  'File size limit exceeded',
  'Virtual timer expired',
  'Profiling timer expired',
  'Window changed',
  'I/O possible',
  'Power failure',
  'Bad system call',
];

/**
 * What a signal means, in words; `null` if it has none.
 *
 * Python: `signal.strsignal`.
 *
 * @throws {ValueError} for a number that is no signal.
 * @example
 * import { SIGTERM, strsignal } from '@prac/signal';
 * console.log(strsignal(SIGTERM)); // Terminated
 */
export function strsignal(signalnum: Signum): string | null {
  const signum = signalNumber(signalnum);
  if (signum >= SIGRTMIN && signum <= SIGRTMAX) return `Real-time signal ${signum - SIGRTMIN}`;
  return TEXTS[signum - 1] ?? null;
}

/** The numbers of all signals that programs may use. Python: `signal.valid_signals`. */
export function validSignals(): Set<number> {
  return new Set(Array.from({ length: NSIG - 1 }, (_, i) => i + 1).filter(isUsable));
}
