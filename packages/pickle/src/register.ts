import { repr } from '@prac/exceptions';

/** Where a value is to go. */
export interface ReduceContext {
  /** `'thread'`: it stays in this process, memory can be shared. `'bytes'`: it may go anywhere. */
  readonly target: 'thread' | 'bytes';
  /** Whether the bytes stay in this process: what is to be the same in all of its threads may refuse them, and goes as a message then. */
  readonly isHere: boolean;
  /** Says why the value cannot go there. @throws {PicklingError} with the path to the value. */
  refuse(reason: string, advice?: string): never;
}

/**
 * How a value is made again: the function or class that is called with the arguments, and then the state, which goes to its
 * method `setState`, or becomes its own properties where it has none. `null` is no state.
 *
 * Python: what `__reduce__` returns.
 */
export type Reduction = readonly [
  // biome-ignore lint/suspicious/noExplicitAny: any function or class, with its own arguments
  make: ((...args: any[]) => unknown) | (abstract new (...args: any[]) => unknown),
  args: readonly unknown[],
  state?: unknown,
];
// biome-ignore lint/suspicious/noExplicitAny: any class
type AnyClass<Instance> = abstract new (...args: any[]) => Instance;

/** Tells how a value is made again. @throws {PicklingError} if it cannot go there. */
export type Reducer<Instance> = (value: Instance, context: ReduceContext) => Reduction;

/**
 * The key of the method by which a class says how its instances are made again: classes with private fields or handles need
 * it. It is `Symbol.for('prac.pickle.reduce')`, so that a class need not import this package.
 *
 * Python: `__reduce__`.
 *
 * @example
 * import { dumps, loadsSync, reduce } from '@prac/pickle';
 * class Secret {
 *   #word: string;
 *   constructor(word: string) { this.#word = word; }
 *   get length() { return this.#word.length; }
 *   [reduce]() { return [Secret, [this.#word]]; }
 * }
 * console.log(loadsSync<Secret>(dumps(new Secret('abc'))).length); // 3
 */
export const reduce: unique symbol = Symbol.for('prac.pickle.reduce') as never;

const KEY = Symbol.for('prac.pickle/1');
const shared = globalThis as { [KEY]?: WeakMap<object, Reducer<never>> };
shared[KEY] ??= new WeakMap();
const reducers = shared[KEY];

/**
 * Tells how instances of a class that you cannot change are made again. Subclasses are not included.
 *
 * Python: `copyreg.pickle`.
 *
 * @throws {TypeError} if it is no class, or no function.
 * @example
 * import { dumps, loadsSync, register } from '@prac/pickle';
 * register(Intl.NumberFormat, (format) => [Intl.NumberFormat, [format.resolvedOptions().locale]]);
 * console.log(loadsSync<Intl.NumberFormat>(dumps(new Intl.NumberFormat('de'))).format(1.5)); // 1,5
 */
export function register<Instance extends object>(type: AnyClass<Instance>, reducer: Reducer<Instance>): void {
  if (typeof type !== 'function') throw new TypeError(`Expected a class, got ${repr(type)}`);
  if (typeof reducer !== 'function') throw new TypeError(`Expected a reducer function, got ${repr(reducer)}`);
  reducers.set(type, reducer as Reducer<never>);
}

/** What makes a value again, if its class has said so. @internal */
export function reducerOf(value: object, type: unknown): ((context: ReduceContext) => Reduction) | undefined {
  const method = (value as { [reduce]?: unknown })[reduce];
  if (typeof method === 'function') return (context) => method.call(value, context) as Reduction;
  const registered = typeof type === 'function' ? reducers.get(type) : undefined;
  return registered && ((context) => registered(value as never, context));
}
