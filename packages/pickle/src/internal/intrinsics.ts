import { builtinModules } from 'node:module';
import { follow, WELL_KNOWN } from './follow.ts';

/*
 * What every JavaScript world of Node has, by name: `Math.max`, `Array.prototype`, `process`, `%AsyncFunction%`; and what its
 * modules export: `node:fs`, `['readFile']`. They travel as that name.
 */

/** Objects that are looked into. Only named ones: some globals run code, warn or load half of Node when they are read. */
const NAMESPACES = new Set(['Math', 'JSON', 'Reflect', 'Atomics', 'Intl', 'WebAssembly', 'console', 'performance']);
/** Classes that have no name of their own on globalThis. */
const HIDDEN: Readonly<Record<string, () => unknown>> = {
  '%GeneratorFunction%': () => function* () {}.constructor,
  '%AsyncFunction%': () => (async () => {}).constructor,
  '%AsyncGeneratorFunction%': () => async function* () {}.constructor,
  '%TypedArray%': () => Object.getPrototypeOf(Uint8Array),
};

/**
 * Globals that Node loads when they are looked at, even at their descriptor only (FormData: 25 ms, all of undici), and the module
 * that they come from. As long as that is not loaded nobody can have one.
 */
const LAZY: readonly (readonly [RegExp, string])[] = [
  [
    /^(FormData|Headers|Request|Response|MessageEvent|CloseEvent|ErrorEvent|WebSocket|EventSource)$/,
    'deps/undici/undici',
  ],
  [/^TransformStream/, 'webstreams/transformstream'],
  [/^WritableStream/, 'webstreams/writablestream'],
  [/^Readable(Byte)?Stream/, 'webstreams/readablestream'],
  [/^Text(En|De)coderStream$/, 'webstreams/encoding'],
  [/^(Dec|C)ompressionStream$/, 'webstreams/compression'],
  [/QueuingStrategy$/, 'webstreams/queuingstrategies'],
  [/^(BroadcastChannel|MessageChannel|MessagePort)$/, 'worker/io'],
  [/^Abort/, 'abort_controller'],
  [/^QuotaExceededError$/, 'worker/clone_dom_exception'],
  [/^Crypto|^SubtleCrypto$/, 'crypto/webcrypto'],
  [/^Performance/, 'perf/performance'],
  [/^File$/, 'file'],
  [/^Navigator$/, 'navigator'],
  [/^Storage$/, 'webstorage'],
];

interface Intrinsics {
  readonly paths: Map<unknown, readonly string[]>;
  /** Names of globals that were not looked at yet, and their modules. */
  readonly lazy: Map<string, string>;
  /** How many modules of Node were loaded the last time. */
  seen: number;
}

let intrinsics: Intrinsics | undefined;

/** The way from globalThis to a value, if it is one that is there everywhere. */
export function intrinsicPath(value: object): readonly string[] | undefined {
  intrinsics ??= collect();
  const path = intrinsics.paths.get(value);
  if (path !== undefined || intrinsics.seen === modulesOfNode().length) return path;
  collectLazy(intrinsics);
  return intrinsics.paths.get(value);
}

/** Those that are loaded: `NativeModule fs`. */
function modulesOfNode(): readonly string[] {
  return (process as unknown as { moduleLoadList: readonly string[] }).moduleLoadList;
}

/** What is at the end of a path. */
export function intrinsicAt(path: readonly string[]): unknown {
  const [first = '', ...rest] = path;
  const hidden = Object.hasOwn(HIDDEN, first) ? HIDDEN[first] : undefined;
  return follow(hidden === undefined ? globalThis : hidden(), hidden === undefined ? path : rest).value;
}

function collect(): Intrinsics {
  const paths = new Map<unknown, readonly string[]>([
    [globalThis, []],
    [process, ['process']],
  ]);
  const found: Intrinsics = { paths, lazy: new Map(), seen: 0 };
  const names: string[] = [];
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    const module = LAZY.find(([pattern]) => pattern.test(name))?.[1];
    if (module === undefined) names.push(name);
    else found.lazy.set(name, module);
  }
  const roots = rootsOf(names, paths);
  for (const [name, get] of Object.entries(HIDDEN)) {
    paths.set(get(), [name]);
    roots.push([get() as object, [name]]);
  }
  for (const [value, path] of roots) walk(value, path, 2, paths);
  collectLazy(found);
  return found;
}

/** Globals whose modules have been loaded meanwhile. */
function collectLazy(found: Intrinsics): void {
  const loaded = modulesOfNode();
  found.seen = loaded.length;
  const isLoaded = new Set(loaded);
  const names = [...found.lazy.keys()].filter((name) => isLoaded.has(`NativeModule internal/${found.lazy.get(name)}`));
  for (const name of names) found.lazy.delete(name);
  for (const [value, path] of rootsOf(names, found.paths)) walk(value, path, 2, found.paths);
}

/** Globals that have names, or are looked into. */
function rootsOf(names: readonly string[], found: Map<unknown, readonly string[]>): [object, readonly string[]][] {
  const roots: [object, readonly string[]][] = [];
  for (const name of names) {
    const value: unknown = Object.getOwnPropertyDescriptor(globalThis, name)?.value;
    if (typeof value !== 'function' && !NAMESPACES.has(name)) continue;
    if (value === undefined || found.has(value)) continue;
    found.set(value, [name]);
    roots.push([value as object, [name]]);
  }
  return roots;
}

const SYMBOLS = new Map(
  Object.entries(Object.getOwnPropertyDescriptors(Symbol)).map(([name, { value }]) => [value, name]),
);

/** Own properties, their values' properties in turn. */
function walk(value: object, path: readonly string[], depth: number, found: Map<unknown, readonly string[]>): void {
  for (const name of Reflect.ownKeys(value)) {
    const key = typeof name === 'string' ? name : WELL_KNOWN + (SYMBOLS.get(name) ?? '');
    const inner: unknown = Object.getOwnPropertyDescriptor(value, name)?.value;
    if (key === WELL_KNOWN) continue;
    if (inner === null || (typeof inner !== 'function' && typeof inner !== 'object') || found.has(inner)) continue;
    if (typeof inner === 'object' && key !== 'prototype' && path[0] !== 'Intl') continue;
    found.set(inner, [...path, key]);
    if (depth > 1) walk(inner, [...path, key], depth - 1, found);
  }
}

/** Modules that are there with another one: `fs.promises` is `node:fs/promises`. */
const WITH_PARTS = /^(assert|dns|fs|path|readline|stream|timers|util)\//;
/** To ask for them makes a warning. */
const DEPRECATED = new Set(['sys', 'punycode', 'ffi', 'sqlite', 'wasi', 'quic']);

let exported: Map<unknown, { readonly module: string; readonly path: readonly string[] }> | undefined;
let modulesSeen = 0;

/** The export of one of Node's modules. Only modules that are loaded already are looked at. */
export function builtInExport(
  value: object,
): { readonly module: string; readonly path: readonly string[] } | undefined {
  const known = exported?.get(value);
  const loaded = modulesOfNode();
  if (known !== undefined || loaded.length === modulesSeen) return known;
  modulesSeen = loaded.length;
  exported ??= new Map();
  const isLoaded = new Set(loaded);
  for (const name of builtinModules) {
    const bare = name.replace(/^node:/, '');
    const loadedBy = WITH_PARTS.exec(bare)?.[1] ?? bare;
    if (!bare.startsWith('_') && isLoaded.has(`NativeModule ${loadedBy}`) && !DEPRECATED.has(bare)) {
      addExports(bare, exported);
    }
  }
  return exported.get(value);
}

/** The module of Node whose namespace an object is. */
export function builtInNamespace(namespace: object): string | undefined {
  const exports = (namespace as { readonly default?: unknown }).default;
  const isObject = (typeof exports === 'object' && exports !== null) || typeof exports === 'function';
  const found = isObject ? builtInExport(exports as object) : undefined;
  if (found?.path.join() !== 'default') return undefined;
  const keys = Object.keys(namespace).filter((key) => key !== 'default');
  const isSame = (key: string): boolean => {
    const own = Object.getOwnPropertyDescriptor(exports, key); // some have getters that warn
    return own !== undefined && (own.get !== undefined || own.value === Reflect.get(namespace, key));
  };
  return keys.length > 0 && keys.every(isSame) ? found.module : undefined;
}

function addExports(bare: string, found: NonNullable<typeof exported>): void {
  const module = `node:${bare}`;
  const namespace = process.getBuiltinModule(module) as object | undefined;
  if (namespace === undefined) return;
  if (!found.has(namespace)) found.set(namespace, { module, path: ['default'] });
  for (const [key, { value }] of Object.entries(Object.getOwnPropertyDescriptors(namespace))) {
    if (value === null || (typeof value !== 'function' && typeof value !== 'object') || found.has(value)) continue;
    found.set(value, { module, path: [key] });
    if (typeof value === 'function' && value.prototype && !found.has(value.prototype)) {
      found.set(value.prototype, { module, path: [key, 'prototype'] });
    }
  }
}
