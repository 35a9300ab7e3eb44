// Long because it is one state machine: how each kind of node is made needs how all others are.
import { types } from 'node:util';
import { UnpicklingError } from '../errors.ts';
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
  ReduceNode,
  Slot,
} from './graph.ts';
import { importedAsync, importedSync, requireOf } from './importing.ts';
import { intrinsicAt } from './intrinsics.ts';
import { remember, withId } from './registry.ts';
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
}

/** Classes of the platform that are made by their constructors. None of them runs code that it is given. */
const NEW: Readonly<Record<string, (...args: never[]) => object>> = {
  URL: (href: string) => new URL(href),
  URLSearchParams: (text: string) => new URLSearchParams(text),
  Headers: (entries: [string, string][]) => new Headers(entries),
  DOMException: (message: string, options: { name: string; cause?: unknown }) =>
    new DOMException(message, options as never),
};

/** Errors and collections of the language: data, though they are classes. */
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
  readonly #limit: number;
  readonly #failed = new Map<number, unknown>();
  #components: Int32Array | undefined;

  /**
   * @param limit - No list of it is longer: few bytes may ask for a long one.
   * @throws {UnpicklingError} if it is no graph, or has code in it that is not wanted.
   */
  constructor(graph: unknown, options: RaisingOptions, limit: number) {
    const { root, nodes } = (graph ?? {}) as Partial<Graph>;
    this.#limit = limit;
    if (!this.#isList(nodes) || nodes.some((node) => typeof node !== 'object' || node === null))
      throw damaged('is no graph');
    this.#root = root;
    this.#nodes = nodes as readonly GraphNode[];
    this.#options = options;
    this.#values = new Array(nodes.length);
    this.#states = new Uint8Array(nodes.length);
  }

  #isList(value: unknown): value is readonly unknown[] {
    return Array.isArray(value) && value.length <= this.#limit;
  }

  /** A list of a node: nothing that only looks like one. */
  #list<Item>(value: readonly Item[] | undefined): readonly Item[] {
    if (value === undefined) return [];
    if (!this.#isList(value)) throw damaged('has something else where a list has to be');
    return value;
  }

  raiseSync(): unknown {
    this.#imports((i, node) => this.#settle(i, () => importedSync(node)));
    return this.#raise();
  }

  async raise(): Promise<unknown> {
    const pending: Promise<void>[] = [];
    this.#imports((i, node) => {
      pending.push(
        importedAsync(node).then(
          (value) => this.#settle(i, () => value),
          (error) => void this.#failed.set(i, error),
        ),
      );
    });
    await Promise.all(pending);
    return this.#raise();
  }

  #imports(get: (index: number, node: ImportNode) => void): void {
    this.#nodes.forEach((node, i) => {
      if (node.t !== 'import') return;
      const { u, f, p, a, g } = node;
      const areStrings = [u, f ?? '', a ?? '', g ?? ''].every((text) => typeof text === 'string');
      if (!areStrings || !this.#isList(p) || !p.every((step) => typeof step === 'string'))
        throw damaged('imports nothing');
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
        keep(node.k === undefined ? wellKnown(node.w) : Symbol.for(node.k));
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
        const entries = this.#list(node.e);
        for (let i = 0; i < entries.length; i += 2) {
          Map.prototype.set.call(map, this.#value(entries[i]), this.#value(entries[i + 1]));
        }
        this.#fill(map, node);
        return;
      }
      case 'set': {
        const set = keep(new Set<unknown>());
        this.#become(set, node.c);
        for (const item of this.#list(node.e)) Set.prototype.add.call(set, this.#value(item));
        this.#fill(set, node);
        return;
      }
      case 'error':
        this.#error(keep(new Error(node.m)), node);
        return;
      case 'new':
        this.#fill(keep(this.#new(node)), node);
        return;
      case 'persistent':
        keep(this.#persistent(this.#value(node.i)));
        return;
      case 'intrinsic':
        keep(this.#intrinsic(this.#list(node.p).map(String)));
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
      keep(fn.bind(this.#value(node.b), ...this.#list(node.a).map((slot) => this.#value(slot))));
    } else if (node.t === 'require') {
      const { u, d } = node;
      keep(d === true ? importerOf(u) : requireOf(u));
    } else if (node.t === 'known') {
      const known = this.#options.known?.get(node.i);
      if (known === undefined) throw new UnpicklingError('a function is named that has not come before');
      keep(known);
    } else if (node.t === 'function') this.#function(index, node, keep);
    else throw damaged(`has a node of unknown kind ${String((node as { t?: unknown }).t)}`);
  }

  /** Own properties. A subclass may have setters of the same name: none is run. */
  #fill(object: object, { o, s }: Fields): void {
    if (o !== undefined) {
      for (const key of Object.keys(o)) {
        const value = this.#value(o[key]);
        if (key in object)
          Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
        else setOwn(object, key, value);
      }
    }
    for (let i = 0; i < this.#list(s).length; i += 2) {
      const value = this.#value(s![i + 1]);
      Object.defineProperty(object, this.#value(s![i]) as symbol, {
        value,
        writable: true,
        enumerable: true,
        configurable: true,
      });
    }
  }

  #array(array: unknown[], node: ArrayNode): void {
    this.#become(array, node.c);
    if (node.n !== undefined) makeSparse(array, Number(node.n));
    const holes = new Set(this.#list(node.h));
    this.#list(node.a).forEach((slot, i) => {
      if (holes.has(i)) array.length = i + 1;
      else array[i] = this.#value(slot);
    });
    this.#fill(array, node);
  }

  #become(value: object, type: Slot): void {
    if (type !== undefined && type !== null) Object.setPrototypeOf(value, this.#class(type).prototype as object);
  }

  #class(slot: Slot): { readonly prototype: unknown } {
    const type = this.#value(slot);
    if (typeof type === 'function' && typeof type.prototype === 'object') return type;
    throw damaged('has something else where a class has to be');
  }

  #error(error: Error, node: ErrorNode): void {
    const hide = (key: string, value: unknown): void => {
      Object.defineProperty(error, key, { value, writable: true, configurable: true, enumerable: false });
    };
    if (node.c === null || !this.#adopt(error, node)) {
      if (node.n !== 'Error') hide('name', node.n);
    }
    if (node.m === undefined) delete (error as { message?: string }).message;
    if (node.k !== undefined) hide('stack', String(node.k));
    this.#fill(error, node);
    for (const [key, slot] of Object.entries(node.i ?? {})) hide(key, this.#value(slot));
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
      return (make as (...args: unknown[]) => object)(...this.#list(node.a).map((slot) => this.#value(slot)));
    } catch (cause) {
      throw cause instanceof UnpicklingError
        ? cause
        : new UnpicklingError(`pickle data is damaged: ${(cause as Error).message}`, { cause });
    }
  }

  #intrinsic(path: readonly string[]): unknown {
    const isData = path.length === 1 && DATA_CLASSES.test(path[0]!);
    if (!this.#options.functions && !isData) {
      if (!this.#options.allowed('', path, undefined))
        throw new UnpicklingError(`${path.join('.')} is not allowed here`);
    }
    const value = intrinsicAt(path);
    if (value === undefined) throw new UnpicklingError(`there is no ${path.join('.')} here`);
    return value;
  }

  #reduce(node: ReduceNode, keep: <Value>(value: Value) => Value): void {
    const make = this.#value(node.f);
    if (typeof make !== 'function' || (!this.#options.functions && !this.#isAllowed(node.f))) {
      throw new UnpicklingError('what would make this value is not allowed here');
    }
    const args = this.#list(node.a).map((slot) => this.#value(slot));
    const construct = (): unknown => (node.w ? Reflect.construct(make, args) : Reflect.apply(make, undefined, args));
    const value = keep(this.#run(construct)) as object;
    if (node.x === undefined) return;
    const state = this.#value(node.x);
    const { setState } = value as { setState?: unknown };
    if (typeof setState === 'function') this.#run(() => setState.call(value, state));
    else for (const [key, inner] of Object.entries(state as object)) setOwn(value, key, inner);
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
    const here = node.k === 'class' || node.r === true ? withId(node.i) : undefined;
    if (here !== undefined) {
      keep(here);
      this.#options.known?.set(node.i, here);
      return;
    }
    this.#components ??= components(this.#nodes);
    const circle = this.#components[index];
    const slots: [name: string, slot: Slot][] = [];
    const captured = this.#list(node.v);
    for (let i = 0; i < captured.length; i += 2) slots.push([String(captured[i]), captured[i + 1]]);
    const variables: Variable[] = slots.map(([name, slot]) => {
      const isOfCircle = isSlot(slot) && this.#components![slot[0]] === circle;
      // A class needs the functions of its circle at once, for its static fields; all else can wait.
      const late = isOfCircle && !(node.k === 'class' && this.#isPlainFunction(slot));
      return { name, late, value: late ? undefined : this.#value(slot) };
    });
    const superclass = this.#value(node.e);
    if (index in this.#values) return; // one of its variables needed it, and has made it
    const { fn, setLate } = this.#run(() => compile(node, variables, superclass));
    keep(fn);
    remember(fn, node.i);
    this.#options.known?.set(node.i, fn);
    this.#fill(fn, node);
    if (node.y !== undefined) this.#fill(fn.prototype as object, this.#nodeAt(node.y) as Fields);
    const late = slots.filter((_, i) => variables[i]!.late);
    if (late.length > 0) this.#late.push(() => setLate(late.map(([, slot]) => this.#value(slot))));
  }
}

/** Nothing was thrown. */
const NOTHING = Symbol('nothing');

function wellKnown(name: string | undefined): symbol {
  const symbol = name === undefined ? undefined : (Object.getOwnPropertyDescriptor(Symbol, name)?.value as unknown);
  if (typeof symbol !== 'symbol') throw damaged('has a symbol that is none');
  return symbol;
}

function damaged(what: string): UnpicklingError {
  return new UnpicklingError(`pickle data is damaged: it ${what}`);
}
