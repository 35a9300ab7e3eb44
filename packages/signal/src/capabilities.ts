import { isLibcAvailable } from '@prac/libc';
import { runtime } from './internal/runtime.ts';

/** What signals can do here. */
export interface Capabilities {
  /** Handlers run while the main thread is blocked (koffi on Linux); otherwise at the next turn of the event loop. */
  readonly handlersWhileBlocked: boolean;
  /** `SIGRTMIN` to `SIGRTMAX` can have handlers. */
  readonly realtimeSignals: boolean;
  /** `alarm` and `setitimer` work. */
  readonly timers: boolean;
  /** A signal that is ignored is ignored by children too. */
  readonly inheritedIgnore: boolean;
}

/**
 * Tells what signals can do on this platform, with what is installed.
 *
 * @example
 * import { capabilities } from '@prac/signal';
 * if (!capabilities().handlersWhileBlocked) console.error('install koffi');
 */
export function capabilities(): Capabilities {
  const { reachesBlocked } = runtime();
  const hasLibc = isLibcAvailable();
  return {
    handlersWhileBlocked: reachesBlocked,
    realtimeSignals: reachesBlocked,
    timers: hasLibc,
    inheritedIgnore: hasLibc,
  };
}
