/*
 * What this package has in each JavaScript world, for who receives something of it by pickle there: on globalThis, under the layout's
 * version, so that two copies of the package share it.
 */
const WORLD = 'prac.futures/1';
const KEY: unique symbol = Symbol.for(WORLD) as never;

interface World {
  readonly exports: Record<string, unknown>;
}

function world(): World {
  const shared = globalThis as { [KEY]?: World };
  shared[KEY] ??= { exports: {} };
  return shared[KEY];
}

/** Lets a function or class travel by its name (pickle's protocol for who does not import it). */
export function travels<Value extends object>(name: string, value: Value): Value {
  const reference = { module: '@prac/futures', from: import.meta.url, path: [name], world: WORLD };
  Object.defineProperty(value, Symbol.for('prac.pickle.reference'), { value: reference, configurable: true });
  Object.defineProperty(value, 'name', { value: name, configurable: true }); // bundlers rename
  world().exports[name] ??= value;
  return value;
}
