import { types } from 'node:util';
import type { Core } from './core.ts';
import type { FunctionKey } from './function-key.ts';

/*
 * Calls of functions that are built into JavaScript, in code that was instrumented for it:
 *
 *   f(x)       __p.b(f)(x)
 *   a.b(x)     __p.m(a,"b")(x)
 *
 * What is given in place of the function is one that enters and leaves a node of the tree; for all others, and as long as nobody
 * wants to know, it is the function, or one that calls it for its object.
 */
type Fn = (this: unknown, ...args: unknown[]) => unknown;
type Recorder = Pick<Core, 'e' | 'x'>;

const { apply } = Reflect;
const { isProxy } = types;
const textOf = Function.prototype.toString;
const tagOf = Object.prototype.toString;
const natives = new WeakMap<Fn, boolean>();

function isNative(fn: Fn): boolean {
  let known = natives.get(fn);
  if (known === undefined) {
    // Bound functions and proxies look native, and are somebody's.
    known = !isProxy(fn) && !isBound(fn) && /\{\s*\[native code\]\s*\}$/.test(apply(textOf, fn, []) as string);
    natives.set(fn, known);
  }
  return known;
}

function isBound(fn: Fn): boolean {
  const name: unknown = Object.getOwnPropertyDescriptor(fn, 'name')?.value;
  return typeof name === 'string' && name.startsWith('bound ');
}

/** As Python names them. */
function nameOf(fn: Fn, object: unknown): string {
  const own: unknown = Object.getOwnPropertyDescriptor(fn, 'name')?.value;
  const name = typeof own === 'string' ? own : '?';
  if (object === undefined || object === globalThis) return `<built-in method ${name}>`;
  if (typeof object === 'function' && !isProxy(object)) return `<built-in method ${(object as Fn).name}.${name}>`;
  const tag = tagNameOf(object);
  const isNamespace = Object.hasOwn(globalThis, tag) && (globalThis as Record<string, unknown>)[tag] === object;
  return isNamespace ? `<built-in method ${tag}.${name}>` : `<method '${name}' of '${tag}' objects>`;
}

/** What is wrong with somebody's object does not come out here. */
function tagNameOf(object: unknown): string {
  if (isProxy(object)) return 'Object';
  try {
    return (apply(tagOf, object, []) as string).slice('[object '.length, -1);
  } catch {
    return 'Object';
  }
}

export class BuiltIns {
  readonly #recorder: Recorder;
  readonly #define: (key: FunctionKey) => number;
  readonly #numbers = new Map<string, number>();
  /** Whether somebody wants to know. */
  isOn = false;

  constructor(recorder: Recorder, define: (key: FunctionKey) => number) {
    this.#recorder = recorder;
    this.#define = define;
  }

  readonly b = (fn: unknown): unknown => {
    return this.isOn && typeof fn === 'function' && isNative(fn as Fn) ? this.#counted(fn as Fn, undefined) : fn;
  };

  readonly m = (object: unknown, key: PropertyKey): unknown => {
    const fn = (object as Record<PropertyKey, unknown>)[key];
    if (typeof fn !== 'function') {
      return () => {
        throw new TypeError(`${String(key)} is not a function`); // after the arguments, as always
      };
    }
    if (this.isOn && isNative(fn as Fn)) return this.#counted(fn as Fn, object);
    return (...args: unknown[]) => apply(fn, object, args);
  };

  #counted(fn: Fn, object: unknown): Fn {
    const name = nameOf(fn, object);
    let number = this.#numbers.get(name);
    if (number === undefined) {
      number = this.#define(['~', 0, name]);
      this.#numbers.set(name, number);
    }
    const id = number;
    return (...args) => {
      const frame = this.#recorder.e(id);
      try {
        return apply(fn, object, args);
      } finally {
        this.#recorder.x(frame);
      }
    };
  }
}
