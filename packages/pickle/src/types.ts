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

type Stream = ReadableStream | WritableStream | TransformStream;
/** So many levels of a type are looked at: types that hold themselves (JSON) go on for ever. */
type Levels = [never, never, never, never];

/**
 * A type, if its values can travel; otherwise one that nothing is assignable to, with the reason in it. Types cannot tell all: a
 * function may have captured anything, and only the first levels of a type are looked at.
 *
 * Inside of a function that is generic itself, nothing is known of its type parameter yet: `dumps<unknown>(value)`.
 *
 * @example
 * import type { Pickleable } from '@prac/pickle';
 * const fine: Pickleable<{ n: number }> = { n: 1 };
 * console.log(fine.n); // 1
 */
export type Pickleable<T> = Checked<T, Levels>;

type Checked<T, Left extends unknown[]> =
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
            : T extends IteratorObject<unknown, unknown, unknown>
              ? CannotTravel<'an iterator: pass [...iterator]'>
              : T extends Emitter
                ? CannotTravel<'an EventEmitter (stream, socket, server, worker …): open it where it is needed'>
                : T extends Whole | symbol
                  ? T
                  : T extends ReadonlyMap<infer K, infer V>
                    ? Holding<T, K | V, Left>
                    : T extends ReadonlySet<infer V>
                      ? Holding<T, V, Left>
                      : T extends Weak | FinalizationRegistry<unknown>
                        ? CannotTravel<'a weak collection: it cannot be enumerated'>
                        : T extends AbortSignal | AbortController
                          ? CannotTravel<'bound to this thread: cancel from here'>
                          : T extends Stream
                            ? CannotTravel<'a stream: open it where it is needed'>
                            : T extends object
                              ? Left extends [unknown, ...infer Rest]
                                ? { [K in keyof T]: Checked<T[K], Rest> }
                                : T
                              : T;

/** A collection, if what it holds can travel. */
type Holding<T, Content, Left extends unknown[]> = Left extends [unknown, ...infer Rest]
  ? [Content] extends [Checked<Content, Rest>]
    ? T
    : CannotTravel<'a collection of what cannot be pickled'>
  : T;

/** The types of a function's arguments, if they can travel. */
export type PickleableArgs<Args extends readonly unknown[]> = { [K in keyof Args]: Pickleable<Args[K]> };
