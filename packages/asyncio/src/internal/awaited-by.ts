import type { Future } from '../future.ts';

/** Notes that somebody waits for a future without awaiting it. Python: 3.14's `future_add_to_awaited_by`. */
export function addToAwaitedBy(future: Future, waiter: Future): void {
  future.awaitedBy ??= new Set();
  future.awaitedBy.add(waiter);
}

export function discardFromAwaitedBy(future: Future, waiter: Future): void {
  future.awaitedBy?.delete(waiter);
}
