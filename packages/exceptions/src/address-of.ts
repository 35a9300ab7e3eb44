const numbers = new WeakMap<object, number>();
let count = 0;

/**
 * What stands for an object's address in texts like Python's: `0x1`, `0x2` and so on, counted in each thread.
 *
 * Python: `hex(id(object))`.
 *
 * @example
 * import { addressOf } from '@prac/exceptions';
 * const [a, b] = [{}, {}];
 * console.log(addressOf(a) === addressOf(a), addressOf(a) === addressOf(b)); // true false
 */
export function addressOf(object: object): string {
  if (!numbers.has(object)) numbers.set(object, ++count);
  return `0x${numbers.get(object)!.toString(16)}`;
}
