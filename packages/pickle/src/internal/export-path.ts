import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { types } from 'node:util';
import { HERE } from './here.ts';
import type { InScript } from './inspector.ts';
import type { Callable } from './kinds.ts';
import type { FoundFunction, ScriptModel } from './script-model.ts';

/*
 * By what path a module exports a function. The module is not imported to look: the text says where it is, and the module's
 * variables, which V8 keeps, say whether it is there. Of CommonJS there is `module.exports`.
 */

/** Where it can be imported from by its script's URL. */
export function exportPath(
  fn: Callable,
  captured: InScript,
  model: ScriptModel | null,
  found: FoundFunction | undefined,
): readonly string[] | null {
  const { script } = captured;
  if (!/^file:/.test(script.url) || /\/\[(eval\d*|stdin)\]$/.test(script.url)) return null;
  if (script.isModule) {
    const path = found === undefined || model === null ? null : model.exportPath(found);
    return path !== null && isAt(fn, found!, captured, model!) ? path : null;
  }
  const cached = createRequire(HERE).cache[fileURLToPath(script.url)] as { exports?: unknown } | undefined;
  return cached === undefined ? null : pathInExports(cached.exports, fn);
}

/** Whether the function is where the text has it: another one may have been put there. */
function isAt(fn: Callable, found: FoundFunction, captured: InScript, model: ScriptModel): boolean {
  const [first = '', ...rest] = found.path ?? [];
  const scope = captured.scopes.find(
    ({ kind, variables }) => kind.startsWith('Module') && Object.hasOwn(variables, first),
  );
  // What is exported without a name is no variable: then the text has to be enough.
  if (scope === undefined) return rest.length === 0 || !model.putsAnything;
  let value: unknown = scope.variables[first];
  for (const step of rest) {
    const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
    if (!isObject || types.isProxy(value)) return false;
    value = Object.getOwnPropertyDescriptor(value, step)?.value;
  }
  return value === fn;
}

/** `module.exports` is what `import()` calls default. */
function pathInExports(exports: unknown, fn: Callable): readonly string[] | null {
  if (exports === fn) return ['default'];
  if (exports === null || (typeof exports !== 'object' && typeof exports !== 'function')) return null;
  for (const [key, { value }] of Object.entries(Object.getOwnPropertyDescriptors(exports))) {
    if (value === fn) return ['default', key];
    if (value === null || (typeof value !== 'object' && typeof value !== 'function')) continue;
    for (const [inner, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
      if (descriptor.value === fn) return ['default', key, inner];
    }
  }
  return null;
}

let mainUrls: ReadonlySet<string> | undefined;

/** Whether it is the script that the process was started with: to import it again would run the program again. */
export function isMain(url: string): boolean {
  mainUrls ??= new Set(mainPaths().map((path) => pathToFileURL(path).href));
  return mainUrls.has(url);
}

/** Node is started with a file, a folder, or a name without its ending; they may be links. */
function mainPaths(): string[] {
  const [, given] = process.argv;
  if (given === undefined) return [];
  const paths = [given];
  try {
    const resolved = createRequire(HERE).resolve(given);
    paths.push(resolved, realpathSync(resolved));
  } catch {} // -e, or a URL
  return paths;
}
