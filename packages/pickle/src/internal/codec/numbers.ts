// Loops of their own, since `TypedArray.set(array)` is slow wherever one array of the program was used oddly; and two of them:
// V8 is ten times as slow in one that has seen arrays with more than four kinds of elements.
export function copyInts(array: readonly unknown[], words: Int32Array, at: number): boolean {
  for (let i = 0; i < array.length; i++) {
    const value = array[i];
    if (!isInt32(value)) return false;
    words[at + i] = value;
  }
  return true;
}

export function copyDoubles(array: readonly unknown[], doubles: Float64Array, at: number): boolean {
  for (let i = 0; i < array.length; i++) {
    const value = array[i];
    if (typeof value !== 'number') return false;
    doubles[at + i] = value;
  }
  return true;
}

/** -0 is none. */
export function isInt32(value: unknown): value is number {
  return typeof value === 'number' && (value | 0) === value && (value !== 0 || 1 / value > 0);
}

/*
 * Filling an array of known length is three times as quick as pushing, and more than ten times as `Array.from`. V8 makes longer
 * ones dictionaries. One function for each kind: V8 learns for each `new Array` what it will hold.
 */
const LONGEST_FILLED = 2 ** 24;

export function intsOf(words: Int32Array, from: number, length: number): number[] {
  const list: number[] = length < LONGEST_FILLED ? new Array(length) : [];
  for (let i = 0; i < length; i++) list[i] = words[from + i]!;
  return list;
}

export function doublesOf(doubles: Float64Array, length: number): number[] {
  const list: number[] = length < LONGEST_FILLED ? new Array(length) : [];
  for (let i = 0; i < length; i++) list[i] = doubles[i]!;
  return list;
}
