/** Begins the name of a well-known symbol in a path: `@@iterator`. */
export const WELL_KNOWN = '@@';

/** What is at the end of a path of properties, and whether it leads anywhere. */
export function follow(
  start: unknown,
  path: readonly string[],
): { readonly isThere: boolean; readonly value: unknown } {
  let value = start;
  for (const step of path) {
    const key = step.startsWith(WELL_KNOWN) ? (Symbol[step.slice(WELL_KNOWN.length) as 'iterator'] ?? step) : step;
    const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
    if (!isObject || !(key in (value as object))) return { isThere: false, value: undefined };
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return { isThere: true, value };
}
