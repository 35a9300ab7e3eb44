import { types } from 'node:util';
import { BuffersInViews } from './buffers-in-views.ts';
import { copyDoubles, copyInts, isInt32 } from './numbers.ts';
import { hasOwnFields, isIndex, isMostlyHoles, LONG_ARRAY } from './own-properties.ts';
import { MOST_KEYS, WrittenShapes } from './shapes.ts';
import * as T from './tags.ts';
import { tracksLength, viewClass } from './views.ts';

const FIRST_WORDS = 1024;
/** What has become bigger than this is given back after use. */
const MOST_KEPT_WORDS = 2 ** 20;
/** Shorter strings are written character by character: a call of native code costs more. */
const SHORT_STRING = 32;
const KINDS = new Map(T.VIEWS.map((name, kind) => [name, kind]));

/** A value is not data only: it has to be lowered first. */
export const NOT_DATA = -1;

/**
 * Writes values that are data only.
 * One traversal, straight into memory of its own, which grows. It never runs code of the value but the getters of plain
 * objects, as structured cloning does; where a value holds anything else (a function, an instance of a class) it gives up.
 */
export class Encoder {
  #words: Int32Array<ArrayBuffer> = new Int32Array(FIRST_WORDS);
  #bytes = Buffer.from(this.#words.buffer);
  #doubles = new Float64Array(this.#words.buffer);
  #at = 0;
  readonly #memo = new Map<object, number>();
  readonly #inViews = new BuffersInViews();
  readonly #shapes = new WrittenShapes();
  readonly #keepsShapes: boolean;
  readonly #double = new Float64Array(1);
  readonly #halves = new Int32Array(this.#double.buffer);

  /** @param keepsShapes - Whether one decoder reads all that is written, in this order: shapes are written once then. */
  constructor(keepsShapes: boolean) {
    this.#keepsShapes = keepsShapes;
  }

  /** How many shapes are remembered. */
  get shapes(): number {
    return this.#shapes.size;
  }

  /** The bytes that were written last. They change with the next value. */
  get written(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#words.buffer, 0, 4 * this.#at);
  }

  /** The words themselves, of which the first were written last. */
  get words(): Int32Array<ArrayBuffer> {
    return this.#words;
  }

  /** The bytes that were written last, for good; with {@link commit}. */
  take(): Uint8Array<ArrayBuffer> {
    const { buffer } = this.#words;
    const bytes = 4 * this.#at;
    // What would be given back anyway need not be copied.
    const isGivenAway = this.#words.length > MOST_KEPT_WORDS && bytes > buffer.byteLength / 2;
    const taken = isGivenAway ? new Uint8Array(buffer, 0, bytes) : new Uint8Array(buffer.slice(0, bytes));
    if (isGivenAway) this.#at = 0;
    this.commit();
    return taken;
  }

  /**
   * Writes a value behind `headerWords` words, which are 0.
   * @returns The number of words, or {@link NOT_DATA}.
   * @throws {RangeError} if it is nested too deeply for the stack, or too big for an array buffer.
   */
  encode(value: unknown, headerWords = 0): number {
    if (!this.#keepsShapes) this.#shapes.clear();
    this.#words.fill(0, 0, headerWords);
    this.#at = headerWords;
    let isData = false;
    try {
      isData = this.#put(value);
    } finally {
      if (this.#memo.size > 0) this.#memo.clear();
      this.#inViews.clear();
      if (!isData) this.#shapes.rollback();
    }
    return isData ? this.#at : NOT_DATA;
  }

  /** What {@link encode} has written is on its way to the decoder. */
  commit(): void {
    this.#shapes.commit();
    if (this.#words.length > MOST_KEPT_WORDS) this.#resize(FIRST_WORDS);
  }

  /** It is not, since it found no room. */
  rollback(): void {
    this.#shapes.rollback();
  }

  #resize(words: number): void {
    const bigger = new Int32Array(words);
    bigger.set(this.#words.subarray(0, Math.min(this.#at, words)));
    this.#words = bigger;
    this.#bytes = Buffer.from(bigger.buffer);
    this.#doubles = new Float64Array(bigger.buffer);
  }

  #need(words: number): void {
    if (this.#at + words <= this.#words.length) return;
    this.#resize(Math.max(2 * this.#words.length, (this.#at + words + 1) & ~1));
  }

  #head(tag: number, number: number): void {
    this.#need(3);
    const isShort = number <= T.MOST_INLINE;
    this.#words[this.#at++] = tag | ((isShort ? number : T.MORE) << T.TAG_BITS);
    if (!isShort) this.#putHalves(number);
  }

  #putHalves(value: number): void {
    this.#double[0] = value;
    this.#words[this.#at++] = this.#halves[0]!;
    this.#words[this.#at++] = this.#halves[1]!;
  }

  #put(value: unknown): boolean {
    this.#need(8);
    switch (typeof value) {
      case 'number':
        this.#number(value);
        return true;
      case 'string':
        this.#string(value);
        return true;
      case 'boolean':
        this.#words[this.#at++] = value ? T.TRUE : T.FALSE;
        return true;
      case 'undefined':
        this.#words[this.#at++] = T.UNDEFINED;
        return true;
      case 'object':
        if (value !== null) return this.#object(value);
        this.#words[this.#at++] = T.NULL;
        return true;
      case 'bigint':
        this.#words[this.#at++] = T.BIGINT | ((value < 0n ? 1 : 0) << T.TAG_BITS);
        this.#string((value < 0n ? -value : value).toString(16));
        return true;
      default:
        return false;
    }
  }

  #number(value: number): void {
    if (!isInt32(value)) {
      this.#words[this.#at++] = T.DOUBLE;
      this.#putHalves(value);
    } else if (value >= -T.MOST_INLINE && value <= T.MOST_INLINE) {
      this.#words[this.#at++] = T.INT | (value << T.TAG_BITS);
    } else {
      this.#words[this.#at++] = T.INT32;
      this.#words[this.#at++] = value;
    }
  }

  #string(text: string): void {
    if (text.length > SHORT_STRING || !this.#shortString(text)) this.#longString(text);
  }

  /** `false` if it has characters that are no latin-1. */
  #shortString(text: string): boolean {
    const { length } = text;
    this.#need(2 + SHORT_STRING / 2);
    const bytes = this.#bytes;
    let at = 4 * (this.#at + 1);
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code > 255) return false;
      bytes[at++] = code;
    }
    this.#words[this.#at] = T.LATIN1 | (length << T.TAG_BITS);
    this.#at += 1 + ((length + 3) >> 2);
    return true;
  }

  #longString(text: string): void {
    const { length } = text;
    const isAscii = Buffer.byteLength(text) === length; // quick where V8 keeps one byte for each character
    this.#head(isAscii ? T.LATIN1 : T.UCS2, length);
    const words = Math.ceil((isAscii ? length : 2 * length) / 4);
    this.#need(words);
    this.#bytes.write(text, 4 * this.#at, isAscii ? 'latin1' : 'utf16le');
    this.#at += words;
  }

  #object(value: object, isOfView = false): boolean {
    const known = this.#memo.get(value);
    if (known !== undefined) {
      if (!isOfView && !this.#inViews.isEmpty) this.#named(known);
      this.#head(T.REF, known);
      return true;
    }
    if (types.isProxy(value)) return false;
    this.#memo.set(value, this.#memo.size);
    const prototype = Object.getPrototypeOf(value);
    if (prototype === Object.prototype) return this.#plain(value);
    if (prototype === Array.prototype) return Array.isArray(value) && this.#array(value);
    if (prototype === null) return this.#dictionary(T.NULL_PROTOTYPE, value);
    return this.#builtIn(value, prototype);
  }

  #plain(value: object): boolean {
    const keys = Object.keys(value);
    if (keys.length > MOST_KEYS) return this.#dictionary(T.DICTIONARY, value);
    const id = this.#shapes.find(keys);
    if (id === -2) return this.#dictionary(T.DICTIONARY, value);
    if (id >= 0) this.#words[this.#at++] = T.OBJECT | (id << T.TAG_BITS);
    else {
      this.#words[this.#at++] = T.SHAPE | (keys.length << T.TAG_BITS);
      for (const key of keys) this.#string(key);
    }
    if (Object.getOwnPropertySymbols(value).length > 0) return false;
    for (let i = 0; i < keys.length; i++) {
      if (!this.#put((value as Record<string, unknown>)[keys[i]!])) return false;
    }
    return true;
  }

  #dictionary(tag: number, value: object): boolean {
    if (types.isModuleNamespaceObject(value) || Object.getOwnPropertySymbols(value).length > 0) return false;
    const keys = Object.keys(value);
    this.#head(tag, keys.length);
    for (const key of keys) {
      this.#string(key);
      if (!this.#put((value as Record<string, unknown>)[key])) return false;
    }
    return true;
  }

  #array(array: readonly unknown[]): boolean {
    const { length } = array;
    const first = array[0];
    if (typeof first === 'number' && length >= 4 && this.#packed(array)) return this.#hasNothingElse(array);
    if (length > LONG_ARRAY && isMostlyHoles(array)) return this.#sparse(array);
    this.#head(T.ARRAY, length);
    let holes = 0;
    for (let i = 0; i < length; i++) {
      const value = array[i];
      if (value === undefined && !(i in array)) {
        this.#need(1);
        this.#words[this.#at++] = T.HOLE;
        holes++;
      } else if (!this.#put(value)) return false;
    }
    return this.#hasNothingElse(array, holes);
  }

  /**
   * An array may have other properties: those have no place among the elements. To look for them takes a name for each element:
   * of long arrays, which hardly ever have any, this is not worth it.
   */
  #hasNothingElse(array: readonly unknown[], holes = 0): boolean {
    if (array.length > LONG_ARRAY) return true;
    return Object.keys(array).length + holes === array.length && Object.getOwnPropertySymbols(array).length === 0;
  }

  #sparse(array: readonly unknown[]): boolean {
    const keys = Object.keys(array);
    this.#head(T.SPARSE, keys.length);
    this.#need(4);
    this.#number(array.length);
    for (const key of keys) {
      if (!isIndex(key, array.length)) return false;
      this.#need(4);
      this.#number(Number(key));
      if (!this.#put(array[Number(key)])) return false;
    }
    return Object.getOwnPropertySymbols(array).length === 0;
  }

  /** Numbers only, all of them integers of 32 bits or not. Nothing is written if they are not. */
  #packed(array: readonly unknown[]): boolean {
    const { length } = array;
    const start = this.#at;
    const seemInts = isInt32(array[0]) && isInt32(array[length >> 1]) && isInt32(array[length - 1]);
    if (seemInts) {
      this.#begin(T.INTS, length, length);
      if (copyInts(array, this.#words, this.#at)) {
        this.#at += length;
        return true;
      }
      this.#at = start;
    }
    this.#begin(T.DOUBLES, length, 2 * length);
    if (copyDoubles(array, this.#doubles, this.#at >> 1)) {
      this.#at += 2 * length;
      return true;
    }
    this.#at = start;
    return false;
  }

  #begin(tag: number, count: number, words: number): void {
    this.#head(tag, count);
    this.#align();
    this.#need(words);
  }

  #align(): void {
    this.#need(1);
    if ((this.#at & 1) === 1) this.#words[this.#at++] = 0;
  }

  #builtIn(value: object, prototype: object): boolean {
    if (prototype === Map.prototype) return this.#map(value as Map<unknown, unknown>);
    if (prototype === Set.prototype) return this.#set(value as Set<unknown>);
    if (types.isBoxedPrimitive(value)) return this.#boxed(value, prototype);
    if (hasOwnFields(value)) return false;
    if (prototype === Date.prototype && types.isDate(value)) {
      this.#words[this.#at++] = T.DATE;
      this.#putHalves(value.getTime());
      return true;
    }
    if (prototype === RegExp.prototype && types.isRegExp(value)) {
      this.#words[this.#at++] = T.REGEXP;
      this.#string(value.source);
      this.#string(value.flags);
      return this.#put(value.lastIndex);
    }
    if (prototype === Buffer.prototype && Buffer.isBuffer(value)) {
      if (types.isSharedArrayBuffer(value.buffer)) return false;
      this.#head(T.NODE_BUFFER, value.length);
      this.#putBytes(value);
      return true;
    }
    if (prototype === ArrayBuffer.prototype && types.isAnyArrayBuffer(value)) return this.#buffer(value as ArrayBuffer);
    return ArrayBuffer.isView(value) && this.#view(value, prototype);
  }

  #map(map: Map<unknown, unknown>): boolean {
    if (!types.isMap(map) || hasOwnFields(map)) return false;
    this.#head(T.MAP, map.size);
    for (const [key, value] of map) if (!this.#put(key) || !this.#put(value)) return false;
    return true;
  }

  #set(set: Set<unknown>): boolean {
    if (!types.isSet(set) || hasOwnFields(set)) return false;
    this.#head(T.SET, set.size);
    for (const value of set) if (!this.#put(value)) return false;
    return true;
  }

  /** A buffer and the views of it are to be of the same memory also where views need not be copied. */
  #named(number: number): void {
    const at = this.#inViews.find(number);
    if (at !== -1) this.#words[at] = (this.#words[at]! & ~T.TAG_MASK) | T.NAMED_BUFFER;
  }

  #buffer(buffer: ArrayBuffer): boolean {
    if (buffer.detached) return false;
    if (buffer.resizable) {
      this.#words[this.#at++] = T.RESIZABLE;
      this.#number(buffer.maxByteLength);
    }
    this.#head(T.BUFFER, buffer.byteLength);
    this.#putBytes(new Uint8Array(buffer));
    return true;
  }

  #putBytes(bytes: Uint8Array): void {
    this.#align();
    const words = Math.ceil(bytes.length / 4);
    this.#need(words);
    if (words > 0) this.#words[this.#at + words - 1] = 0;
    this.#bytes.set(bytes, 4 * this.#at);
    this.#at += words;
  }

  #view(view: ArrayBufferView, prototype: object): boolean {
    const kind = KINDS.get(prototype.constructor.name);
    if (kind === undefined || prototype !== viewClass(kind)?.prototype) return false;
    const { buffer, byteOffset } = view;
    if (types.isSharedArrayBuffer(buffer) || (buffer as ArrayBuffer).detached) return false;
    this.#words[this.#at++] = T.VIEW | (kind << T.TAG_BITS);
    const [at, number] = [this.#at, this.#memo.size];
    if (!this.#object(buffer, true)) return false;
    if ((this.#words[at]! & T.TAG_MASK) === T.BUFFER) this.#inViews.add(number, at);
    this.#need(8);
    this.#number(byteOffset);
    return this.#put(tracksLength(view) ? null : 'length' in view ? view.length : view.byteLength);
  }

  #boxed(value: object, prototype: object): boolean {
    if (types.isSymbolObject(value) || hasOwnFields(value)) return false;
    if (prototype !== Object.getPrototypeOf(Object(value.valueOf()))) return false;
    this.#words[this.#at++] = T.BOXED;
    return this.#put(value.valueOf());
  }
}
