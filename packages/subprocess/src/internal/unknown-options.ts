import { inspect } from 'node:util';

/** @throws {TypeError} for options that are no object, and for a key with a value that is none of the known. */
export function refuseUnknown(options: object, known: ReadonlySet<string>): void {
  if (typeof options !== 'object') throw new TypeError(`Expected an object with options, got ${inspect(options)}`);
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined && !known.has(name)) throw new TypeError(`'${name}' is not an option of this function`);
  }
}
