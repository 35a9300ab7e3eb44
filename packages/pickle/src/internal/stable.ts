import { builtInExport, intrinsicPath } from './intrinsics.ts';
import { type Callable, isNative } from './kinds.ts';
import { hasBarePrototype } from './lower-prototype.ts';
import { foundReference, referenceTo } from './registry.ts';

/*
 * Functions by value that are the same whenever they are pickled: what they have captured are constants, and functions of
 * which the same is true. A pickler that remembers names them instead of writing them again.
 */
interface Stable {
  /** Functions by value that it has captured. */
  readonly parts: readonly Callable[];
  readonly parent: object | null;
}

const stable = new WeakMap<object, Stable>();

export function setStable(fn: Callable, parts: readonly Callable[]): void {
  stable.set(fn, { parts, parent: Object.getPrototypeOf(fn) });
}

/** Whether it is one, and nothing has been put on it, or on what it uses, since. */
export function isStable(fn: Callable): boolean {
  const known = stable.get(fn);
  if (known === undefined || known.parent !== Object.getPrototypeOf(fn)) return false;
  if (!Reflect.ownKeys(fn).every((key) => OWN_OF_FUNCTIONS.has(key)) || !hasBarePrototype(fn)) return false;
  return known.parts.every(isStable);
}

/** Own properties of every function. */
export const OWN_OF_FUNCTIONS: ReadonlySet<string | symbol> = new Set([
  'length',
  'name',
  'prototype',
  'arguments',
  'caller',
]);

/** Whether a value that is always the same one is the same in itself: a function is one of the `parts`. */
export function isConstant(value: unknown, parts: Callable[]): boolean {
  if (typeof value !== 'function') return value === null || typeof value !== 'object';
  if (referenceTo(value) !== undefined || foundReference(value) !== undefined) return true;
  // Bound ones are native, too, and may be bound to anything.
  if (isNative(value)) return intrinsicPath(value) !== undefined || builtInExport(value) !== undefined;
  parts.push(value as Callable);
  return isStable(value as Callable);
}
