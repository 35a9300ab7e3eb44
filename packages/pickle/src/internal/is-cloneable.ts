import { types } from 'node:util';
import { hasOwnFields, isMostlyHoles, LONG_ARRAY } from './codec/own-properties.ts';

/**
 * Whether structured cloning carries all of a value: plain objects and arrays, collections, buffers (shared ones, too), and
 * nothing that it would drop. A look, without making anything.
 */
export function isCloneable(root: unknown, transferred: readonly unknown[]): boolean {
  if (typeof root !== 'object' || root === null) return isPrimitive(root);
  const seen = new Set<unknown>([...transferred, root]);
  const stack: object[] = transferred.includes(root) ? [] : [root];
  const isFine = (value: unknown): boolean => {
    if (typeof value !== 'object' || value === null) return isPrimitive(value);
    if (!seen.has(value)) {
      seen.add(value);
      stack.push(value);
    }
    return true;
  };
  for (let object = stack.pop(); object !== undefined; object = stack.pop()) {
    if (!holdsOnly(object, isFine)) return false;
  }
  return true;
}

function isPrimitive(value: unknown): boolean {
  return typeof value !== 'function' && typeof value !== 'symbol';
}

function holdsOnly(object: object, isFine: (value: unknown) => boolean): boolean {
  if (types.isProxy(object)) return false;
  const prototype = Object.getPrototypeOf(object) as object | null;
  if (prototype === Object.prototype) return ownAre(object, isFine);
  if (Array.isArray(object)) {
    if (prototype !== Array.prototype || Object.getOwnPropertySymbols(object).length > 0) return false;
    const isShort = object.length <= LONG_ARRAY;
    if (isShort || isMostlyHoles(object)) return ownAre(object, isFine);
    for (const value of object) if (!isFine(value)) return false;
    return true;
  }
  if (prototype === Map.prototype && types.isMap(object)) {
    for (const [key, value] of object) if (!isFine(key) || !isFine(value)) return false;
    return !hasOwnFields(object);
  }
  if (prototype === Set.prototype && types.isSet(object)) {
    for (const value of object) if (!isFine(value)) return false;
    return !hasOwnFields(object);
  }
  if (
    prototype === Date.prototype ||
    prototype === ArrayBuffer.prototype ||
    prototype === SharedArrayBuffer.prototype
  ) {
    return !hasOwnFields(object);
  }
  if (!ArrayBuffer.isView(object) || Buffer.isBuffer(object) || hasOwnFields(object)) return false;
  return isViewOfItsOwn(prototype) && !(object.buffer as ArrayBuffer).detached;
}

function isViewOfItsOwn(prototype: object | null): boolean {
  const name = prototype?.constructor?.name ?? '';
  return (globalThis as Record<string, { prototype?: unknown } | undefined>)[name]?.prototype === prototype;
}

/** Own properties are values, and fine. */
function ownAre(object: object, isFine: (value: unknown) => boolean): boolean {
  if (Object.getOwnPropertySymbols(object).length > 0) return false;
  for (const key of Object.keys(object)) {
    if (!isFine((object as Record<string, unknown>)[key])) return false;
  }
  return true;
}
