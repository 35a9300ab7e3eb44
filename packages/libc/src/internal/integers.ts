/**
 * Checks a number that C takes as an `int`.
 *
 * The foreign function interfaces differ over other numbers, and koffi makes a 0 of NaN: `kill(NaN, 9)` would end this
 * process's own group, `close(NaN)` its standard input.
 *
 * @throws {TypeError} if `value` is not a 32-bit integer.
 */
export function int32(value: number, name: string): number {
  if ((value | 0) !== value) throw new TypeError(`Expected ${name} to be a 32-bit integer, got ${String(value)}`);
  return value;
}
