import { createRequire, registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { types } from 'node:util';
import { UnpicklingError } from '../errors.ts';
import type { ImportNode } from './graph.ts';
import { follow } from './intrinsics.ts';

/*
 * Modules by their URL, or by the specifier that another module imports them with: that module may be anywhere, with its own
 * node_modules. A hook resolves `prac-from:["file:///…/parent.js","lodash"]` as the parent would.
 */
const SCHEME = 'prac-from:';
const require = createRequire(import.meta.url);
let isHooked = false;

/** Modules that were imported asynchronously: they are there for who cannot wait, too. */
const imported = new Map<string, unknown>();

/** What to import, to get what a module imports with that specifier. */
export function specifierFrom(parent: string | undefined, specifier: string): string {
  if (parent === undefined || /^(node|file|data):/.test(specifier)) return specifier;
  hook();
  return SCHEME + encodeURIComponent(JSON.stringify([parent, specifier]));
}

function hook(): void {
  if (isHooked) return;
  isHooked = true;
  registerHooks({
    resolve(specifier, context, next) {
      if (!specifier.startsWith(SCHEME)) return next(specifier, context);
      const [parentURL, inner] = JSON.parse(decodeURIComponent(specifier.slice(SCHEME.length))) as [string, string];
      const conditions = (context.conditions ?? []).map((condition) =>
        condition === 'require' ? 'import' : condition,
      );
      return next(inner, { ...context, parentURL, conditions });
    },
  });
}

export async function importModule(parent: string | undefined, specifier: string): Promise<unknown> {
  const name = specifierFrom(parent, specifier);
  const namespace: unknown = await import(name);
  imported.set(name, namespace);
  return namespace;
}

/** @throws {UnpicklingError} if the module has a top-level await, for which nobody can wait here. */
function importModuleSync(parent: string | undefined, specifier: string): unknown {
  const builtIn = process.getBuiltinModule(specifier) as unknown;
  if (builtIn !== undefined) return withDefault(builtIn);
  const name = specifierFrom(parent, specifier);
  const known = imported.get(name);
  if (known !== undefined) return known;
  try {
    return withDefault(require(/^file:[^?#]*$/.test(name) ? fileURLToPath(name) : name));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_REQUIRE_ASYNC_MODULE') throw cause;
    throw new UnpicklingError(`${specifier} has a top-level await: use await loads(…)`, { cause });
  }
}

/** `import()` of CommonJS gives `module.exports` as default; `require()` gives it as it is. */
function withDefault(exports: unknown): unknown {
  if (types.isModuleNamespaceObject(exports)) return exports;
  const isObject = (typeof exports === 'object' || typeof exports === 'function') && exports !== null;
  return isObject ? Object.assign(Object.create(exports), { default: exports }) : { default: exports };
}

/** What a node of the graph names. @throws {UnpicklingError} if it is not there. */
export function importedSync({ u, f, p }: ImportNode): unknown {
  return found(importModuleSync(f, u), u, p);
}

export async function importedAsync(node: ImportNode): Promise<unknown> {
  const { u, f, p } = node;
  const isHere = process.getBuiltinModule(u) !== undefined;
  return isHere ? importedSync(node) : found(await importModule(f, u), u, p);
}

function found(namespace: unknown, url: string, path: readonly string[]): unknown {
  if (path.length === 0) return namespace;
  const value = follow(namespace, path);
  if (value !== undefined) return value;
  throw new UnpicklingError(
    `${url} has no ${path.join('.')} here: is it exported, and is the file the same on both sides?`,
  );
}

/** What stands for `require` and `import()` of a module. */
export function requireOf(url: string): NodeJS.Require {
  return createRequire(url);
}
