/*
 * The bytes of a value that is data only. They are made of words of 32 bits, little-endian; each value begins with one, whose
 * low five bits say what it is and whose other 27 bits are a number (a small integer itself, a length, an index):
 *
 *   {id: 7, name: 'abc'}   ──>   SHAPE │ 2   'id'   'name'     INT │ 7     LATIN1 │ 3   a b c ·
 *   the next one like it   ──>   OBJECT │ 0                    INT │ 8     LATIN1 │ 3   d e f ·
 *
 * An object's keys are its shape. A shape is written in full where it occurs for the first time, and named by its number
 * then: within one pickle, or for as long as two coders talk to each other (a queue, a worker).
 *
 * Every object that has an identity gets the next number, in the order in which they begin; where it occurs again there is a
 * REF. A number that does not fit 27 bits is MORE, and follows in two words.
 */
export const UNDEFINED = 0;
export const NULL = 1;
export const TRUE = 2;
export const FALSE = 3;
/** The number itself. */
export const INT = 4;
/** In the next word. */
export const INT32 = 5;
/** In the next two words. */
export const DOUBLE = 6;
/** A string of so many bytes, each of which is a character below 256. */
export const LATIN1 = 7;
/** A string of so many units of 16 bits. */
export const UCS2 = 8;
/** Of that shape; its values follow. */
export const OBJECT = 9;
/** A new shape: so many keys follow, and then an object's values. */
export const SHAPE = 10;
/** So many values follow. */
export const ARRAY = 11;
/** So many integers of 32 bits. */
export const INTS = 12;
/** So many doubles, at an even word. */
export const DOUBLES = 13;
/** The object with that number. */
export const REF = 14;
/** 0: positive, 1: negative; its hexadecimal digits follow as a string. */
export const BIGINT = 15;
/** So many keys and values. */
export const MAP = 16;
export const SET = 17;
/** Milliseconds, as a double. */
export const DATE = 18;
/** Source, flags, lastIndex. */
export const REGEXP = 19;
/** So many bytes, at an even word. */
export const BUFFER = 20;
/** A view of that kind: an array buffer, the offset and the length (`null`: as long as the buffer) follow. */
export const VIEW = 21;
/** A Buffer of Node, with bytes of its own. */
export const NODE_BUFFER = 22;
/** No element of the array. */
export const HOLE = 23;
/** `Object(value)`. */
export const BOXED = 24;
/** So many keys and values: an object that is used as a dictionary. */
export const DICTIONARY = 25;
/** The same without a prototype. */
export const NULL_PROTOTYPE = 26;
/** An array of that length, with so many keys and values. */
export const SPARSE = 27;
/** An array buffer that can grow: the most bytes follow as a value, then a BUFFER. */
export const RESIZABLE = 28;
/** A BUFFER that is named by itself after a view of it: no window is made on it. */
export const NAMED_BUFFER = 29;

/** Stands in for a number that does not fit. */
export const MORE = -1;
export const TAG_BITS = 5;
export const TAG_MASK = 31;
/** The greatest number that fits beside a tag, and one less than the smallest. */
export const MOST_INLINE: number = 2 ** 26 - 1;

/** The kinds of views, by number. What is not there is not known to every Node of ours. */
export const VIEWS: readonly string[] = [
  'Uint8Array',
  'Int8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
  'DataView',
  'Float16Array',
];
