/*
 * A binary heap, wherever its entries are: place 0 is the first in order, the children of place i are 2 i + 1 and 2 i + 2.
 *
 * All comparisons of a change come before its first move: one that fails has changed nothing.
 */
export interface Entries {
  /** Whether the entry at one place comes before that at another. @throws what comparing them throws. */
  isBefore(a: number, b: number): boolean;
  /** Whether it came in before. */
  isEarlier(a: number, b: number): boolean;
  move(from: number, to: number): void;
}

/** Where the entry at `last`, a new one behind all others, belongs: moves those that come after it, and leaves that place. */
export function makeRoom(entries: Entries, last: number): number {
  let place = last;
  const path: number[] = [];
  while (place > 0) {
    const parent = (place - 1) >> 1;
    if (!entries.isBefore(last, parent)) break;
    path.push(parent);
    place = parent;
  }
  let to = last;
  for (const from of path) {
    entries.move(from, to);
    to = from;
  }
  return place;
}

/**
 * Where the entry at `last` belongs after that at place 0 is gone: moves others up, and leaves that place. Two that cannot be
 * compared (they may never have met before) stay in the order in which they came: what is in can always be got.
 */
export function closeGap(entries: Entries, last: number): number {
  let place = 0;
  const path: number[] = [];
  for (;;) {
    let child = 2 * place + 1;
    if (child >= last) break;
    if (child + 1 < last && isBeforeAnyhow(entries, child + 1, child)) child++;
    if (!isBeforeAnyhow(entries, child, last)) break;
    path.push(child);
    place = child;
  }
  let to = 0;
  for (const from of path) {
    entries.move(from, to);
    to = from;
  }
  return place;
}

function isBeforeAnyhow(entries: Entries, a: number, b: number): boolean {
  try {
    return entries.isBefore(a, b);
  } catch {
    return entries.isEarlier(a, b);
  }
}
