import { repr } from '@prac/exceptions';

/** Says which of two comes first: negative if the first does, 0 if it is the same. */
export type Compare<T> = (a: T, b: T) => number;

/**
 * Python's order: numbers (booleans are 0 and 1) by value, strings by code points, arrays, which are tuples here, by their first
 * elements that differ, then by length.
 *
 * @throws {TypeError} for what Python does not compare.
 */
export function pythonOrder(a: unknown, b: unknown): number {
  if (isNumeric(a) && isNumeric(b)) return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === 'string' && typeof b === 'string') return stringOrder(a, b);
  if (Array.isArray(a) && Array.isArray(b)) return arrayOrder(a, b);
  if (a instanceof Date && b instanceof Date) return a.getTime() - b.getTime();
  throw new TypeError(`'<' not supported between ${repr(a)} and ${repr(b)}: give the queue a compare function`);
}

function isNumeric(value: unknown): value is number | bigint | boolean {
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean';
}

function arrayOrder(a: readonly unknown[], b: readonly unknown[]): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    if (a[i] === b[i]) continue; // Python asks for equality first, of anything
    const order = pythonOrder(a[i], b[i]);
    if (order !== 0 || Number.isNaN(a[i]) || Number.isNaN(b[i])) return order; // NaN is not equal to anything
  }
  return a.length - b.length;
}

/** JavaScript compares code units: characters beyond U+FFFF would come before U+E000. */
function stringOrder(a: string, b: string): number {
  if (a === b) return 0;
  const shared = Math.min(a.length, b.length);
  let at = 0;
  while (at < shared && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  if (at === shared) return a.length - b.length;
  return codePoint(a, at) - codePoint(b, at);
}

/** Of the character to which a code unit belongs: two that differ in its second half begin in front of it. */
function codePoint(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  const isSecondHalf = unit >= 0xdc00 && unit <= 0xdfff && at > 0 && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800;
  return text.codePointAt(isSecondHalf ? at - 1 : at)!;
}
