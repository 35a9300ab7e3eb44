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

export function hasOwnProperties(value: object): boolean {
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return false; // the elements are own properties, too
  if (Object.getOwnPropertySymbols(value).length > 0) return true;
  for (const _ of Object.keys(value)) return true;
  return false;
}
