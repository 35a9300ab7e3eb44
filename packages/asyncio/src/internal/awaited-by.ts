import type { Future } from '../future.ts';

/** Notes that somebody waits for a future without awaiting it: as a rule there is one. Python: 3.14's `future_add_to_awaited_by`. */
export function addToAwaitedBy(future: Future, waiter: Future): void {
  const before = future.awaitedBy;
  if (before === undefined) future.awaitedBy = waiter;
  else if (before instanceof Set) before.add(waiter);
  else if (before !== waiter) future.awaitedBy = new Set([before, waiter]);
}

export function discardFromAwaitedBy(future: Future, waiter: Future): void {
  const before = future.awaitedBy;
  if (before instanceof Set) before.delete(waiter);
  else if (before === waiter) future.awaitedBy = undefined;
}

/** All of them. */
export function awaitersOf({ awaitedBy }: Future): Iterable<Future> {
  if (awaitedBy === undefined) return [];
  return awaitedBy instanceof Set ? awaitedBy : [awaitedBy];
}
