/*
 * What this package keeps in each JavaScript world (a thread has one): on globalThis, under the layout's version, so that two
 * copies of the package in one program share it.
 */
const WORLD = 'prac.pool/1';
const KEY: unique symbol = Symbol.for(WORLD) as never;

interface World {
  /** What can be named by a pickle: see `travels`. */
  readonly exports: Record<string, unknown>;
  /** State of other files, by their names. */
  readonly states: Map<string, unknown>;
}

function world(): World {
  const shared = globalThis as { [KEY]?: World };
  shared[KEY] ??= { exports: {}, states: new Map() };
  return shared[KEY];
}

/** State that all copies of the package in this world share. */
export function shared<State>(name: string, create: () => State): State {
  const { states } = world();
  if (!states.has(name)) states.set(name, create());
  return states.get(name) as State;
}

/**
 * Lets a function or class of this package travel by its name (pickle's protocol for who does not import it).
 *
 * @param module - By whose import it is there.
 */
export function travels<Value extends object>(name: string, value: Value, module = '@prac/pool'): Value {
  const reference = { module, from: import.meta.url, path: [name], world: WORLD };
  Object.defineProperty(value, Symbol.for('prac.pickle.reference'), { value: reference, configurable: true });
  Object.defineProperty(value, 'name', { value: name, configurable: true }); // bundlers rename
  const { exports } = world();
  exports[name] ??= value;
  return value;
}

/** Has all of this package in this world, also what nobody has imported here. */
export function offer(all: Readonly<Record<string, unknown>>): void {
  const { exports } = world();
  for (const [name, value] of Object.entries(all)) exports[name] ??= value;
}
