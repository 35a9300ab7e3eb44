import { types } from 'node:util';
import { setOwn } from './codec/decoder.ts';
import type { ErrorNode, Fields, Slot } from './graph.ts';

// biome-ignore lint/suspicious/noExplicitAny: any function
export type Callable = (...args: any[]) => unknown;

/** What a bundler makes of a module's export: `get name() { return variable }`, as an arrow function. Nothing is run by it. */
export function isLiveBinding({ get, set }: PropertyDescriptor): boolean {
  return get !== undefined && set === undefined && /^\(\)\s*=>\s*[\w$]+$/.test(Function.prototype.toString.call(get));
}

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

export function putHidden(node: ErrorNode, key: string, content: Slot): void {
  node.i ??= {};
  setOwn(node.i, key, content);
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

/** The name of the class, among those of an instance, that has private fields. */
export function hasPrivateState(prototype: object | null): string | undefined {
  for (let current = prototype; current !== null; current = Object.getPrototypeOf(current)) {
    const type = current.constructor;
    if (typeof type !== 'function' || isNative(type)) return undefined;
    let isSecret = secrets.get(type);
    if (isSecret === undefined) {
      isSecret = declaresPrivate(Function.prototype.toString.call(type));
      secrets.set(type, isSecret);
    }
    if (isSecret) return type.name || '(anonymous)';
  }
  return undefined;
}

/** Whether a class's own text declares a private member that is not static. Strings and comments are left out. */
function declaresPrivate(source: string): boolean {
  if (!source.startsWith('class') || !source.includes('#')) return false;
  const text = source.replace(
    /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g,
    '',
  );
  return /[{};\s](?:get\s+|set\s+|async\s+|\*\s*|accessor\s+)*#[A-Za-z_$][\w$]*\s*(?:[=;(}\n]|$)/.test(text);
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
