/** What a module exports travels by reference. */
export function double(n) {
  return 2 * n;
}
