import { UnpicklingError } from '../../errors.ts';
import { setOwn } from '../set-own.ts';
import { corrupt } from './corrupt.ts';
import { doublesOf, intsOf } from './numbers.ts';
import { makeSparse } from './own-properties.ts';
import { ReadShapes } from './read-shapes.ts';
import * as T from './tags.ts';
import { viewClass } from './views.ts';
import { Window } from './window.ts';

/** Strings up to this length are looked for among those that were read before: keys and names come again and again. */
const CACHED_STRING = 16;

/** How bytes are read. */
export interface DecodeOptions {
  /** Whether views may be windows on the bytes that are read, where they are aligned. They are copied otherwise. */
  readonly zeroCopy: boolean;
}

/**
 * Reads what an `Encoder` has written. Bytes that it cannot have written are an {@link UnpicklingError}, whatever they
 * are: every count is compared with what is left before anything is made for it, and nothing is run.
 */
export class Decoder {
  #words: Int32Array = new Int32Array(0);
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  #end = 0;
  /** The word at which the value begins: the coder counts from there. */
  #start = 0;
  #zeroCopy = false;
  readonly #memo: unknown[] = [];
  readonly #shapes = new ReadShapes();
  readonly #keepsShapes: boolean;
  readonly #double = new Float64Array(1);
  readonly #halves = new Int32Array(this.#double.buffer);
  readonly #strings: string[] = new Array(256).fill('');

  /** @param keepsShapes - As that of the encoder. */
  constructor(keepsShapes: boolean) {
    this.#keepsShapes = keepsShapes;
  }

  /**
   * Reads a value that begins behind `headerWords` words.
   *
   * @param bytes - A whole number of words.
   * @throws {UnpicklingError} if they are not those of a value, or more.
   */
  decode(bytes: Uint8Array, headerWords = 0, { zeroCopy }: DecodeOptions = { zeroCopy: false }): unknown {
    if (bytes.length % 4 !== 0 || bytes.length < 4 * (headerWords + 1))
      throw new UnpicklingError('pickle data was truncated');
    // Typed arrays of words have to begin at a word.
    const aligned = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
    if (this.#bytes.buffer !== aligned.buffer || this.#bytes.length !== aligned.buffer.byteLength)
      this.#look(aligned.buffer);
    this.#start = aligned.byteOffset / 4;
    this.#at = this.#start + headerWords;
    this.#end = this.#start + aligned.length / 4;
    this.#zeroCopy = zeroCopy;
    try {
      const value = this.next();
      if (this.#at !== this.#end)
        throw corrupt(this.#at > this.#end ? 'data was truncated' : 'data goes on after its end');
      return value;
    } catch (error) {
      throw error instanceof UnpicklingError ? error : corrupt((error as Error).message, error);
    } finally {
      this.#memo.length = 0;
      if (!this.#keepsShapes) {
        this.#shapes.clear();
        this.#look(NOTHING);
      }
    }
  }

  /** The views stay for the next value: those that come one after the other mostly come in the same memory. */
  #look(buffer: ArrayBufferLike): void {
    this.#words = new Int32Array(buffer, 0, buffer.byteLength >> 2);
    this.#bytes = Buffer.from(buffer as ArrayBuffer);
  }

  /** The next value. */
  next(): unknown {
    const words = this.#words;
    if (this.#at >= this.#end) throw corrupt('data was truncated');
    const word = words[this.#at++]!;
    const number = word >> T.TAG_BITS;
    switch (word & T.TAG_MASK) {
      case T.UNDEFINED:
        return undefined;
      case T.NULL:
        return null;
      case T.TRUE:
        return true;
      case T.FALSE:
        return false;
      case T.INT:
        return number;
      case T.INT32:
        return words[this.#at++];
      case T.DOUBLE:
        return this.#readDouble();
      case T.LATIN1:
        return this.#latin1(this.#count(number, 0.25));
      case T.UCS2:
        return this.#ucs2(this.#count(number, 0.5));
      case T.OBJECT:
        return this.#shapes.read(number, this, this.#memo);
      case T.SHAPE:
        return this.#shape(this.#count(number, 1));
      case T.ARRAY:
        return this.#array(this.#count(number, 1));
      case T.INTS:
        return this.#ints(this.#count(number, 1));
      case T.DOUBLES:
        return this.#doubles(this.#count(number, 2));
      case T.REF:
        return this.#ref(this.#big(number));
      default:
        return this.#rare(word & T.TAG_MASK, number);
    }
  }

  #rare(tag: number, number: number): unknown {
    switch (tag) {
      case T.BIGINT:
        return this.#bigint(number === 1);
      case T.MAP:
        return this.#map(this.#count(number, 2));
      case T.SET:
        return this.#set(this.#count(number, 1));
      case T.DATE:
        return this.#keep(new Date(this.#readDouble()));
      case T.REGEXP:
        return this.#regexp();
      case T.BUFFER:
      case T.NAMED_BUFFER:
        return this.#keep(this.#buffer(this.#count(number, 0.25), undefined));
      case T.RESIZABLE:
        return this.#resizable();
      case T.VIEW:
        return this.#view(number);
      case T.NODE_BUFFER:
        return this.#nodeBuffer(this.#count(number, 0.25));
      case T.BOXED:
        return this.#boxed();
      case T.DICTIONARY:
        return this.#dictionary({}, this.#count(number, 2));
      case T.NULL_PROTOTYPE:
        return this.#dictionary(Object.create(null), this.#count(number, 2));
      case T.SPARSE:
        return this.#sparse(this.#count(number, 2));
      default:
        throw corrupt(`has a value of unknown kind ${tag}`);
    }
  }

  #keep<Value>(value: Value): Value {
    this.#memo.push(value);
    return value;
  }

  /** A number that may not have fitted beside its tag. */
  #big(number: number): number {
    return number === T.MORE ? this.#readDouble() : number;
  }

  /** A number of things of which each takes so many words at least: there cannot be more of them than words. */
  #count(number: number, words: number): number {
    const count = this.#big(number);
    if (!(count >= 0 && Number.isInteger(count) && count * words <= this.#end - this.#at))
      throw corrupt('data was truncated');
    return count;
  }

  #readDouble(): number {
    this.#halves[0] = this.#words[this.#at++]!;
    this.#halves[1] = this.#words[this.#at++]!;
    return this.#double[0]!;
  }

  #latin1(length: number): string {
    const start = 4 * this.#at;
    this.#at += (length + 3) >>> 2;
    const bytes = this.#bytes;
    if (length > CACHED_STRING) return bytes.toString('latin1', start, start + length);
    let hash = length;
    for (let i = start; i < start + length; i++) hash = (Math.imul(hash, 31) + bytes[i]!) | 0;
    const slot = (hash ^ (hash >>> 8)) & 255;
    const known = this.#strings[slot]!;
    if (known.length === length) {
      let i = 0;
      while (i < length && known.charCodeAt(i) === bytes[start + i]) i++;
      if (i === length) return known;
    }
    const text = bytes.toString('latin1', start, start + length);
    this.#strings[slot] = text;
    return text;
  }

  #ucs2(length: number): string {
    const start = 4 * this.#at;
    this.#at += (length + 1) >>> 1;
    return this.#bytes.toString('utf16le', start, start + 2 * length);
  }

  #text(): string {
    const text = this.next();
    if (typeof text !== 'string') throw corrupt('has something else where a string has to be');
    return text;
  }

  #shape(count: number): unknown {
    const keys: string[] = [];
    for (let i = 0; i < count; i++) keys.push(this.#text());
    return this.#shapes.read(this.#shapes.add(keys), this, this.#memo);
  }

  #array(length: number): unknown[] {
    const array: unknown[] = this.#keep([]);
    for (let i = 0; i < length; i++) {
      if ((this.#words[this.#at]! & T.TAG_MASK) === T.HOLE) this.#at++;
      else array[i] = this.next();
    }
    if (array.length < length) array.length = length;
    return array;
  }

  #ints(length: number): number[] {
    this.#align();
    this.#at += length;
    return this.#keep(intsOf(this.#words, this.#at - length, length));
  }

  #doubles(length: number): number[] {
    this.#align();
    const bytes = this.#take(8 * length);
    const doubles =
      bytes.byteOffset % 8 === 0
        ? new Float64Array(bytes.buffer, bytes.byteOffset, length)
        : new Float64Array(new Uint8Array(bytes).buffer);
    return this.#keep(doublesOf(doubles, length));
  }

  #align(): void {
    this.#at += (this.#at - this.#start) & 1;
  }

  #take(length: number): Uint8Array {
    const start = 4 * this.#at;
    if (start + length > 4 * this.#end) throw corrupt('data was truncated');
    this.#at += Math.ceil(length / 4);
    return this.#bytes.subarray(start, start + length);
  }

  #ref(index: number): unknown {
    const value = this.#known(index);
    return value instanceof Window ? value.copy() : value;
  }

  #known(index: number): unknown {
    if (!(index >= 0 && index < this.#memo.length)) throw corrupt('names an object that it does not have');
    return this.#memo[index];
  }

  #bigint(isNegative: boolean): bigint {
    const digits = this.#text();
    if (!/^[0-9a-f]+$/.test(digits)) throw corrupt('has a bigint that is none');
    const value = BigInt(`0x${digits}`);
    return isNegative ? -value : value;
  }

  #map(size: number): Map<unknown, unknown> {
    const map = this.#keep(new Map<unknown, unknown>());
    for (let i = 0; i < size; i++) {
      const key = this.next();
      map.set(key, this.next());
    }
    return map;
  }

  #set(size: number): Set<unknown> {
    const set = this.#keep(new Set<unknown>());
    for (let i = 0; i < size; i++) set.add(this.next());
    return set;
  }

  #regexp(): RegExp {
    const source = this.#text();
    const regexp = this.#keep(new RegExp(source, this.#text()));
    regexp.lastIndex = this.next() as number;
    return regexp;
  }

  #buffer(length: number, maxByteLength: number | undefined): ArrayBuffer {
    this.#align();
    const bytes = this.#take(length);
    const buffer = maxByteLength === undefined ? new ArrayBuffer(length) : new ArrayBuffer(length, { maxByteLength });
    new Uint8Array(buffer).set(bytes);
    return buffer;
  }

  #resizable(): ArrayBuffer {
    const most = this.next();
    const word = this.#words[this.#at++]!;
    if ((word & T.TAG_MASK) !== T.BUFFER || typeof most !== 'number' || most > MOST_RESERVED)
      throw corrupt('has a bad buffer');
    return this.#keep(this.#buffer(this.#count(word >> T.TAG_BITS, 0.25), most));
  }

  #view(kind: number): ArrayBufferView {
    const View = viewClass(kind);
    if (View === undefined) throw corrupt('has a view of a kind that is not known here');
    const index = this.#memo.push(undefined) - 1;
    const buffer = this.#zeroCopy ? this.#window() : this.next();
    const offset = this.next();
    const length = this.next();
    if (buffer === undefined || typeof offset !== 'number') throw corrupt('has a view of nothing');
    const view =
      buffer instanceof Window
        ? buffer.view(View, offset, length)
        : new View(asBuffer(buffer), offset, length ?? undefined);
    this.#memo[index] = view;
    return view;
  }

  /** The bytes of a buffer where they are. */
  #window(): unknown {
    const word = this.#words[this.#at]!;
    const tag = word & T.TAG_MASK;
    if (tag === T.REF) {
      this.#at++;
      return this.#known(this.#big(word >> T.TAG_BITS));
    }
    if (tag !== T.BUFFER) return this.next();
    this.#at++;
    const length = this.#count(word >> T.TAG_BITS, 0.25);
    this.#align();
    return this.#keep(new Window(this.#take(length)));
  }

  #nodeBuffer(length: number): Buffer {
    this.#align();
    const bytes = this.#take(length);
    return this.#keep(this.#zeroCopy ? Buffer.from(bytes.buffer, bytes.byteOffset, length) : Buffer.from(bytes));
  }

  #boxed(): unknown {
    const index = this.#memo.push(undefined) - 1;
    const value = this.next();
    if (value === null || value === undefined || typeof value === 'object') throw corrupt('has a box around nothing');
    this.#memo[index] = Object(value);
    return this.#memo[index];
  }

  #dictionary(object: Record<string, unknown>, count: number): object {
    this.#keep(object);
    for (let i = 0; i < count; i++) {
      const key = this.#text();
      setOwn(object, key, this.next());
    }
    return object;
  }

  #sparse(count: number): unknown[] {
    const array: unknown[] = this.#keep([]);
    const length = this.next();
    if (typeof length !== 'number') throw corrupt('has an array without a length');
    makeSparse(array, length);
    for (let i = 0; i < count; i++) {
      const index = this.next();
      if (!Number.isInteger(index) || !((index as number) >= 0 && (index as number) < length))
        throw corrupt('has an element outside its array');
      array[index as number] = this.next();
    }
    return array;
  }
}

const NOTHING = new ArrayBuffer(0);
/** A buffer that can grow only reserves its memory; hostile bytes may ask for no more than this. */
const MOST_RESERVED = 2 ** 32;

function asBuffer(value: unknown): ArrayBuffer {
  if (value instanceof ArrayBuffer) return value;
  throw corrupt('has a view of something that is no buffer');
}
