import { realpathSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import { repr } from '@prac/exceptions';
import type { Callable } from './internal/kinds.ts';
import { letTravelByValue, setReference } from './internal/registry.ts';

/**
 * Says where a function or class can be imported from: it travels by that name, and the inspector is not needed.
 *
 * @param fn - The function.
 * @param module - The URL of its module: `import.meta.url`.
 * @param path - The name under which the module exports it; `ops.double` for what is inside of an export.
 * @returns The function.
 * @throws {TypeError} if it is no function, or the others are no strings.
 * @example
 * import { dumps, reference } from '@prac/pickle';
 * export const double = reference((n: number) => 2 * n, import.meta.url, 'double');
 * console.log(dumps(double).length < 200); // true
 */
export function reference<Fn extends Callable | (abstract new (...args: never[]) => unknown)>(
  fn: Fn,
  module: string | URL,
  path: string,
): Fn {
  if (typeof fn !== 'function') throw new TypeError(`Expected a function, got ${repr(fn)}`);
  if (!URL.canParse(String(module))) throw new TypeError(`Expected import.meta.url, got ${repr(module)}`);
  if (typeof path !== 'string' || path === '') throw new TypeError(`Expected the name of an export, got ${repr(path)}`);
  setReference(fn, { module: String(module), path: path.split('.') });
  return fn;
}

/**
 * Has all functions of a module, or of the modules of a folder, travel by value: for code that is not there where they go.
 *
 * Python: `cloudpickle.register_pickle_by_value`.
 *
 * @param module - A URL. What begins with it is meant.
 * @throws {TypeError} if it is no URL.
 */
export function byValue(module: string | URL): void {
  if (!URL.canParse(String(module))) throw new TypeError(`Expected import.meta.url, got ${repr(module)}`);
  letTravelByValue(String(module));
}

/**
 * Whether a module is the program that was started, and not imported by a worker: what Python asks by
 * `if __name__ == '__main__'`.
 *
 * @param meta - `import.meta`.
 */
export function isMain(meta: ImportMeta): boolean {
  if (!isMainThread || process.env.PRAC_WORKER !== undefined) return false;
  if (typeof meta.main === 'boolean') return meta.main;
  const main = process.argv[1];
  return main !== undefined && pathToFileURL(realpathSync(main)).href === meta.url;
}
