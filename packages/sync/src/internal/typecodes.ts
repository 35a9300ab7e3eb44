import { repr } from '@prac/exceptions';

/** The letters of Python's `array` and `multiprocessing`, and what stands for them: sizes as in C on a 64-bit Linux. */
export const TYPECODES: Typecodes = {
  b: Int8Array,
  B: Uint8Array,
  h: Int16Array,
  H: Uint16Array,
  i: Int32Array,
  I: Uint32Array,
  l: BigInt64Array,
  L: BigUint64Array,
  q: BigInt64Array,
  Q: BigUint64Array,
  f: Float32Array,
  d: Float64Array,
};

interface Typecodes {
  readonly b: typeof Int8Array;
  readonly B: typeof Uint8Array;
  readonly h: typeof Int16Array;
  readonly H: typeof Uint16Array;
  readonly i: typeof Int32Array;
  readonly I: typeof Uint32Array;
  readonly l: typeof BigInt64Array;
  readonly L: typeof BigUint64Array;
  readonly q: typeof BigInt64Array;
  readonly Q: typeof BigUint64Array;
  readonly f: typeof Float32Array;
  readonly d: typeof Float64Array;
}

export type Typecode = keyof Typecodes;
interface SharedArrays {
  readonly b: Int8Array<SharedArrayBuffer>;
  readonly B: Uint8Array<SharedArrayBuffer>;
  readonly h: Int16Array<SharedArrayBuffer>;
  readonly H: Uint16Array<SharedArrayBuffer>;
  readonly i: Int32Array<SharedArrayBuffer>;
  readonly I: Uint32Array<SharedArrayBuffer>;
  readonly l: BigInt64Array<SharedArrayBuffer>;
  readonly L: BigUint64Array<SharedArrayBuffer>;
  readonly q: BigInt64Array<SharedArrayBuffer>;
  readonly Q: BigUint64Array<SharedArrayBuffer>;
  readonly f: Float32Array<SharedArrayBuffer>;
  readonly d: Float64Array<SharedArrayBuffer>;
}

/** What an element is. */
export type ElementOf<Code extends Typecode> = Code extends 'l' | 'L' | 'q' | 'Q' ? bigint : number;
/** The typed array that holds such elements. */
export type TypedArrayOf<Code extends Typecode> = SharedArrays[Code];

/** A typed array over shared memory. */
export function sharedElements<Code extends Typecode>(
  typecode: Code,
  buffer: SharedArrayBuffer,
  offset: number,
  length: number,
): TypedArrayOf<Code> {
  const type = TYPECODES[typecode] as new (...args: unknown[]) => unknown;
  return new type(buffer, offset, length) as TypedArrayOf<Code>;
}

export function bytesOf(typecode: Typecode): number {
  return TYPECODES[typecode].BYTES_PER_ELEMENT;
}

/** @throws {TypeError} for what is no letter of a type. */
export function checkTypecode(typecode: unknown): asserts typecode is Typecode {
  if (typeof typecode !== 'string' || !Object.hasOwn(TYPECODES, typecode))
    throw new TypeError(`Expected a typecode, one of ${Object.keys(TYPECODES).join(' ')}, got ${repr(typecode)}`);
}
