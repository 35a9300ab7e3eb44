import { TimeoutError } from '@prac/exceptions';
import type { Limits } from './engine.ts';

/*
 * A job that may be called off, by a signal or because it has taken too long:
 *
 *   waits ── begin ──> under way ── settled ──> over
 *     └── aborted ──────────┴── aborted, too late: the caller is told, the worker is ended ──> over
 */

/** How a job is limited. */
export interface JobLimits {
  /** Calls it off: it fails with the signal's reason. */
  readonly signal?: AbortSignal | null | undefined;
  /** It may take so many seconds, from when a worker has it. */
  readonly timeout?: number | null | undefined;
}

/** @param fail - Tells the caller. */
export function limitsOf(
  { signal, timeout }: JobLimits,
  fail: (reason: unknown) => void,
): (Limits & { settled(): void }) | undefined {
  if (signal == null && timeout == null) return undefined;
  let isOver = signal?.aborted === true;
  let endWorker: (() => void) | undefined;
  let timer: NodeJS.Timeout | undefined;
  const callOff = (reason: unknown): void => {
    if (isOver) return;
    limits.settled();
    fail(reason);
    endWorker?.();
  };
  const onAbort = (): void => callOff(signal!.reason);
  const limits = {
    get isOver() {
      return isOver;
    },
    begin(end: () => void) {
      endWorker = end;
      if (timeout != null) timer = setTimeout(() => callOff(new TimeoutError()), 1000 * timeout);
    },
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
