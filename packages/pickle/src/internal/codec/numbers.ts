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
