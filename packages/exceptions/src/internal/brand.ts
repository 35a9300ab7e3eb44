/**
 * How a class of this package is told from others, even if the package is in the process twice.
 *
 * Every class carries a symbol of the global registry on its prototype. `instanceof` asks for that symbol instead of the
 * prototype itself, so an error made by one copy of the package is an instance of the other copy's class too. A user's subclass inherits the symbols of its ancestors and has none of its own: it is
 * compared by prototype, as always.
 */

const BRAND: unique symbol = Symbol.for('prac.exceptions/1');

const ordinaryHasInstance = Function.prototype[Symbol.hasInstance] as (this: unknown, value: unknown) => boolean;

type Class = abstract new (...args: never[]) => Error;
type Branded = { readonly [BRAND]: BrandMark };
type BrandMark = { readonly name: string; readonly symbol: symbol };

/** Gives a class of this package its name (which a minifier may have changed) and its mark. Called once per class, from its static block. */
export function brand(type: Class, name: string, ...also: string[]): void {
  const symbol = symbolOf(name);
  Object.defineProperty(type, 'name', { value: name, configurable: true });
  Object.defineProperty(type, BRAND, { value: { name, symbol } satisfies BrandMark });
  for (const mark of [symbol, ...also.map(symbolOf)]) Object.defineProperty(type.prototype, mark, { value: true });
}

/** The name under which this package, or another copy of it, made the class itself; `undefined` for all other classes. */
export function brandOf(type: unknown): string | undefined {
  return Object.hasOwn(type as object, BRAND) ? (type as Branded)[BRAND].name : undefined;
}

/** What `value instanceof this` answers for every exception class. */
export function hasInstance(this: unknown, value: unknown): boolean {
  if (!Object.hasOwn(this as object, BRAND)) return ordinaryHasInstance.call(this, value);
  return typeof value === 'object' && value !== null && (this as Branded)[BRAND].symbol in value;
}

function symbolOf(name: string): symbol {
  return Symbol.for(`prac.exceptions/1:${name}`);
}
