import { registerHooks } from 'node:module';
import * as exceptions from '@prac/exceptions';
import * as park from '@prac/park';
import * as pickle from '@prac/pickle';
import * as codec from '@prac/pickle/codec';
import * as deposits from '../deposits.ts';
import * as sync from '../index.ts';
import * as memory from '../memory.ts';

/*
 * What a thread's script brings along, for those who import it: a function's module that imports Lock of @prac/sync gets this
 * thread's own Lock, not that of a second copy (which would take 15 ms to load).
 *
 *   import '@prac/sync' ── resolved as ever ──> its file's URL ── load ──> `export` of what is here
 */
const MODULES: Readonly<Record<string, object>> = {
  '@prac/exceptions': exceptions,
  '@prac/park': park,
  '@prac/pickle': pickle,
  '@prac/pickle/codec': codec,
  '@prac/sync': sync,
  '@prac/sync/deposits': deposits,
  '@prac/sync/memory': memory,
};

const KEY = Symbol.for('prac.sync.modules');

/** From now on those modules are the ones of this script. A pickle finds their exports, too. */
export function serveModules(served: ReadonlyMap<string, string>): void {
  if (served.size === 0) return;
  Object.defineProperty(globalThis, KEY, { value: MODULES });
  for (const [url, name] of served) nameExports(url, MODULES[name]!);
  registerHooks({
    load(url, context, next) {
      const name = served.get(url);
      if (name === undefined) return next(url, context);
      return { format: 'module', source: facade(name), shortCircuit: true };
    },
  });
}

function facade(name: string): string {
  const names = Object.keys(MODULES[name]!);
  return [
    `const module = globalThis[Symbol.for('prac.sync.modules')][${JSON.stringify(name)}];`,
    ...names.map((name, i) => `const e${i} = module.${name};`),
    `export { ${names.map((name, i) => `e${i} as ${name}`).join(', ')} };`,
  ].join('\n');
}

/** They are no exports of the file that they stand in. */
function nameExports(url: string, module: object): void {
  for (const [name, value] of Object.entries(module)) {
    if (typeof value === 'function' && !(REFERENCE in value)) pickle.reference(value as () => unknown, url, name);
  }
}

const REFERENCE = Symbol.for('prac.pickle.reference');
