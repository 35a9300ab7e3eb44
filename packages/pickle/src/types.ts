/** Says in an error of the compiler what a value is. */
export interface CannotTravel<What extends string> {
  readonly __cannotPickle: What;
}

type IsAny<T> = 0 extends 1 & T ? true : false;
type Primitive = string | number | bigint | boolean | null | undefined;
// biome-ignore lint/suspicious/noExplicitAny: any function
type AnyFunction = (...args: any[]) => unknown;
// biome-ignore lint/suspicious/noExplicitAny: any class
type AnyClass = abstract new (...args: any[]) => unknown;
type Whole = Date | RegExp | Error | URL | ArrayBufferView | ArrayBufferLike | AnyFunction | AnyClass;
type Emitter = import('node:events').EventEmitter;
type Weak = WeakMap<WeakKey, unknown> | WeakSet<WeakKey> | WeakRef<WeakKey>;

/**
 * A type, if its values can travel; otherwise one that nothing is assignable to, with the reason in it. Types cannot tell all: a
 * function may have captured anything.
 *
 * @example
 * import type { Pickleable } from '@prac/pickle';
 * const fine: Pickleable<{ n: number }> = { n: 1 };
 * console.log(fine.n); // 1
 */
export type Pickleable<T> =
  IsAny<T> extends true
    ? T
    : unknown extends T
      ? T
      : T extends Primitive
        ? T
        : T extends PromiseLike<unknown>
          ? CannotTravel<'a promise: await it first'>
          : T extends Generator | AsyncGenerator
            ? CannotTravel<'a running generator: pass the function that makes it'>
            : T extends Emitter
              ? CannotTravel<'an EventEmitter (stream, socket, server, worker …): open it where it is needed'>
              : T extends Whole | symbol
                ? T
                : T extends ReadonlyMap<infer K, infer V>
                  ? Holding<T, K | V>
                  : T extends ReadonlySet<infer V>
                    ? Holding<T, V>
                    : T extends Weak
                      ? CannotTravel<'a weak collection: it cannot be enumerated'>
                      : T extends AbortSignal | AbortController
                        ? CannotTravel<'bound to this thread: cancel from here'>
                        : T extends object
                          ? { [K in keyof T]: Pickleable<T[K]> }
                          : T;

/** A collection, if what it holds can travel. */
type Holding<T, Content> = [Content] extends [Pickleable<Content>]
  ? T
  : CannotTravel<'a collection of what cannot be pickled'>;

/** The types of a function's arguments, if they can travel. */
export type PickleableArgs<Args extends readonly unknown[]> = { [K in keyof Args]: Pickleable<Args[K]> };
