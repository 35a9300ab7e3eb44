// Long because it is a list: Python's list, dict, Namespace, Value and Array, as the server of a manager has them.
import { isDeepStrictEqual } from 'node:util';
import { AttributeError, IndexError, KeyError, repr, ValueError } from '@prac/exceptions';

/** Python's list. Items are equal if their parts are. */
export class List<T> {
  #items: T[];

  constructor(items: Iterable<T> = []) {
    this.#items = [...items];
  }

  /** @throws {IndexError} */
  get(index: number): T {
    return this.#items[this.#place(index, 'list index out of range')]!;
  }

  /** @throws {IndexError} */
  set(index: number, value: T): void {
    this.#items[this.#place(index, 'list assignment index out of range')] = value;
  }

  /** @throws {IndexError} */
  delete(index: number): void {
    this.#items.splice(this.#place(index, 'list assignment index out of range'), 1);
  }

  length(): number {
    return this.#items.length;
  }

  /** Whether an item is equal to it. */
  has(value: T): boolean {
    return this.#find(value, 0, this.#items.length) >= 0;
  }

  /** Items from one place to another, as an array has it. */
  slice(start?: number, end?: number): T[] {
    return this.#items.slice(start, end);
  }

  append(value: T): void {
    this.#items.push(value);
  }

  extend(values: Iterable<T>): void {
    for (const value of [...values]) this.#items.push(value);
  }

  insert(index: number, value: T): void {
    this.#items.splice(index, 0, value);
  }

  /** Takes an item away: the last one. @throws {IndexError} */
  pop(index = -1): T {
    if (this.#items.length === 0) throw new IndexError('pop from empty list');
    return this.#items.splice(this.#place(index, 'pop index out of range'), 1)[0]!;
  }

  /** Takes the first item away that is equal to it. @throws {ValueError} if there is none. */
  remove(value: T): void {
    const at = this.#find(value, 0, this.#items.length);
    if (at < 0) throw new ValueError('list.remove(x): x not in list');
    this.#items.splice(at, 1);
  }

  /** @throws {ValueError} if there is none. */
  index(value: T, start = 0, stop: number = this.#items.length): number {
    const { length } = this.#items;
    const bound = (at: number): number => Math.max(0, at < 0 ? at + length : Math.min(at, length));
    const at = this.#find(value, bound(start), bound(stop));
    if (at < 0) throw new ValueError(`${repr(value)} is not in list`);
    return at;
  }

  count(value: T): number {
    return this.#items.filter((item) => isDeepStrictEqual(item, value)).length;
  }

  /** Puts the items in order. @param options - A function that gives what is compared; whether the greatest comes first. */
  sort({ key, reverse }: { readonly key?: (item: T) => unknown; readonly reverse?: boolean } = {}): void {
    const keyed = this.#items.map((item) => [key === undefined ? item : key(item), item] as const);
    const sign = reverse ? -1 : 1;
    keyed.sort(([a], [b]) => (isLess(a, b) ? -sign : isLess(b, a) ? sign : 0));
    this.#items = keyed.map(([, item]) => item);
  }

  reverse(): void {
    this.#items.reverse();
  }

  clear(): void {
    this.#items.length = 0;
  }

  copy(): T[] {
    return [...this.#items];
  }

  valueOf(): T[] {
    return this.#items;
  }

  toString(): string {
    return repr(this.#items);
  }

  #place(index: number, text: string): number {
    const at = index < 0 ? index + this.#items.length : index;
    if (!Number.isInteger(index)) throw new TypeError(`list indices must be integers or slices, not ${repr(index)}`);
    if (at < 0 || at >= this.#items.length) throw new IndexError(text);
    return at;
  }

  #find(value: T, start: number, stop: number): number {
    return this.#items.findIndex((item, i) => i >= start && i < stop && isDeepStrictEqual(item, value));
  }
}

function isLess(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      if (isLess(a[i], b[i])) return true;
      if (isLess(b[i], a[i])) return false;
    }
    return a.length < b.length;
  }
  const isComparable = typeof a === typeof b || (isNumber(a) && isNumber(b));
  if (!isComparable || a === null || b === null)
    throw new TypeError(`'<' not supported between instances of ${repr(a)} and ${repr(b)}`);
  return (a as number) < (b as number);
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'bigint';
}

type Entries<K, V> = Iterable<readonly [K, V]> | Readonly<Record<string, V>>;

/** Python's dict. Keys are texts, numbers and the like: not objects, which would be other ones at each call. */
export class Dict<K, V> {
  readonly #items: Map<K, V>;

  constructor(entries: Entries<K, V> = []) {
    this.#items = new Map();
    this.update(entries);
  }

  /** @returns What is given for it where there is none: nothing. */
  get(key: K, fallback?: V): V | undefined {
    const hashed = hashable(key);
    return this.#items.has(hashed) ? this.#items.get(hashed) : fallback;
  }

  set(key: K, value: V): void {
    this.#items.set(hashable(key), value);
  }

  /** @throws {KeyError} if it is not there. */
  delete(key: K): void {
    if (!this.#items.delete(hashable(key))) throw new KeyError(key);
  }

  has(key: K): boolean {
    return this.#items.has(hashable(key));
  }

  length(): number {
    return this.#items.size;
  }

  keys(): K[] {
    return [...this.#items.keys()];
  }

  values(): V[] {
    return [...this.#items.values()];
  }

  items(): [K, V][] {
    return [...this.#items];
  }

  /** Takes it away. @throws {KeyError} if it is not there, and nothing is given for it. */
  pop(key: K, ...fallback: [value?: V]): V {
    const hashed = hashable(key);
    if (!this.#items.has(hashed)) {
      if (fallback.length === 0) throw new KeyError(key);
      return fallback[0] as V;
    }
    const value = this.#items.get(hashed)!;
    this.#items.delete(hashed);
    return value;
  }

  /** Takes the last one away. @throws {KeyError} if there is none. */
  popitem(): [K, V] {
    let last: [K, V] | undefined;
    for (const entry of this.#items) last = entry;
    if (last === undefined) throw new KeyError('popitem(): dictionary is empty');
    this.#items.delete(last[0]);
    return last;
  }

  /** The value; the one that is given if there was none, which is set then. */
  setdefault(key: K, value: V): V {
    const hashed = hashable(key);
    if (!this.#items.has(hashed)) this.#items.set(hashed, value);
    return this.#items.get(hashed)!;
  }

  update(entries: Entries<K, V>): void {
    const pairs = Symbol.iterator in entries ? entries : (Object.entries(entries) as [K, V][]);
    for (const [key, value] of pairs) this.set(key, value);
  }

  clear(): void {
    this.#items.clear();
  }

  copy(): Map<K, V> {
    return new Map(this.#items);
  }

  valueOf(): Map<K, V> {
    return this.#items;
  }

  toString(): string {
    return `{${[...this.#items].map(([key, value]) => `${repr(key)}: ${repr(value)}`).join(', ')}}`;
  }
}

function hashable<K>(key: K): K {
  if ((typeof key === 'object' && key !== null) || typeof key === 'function')
    throw new TypeError(`unhashable type: ${repr(key)}`);
  return key;
}

/** Python's Namespace: values by their names. */
export class Namespace {
  readonly #values: Map<string, unknown>;

  constructor(values: Readonly<Record<string, unknown>> = {}) {
    this.#values = new Map(Object.entries(values));
  }

  /** @throws {AttributeError} if there is none. */
  get(name: string): unknown {
    if (!this.#values.has(name)) throw new AttributeError(`'Namespace' object has no attribute ${repr(name)}`);
    return this.#values.get(name);
  }

  set(name: string, value: unknown): void {
    if (typeof name !== 'string') throw new TypeError(`attribute name must be string, not ${repr(name)}`);
    this.#values.set(name, value);
  }

  /** @throws {AttributeError} if there is none. */
  delete(name: string): void {
    if (!this.#values.delete(name)) throw new AttributeError(`'Namespace' object has no attribute ${repr(name)}`);
  }

  valueOf(): Record<string, unknown> {
    return Object.fromEntries(this.#values);
  }

  toString(): string {
    const shown = [...this.#values].filter(([name]) => !name.startsWith('_')).sort(([a], [b]) => (a < b ? -1 : 1));
    return `Namespace(${shown.map(([name, value]) => `${name}=${repr(value)}`).join(', ')})`;
  }
}

/** Python's array, as far as it is a list of numbers. */
export class NumberArray extends List<number> {
  readonly #typecode: string;

  constructor(typecode: string, values: Iterable<number>) {
    const all = [...values];
    for (const value of all) checkNumber(typecode, value);
    super(all);
    this.#typecode = typecode;
  }

  override set(index: number, value: number): void {
    checkNumber(this.#typecode, value);
    super.set(index, value);
  }
}

function checkNumber(typecode: string, value: unknown): void {
  if (typeof value !== 'number') throw new TypeError(`Expected numbers for ${repr(typecode)}, got ${repr(value)}`);
}

/** Python's `managers.Value`. */
export class ManagedValue<T> {
  readonly #typecode: string;
  #value: T;

  constructor(typecode: string, value: T) {
    this.#typecode = typecode;
    this.#value = value;
  }

  get(): T {
    return this.#value;
  }

  set(value: T): void {
    this.#value = value;
  }

  valueOf(): T {
    return this.#value;
  }

  toString(): string {
    return `Value(${repr(this.#typecode)}, ${repr(this.#value)})`;
  }
}
