import { checkedOptions } from '@prac/exceptions';

/** The last of some arguments, if it is a plain object that cannot be iterated or awaited, is options. @throws {TypeError} for unknown ones. */
export function optionsAmong<Options extends object>(
  all: readonly unknown[],
  keys: readonly string[],
): [rest: readonly unknown[], options: Options] {
  const last = all.at(-1);
  if (!isPlain(last)) return [all, {} as Options];
  return [all.slice(0, -1), checkedOptions(last as Options, keys)];
}

function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && !('then' in value) && !(Symbol.iterator in value);
}
