import { reprBytes, reprNumber, reprString } from './internal/repr-literal.ts';

/**
 * Writes a value as Python's `repr()` does, for error texts that match Python's.
 *
 * Strings get Python's quotes and escapes, a `Uint8Array` is `b'...'`, arrays are lists, a `Map` and a plain object are
 * dicts, a `Set` is a set, `null` and `undefined` are `None`. An integer that JavaScript holds exactly is written as an
 * int, every other number as a float. An error is `Name('message')`. Any other object is asked by `toRepr()`
 * if it has that method (as `JSON.stringify` asks `toJSON()`), else by its own `toString()`. A container inside itself is shortened, as in Python, to `[...]` or `{...}`.
 *
 * Python: `repr`; which characters of a string count as printable is decided by the Unicode version of V8.
 *
 * @param value - Anything.
 * @returns The text.
 * @example
 * import { repr } from '@prac/exceptions';
 * console.log(repr(["it's", true, null, 1.5])); // ["it's", True, None, 1.5]
 */
export function repr(value: unknown): string {
  return reprWithin(value, []);
}

/** @param outer - The containers that are being written, outermost first. */
function reprWithin(value: unknown, outer: object[]): string {
  switch (typeof value) {
    case 'string':
      return reprString(value);
    case 'number':
      return reprNumber(value);
    case 'boolean':
      return value ? 'True' : 'False';
    case 'undefined':
      return 'None';
    case 'function':
      return reprFunction(value);
    case 'object':
      return value === null ? 'None' : reprObject(value, outer);
    default: // bigint, symbol
      return String(value);
  }
}

function reprFunction(value: object & { name?: unknown }): string {
  const kind = Function.prototype.toString.call(value).startsWith('class') ? "class '" : 'function ';
  const name = typeof value.name === 'string' && value.name !== '' ? value.name : '<lambda>';
  return `<${kind}${name}${kind.endsWith("'") ? "'" : ''}>`;
}

function reprObject(value: object & { readonly toRepr?: unknown }, outer: object[]): string {
  if (typeof value.toRepr === 'function') return String(value.toRepr());
  if (value instanceof Uint8Array) return reprBytes(value);
  if (value instanceof Error) return `${value.name}(${value.message === '' ? '' : reprString(value.message)})`;
  if (isContainer(value)) return reprContainer(value, outer);
  return reprOther(value);
}

function reprOther(value: object): string {
  const hasText = typeof value.toString === 'function' && value.toString !== Object.prototype.toString;
  return hasText ? String(value) : `<${value.constructor?.name ?? ''} object>`;
}

type Container = readonly unknown[] | ReadonlyMap<unknown, unknown> | ReadonlySet<unknown> | Record<string, unknown>;

function isContainer(value: object): value is Container {
  if (Array.isArray(value) || value instanceof Map || value instanceof Set) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function reprContainer(value: Container, outer: object[]): string {
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  if (outer.includes(value)) return value instanceof Set ? 'set(...)' : `${open}...${close}`;
  if (value instanceof Set && value.size === 0) return 'set()';
  outer.push(value);
  try {
    const write = (item: unknown) => reprWithin(item, outer);
    return `${open}${itemsOf(value, write).join(', ')}${close}`;
  } finally {
    outer.pop();
  }
}

function itemsOf(value: Container, write: (item: unknown) => string): string[] {
  if (Array.isArray(value)) return Array.from(value, write); // a hole is None, as undefined is
  if (value instanceof Set) return [...value].map(write);
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return entries.map(([key, item]) => `${write(key)}: ${write(item)}`);
}
