import { repr } from '@prac/exceptions';
import { hiddenState } from './internal/kinds.ts';

type Class = abstract new (...args: never[]) => object;

/**
 * Whether the instances of a class have private members, `#name`, which nobody can read from outside: they do not travel.
 *
 * @param type - The class. Those that it extends are looked at, too.
 * @param base - The class of which, and above which, this does not matter.
 * @throws {TypeError} if they are no classes.
 * @example
 * import { hasPrivateState } from '@prac/pickle';
 * class Account { #balance = 0; get balance() { return this.#balance; } }
 * class Savings extends Account {}
 * console.log(hasPrivateState(Savings), hasPrivateState(Savings, Account)); // true false
 */
export function hasPrivateState(type: Class, base?: Class | null): boolean {
  for (const given of base === undefined || base === null ? [type] : [type, base])
    if (typeof given !== 'function') throw new TypeError(`Expected a class, got ${repr(given)}`);
  const hidden = hiddenState(type.prototype, base?.prototype);
  return hidden !== undefined && !hidden.isNative;
}
