const numbers = new WeakMap<object, number>();
let count = 0;

/** What stands for an object's address in texts: `0x1`, `0x2` …, counted in each thread. */
export function addressOf(object: object): string {
  if (!numbers.has(object)) numbers.set(object, ++count);
  return `0x${numbers.get(object)!.toString(16)}`;
}
