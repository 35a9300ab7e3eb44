import { repr } from '@prac/exceptions';

/** The last of some arguments, if it is a plain object that cannot be iterated or awaited, is options. @throws {TypeError} for unknown ones. */
export function optionsAmong<Options extends object>(
  all: readonly unknown[],
  keys: readonly string[],
): [rest: readonly unknown[], options: Options] {
  const last = all.at(-1);
  if (!isPlain(last)) return [all, {} as Options];
  return [all.slice(0, -1), checkedOptions(last as Options, keys)];
}

const NONE: object = Object.freeze({});

/** @throws {TypeError} for what is no object, and for unknown options. */
export function checkedOptions<Options extends object>(
  options: Options | null | undefined,
  keys: readonly string[],
): Options {
  if (options === undefined || options === null) return NONE as Options;
  const given = options;
  if (typeof given !== 'object') throw new TypeError(`Expected an object of options, got ${repr(options)}`);
  for (const key in given)
    if (!keys.includes(key)) throw new TypeError(`Unknown option ${repr(key)}: expected ${keys.join(', ')}`);
  return given;
}

function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && !('then' in value) && !(Symbol.iterator in value);
}
