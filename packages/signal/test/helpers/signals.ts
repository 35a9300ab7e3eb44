import * as S from '@prac/signal';

const TOUCHED = [S.SIGUSR1, S.SIGUSR2, S.SIGALRM, S.SIGPROF, S.SIGVTALRM, 40, 41];

/** Installs handlers that write down what comes. */
export function record(...signals: number[]): number[] {
  const received: number[] = [];
  for (const signum of signals) S.signal(signum, (n) => received.push(n));
  return received;
}

/** Undoes what a test may have done to this process. */
export function reset(): void {
  for (const which of [S.ITIMER_REAL, S.ITIMER_VIRTUAL, S.ITIMER_PROF]) S.setitimer(which, 0);
  S.pthreadSigmask(S.SIG_SETMASK, []);
  for (const signum of TOUCHED) S.signal(signum, S.SIG_DFL);
}
