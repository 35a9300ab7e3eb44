/** A promise would be awaited by who gets it, and cannot travel. */
export function checkItem(item: unknown): void {
  if (typeof item !== 'object' && typeof item !== 'function') return;
  if (typeof (item as { then?: unknown } | null)?.then === 'function')
    throw new TypeError('a promise cannot be an item of a queue: await it first, or put a function that makes it');
}
