// Long because it is one walk: how each kind of value is lowered needs how all others are.
import { types } from 'node:util';
import { PicklingError } from '../errors.ts';
import { type ReduceContext, type Reduction, reducerOf } from '../register.ts';
import { attributesOf, isAccessor } from './attributes.ts';
import { hasOwnFields, isMostlyHoles, LONG_ARRAY } from './codec/own-properties.ts';
import { describe } from './describe.ts';
import type {
  ArrayNode,
  ErrorNode,
  Fields,
  Graph,
  GraphNode,
  InstanceNode,
  MapNode,
  NewNode,
  ReduceNode,
  SetNode,
  Slot,
} from './graph.ts';
import { builtInExport, builtInNamespace, intrinsicPath } from './intrinsics.ts';
import {
  type Callable,
  hiddenState,
  isConstructor,
  isError,
  isExactly,
  isForeign,
  isForeignArray,
  isForeignPlain,
  isInstanceOf,
  isNative,
  isPlainObject,
  isRaw,
  isWasmModule,
  nameOf,
  ownerOf,
  putField,
  putHidden,
  putProperty,
  stackOf,
  step,
} from './kinds.ts';
import { refusalOf } from './refused.ts';

/** How a value is lowered. */
export interface LoweringOptions {
  readonly target: ReduceContext['target'];
  /** Whether it is for a thread of this process, though it becomes bytes. */
  readonly isHere?: boolean;
  /** What the path to the value begins with, in errors. */
  readonly name: string;
  /** What goes to a thread for good: it is not copied. */
  readonly transfer: ReadonlySet<unknown>;
  /** A value by which the receiver knows an object; `undefined` where it does not. */
  readonly persistentId: ((value: object) => unknown) | undefined;
  /** Ids of functions by value that the receiver has got before; those that it gets now are added to `news`. */
  readonly sent: { readonly before: ReadonlySet<string>; readonly news: string[] } | undefined;
  /** Lowers a function. */
  readonly lowerFunction: (value: Callable, lowering: Lowering) => Slot;
}

/** In a path, before the name of a value's class. */
const CLASS_STEP = ' -> class ';

/*
 * Makes the graph of a value: one walk, depth first. Own properties are read through their descriptors: no getter is run.
 *
 *   slot(value) ── primitive ──> itself
 *              └── known ──> [its index]
 *              └── new ──> a node, entered before what it holds is looked at (cycles) ──> [its index]
 */
export class Lowering {
  readonly options: LoweringOptions;
  readonly nodes: GraphNode[] = [];
  readonly #memo = new Map<unknown, Slot>();
  /** What the memo has, in order: an attempt that is refused takes back what it has added. */
  readonly #log: unknown[] = [];
  readonly #path: string[] = [];

  constructor(options: LoweringOptions) {
    this.options = options;
  }

  lower(value: unknown): Graph {
    try {
      return { root: this.slot(value), nodes: this.nodes };
    } catch (error) {
      if (!(error instanceof RangeError) || !error.message.includes('call stack')) throw error;
      throw new PicklingError(
        { path: this.path, reason: 'it is nested too deeply', advice: 'flatten it' },
        { cause: error },
      );
    }
  }

  /** Whether it is the class of a value that is looked at, and not a class that was given. */
  get isAtClass(): boolean {
    return this.#path.at(-1)?.startsWith(CLASS_STEP) === true;
  }

  get path(): string {
    return this.options.name + this.#path.slice(0, 20).join('');
  }

  /** @throws {PicklingError} */
  refuse(value: unknown, reason: string, advice = ''): never {
    throw new PicklingError({ path: this.path, reason: `cannot pickle ${describe(value)}: ${reason}`, advice });
  }

  /** Does something under a longer path. */
  at<Result>(step: string, action: () => Result): Result {
    this.#path.push(step);
    const result = action(); // where it throws, the path is needed no more
    this.#path.pop();
    return result;
  }

  /** Does something that may be refused: nothing of it is left then. */
  attempt<Result>(action: () => Result): Result | PicklingError {
    const [nodes, logged, path] = [this.nodes.length, this.#log.length, this.#path.length];
    const news = this.options.sent?.news.length;
    try {
      return action();
    } catch (error) {
      if (!(error instanceof PicklingError)) throw error;
      this.nodes.length = nodes;
      for (const value of this.#log.splice(logged)) this.#memo.delete(value);
      if (news !== undefined) this.options.sent!.news.length = news;
      this.#path.length = path;
      return error;
    }
  }

  /** Adds a node; what it stands for is that node from now on. */
  add(value: unknown, node: GraphNode): readonly [number] {
    const slot = [this.nodes.push(node) - 1] as const;
    if (value !== undefined) {
      this.#memo.set(value, slot);
      this.#log.push(value);
    }
    return slot;
  }

  slot(value: unknown): Slot {
    if (value === null || (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol')) {
      return value as Slot;
    }
    const known = this.#memo.get(value);
    if (known !== undefined) return known;
    if (typeof value === 'symbol') return this.#symbol(value);
    const persistent = this.options.persistentId?.(value);
    if (persistent !== undefined) return this.add(value, { t: 'persistent', i: this.slot(persistent) });
    if (types.isProxy(value)) this.refuse(value, 'it is a Proxy', 'pass what is behind it');
    return typeof value === 'function' ? this.options.lowerFunction(value as Callable, this) : this.#object(value);
  }

  #symbol(symbol: symbol): Slot {
    const key = Symbol.keyFor(symbol);
    if (key !== undefined) return this.add(symbol, { t: 'symbol', k: key });
    const name = Object.getOwnPropertyNames(Symbol).find((name) => Symbol[name as 'iterator'] === (symbol as unknown));
    if (name !== undefined) return this.add(symbol, { t: 'symbol', w: name });
    return this.refuse(symbol, 'it would not be the same symbol there', 'use Symbol.for(name)');
  }

  #object(value: object): Slot {
    const prototype = Object.getPrototypeOf(value) as object | null;
    if (types.isModuleNamespaceObject(value)) {
      const module = builtInNamespace(value);
      if (module === undefined) this.refuse(value, 'it is a whole module', 'import it by a function that uses it');
      return this.add(value, { t: 'import', u: module, p: [] });
    }
    const owner = ownerOf(value);
    if (owner !== undefined) return this.#prototype(value, owner);
    const isPlain = prototype === Object.prototype || prototype === null;
    if (
      !isPlain ||
      Symbol.toStringTag in value ||
      typeof (value as { constructor?: unknown }).constructor === 'function'
    ) {
      const named = this.#named(value);
      if (named !== undefined) return named;
    }
    const type = prototype?.constructor;
    const reducer = reducerOf(value, type);
    if (reducer !== undefined) return this.#reduced(value, reducer);
    if (types.isArgumentsObject(value)) this.refuse(value, 'it is the arguments of a call', 'pass [...arguments]');
    if (Array.isArray(value)) return this.#array(value, prototype);
    if (isPlain || isForeignPlain(prototype)) return this.#fields(value, { t: prototype === null ? 'null' : 'object' });
    if (isInstanceOf(value, 'DOMException')) {
      const { message, name, cause } = value as DOMException;
      const options = this.slot({ name, ...(cause === undefined ? {} : { cause }) });
      const slot = this.#new(value, 'DOMException', [message, options]);
      const stack = stackOf(value as DOMException);
      const attributes = attributesOf({ writable: true, configurable: true });
      if (typeof stack === 'string') putProperty(this.nodes[slot[0]] as NewNode, 'stack', attributes, stack, undefined);
      return slot;
    }
    if (isError(value)) return this.#error(value, prototype);
    return this.#collection(value, prototype) ?? this.#platform(value) ?? this.#instance(value, prototype);
  }

  /** The prototype of a function: it is made with that. */
  #prototype(value: object, owner: Callable): Slot {
    const f = this.at('.constructor', () => this.slot(owner));
    return this.#memo.get(value) ?? this.add(value, { t: 'prototype', f });
  }

  /** What every world has by a name. */
  #named(value: object): Slot | undefined {
    const path = intrinsicPath(value);
    if (path !== undefined) return this.add(value, { t: 'intrinsic', p: path });
    const exported = builtInExport(value);
    return exported && this.add(value, { t: 'import', u: exported.module, p: exported.path });
  }

  #reduced(value: object, reducer: (context: ReduceContext) => Reduction): Slot {
    const reduction: unknown = reducer({
      target: this.options.target,
      isHere: this.options.isHere ?? this.options.target === 'thread',
      refuse: (why, advice) => this.refuse(value, why, advice),
    });
    if (!Array.isArray(reduction) || typeof reduction[0] !== 'function' || !Array.isArray(reduction[1])) {
      this.refuse(value, 'its reducer did not return [function, arguments, state?]');
    }
    const [make, args, state] = reduction as unknown as Reduction;
    const isStateless = state === undefined || state === null;
    if (!isStateless && typeof state !== 'object' && typeof (value as { setState?: unknown }).setState !== 'function') {
      this.refuse(value, 'its reducer returned a state that is no object', 'give the class a method setState(state)');
    }
    const node: ReduceNode = { t: 'reduce', f: undefined, a: [], w: isConstructor(make as Callable, value) };
    const slot = this.add(value, node);
    node.f = this.at(' -> reducer', () => this.slot(make));
    args.forEach((arg, i) => void node.a.push(this.at(` -> argument ${i} of the reducer`, () => this.slot(arg))));
    if (!isStateless) node.x = this.at(' -> state', () => this.slot(state));
    return slot;
  }

  #array(array: readonly unknown[], prototype: object | null): Slot {
    const node: ArrayNode = { t: 'array', a: [] };
    const slot = this.add(array, node);
    if (prototype !== Array.prototype && !isForeignArray(array)) node.c = this.#subclassOf(array, prototype, Array);
    if (array.length > LONG_ARRAY && isMostlyHoles(array)) {
      node.n = array.length;
      this.#putFields(array, node);
      return slot;
    }
    for (let i = 0; i < array.length; i++) {
      if (!Object.hasOwn(array, i)) {
        node.h ??= [];
        node.h.push(i);
      }
      node.a.push(this.at(`[${i}]`, () => this.slot(array[i])));
    }
    this.#putFields(array, node, (key) => typeof key === 'string' && /^(\d+|length)$/.test(key));
    return slot;
  }

  #fields(value: object, node: GraphNode & Fields): Slot {
    const slot = this.add(value, node);
    this.#putFields(value, node);
    return slot;
  }

  /**
   * Own properties. Of plain objects and arrays the enumerable ones, and their getters are read, as structured cloning does; of
   * all else those that cannot be enumerated, too, and no getter is run.
   */
  #putFields(value: object, node: Fields, isElsewhere: (key: string | symbol) => boolean = () => false): void {
    const isPlain = isPlainObject(value);
    const hasHidden =
      !isPlain && (node as GraphNode).t !== 'new' && !(Array.isArray(value) && (node as ArrayNode).c === undefined);
    for (const key of Reflect.ownKeys(value)) {
      const descriptor = Object.getOwnPropertyDescriptor(value, key);
      if (descriptor === undefined || isElsewhere(key) || !(descriptor.enumerable || hasHidden)) continue;
      this.at(step(key), () => {
        if (!isAccessor(descriptor)) this.property(node, key, descriptor);
        else if (isPlain) putField(node, key, this.slot(key), this.slot(Reflect.get(value, key)));
        else this.refuse(value, 'this property has a getter or setter', 'pass its value');
      });
    }
  }

  /** A property as it is: with its attributes, and accessors as the functions they are. */
  property(node: Fields, key: string | symbol, descriptor: PropertyDescriptor): void {
    const { get, set, value } = descriptor;
    if (descriptor.enumerable === true && !isAccessor(descriptor)) {
      putField(node, key, this.slot(key), this.slot(value));
      return;
    }
    const content = isAccessor(descriptor) ? get : value;
    putProperty(node, this.slot(key), attributesOf(descriptor), this.slot(content), this.slot(set));
  }

  /** Those properties of an object as they are. */
  properties(value: object, keys: readonly (string | symbol)[], node: Fields): void {
    for (const key of keys) {
      const descriptor = Object.getOwnPropertyDescriptor(value, key)!;
      this.at(step(key), () => this.property(node, key, descriptor));
    }
  }

  /** What it is already, if it is part of the graph. */
  known(value: object): Slot {
    return this.#memo.get(value);
  }

  /** A native class with own contents, and a class that extends it. */
  #subclassOf(value: object, prototype: object | null, base: { readonly prototype: object }): Slot {
    const hidden = hiddenState(prototype, base.prototype);
    if (hidden !== undefined && !hidden.isNative) this.#refuseSecret(value, hidden.name);
    return this.#classOf(value, prototype);
  }

  #refuseSecret(value: object, name: string): never {
    return this.refuse(
      value,
      `class ${name} has private fields, which nobody can read from outside`,
      `give it a method [Symbol.for('prac.pickle.reduce')]() { return [${name}, [arguments]] }, or register(${name}, reducer)`,
    );
  }

  #classOf(value: object, prototype: object | null): Slot {
    const type = prototype?.constructor;
    if (typeof type !== 'function' || type.prototype !== prototype) {
      this.refuse(
        value,
        'its class cannot be told from its prototype',
        'give the class a reducer: register(Class, reducer)',
      );
    }
    if (isNative(type) && isForeign(type)) return this.slot((globalThis as Record<string, unknown>)[type.name]);
    const slot = this.at(CLASS_STEP + nameOf(type as Callable), () => this.slot(type));
    const node = this.nodes[(slot as readonly [number])[0]];
    if (node?.t === 'function') node.r = true;
    return slot;
  }

  /**
   * An error always travels: what it carries and cannot be pickled stays behind, and an error whose class cannot be pickled
   * keeps the name of it.
   */
  #error(error: Error, prototype: object | null): Slot {
    const own = (key: string): unknown => Object.getOwnPropertyDescriptor(error, key)?.value;
    const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
    const stack = own('stack') ?? stackOf(error);
    const node: ErrorNode = {
      t: 'error',
      c: null,
      n: typeof prototype?.constructor === 'function' ? nameOf(prototype.constructor as Callable) : 'Error',
      m: text(own('message')),
      k: text(stack),
    };
    const slot = this.add(error, node);
    this.#errorClass(error, prototype, node);
    for (const key of Reflect.ownKeys(error)) {
      if (key === 'stack' || key === 'message') continue;
      const descriptor = Object.getOwnPropertyDescriptor(error, key)!;
      if (descriptor.get !== undefined) continue;
      const content = this.attempt(() =>
        this.at(step(key), () => [this.slot(key), this.slot(descriptor.value)] as const),
      );
      if (content instanceof PicklingError) continue;
      if (descriptor.enumerable || typeof key === 'symbol') putField(node, key, ...content);
      else putHidden(node, key, content[1]);
    }
    return slot;
  }

  /** Its class; Node's own and others that cannot travel are taken for the nearest above them that can. */
  #errorClass(error: Error, prototype: object | null, node: ErrorNode): void {
    for (
      let current = prototype;
      current !== null && current !== Object.prototype;
      current = Object.getPrototypeOf(current)
    ) {
      const type = this.attempt(() => this.#classOf(error, current));
      if (!(type instanceof PicklingError)) {
        node.c = type;
        if (current !== prototype) node.b = true;
        return;
      }
    }
  }

  #collection(value: object, prototype: object | null): Slot | undefined {
    if (types.isMap(value)) {
      const node: MapNode = { t: 'map', e: [] };
      const slot = this.add(value, node);
      if (prototype !== Map.prototype) node.c = this.#subclassOf(value, prototype, Map);
      for (const [key, item] of Map.prototype.entries.call(value)) {
        node.e.push(
          this.at(' -> a key', () => this.slot(key)),
          this.at(`.get(${describe(key)})`, () => this.slot(item)),
        );
      }
      this.#putFields(value, node);
      return slot;
    }
    if (types.isSet(value)) {
      const node: SetNode = { t: 'set', e: [] };
      const slot = this.add(value, node);
      if (prototype !== Set.prototype) node.c = this.#subclassOf(value, prototype, Set);
      for (const item of Set.prototype.values.call(value))
        node.e.push(this.at(' -> an element', () => this.slot(item)));
      this.#putFields(value, node);
      return slot;
    }
    return undefined;
  }

  /** What structured cloning or a constructor of the platform carries. */
  #platform(value: object): Slot | undefined {
    const { target, transfer } = this.options;
    if (transfer.has(value)) return this.add(value, { t: 'raw', v: value });
    if (types.isSharedArrayBuffer(value) || (ArrayBuffer.isView(value) && types.isSharedArrayBuffer(value.buffer))) {
      if (target === 'thread') return this.add(value, { t: 'raw', v: value });
      this.refuse(
        value,
        'its memory is shared between the threads of this process only',
        'copy it: new Uint8Array(shared).slice()',
      );
    }
    if (Buffer.isBuffer(value)) return this.add(value, { t: 'buffer', v: new Uint8Array(value) });
    if (isRaw(value)) {
      const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
      if (types.isArrayBuffer(buffer) && buffer.detached) this.refuse(value, 'its memory has been handed over');
      if (hasOwnFields(value)) this.refuse(value, 'it has properties of its own', 'put both into an object');
      return this.add(value, { t: 'raw', v: value });
    }
    if (isExactly(value, 'URL')) return this.#new(value, 'URL', [(value as URL).href]);
    if (isExactly(value, 'URLSearchParams')) return this.#new(value, 'URLSearchParams', [String(value)]);
    if (isExactly(value, 'Headers')) return this.#new(value, 'Headers', [this.slot([...(value as Headers)])]);
    if (isInstanceOf(value, 'Blob') || types.isKeyObject(value) || types.isCryptoKey(value) || isWasmModule(value)) {
      if (target === 'thread') return this.add(value, { t: 'raw', v: value });
      this.refuse(
        value,
        'it cannot be read at once',
        isInstanceOf(value, 'Blob') ? 'pass await blob.bytes()' : 'export it first',
      );
    }
    const refusal = refusalOf(value);
    return refusal && this.refuse(value, `it is ${refusal[0]}`, refusal[1]);
  }

  #new(value: object, type: string, args: readonly Slot[]): readonly [number] {
    const node: NewNode = { t: 'new', c: type, a: args };
    const slot = this.add(value, node);
    this.#putFields(value, node);
    return slot;
  }

  #instance(value: object, prototype: object | null): Slot {
    const node: InstanceNode = { t: 'instance', c: undefined };
    const slot = this.add(value, node);
    const hidden = hiddenState(prototype);
    if (hidden?.isNative) {
      const advice = `tell how to make it again: register(${nameOf(prototype!.constructor as Callable)}, reducer)`;
      this.refuse(value, `the native class ${hidden.name} keeps hidden state`, advice);
    }
    if (hidden !== undefined) this.#refuseSecret(value, hidden.name);
    node.c = this.#classOf(value, prototype);
    this.#putFields(value, node);
    return slot;
  }
}
