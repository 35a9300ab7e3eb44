/** With three digits behind the point, as Python's `%.3f`. */
export function f3(x: number): string {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? 'nan' : x < 0 ? '-inf' : 'inf';
  if (Math.abs(x) >= 1e21) return `${BigInt(x)}.000`;
  // toFixed() differs only where the number lies exactly between two texts, which sixteenths do: there the even one is right.
  const sixteenths = x * 16;
  if (!Number.isInteger(sixteenths) || sixteenths % 2 === 0 || Math.abs(x) >= 2 ** 40) {
    return x === 0 && Object.is(x, -0) ? '-0.000' : x.toFixed(3);
  }
  const thousandths = Math.floor(Math.abs(x) * 1000);
  const even = thousandths % 2 === 0 ? thousandths : thousandths + 1;
  return `${x < 0 ? '-' : ''}${(even / 1000).toFixed(3)}`;
}

/** The same, filled up to eight characters. */
export function f8(x: number): string {
  return f3(x).padStart(8);
}
