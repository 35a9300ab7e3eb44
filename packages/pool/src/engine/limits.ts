import { TimeoutError } from '@prac/exceptions';
import { LONGEST_MS } from '../internal/longest.ts';
import type { Limits } from './engine.ts';

/*
 * A job that may be called off, by a signal or because it has taken too long:
 *
 *   waits ── given to a worker ──> given ── the worker says that it begins: time counts ──> begun ── settled ──> over
 *     └── aborted ────────────────────┴── aborted, too late: the caller is told, the worker is ended ──┴──────────> over
 */

/** How a job is limited. */
export interface JobLimits {
  /** Calls it off: it fails with the signal's reason. */
  readonly signal?: AbortSignal | null | undefined;
  /** It may take so many seconds, from when it is begun. */
  readonly timeout?: number | null | undefined;
}

/** @param fail - Tells the caller. */
export function limitsOf({ signal, timeout }: JobLimits, fail: (reason: unknown) => void): Limits | undefined {
  if (signal == null && timeout == null) return undefined;
  let isOver = signal?.aborted === true;
  let endWorker: (() => void) | undefined;
  let timer: NodeJS.Timeout | undefined;
  let deadline = Number.POSITIVE_INFINITY;
  const callOff = (reason: unknown): void => {
    if (isOver) return;
    limits.settled();
    endWorker?.(); // first: who is told may wait for what is behind it
    fail(reason);
  };
  const onAbort = (): void => callOff(signal!.reason);
  const look = (): void => {
    clearTimeout(timer);
    const left = deadline - performance.now();
    if (left <= 0) callOff(new TimeoutError());
    else if (left !== Number.POSITIVE_INFINITY) timer = setTimeout(look, Math.min(LONGEST_MS, Math.ceil(left)));
  };
  const limits: Limits = {
    get isOver() {
      return isOver;
    },
    given(end) {
      endWorker = end;
      deadline = Number.POSITIVE_INFINITY;
      clearTimeout(timer);
    },
    begun() {
      if (timeout == null) return;
      deadline = performance.now() + 1000 * timeout;
      look();
    },
    look,
    settled() {
      isOver = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    },
  };
  if (isOver) fail(signal!.reason);
  else signal?.addEventListener('abort', onAbort);
  return limits;
}
