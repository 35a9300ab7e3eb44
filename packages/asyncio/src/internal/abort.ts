import { checkedOptions, repr } from '@prac/exceptions';
import type { Future } from '../future.ts';

/** Options of what waits. Tasks need none: cancelling them cancels their waits. */
export interface SignalOption {
  /** Ends the wait; it rejects with its reason. */
  readonly signal?: AbortSignal | null | undefined;
}

const KEYS = ['signal'];

/** @throws {TypeError} if it is none. */
export function signalOf(options: SignalOption | null | undefined): AbortSignal | undefined {
  if (options === undefined || options === null) return undefined;
  const { signal } = checkedOptions(options, KEYS);
  if (signal == null) return undefined;
  if (typeof signal.addEventListener !== 'function')
    throw new TypeError(`Expected signal to be an AbortSignal, got ${repr(signal)}`);
  return signal;
}

/** Awaits a future; a signal cancels it. */
export function suspendOn(future: Future<void>, signal: AbortSignal | undefined): PromiseLike<void> {
  return signal === undefined ? future : aborted(future, signal);
}

/** An abort counts until the caller goes on: who was woken by then has to pass that on. */
async function aborted(future: Future<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const abort = (): void => void future.cancel();
  signal.addEventListener('abort', abort);
  try {
    await future;
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
  signal.throwIfAborted();
}
