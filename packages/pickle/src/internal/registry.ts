import { threadId } from 'node:worker_threads';

/*
 * What this package remembers of functions, on this thread: explicit references, and the names under which functions and
 * classes that travel by value are known, here and where they come from.
 */

/** Something that a module exports. */
export interface Reference {
  readonly module: string;
  readonly path: readonly string[];
  /** The module from which `module` is imported, where that is no URL. */
  readonly from?: string;
  /** Where a world that has it keeps it. */
  readonly world?: string;
}

/** How the state of a class that has come by value is set. */
export interface Received {
  /** The names of its variables. */
  readonly variables: string;
  readonly set: (values: readonly unknown[]) => void;
  readonly setPrivates: ((values: readonly unknown[]) => void) | undefined;
  /** Of properties that came with it. */
  keys: ReadonlySet<PropertyKey>;
}

interface Registry {
  readonly references: WeakMap<object, Reference>;
  readonly named: Map<string, WeakRef<object>>;
  readonly found: WeakMap<object, Reference>;
  readonly ids: WeakMap<object, string>;
  readonly byId: Map<string, WeakRef<object>>;
  readonly received: WeakMap<object, Received>;
  /** Modules, as prefixes of their URLs, of which functions travel by value. */
  readonly byValue: Set<string>;
  readonly dead: FinalizationRegistry<string>;
  readonly salt: string;
  count: number;
}

const KEY = Symbol.for('prac.pickle.registry/1');
const shared = globalThis as { [KEY]?: Registry };

function registry(): Registry {
  if (shared[KEY] !== undefined) return shared[KEY];
  const byId = new Map<string, WeakRef<object>>();
  shared[KEY] = {
    references: new WeakMap(),
    named: new Map(),
    found: new WeakMap(),
    ids: new WeakMap(),
    byId,
    received: new WeakMap(),
    byValue: new Set(),
    dead: new FinalizationRegistry((id) => {
      if (byId.get(id)?.deref() === undefined) byId.delete(id);
    }),
    salt: `${process.pid.toString(36)}-${threadId.toString(36)}-${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 8)}`,
    count: 0,
  };
  return shared[KEY];
}

/*
 * A package that does not load this one says of its own exports where they are:
 *
 *   Lock[Symbol.for('prac.pickle.reference')] = { module: '@prac/sync', from: import.meta.url, path: ['Lock'], world: 'prac.sync/1' }
 *
 * A world (a thread, a process) that has the package keeps its exports at globalThis[Symbol.for(world)].exports: they are taken
 * from there, without an import, also where the package is part of a bundle.
 */
const REFERENCE = Symbol.for('prac.pickle.reference');

/** What was said of it. */
export function referenceTo(fn: object): Reference | undefined {
  return registry().references.get(fn) ?? ownReference(fn);
}

function ownReference(fn: object): Reference | undefined {
  return Object.getOwnPropertyDescriptor(fn, REFERENCE)?.value as Reference | undefined;
}

/** What this world has under that name. */
export function inWorld(world: string, name: string): unknown {
  const { exports } = ((globalThis as Record<symbol, unknown>)[Symbol.for(world)] ?? {}) as { exports?: object };
  return exports !== undefined && Object.hasOwn(exports, name) ? (exports as Record<string, unknown>)[name] : undefined;
}

export function setReference(fn: object, reference: Reference): void {
  registry().references.set(fn, reference);
  registry().named.set(nameOf(reference.module, reference.path), new WeakRef(fn));
}

/** What `reference()` was called with here under that name. */
export function referenced(module: string, path: readonly string[]): object | undefined {
  return registry().named.get(nameOf(module, path))?.deref();
}

function nameOf(module: string, path: readonly string[]): string {
  return `${module}#${path.join('.')}`;
}

/** What was found out about it before. */
export function foundReference(fn: object): Reference | undefined {
  return registry().found.get(fn);
}

export function setFoundReference(fn: object, reference: Reference): void {
  registry().found.set(fn, reference);
}

/** The name of a function: the same wherever it has travelled. */
export function idOf(fn: object): string {
  const known = registry().ids.get(fn);
  if (known !== undefined) return known;
  const id = `${registry().salt}:${registry().count++}`;
  remember(fn, id);
  return id;
}

export function remember(fn: object, id: string): void {
  const { ids, byId, dead } = registry();
  ids.set(fn, id);
  byId.set(id, new WeakRef(fn));
  dead.register(fn, id);
}

export function withId(id: string): object | undefined {
  return registry().byId.get(id)?.deref();
}

/** Of a class that was not written here but came. */
export function receivedOf(type: object): Received | undefined {
  return registry().received.get(type);
}

export function setReceived(type: object, received: Received): void {
  registry().received.set(type, received);
}

export function travelsByValue(url: string): boolean {
  for (const prefix of registry().byValue) if (url.startsWith(prefix)) return true;
  return false;
}

export function letTravelByValue(prefix: string): void {
  registry().byValue.add(prefix);
}
