import { repr } from '@prac/exceptions';

/** @throws {TypeError} for what is no object of options, or has a key that is none. */
export function checkedOptions<Options extends object>(
  options: Options | null | undefined,
  keys: readonly (keyof Options & string)[],
): Options {
  const given = options ?? ({} as Options);
  if (typeof given !== 'object') throw new TypeError(`Expected an object of options, got ${repr(options)}`);
  for (const key of Object.keys(given))
    if (!(keys as readonly string[]).includes(key))
      throw new TypeError(`Unknown option ${repr(key)}: expected ${keys.join(', ')}`);
  return given;
}
