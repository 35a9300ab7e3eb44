import { repr } from './repr.ts';

const NONE: object = Object.freeze({});

/** The options of a call. @throws {TypeError} for what is no object of options, or has a key that is none. */
export function checkedOptions<Options extends object>(
  options: Options | null | undefined,
  keys: readonly string[],
): Options {
  if (options === undefined || options === null) return NONE as Options;
  if (typeof options !== 'object') throw new TypeError(`Expected an object of options, got ${repr(options)}`);
  for (const key of Object.keys(options))
    if (!keys.includes(key)) throw new TypeError(`Unknown option ${repr(key)}: expected ${keys.join(', ')}`);
  return options;
}
