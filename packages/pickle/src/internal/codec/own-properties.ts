import { types } from 'node:util';

/** Longer arrays are not searched for properties that are no elements. */
export const LONG_ARRAY = 64;
/** The last index that an array can have. */
const LAST_INDEX = 2 ** 32 - 2;

export function isIndex(key: string, length: number): boolean {
  const index = Number(key);
  return index >= 0 && index < length && String(index) === key;
}

/** A look at a few places: an array that is used as a table has holes nearly everywhere. */
export function isMostlyHoles(array: readonly unknown[]): boolean {
  let holes = 0;
  for (let i = 0; i < 16; i++) if (!(Math.floor((i * array.length) / 16) in array)) holes++;
  return holes > 8 && Object.keys(array).length * 4 < array.length;
}

/** Whether something that is not a plain object has properties, beside its elements. Long ones are not searched, as arrays are not. */
export function hasOwnFields(value: object): boolean {
  if (Object.getOwnPropertySymbols(value).length > 0) return true;
  const elements = ArrayBuffer.isView(value) && 'length' in value ? (value.length as number) : 0;
  const characters = types.isStringObject(value) ? value.length : 0;
  return elements <= LONG_ARRAY && Object.keys(value).length > elements + characters;
}

/**
 * Gives an empty array its length, as a dictionary: otherwise it would take the memory of all its elements at once, and few
 * bytes may ask for a long one.
 */
export function makeSparse(array: unknown[], length: number): void {
  array[LAST_INDEX] = undefined;
  delete array[LAST_INDEX];
  array.length = length;
}
