import { OSError, repr } from '@prac/exceptions';
import { NSIG, SIG_BLOCK, SIG_SETMASK, SIG_UNBLOCK, SIGKILL, SIGSTOP } from './constants.ts';
import { isUsable, type Signum, signalSet } from './internal/checks.ts';
import { MASKED } from './internal/control.ts';
import { runtime } from './internal/runtime.ts';

const EINVAL = 22;

/**
 * Holds signals back on this thread, or lets them through again. One that is held back has come when it is let through: its
 * handler has then run when this returns.
 *
 * The mask is kept by this package: Node has threads of its own, on which the kernel would deliver the signal all the same.
 *
 * Python: `signal.pthread_sigmask`.
 *
 * @param how - `SIG_BLOCK` (adds), `SIG_UNBLOCK` (takes away) or `SIG_SETMASK` (replaces).
 * @returns The signals that were held back before, ascending.
 * @throws {ValueError} for a number that is no signal; {OSError} for another `how`.
 */
export function pthreadSigmask(how: number, mask: Iterable<Signum>): Set<number> {
  if (typeof how !== 'number') throw new TypeError(`Expected SIG_BLOCK, SIG_UNBLOCK or SIG_SETMASK, got ${repr(how)}`);
  const changed = new Set(signalSet(mask));
  if (how !== SIG_BLOCK && how !== SIG_UNBLOCK && how !== SIG_SETMASK) throw new OSError(EINVAL);
  const signals = runtime();
  signals.sync();
  signals.checkpoint(pthreadSigmask); // what was sent before is not held back
  const before = new Set<number>();
  for (let signum = 1; signum < NSIG; signum++) {
    const was = signals.control.isHeld(signum, MASKED);
    if (was) before.add(signum);
    const is = how === SIG_SETMASK ? changed.has(signum) : changed.has(signum) ? how === SIG_BLOCK : was;
    if (is !== was && canBeMasked(signum)) signals.setMasked(signum, is);
  }
  signals.checkpoint(pthreadSigmask);
  return before;
}

/**
 * The signals that have come and are held back.
 *
 * Python: `signal.sigpending`.
 */
export function sigpending(): Set<number> {
  runtime().sync();
  const { control } = runtime();
  const pending = new Set<number>();
  for (let signum = 1; signum < NSIG; signum++) {
    if (control.isPending(signum) && control.isHeld(signum, MASKED)) pending.add(signum);
  }
  return pending;
}

function canBeMasked(signum: number): boolean {
  return signum !== SIGKILL && signum !== SIGSTOP && isUsable(signum);
}
