// Long because it is one state machine: how each kind of node is made needs how all others are.
import { types } from 'node:util';
import { UnpicklingError } from '../errors.ts';
import { descriptorOf } from './attributes.ts';
import { Budget, damaged, isText, text } from './budget.ts';
import { makeSparse } from './codec/own-properties.ts';
import { compile, importerOf, type Variable } from './compile.ts';
import { components, isSlot } from './components.ts';
import type {
  ArrayNode,
  ErrorNode,
  Fields,
  FunctionNode,
  Graph,
  GraphNode,
  ImportNode,
  NewNode,
  PrototypeNode,
  ReduceNode,
  Slot,
} from './graph.ts';
import { importedAsync, importedSync, requireOf } from './importing.ts';
import { intrinsicAt } from './intrinsics.ts';
import type { Callable } from './kinds.ts';
import { checkHash, type Move, moveAll } from './places.ts';
import { receivedOf, remember, setReceived, withId } from './registry.ts';
import { setOwn } from './set-own.ts';

/** What a graph may be made of. */
export interface RaisingOptions {
  /** Whether it may hold code: functions, references, classes, reducers. */
  readonly functions: boolean;
  /** Whether a reference may be followed although code is not wanted. */
  readonly allowed: (module: string, path: readonly string[], from: string | undefined) => boolean;
  readonly persistentLoad: ((id: unknown) => unknown) | undefined;
  /** Functions that came before, by their ids. */
  readonly known: Map<string, unknown> | undefined;
  /** Where files are here. */
  readonly move: Move | undefined;
}

/** Classes of the platform that are made by their constructors. None of them runs code that it is given. */
const NEW: Readonly<Record<string, (...args: never[]) => object>> = {
  URL: (href: string) => new URL(href),
  URLSearchParams: (text: string) => new URLSearchParams(text),
  Headers: (entries: [string, string][]) => new Headers(entries),
  DOMException: (message: string, options: { name: string; cause?: unknown }) =>
    new DOMException(message, options as never),
};

/** Classes of data: instances of them are data, they themselves are code as all functions are. */
const DATA_CLASSES = /^(Aggregate|Eval|Range|Reference|Syntax|Type|URI|Suppressed)?Error$|^(Map|Set|Array|Object)$/;

const [UNTOUCHED, BEGUN, DONE] = [0, 1, 2];

/*
 * Makes the value of a graph. Modules come first (they may have to be waited for); then each node is made when it is first
 * asked for. What can hold others is there before they are: circles close. A function that is part of a circle gets its
 * variables at the end.
 */
export class Raising {
  readonly #nodes: readonly GraphNode[];
  readonly #root: Slot;
  readonly #options: RaisingOptions;
  readonly #values: unknown[];
  readonly #states: Uint8Array;
  readonly #late: (() => void)[] = [];
  readonly #budget: Budget;
  readonly #failed = new Map<number, unknown>();
  #components: Int32Array | undefined;

  /**
   * @param words - How long the pickle is: what is made of it grows with that, and with nothing else.
   * @throws {UnpicklingError} if it is no graph, or has code in it that is not wanted.
   */
  constructor(graph: unknown, options: RaisingOptions, words: number) {
    const { root, nodes } = (graph ?? {}) as Partial<Graph>;
    this.#budget = new Budget(words);
    if (
      !Array.isArray(nodes) ||
      nodes.length > words ||
      nodes.some((node) => typeof node !== 'object' || node === null)
    )
      throw damaged('is no graph');
    this.#root = root;
    this.#nodes = nodes as readonly GraphNode[];
    if (options.move !== undefined) moveAll(this.#nodes, options.move);
    this.#options = options;
    this.#values = new Array(nodes.length);
    this.#states = new Uint8Array(nodes.length);
  }

  raiseSync(): unknown {
    this.#imports((i, node) =>
      this.#settle(i, () => {
        checkHash(node);
        return importedSync(node);
      }),
    );
    return this.#raise();
  }

  /** @throws {UnpicklingError} also for a value with a method `then`: a promise would call it instead of giving the value. */
  async raise(): Promise<unknown> {
    const imports: [index: number, node: ImportNode][] = [];
    this.#imports((i, node) => imports.push([i, node]));
    // One after the other: a CommonJS module cannot require what is being imported meanwhile.
    for (const [i, node] of imports) {
      try {
        checkHash(node);
        const { value } = await importedAsync(node);
        this.#settle(i, () => value);
      } catch (error) {
        this.#failed.set(i, error);
      }
    }
    const value = this.#raise();
    if (!isThenable(value)) return value;
    throw new UnpicklingError('a promise cannot give a value with a method `then`: use loadsSync or fromMessage');
  }

  #imports(get: (index: number, node: ImportNode) => void): void {
    this.#nodes.forEach((node, i) => {
      if (node.t !== 'import') return;
      const { u, f, p, a, g, s } = node;
      const isReference = Array.isArray(p) && [u, f ?? '', a ?? '', g ?? '', s ?? '', ...p].every(isText);
      if (!isReference) throw damaged('imports nothing');
      this.#budget.spend(p.reduce((sum, step) => sum + step.length, u.length + (f ?? '').length));
      const { functions, allowed } = this.#options;
      if (functions || allowed(u, p, f)) get(i, node);
      else this.#failed.set(i, new UnpicklingError(`${u}#${p.join('.')} is not allowed here`));
    });
  }

  #settle(index: number, get: () => unknown): void {
    try {
      this.#values[index] = get();
      this.#states[index] = DONE;
    } catch (error) {
      this.#failed.set(index, error);
    }
  }

  #raise(): unknown {
    try {
      const value = this.#value(this.#root);
      for (const set of this.#late) set();
      return value;
    } catch (error) {
      this.#keepFunctions();
      if (error instanceof UnpicklingError || error === this.#ofUser) throw error;
      if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
      throw new UnpicklingError(`pickle data is damaged: ${error.message}`, { cause: error });
    }
  }

  /** What code of the user has thrown, which runs in between. */
  #ofUser: unknown = NOTHING;

  #run<Result>(code: () => Result): Result {
    try {
      return code();
    } catch (error) {
      this.#ofUser = error;
      throw error;
    }
  }

  /** The sender takes it that functions have arrived, whatever becomes of the rest. */
  #keepFunctions(): void {
    if (this.#options.known === undefined) return;
    this.#nodes.forEach((node, i) => {
      if (node.t !== 'function' || this.#states[i] === DONE) return;
      try {
        if (this.#states[i] === UNTOUCHED) this.#make(i, node);
      } catch {
        // It was no good by itself; who names it later is told so.
      }
    });
    for (const set of this.#late) {
      try {
        set();
      } catch {}
    }
  }

  #value(slot: Slot): unknown {
    if (typeof slot !== 'object' || slot === null) return slot;
    if (!isSlot(slot)) throw damaged('has something else where a slot has to be');
    const index = slot[0];
    const node = this.#nodes[index];
    if (node === undefined) throw damaged('names an object that it does not have');
    if (this.#states[index] === UNTOUCHED) this.#make(index, node);
    else if (this.#states[index] === BEGUN && !(index in this.#values)) {
      throw new UnpicklingError('an object that is made by a call is needed for that call itself');
    }
    return this.#values[index];
  }

  #make(index: number, node: GraphNode): void {
    const failure = this.#failed.get(index);
    if (failure !== undefined) throw failure;
    this.#states[index] = BEGUN;
    const keep = <Value>(value: Value): Value => {
      this.#values[index] = value;
      return value;
    };
    this.#kind(index, node, keep);
    this.#states[index] = DONE;
  }

  #kind(index: number, node: GraphNode, keep: <Value>(value: Value) => Value): void {
    switch (node.t) {
      case 'raw':
        keep(node.v);
        return;
      case 'buffer':
        if (!types.isUint8Array(node.v)) throw damaged('has a Buffer without bytes');
        keep(Buffer.from(node.v.buffer as ArrayBuffer, node.v.byteOffset, node.v.byteLength));
        return;
      case 'symbol':
        keep(node.k === undefined ? wellKnown(node.w) : Symbol.for(text(node.k)));
        return;
      case 'object':
        this.#fill(keep({}), node);
        return;
      case 'null':
        this.#fill(keep(Object.create(null)), node);
        return;
      case 'array':
        this.#array(keep([]), node);
        return;
      case 'map': {
        const map = keep(new Map<unknown, unknown>());
        this.#become(map, node.c);
        const entries = this.#budget.list(node.e);
        for (let i = 0; i < entries.length; i += 2) {
          Map.prototype.set.call(map, this.#value(entries[i]), this.#value(entries[i + 1]));
        }
        this.#fill(map, node);
        return;
      }
      case 'set': {
        const set = keep(new Set<unknown>());
        this.#become(set, node.c);
        for (const item of this.#budget.list(node.e)) Set.prototype.add.call(set, this.#value(item));
        this.#fill(set, node);
        return;
      }
      case 'error':
        this.#error(keep(new Error(node.m === undefined ? undefined : text(node.m))), node);
        return;
      case 'new':
        this.#fill(keep(this.#new(node)), node);
        return;
      case 'persistent':
        keep(this.#persistent(this.#value(node.i)));
        return;
      case 'intrinsic':
        keep(this.#intrinsic(this.#budget.list(node.p).map((step) => text(step))));
        return;
      case 'instance':
        this.#fill(keep(Object.create(this.#class(node.c).prototype as object) as object), node);
        return;
      default:
        this.#code(index, node, keep);
    }
  }

  #persistent(id: unknown): unknown {
    const load = this.#options.persistentLoad;
    if (load === undefined) throw new UnpicklingError('a persistent id needs persistentLoad');
    return this.#run(() => load(id));
  }

  /** What runs, or may. */
  #code(index: number, node: GraphNode, keep: <Value>(value: Value) => Value): void {
    if (node.t === 'reduce') {
      this.#reduce(node, keep);
      return;
    }
    if (!this.#options.functions) throw new UnpicklingError(`functions are not allowed here (${String(node.t)})`);
    if (node.t === 'bound') {
      const fn = this.#value(node.f) as (...args: unknown[]) => unknown;
      keep(fn.bind(this.#value(node.b), ...this.#budget.list(node.a).map((slot) => this.#value(slot))));
    } else if (node.t === 'require') {
      const { u, d } = node;
      keep(d === true ? importerOf(u) : requireOf(u));
    } else if (node.t === 'known') {
      const known = this.#options.known?.get(node.i);
      if (known === undefined) throw new UnpicklingError('a function is named that has not come before');
      keep(known);
    } else if (node.t === 'prototype') keep(this.#class(node.f).prototype);
    else if (node.t === 'function') this.#function(index, node, keep);
    else throw damaged(`has a node of unknown kind ${String((node as { t?: unknown }).t)}`);
  }

  /** Own properties. A subclass may have setters of the same name: none is run. */
  #fill(object: object, { o, s, p }: Fields): void {
    if (o !== undefined) {
      for (const key of this.#budget.keys(o)) {
        const value = this.#value(o[key]);
        if (key in object)
          Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
        else setOwn(object, key, value);
      }
    }
    const symbols = this.#budget.list(s);
    for (let i = 0; i < symbols.length; i += 2) {
      const value = this.#value(symbols[i + 1]);
      Object.defineProperty(object, this.#value(symbols[i]) as symbol, {
        value,
        writable: true,
        enumerable: true,
        configurable: true,
      });
    }
    if (p !== undefined) this.#define(object, this.#budget.list(p));
  }

  /** Properties whose attributes are told. */
  #define(object: object, others: readonly Slot[]): void {
    for (let i = 0; i < others.length; i += 4) {
      const [key, attributes, content, setter] = others.slice(i, i + 4).map((slot) => this.#value(slot));
      if (typeof attributes !== 'number') throw damaged('has a property without attributes');
      const descriptor = descriptorOf(attributes, content, setter);
      // One that cannot be changed is there already where the class has been made before.
      if (!Reflect.defineProperty(object, key as string, descriptor) && !Object.hasOwn(object, key as string))
        throw damaged(`has a property ${String(key)} that cannot be made`);
    }
  }

  #array(array: unknown[], node: ArrayNode): void {
    this.#become(array, node.c);
    if (typeof node.n === 'number') makeSparse(array, node.n);
    const holes = new Set(this.#budget.list(node.h));
    this.#budget.list(node.a).forEach((slot, i) => {
      if (holes.has(i)) array.length = i + 1;
      else array[i] = this.#value(slot);
    });
    this.#fill(array, node);
  }

  #become(value: object, type: Slot): void {
    if (type !== undefined && type !== null) Object.setPrototypeOf(value, this.#class(type).prototype as object);
  }

  #class(slot: Slot): { readonly prototype: unknown } {
    const type = (this.#options.functions ? undefined : this.#dataClass(slot)) ?? this.#value(slot);
    if (typeof type === 'function' && typeof type.prototype === 'object') return type;
    throw damaged('has something else where a class has to be');
  }

  /** The class of data: also for who gets no functions, and so not the class itself. */
  #dataClass(slot: Slot): unknown {
    const node = isSlot(slot) ? this.#nodes[slot[0]] : undefined;
    const [name] = node?.t === 'intrinsic' && Array.isArray(node.p) && node.p.length === 1 ? node.p : [];
    return typeof name === 'string' && DATA_CLASSES.test(name) ? intrinsicAt([name]) : undefined;
  }

  #error(error: Error, node: ErrorNode): void {
    const hide = (key: string, value: unknown): void => {
      Object.defineProperty(error, key, { value, writable: true, configurable: true, enumerable: false });
    };
    if (node.c === null || !this.#adopt(error, node) || (node.b === true && error.name !== node.n)) {
      if (node.n !== 'Error') hide('name', text(node.n));
    }
    if (node.m === undefined) delete (error as { message?: string }).message;
    if (node.k !== undefined) hide('stack', text(node.k));
    this.#fill(error, node);
    const hidden = node.i ?? {};
    for (const key of this.#budget.keys(hidden)) hide(key, this.#value(hidden[key]));
  }

  /** The error's class, if it is here: an error is never lost for the lack of it. */
  #adopt(error: Error, node: ErrorNode): boolean {
    try {
      this.#become(error, node.c);
      return true;
    } catch {
      return false;
    }
  }

  #new(node: NewNode): object {
    const make = Object.hasOwn(NEW, node.c) ? NEW[node.c] : undefined;
    if (make === undefined) throw damaged(`makes a ${String(node.c)}`);
    try {
      const args = this.#budget.list(node.a).map((slot) => this.#value(slot));
      this.#budget.spendOn(args);
      return (make as (...args: unknown[]) => object)(...args);
    } catch (cause) {
      throw cause instanceof UnpicklingError
        ? cause
        : new UnpicklingError(`pickle data is damaged: ${(cause as Error).message}`, { cause });
    }
  }

  #intrinsic(path: readonly string[]): unknown {
    if (!this.#options.functions && !this.#options.allowed('', path, undefined))
      throw new UnpicklingError(`${path.join('.')} is not allowed here`);
    const value = intrinsicAt(path);
    if (value === undefined) throw new UnpicklingError(`there is no ${path.join('.')} here`);
    return value;
  }

  #reduce(node: ReduceNode, keep: <Value>(value: Value) => Value): void {
    const make = this.#value(node.f);
    if (typeof make !== 'function' || (!this.#options.functions && !this.#isAllowed(node.f))) {
      throw new UnpicklingError('what would make this value is not allowed here');
    }
    const args = this.#budget.list(node.a).map((slot) => this.#value(slot));
    const construct = (): unknown => (node.w ? Reflect.construct(make, args) : Reflect.apply(make, undefined, args));
    const value = keep(this.#run(construct)) as object;
    if (node.x === undefined) return;
    const state = this.#value(node.x);
    const { setState } = value as { setState?: unknown };
    if (typeof setState === 'function') this.#run(() => setState.call(value, state));
    else if (typeof state !== 'object' || state === null)
      throw new UnpicklingError('the state of a reducer is no object');
    else for (const [key, inner] of Object.entries(state)) setOwn(value, key, inner);
  }

  #isPlainFunction(slot: readonly [number]): boolean {
    const node = this.#nodes[slot[0]];
    return node?.t === 'function' && node.k !== 'class';
  }

  #nodeAt(slot: Slot): GraphNode {
    const node = isSlot(slot) ? this.#nodes[slot[0]] : undefined;
    if (node === undefined) throw damaged('names an object that it does not have');
    return node;
  }

  /** A data-only reader calls what it has allowed, by a reference, and no intrinsic function. */
  #isAllowed(slot: Slot): boolean {
    return isSlot(slot) && this.#nodes[slot[0]]?.t === 'import';
  }

  #function(index: number, node: FunctionNode, keep: <Value>(value: Value) => Value): void {
    // What instances refer to is one class, however often it comes.
    const isOne = node.k === 'class' || node.r === true;
    const here = isOne ? (withId(node.i) as Callable | undefined) : undefined;
    if (here !== undefined) {
      keep(here);
      this.#options.known?.set(node.i, here);
      this.#renew(here, node);
      return;
    }
    this.#components ??= components(this.#nodes);
    const circle = this.#components[index];
    const slots = this.#variables(node);
    const variables: Variable[] = slots.map(([name, slot]) => {
      const isOfCircle = isSlot(slot) && this.#components![slot[0]] === circle;
      // What a class runs as it is made needs functions of its circle at once; all else can wait.
      const late = isOfCircle && !(node.k === 'class' && this.#isPlainFunction(slot));
      return { name, late, settable: isOne || late, value: late ? undefined : this.#value(slot) };
    });
    const superclass = this.#value(node.e);
    if (index in this.#values) return; // one of its variables needed it, and has made it
    const { fn, set, setPrivates } = this.#run(() => compile(node, variables, superclass));
    keep(fn);
    remember(fn, node.i);
    this.#options.known?.set(node.i, fn);
    this.#shape(fn as Callable, node);
    if (setPrivates !== undefined) this.#setPrivates(setPrivates, node);
    const settable = slots.filter((_, i) => variables[i]!.settable);
    if (settable.length > 0) this.#later(set, settable);
    if (isOne) {
      const names = slots.map(([name]) => name).join();
      setReceived(fn, { variables: names, set, setPrivates, keys: this.#keysOf(node) });
    }
  }

  #variables(node: FunctionNode): [name: string, slot: Slot][] {
    const captured = this.#budget.list(node.v);
    return Array.from({ length: captured.length / 2 }, (_, i) => [String(captured[2 * i]), captured[2 * i + 1]]);
  }

  /** When all that they may be is there. */
  #later(set: (values: readonly unknown[]) => void, slots: readonly (readonly [name: string, slot: Slot])[]): void {
    this.#late.push(() => set(slots.map(([, slot]) => this.#value(slot))));
  }

  #setPrivates(set: (values: readonly unknown[]) => void, node: FunctionNode): void {
    const fields = this.#budget.list(node.h);
    this.#later(
      set,
      fields.flatMap((name, i) => (i % 2 === 0 ? [[String(name), fields[i + 1]] as const] : [])),
    );
  }

  /** What is on a function and its prototype, beside what its text makes. */
  #shape(fn: Callable, node: FunctionNode): void {
    if (node.b !== undefined) Object.setPrototypeOf(fn, this.#value(node.b) as object);
    if (node.y !== undefined) {
      const own = this.#nodeAt(node.y);
      if (own.t === 'prototype' && this.#value(own.f) === fn) this.#shapePrototype(fn.prototype as object, own);
      else fn.prototype = this.#value(node.y);
    }
    for (const key of this.#budget.list(node.g)) Reflect.deleteProperty(fn, this.#value(key) as string);
    this.#fill(fn, node);
  }

  #shapePrototype(prototype: object, node: PrototypeNode): void {
    if (node.e !== undefined) Object.setPrototypeOf(prototype, this.#value(node.e) as object | null);
    for (const key of this.#budget.list(node.g)) Reflect.deleteProperty(prototype, this.#value(key) as string);
    this.#fill(prototype, node);
  }

  /** A class that has come before has the state that it comes with now. One that was written here has its own. */
  #renew(type: Callable, node: FunctionNode): void {
    const received = receivedOf(type);
    if (received === undefined) return;
    const keys = this.#keysOf(node);
    for (const key of received.keys) if (!keys.has(key)) Reflect.deleteProperty(type, key);
    received.keys = keys;
    this.#shape(type, node);
    const slots = this.#variables(node);
    if (slots.length > 0 && slots.map(([name]) => name).join() === received.variables) this.#later(received.set, slots);
    if (received.setPrivates !== undefined) this.#setPrivates(received.setPrivates, node);
  }

  #keysOf({ o, s, p }: FunctionNode): Set<PropertyKey> {
    const every = (list: readonly Slot[] | undefined, step: number): PropertyKey[] =>
      this.#budget
        .list(list)
        .filter((_, i) => i % step === 0)
        .map((slot) => this.#value(slot) as PropertyKey);
    return new Set([...Object.keys(o ?? {}), ...every(s, 2), ...every(p, 4)]);
  }
}

function isThenable(value: unknown): boolean {
  const mayBe = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return mayBe && typeof (value as { then?: unknown }).then === 'function';
}

/** Nothing was thrown. */
const NOTHING = Symbol('nothing');

function wellKnown(name: string | undefined): symbol {
  const symbol = name === undefined ? undefined : (Object.getOwnPropertyDescriptor(Symbol, name)?.value as unknown);
  if (typeof symbol !== 'symbol') throw damaged('has a symbol that is none');
  return symbol;
}
