export {
  KeyboardInterrupt,
  OSError,
  OverflowError,
  ProcessLookupError,
  RuntimeError,
  ValueError,
} from '@prac/exceptions';
export { LibcUnavailableError } from '@prac/libc';
export { type Capabilities, capabilities } from './capabilities.ts';
export {
  ITIMER_PROF,
  ITIMER_REAL,
  ITIMER_VIRTUAL,
  NSIG,
  SIG_BLOCK,
  SIG_DFL,
  SIG_IGN,
  SIG_SETMASK,
  SIG_UNBLOCK,
  SIGABRT,
  SIGALRM,
  SIGBUS,
  SIGCHLD,
  SIGCLD,
  SIGCONT,
  SIGFPE,
  SIGHUP,
  SIGILL,
  SIGINT,
  SIGIO,
  SIGIOT,
  SIGKILL,
  SIGPIPE,
  SIGPOLL,
  SIGPROF,
  SIGPWR,
  SIGQUIT,
  SIGRTMAX,
  SIGRTMIN,
  SIGSEGV,
  SIGSTKFLT,
  SIGSTOP,
  SIGSYS,
  SIGTERM,
  SIGTRAP,
  SIGTSTP,
  SIGTTIN,
  SIGTTOU,
  SIGURG,
  SIGUSR1,
  SIGUSR2,
  SIGVTALRM,
  SIGWINCH,
  SIGXCPU,
  SIGXFSZ,
} from './constants.ts';
export { defaultIntHandler } from './default-int-handler.ts';
export { type Enumeration, Handlers, type Member, Sigmasks, Signals } from './enums.ts';
export type { Frame } from './internal/frame.ts';
export type { Handler } from './internal/runtime.ts';
export { pthreadSigmask, sigpending } from './masks.ts';
export { strsignal, validSignals } from './names.ts';
export { pidfdSendSignal, pthreadKill, raiseSignal } from './send.ts';
export { checkpoint, getsignal, siginterrupt, signal } from './signal.ts';
export { alarm, getitimer, ItimerError, setitimer } from './timers.ts';
export {
  pause,
  pauseSync,
  type Siginfo,
  sigtimedwait,
  sigtimedwaitSync,
  sigwait,
  sigwaitinfo,
  sigwaitinfoSync,
  sigwaitSync,
  type WaitOptions,
} from './waits.ts';
export { setWakeupFd, type WakeupFdOptions } from './wakeup-fd.ts';
