import { RuntimeError, repr, ValueError } from '@prac/exceptions';
import * as all from './index.ts';
import { shared, travels } from './internal/world.ts';

const state: { method: string | undefined } = shared('context', () => ({ method: undefined }));

/** Ways to start processes. A JavaScript engine has threads of its own, which a fork would lose: there is one. */
const METHODS = ['spawn'];

/** How processes can be started. Python: `multiprocessing.get_all_start_methods`. */
export function getAllStartMethods(): string[] {
  return [...METHODS];
}

/** How they are started: `'spawn'`. Python: `multiprocessing.get_start_method`. */
export function getStartMethod(): string {
  return 'spawn';
}

/**
 * Says how processes are started, for programs that do so in Python.
 *
 * @param method - `'spawn'`.
 * @param options - `force`: may be said again.
 * @throws {ValueError} for another one: a JavaScript engine cannot be forked. {RuntimeError} if it has been said before.
 */
export function setStartMethod(method: 'spawn', options?: { readonly force?: boolean | null } | null): void {
  checkMethod(method);
  if (state.method !== undefined && !options?.force) throw new RuntimeError('context has already been set');
  state.method = method;
}

/**
 * All of this package, as processes are started by a method: for programs that ask for it in Python.
 *
 * @param method - `'spawn'`.
 * @throws {ValueError} for another one.
 * @example
 * import { getContext } from '@prac/pool';
 * const { Lock } = getContext('spawn');
 * console.log(String(new Lock())); // <Lock(owner=None)>
 */
export function getContext(method?: 'spawn' | null): typeof all {
  checkMethod(method);
  return all;
}

/** @internal */
export function checkMethod(method: unknown): void {
  if (method === 'fork' || method === 'forkserver')
    throw new ValueError(`cannot find context for ${repr(method)}: a JavaScript engine cannot be forked, use 'spawn'`);
  if (method != null && method !== 'spawn') throw new ValueError(`cannot find context for ${repr(method)}`);
}

for (const [name, fn] of Object.entries({ getAllStartMethods, getContext, getStartMethod, setStartMethod }))
  travels(name, fn);
