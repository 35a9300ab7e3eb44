import { types } from 'node:util';
import type { ErrorNode, Fields, Slot } from './graph.ts';
import { parsed } from './parser.ts';
import { setOwn } from './set-own.ts';

// biome-ignore lint/suspicious/noExplicitAny: any function
export type Callable = (...args: any[]) => unknown;

/** Whether what a reducer names is to be called with `new`. */
export function isConstructor(make: Callable, value: object): boolean {
  if (make === value.constructor || /^class\b/.test(Function.prototype.toString.call(make))) return true;
  return isNative(make) && Object.hasOwn(make, 'prototype');
}

export function putField(node: Fields, key: string | symbol, keySlot: Slot, content: Slot): void {
  if (typeof key === 'symbol') {
    node.s ??= [];
    node.s.push(keySlot, content);
  } else {
    node.o ??= {};
    setOwn(node.o, key, content);
  }
}

/** A property whose attributes are told, since an assignment would not make it. */
export function putProperty(node: Fields, key: Slot, attributes: number, content: Slot, setter: Slot): void {
  node.p ??= [];
  node.p.push(key, attributes, content, setter);
}

export function putHidden(node: ErrorNode, key: string, content: Slot): void {
  node.i ??= {};
  setOwn(node.i, key, content);
}

/** A function's name, which a static member may have taken the place of. */
export function nameOf(fn: Callable): string {
  const name: unknown = Object.getOwnPropertyDescriptor(fn, 'name')?.value;
  return typeof name === 'string' && name !== '' ? name : '(anonymous)';
}

/** The function whose prototype an object is. Native ones have names. */
export function ownerOf(value: object): Callable | undefined {
  const owner: unknown = Object.getOwnPropertyDescriptor(value, 'constructor')?.value;
  const isOwner = typeof owner === 'function' && owner.prototype === value && !isNative(owner);
  return isOwner ? (owner as Callable) : undefined;
}

export function step(key: string | symbol): string {
  if (typeof key === 'symbol') return `[${String(key)}]`;
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

export function isError(value: object): value is Error {
  return types.isNativeError(value) || value instanceof Error;
}

/** A plain object of another `vm` context. */
export function isForeignPlain(prototype: object | null): boolean {
  return (
    prototype !== null &&
    Object.getPrototypeOf(prototype) === null &&
    prototype.constructor?.name === 'Object' &&
    isNative(prototype.constructor)
  );
}

export function isForeignArray(array: readonly unknown[]): boolean {
  return array.constructor?.name === 'Array' && isNative(array.constructor);
}

export function isRaw(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  const isKind =
    types.isDate(value) ||
    types.isRegExp(value) ||
    types.isArrayBuffer(value) ||
    ArrayBuffer.isView(value) ||
    (types.isBoxedPrimitive(value) && !types.isSymbolObject(value));
  return isKind && typeof prototype?.constructor === 'function' && isNative(prototype.constructor);
}

export function isWasmModule(value: object): boolean {
  return Object.prototype.toString.call(value) === '[object WebAssembly.Module]';
}

export function isNative(type: unknown): boolean {
  return typeof type === 'function' && /\{\s*\[native code\]\s*\}\s*$/.test(Function.prototype.toString.call(type));
}

const secrets = new WeakMap<object, boolean>();

/**
 * The class, among those of an instance, that keeps a state which nobody can read from outside.
 *
 * @param base - A native class whose state is read all the same: Map, Set, Array.
 */
export function hiddenState(
  prototype: object | null,
  base?: object,
): { readonly name: string; readonly isNative: boolean } | undefined {
  for (let current = prototype; current !== null; current = Object.getPrototypeOf(current)) {
    const type = current.constructor;
    if (typeof type !== 'function' || type.prototype !== current) continue;
    if (Object.getPrototypeOf(current) === null || current === base) return undefined; // Object, of whatever context
    if (isNative(type)) return { name: nameOf(type as Callable), isNative: true };
    let isSecret = secrets.get(type);
    if (isSecret === undefined) {
      isSecret = declaresPrivate(Function.prototype.toString.call(type));
      secrets.set(type, isSecret);
    }
    if (isSecret) return { name: nameOf(type as Callable), isNative: false };
  }
  return undefined;
}

/** Whether a class's own text declares a private member that is not static. */
function declaresPrivate(source: string): boolean {
  if (!source.startsWith('class') || !source.includes('#')) return false;
  try {
    const [statement] = parsed(`(${source})`, true).body;
    const expression = statement?.type === 'ExpressionStatement' ? statement.expression : undefined;
    const type = expression?.type === 'ParenthesizedExpression' ? expression.expression : expression;
    if (type?.type !== 'ClassExpression') return true;
    return type.body.body.some(
      (member) => 'key' in member && member.key.type === 'PrivateIdentifier' && !member.static,
    );
  } catch {
    return true; // it cannot be read: better refused than lost
  }
}

/**
 * Whether a value is an instance of a global class. The class is asked for only if the value seems to be one: Node loads some
 * of them when they are first named (20 ms for Headers).
 */
export function isInstanceOf(value: object, name: string): boolean {
  for (
    let current = Object.getPrototypeOf(value) as object | null;
    current !== null;
    current = Object.getPrototypeOf(current)
  ) {
    const type: unknown = Object.getOwnPropertyDescriptor(current, 'constructor')?.value;
    if (typeof type !== 'function' || type.name !== name) continue;
    const known = (globalThis as Record<string, unknown>)[name];
    return typeof known === 'function' && value instanceof known;
  }
  return false;
}

/** Whether it is an instance of a global class itself, and not of a subclass. */
export function isExactly(value: object, name: string): boolean {
  return Object.getPrototypeOf(value)?.constructor?.name === name && isInstanceOf(value, name);
}

export function isPlainObject(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null || prototype === Object.prototype || isForeignPlain(prototype);
}

/** Whether a native class is of another `vm` context, and has its like here. */
export function isForeign(type: { readonly name: string }): boolean {
  const here = (globalThis as Record<string, unknown>)[type.name];
  return typeof here === 'function' && here !== type && isNative(here);
}

/** An accessor of V8, of which the first call makes the text; or one of the user's, which may fail. */
export function stackOf(error: Error): unknown {
  try {
    return error.stack;
  } catch {
    return undefined;
  }
}
