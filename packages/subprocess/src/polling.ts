import { constants as C, type Libc } from '@prac/libc';
import { type Blocker, signalHook, type Waitable } from '@prac/park';
import { nap } from './internal/kernel.ts';

/*
 * How a blocked thread waits for descriptors: in poll(2). For packages of this project.
 */

/** What is waited for, as poll(2) wants it. */
export interface Polled extends Waitable {
  /** -1 where there is none: the wait is then a series of short naps. */
  readonly fd: number;
  /** `POLLIN` or `POLLOUT`. */
  readonly events: number;
}

/** How often a wait looks again at something that has no descriptor (no pidfd: Linux before 5.3), in milliseconds. */
const LOOK_AGAIN_MS = 5;
/** A worker that is to be terminated notices it between two native calls: none of them is longer than this, in milliseconds. */
const WORKER_SLICE_MS = 25;

/** Sleeps in poll(2), which a signal's handler may interrupt. */
export class PollBlocker implements Blocker {
  readonly #libc: Libc;
  readonly #longestMs: number;

  constructor(libc: Libc, isMainThread: boolean) {
    this.#libc = libc;
    this.#longestMs = isMainThread ? Number.POSITIVE_INFINITY : WORKER_SLICE_MS;
  }

  block(on: readonly Polled[], milliseconds: number): void {
    const described = on.filter(({ fd }) => fd >= 0).map(({ fd, events }) => [fd, events] as const);
    const longest = described.length < on.length ? LOOK_AGAIN_MS : this.#longestMs;
    const signals = signalHook();
    if (signals !== undefined && signals.fd >= 0) described.push([signals.fd, C.POLLIN]);
    const limit = Math.min(milliseconds, longest);
    if (described.length === 0) {
      nap(limit);
      return;
    }
    // Rounded up: a wait must not end before its deadline and spin. EINTR: the caller tries and comes back.
    const events = this.#libc.poll(described, Number.isFinite(limit) ? Math.ceil(limit) : -1);
    // Also if no handler is due any more: the descriptor would stay readable.
    if (signals !== undefined && typeof events === 'object' && signals.fd >= 0 && events.at(-1) !== 0)
      signals.deliver();
  }
}
