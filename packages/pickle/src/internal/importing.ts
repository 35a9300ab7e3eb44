import { createRequire, isBuiltin, registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { types } from 'node:util';
import { UnpicklingError } from '../errors.ts';
import { dynamicImport } from './dynamic-import.ts';
import { isEvaluating } from './evaluating.ts';
import { follow } from './follow.ts';
import type { ImportNode } from './graph.ts';
import { HERE } from './here.ts';
import { inWorld, referenced } from './registry.ts';

/*
 * Modules by their URL, or by the specifier that another module imports them with: that module may be anywhere, with its own
 * node_modules. Where the specifier is no path, a hook makes a module of one line beside the one that imports:
 *
 *   file:///app/prac-import-1.mjs      import * as namespace from "lodash"; export { namespace };
 *
 * Node resolves and loads it as it would for that module, whether it is waited for or not.
 */
const SCHEME = 'prac-import:';
const require = createRequire(HERE);

/** What to import, and from where. */
interface Request {
  readonly parent: string;
  readonly specifier: string;
  /** An import attribute: `json`. */
  readonly type: string | undefined;
}

/** Of a module of one line that has what `import.meta` has there. */
const META = 'import.meta';

const requests = new Map<string, { readonly url: string; readonly source: string }>();
const urls = new Map<string, string>();
/** Modules that were imported asynchronously: they are there for who cannot wait, too. */
const imported = new Map<string, object>();
let isHooked = false;

function hook(): void {
  if (isHooked) return;
  isHooked = true;
  registerHooks({
    resolve(specifier, context, next) {
      const request = requests.get(specifier);
      return request === undefined
        ? next(specifier, context)
        : { url: request.url, format: 'module', shortCircuit: true };
    },
    load(url, context, next) {
      const name = urls.get(url);
      if (name === undefined) return next(url, context);
      return { format: 'module', source: requests.get(name)!.source, shortCircuit: true };
    },
  });
}

/** The name of the module of one line. */
function nameOf({ parent, specifier, type }: Request): string {
  hook();
  const name = SCHEME + JSON.stringify([parent, specifier, type]);
  if (!requests.has(name)) {
    const attributes = type === undefined ? '' : ` with { type: ${JSON.stringify(type)} }`;
    const source =
      specifier === META
        ? 'export const namespace = import.meta;'
        : `import * as namespace from ${JSON.stringify(specifier)}${attributes}; export { namespace };`;
    const url = new URL(`./prac-import-${requests.size}.mjs`, parent.startsWith('file:') ? parent : HERE).href;
    requests.set(name, { url, source });
    urls.set(url, name);
  }
  return name;
}

/** `import.meta` beside a module; without `resolve` where there are no hooks (vitest), or none that are asked (tsx). */
function metaOf(parent: string): Partial<ImportMeta> {
  try {
    return requiredByHook({ parent, specifier: META, type: undefined });
  } catch {
    return {};
  }
}

/** What `import.meta.resolve` says in a module. */
export function resolvedAs(parent: string, specifier: string): string {
  const { resolve } = metaOf(parent);
  if (resolve !== undefined) return resolve(specifier);
  const url = direct({ parent, specifier, type: undefined });
  if (url !== undefined) return isBuiltin(url) && !url.startsWith('node:') ? `node:${url}` : url;
  return pathToFileURL(createRequire(parent).resolve(specifier)).href;
}

function requestOf({ u, f, a }: ImportNode): Request {
  return { parent: f ?? HERE, specifier: u, type: a };
}

/** What an import comes to without any module's help: the URL of a file, the name of a module of Node. */
function direct({ parent, specifier, type }: Request): string | undefined {
  if (type !== undefined) return undefined;
  if (isBuiltin(specifier)) return specifier;
  if (/^(file|data|node):/.test(specifier)) return specifier;
  const isPath = /^\.{0,2}\//.test(specifier) && parent.startsWith('file:');
  return isPath ? new URL(specifier, parent).href : undefined;
}

/** Imports as a module would. */
export async function importModule(parent: string, specifier: string, type?: string): Promise<object> {
  const request = { parent, specifier, type };
  const url = direct(request) ?? resolvedWithoutHooks(request);
  if (url !== undefined) {
    const namespace = await dynamicImport(url);
    imported.set(url, namespace);
    return namespace;
  }
  const { namespace } = (await dynamicImport(nameOf(request))) as { namespace: object };
  return namespace;
}

/** @throws {UnpicklingError} if the module has a top-level await, for which nobody can wait here. */
function importModuleSync(request: Request): object {
  const { parent, specifier, type } = request;
  const builtIn = process.getBuiltinModule(specifier) as unknown;
  if (builtIn !== undefined) return namespaceOf(builtIn);
  if (type === 'json') return { default: createRequire(parent)(specifier) as unknown };
  const url = direct(request) ?? resolvedWithoutHooks(request);
  const known = url && imported.get(url);
  if (known) return known;
  if (url !== undefined && /^file:[^?#]*$/.test(url)) return namespaceOf(require(fileURLToPath(url)));
  return requiredByHook(url === undefined ? request : { ...request, specifier: url });
}

function requiredByHook(request: Request): object {
  try {
    return (require(nameOf(request)) as { namespace: object }).namespace;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' || !message.includes('prac-import-')) throw error;
    // Another loader (tsx) reads files without asking the hooks: then as `require` finds it.
    if (request.specifier === META) return {};
    return namespaceOf(createRequire(request.parent)(request.specifier));
  }
}

/** `require` of CommonJS gives `module.exports` as it is, which is the default of what `import` gives. */
function namespaceOf(exports: unknown): object {
  if (types.isModuleNamespaceObject(exports)) return exports as object;
  const isObject = (typeof exports === 'object' && exports !== null) || typeof exports === 'function';
  return isObject ? { ...(exports as object), default: exports } : { default: exports };
}

/** Vitest has no hooks in its `vm` contexts, and answers imports itself: there packages are found as `require` finds them. */
function resolvedWithoutHooks({ parent, specifier, type }: Request): string | undefined {
  if (process.env.VITEST === undefined || type !== undefined) return undefined;
  return pathToFileURL(createRequire(parent).resolve(specifier)).href;
}

/** What a node of the graph names. @throws {UnpicklingError} if it is not there. */
export function importedSync(node: ImportNode): unknown {
  const here = builtIn(node);
  if (here !== undefined) return here;
  const request = requestOf(node);
  try {
    return found(importModuleSync(request), node);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const itself = /^ERR_REQUIRE_(ASYNC|CYCLE)_MODULE$/.test(String(code)) ? ofItself(node, request) : undefined;
    if (itself !== undefined) return itself;
    throw notImported(node, error);
  }
}

/**
 * What a module that is being evaluated, and asks for itself, has by that name: it cannot be waited for.
 *
 * @throws {UnpicklingError} if nothing is known of it.
 */
function ofItself({ u, p }: ImportNode, request: Request): unknown {
  const url = direct(request);
  if (url === undefined || imported.has(url) || !isEvaluating(url)) return undefined;
  const named = referenced(url, p);
  if (named !== undefined) return named;
  throw new UnpicklingError(
    `${u} is still being evaluated, and would wait for itself: load this in a function that is called later, or say reference(…, import.meta.url, '${p.join('.')}') there`,
  );
}

/** In a box: a promise for what has a method `then` itself would call that, and wait for it. */
export async function importedAsync(node: ImportNode): Promise<{ readonly value: unknown }> {
  const here = builtIn(node);
  if (here !== undefined) return { value: here };
  const request = requestOf(node);
  const { parent, specifier, type } = request;
  const itself = ofItself(node, request);
  if (itself !== undefined) return { value: itself };
  let namespace: object;
  try {
    namespace = await importModule(parent, specifier, type);
  } catch (error) {
    throw notImported(node, error);
  }
  return { value: found(namespace, node) };
}

/** What is here: an export of one of Node's own modules, or of a package that this world has. */
function builtIn({ u, p, g }: ImportNode): unknown {
  if (g !== undefined && p.length === 1) {
    const here = inWorld(g, p[0]!);
    if (here !== undefined) return here;
  }
  const module: unknown = p.length === 0 ? undefined : process.getBuiltinModule(u);
  if (module === undefined) return undefined;
  return p[0] === 'default' ? follow(module, p.slice(1)).value : follow(module, p).value;
}

/** The error of a module's own code stays what it is; one of finding it says what was looked for. */
function notImported({ u, f }: ImportNode, cause: unknown): unknown {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === 'ERR_REQUIRE_ASYNC_MODULE') {
    return new UnpicklingError(`${u} has a top-level await: use await loads(…), or fromMessageAsync`, { cause });
  }
  const isNotFound = typeof code === 'string' && /^(ERR_|MODULE_NOT_FOUND|ENOENT)/.test(code);
  if (!isNotFound) return cause;
  return new UnpicklingError(
    `cannot import ${u}${f === undefined ? '' : ` as ${f} does`}: ${(cause as Error).message}`,
    { cause },
  );
}

function found(namespace: object, { u, p, g }: ImportNode): unknown {
  // The package has come to this world with the import, and keeps there what it does not export.
  const here = g !== undefined && p.length === 1 ? inWorld(g, p[0]!) : undefined;
  if (here !== undefined) return here;
  const { isThere, value } = follow(namespace, p);
  if (isThere) return value;
  throw new UnpicklingError(`${u} has no ${p.join('.')} here: is it exported, and is the file the same on both sides?`);
}

/** `require` of a CommonJS module. */
export function requireOf(url: string): NodeJS.Require {
  return createRequire(url);
}
