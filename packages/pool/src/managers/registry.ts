import type { BaseProxy } from './proxy.ts';

/** How a type of a manager is registered. */
export interface RegisterOptions {
  /** Proxies of that class, instead of one that is made. */
  readonly proxytype?: (new (...args: never[]) => BaseProxy) | null | undefined;
  /** The methods that may be called. @defaultValue those whose names do not begin with `_` */
  readonly exposed?: readonly string[] | null | undefined;
  /** Methods whose results stay in the server: the type of the proxy that is given instead. */
  readonly methodToTypeid?: Readonly<Record<string, string>> | null | undefined;
  /** Whether managers have a method that makes one. @defaultValue true */
  readonly createMethod?: boolean | null | undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: any function or class, with its own arguments
export type Callable = ((...args: any[]) => unknown) | (new (...args: any[]) => object);

/** A type that a manager knows. */
export interface Registered {
  /** Nothing: only other servers can make one. */
  readonly callable: Callable | undefined;
  readonly proxytype: (new (...args: never[]) => BaseProxy) | undefined;
  readonly exposed: readonly string[] | undefined;
  readonly methodToTypeid: Readonly<Record<string, string>>;
  /** Methods that wait, and where their options are: they are called off when nobody waits for them any more. */
  readonly waits: Readonly<Record<string, number>>;
}

export type Registry = ReadonlyMap<string, Registered>;

/** Makes what a type makes. */
export function made(callable: Callable, args: readonly unknown[]): unknown {
  return isClass(callable)
    ? Reflect.construct(callable, args)
    : (callable as (...args: readonly unknown[]) => unknown)(...args);
}

function isClass(callable: Callable): boolean {
  const text = Function.prototype.toString.call(callable);
  return /^class\b/.test(text) || (/\[native code\]/.test(text) && callable.prototype !== undefined);
}

const NOT_EXPOSED = new Set(['constructor', ...Object.getOwnPropertyNames(Object.prototype)]);

/** The methods of an object that may be called: not those that block, whose work the server does with promises. */
export function publicMethods(object: unknown): string[] {
  const names = new Set<string>();
  for (let at = Object(object) as object | null; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at))
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(at)))
      if (typeof value === 'function' && !/^_|Sync$/.test(name) && !NOT_EXPOSED.has(name)) names.add(name);
  return [...names];
}
