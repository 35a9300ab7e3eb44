import { existsSync, readFileSync } from 'node:fs';
import { registerHooks, SourceMap, stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';
import { RuntimeError } from '@prac/exceptions';
import { type Defined, instrument } from './instrument.ts';
import { instrumentPickled, type Original, tellOriginals } from './pickled.ts';
import { RUNTIME_EXPRESSION, runtime } from './runtime.ts';

/*
 * All code that is loaded from now on is instrumented, but that of packages: what is in node_modules, and what was imported by its name
 * (a package of the same workspace is a link), with all that this imports.
 *
 *   resolve ── by a name? its folder is a package's
 *   load ── types are stripped ── instrument ──> V8
 */
const FORMATS: Readonly<Record<string, { readonly isModule: boolean; readonly isTypeScript: boolean }>> = {
  module: { isModule: true, isTypeScript: false },
  commonjs: { isModule: false, isTypeScript: false },
  'module-typescript': { isModule: true, isTypeScript: true },
  'commonjs-typescript': { isModule: false, isTypeScript: true },
};

/** The name of a package, no path and no URL. */
const BARE = /^(?![a-z][a-z\d+.-]*:)[\w@]/i;

/** What was instrumented, by its URL. */
const originals = new Map<string, Original>();

/** @param builtIns - Whether calls of built-in functions are to be seen. */
export function installHook(builtIns = false): void {
  if (typeof registerHooks !== 'function')
    throw new RuntimeError(`@prac/profile needs Node 22.18 or newer, this is ${process.version}`);
  runtime.isHooked = true;
  registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      if (BARE.test(specifier) && resolved.url.startsWith('file:')) notePackage(resolved.url, context.parentURL);
      return resolved;
    },
    load(url, context, next) {
      const loaded = next(url, context);
      const format = FORMATS[loaded.format ?? ''];
      if (format === undefined || !isWanted(url)) return loaded;
      const source = typeof loaded.source === 'string' ? loaded.source : textOf(loaded.source, url);
      const text = instrumented(url, format.isTypeScript ? withoutTypes(source) : source, format.isModule, builtIns);
      if (text === undefined) return loaded;
      return { format: format.isModule ? 'module' : 'commonjs', source: text, shortCircuit: true };
    },
  });
  instrumentPickled(builtIns);
  tellOriginals((url) => originals.get(url));
}

/** The folders of packages, as URLs. */
const packages = new Set([new URL('.', import.meta.url).href.replace(/\/(internal|chunks|bin)\/$/, '/')]);

/** A package that imports itself by its name is still the program's. */
function notePackage(url: string, parent: string | undefined): void {
  if (url.includes('/node_modules/')) return;
  const folder = packageOf(url);
  if (folder !== undefined && parent?.startsWith(folder) !== true) packages.add(folder);
}

/** The folder with the nearest package.json. */
function packageOf(url: string): string | undefined {
  for (let folder = new URL('.', url); ; folder = new URL('..', folder)) {
    if (existsSync(new URL('package.json', folder))) return folder.href;
    if (folder.pathname === '/' || new URL('..', folder).href === folder.href) return undefined;
  }
}

function isWanted(url: string): boolean {
  if (!url.startsWith('file:') || url.includes('/node_modules/')) return false;
  for (const folder of packages) if (url.startsWith(folder)) return false;
  return true;
}

function textOf(source: unknown, url: string): string {
  if (source instanceof Uint8Array || source instanceof ArrayBuffer)
    return Buffer.from(source as Uint8Array).toString('utf8');
  return readFileSync(fileURLToPath(url), 'utf8');
}

/** Nothing for what is no JavaScript that can be read: it is loaded as it is. */
function instrumented(url: string, source: string, isModule: boolean, builtIns: boolean): string | undefined {
  const file = fileURLToPath(url);
  const line = lineMap(source);
  try {
    const edits = instrument(source, {
      isModule,
      builtIns,
      runtime: RUNTIME_EXPRESSION,
      define: (defined) => runtime.define([file, line(defined), defined.name]),
    });
    runtime.tellOfFunctions();
    originals.set(url, { source, edits });
    return edits.toString();
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Where another loader has written the source, its map says where a function was. */
function lineMap(source: string): (defined: Defined) => number {
  const [, base64] = /\n\/\/# sourceMappingURL=data:application\/json[^,\n]*;base64,([\w+/=]+)\s*$/.exec(source) ?? [];
  if (base64 === undefined) return ({ line }) => line;
  const map = new SourceMap(JSON.parse(Buffer.from(base64, 'base64').toString('utf8')));
  return ({ line, column }) => {
    const entry = map.findEntry(line - 1, column) as { originalLine?: number };
    return entry.originalLine === undefined ? line : entry.originalLine + 1;
  };
}

/** Node calls this experimental, but does the same for all TypeScript. */
function withoutTypes(source: string): string {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return stripTypeScriptTypes(source);
  } finally {
    process.emitWarning = emitWarning;
  }
}
