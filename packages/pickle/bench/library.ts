/** What a module exports travels by reference. */
export function double(n: number): number {
  return 2 * n;
}
