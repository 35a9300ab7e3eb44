import { UnpicklingError } from '../../errors.ts';
import { setOwn } from '../set-own.ts';
import { MOST_SHAPES } from './shapes.ts';

/** What reads the values of an object. */
interface Values {
  next(): unknown;
}

type Reader = (values: Values, memo: unknown[]) => object;

/** An object is read by a loop so many times; then a function is made for its shape, which takes longer than many loops. */
const READS_BEFORE_COMPILING = 16;

interface Shape {
  readonly keys: readonly string[];
  reads: number;
  reader: Reader | undefined;
}

/** The shapes that a decoder has read. */
export class ReadShapes {
  readonly #shapes: Shape[] = [];

  /** @throws {UnpicklingError} if there are more of them than an encoder writes: a decoder may keep them for as long as it is used. */
  add(keys: readonly string[]): number {
    if (this.#shapes.length >= MOST_SHAPES) throw new UnpicklingError('pickle has too many shapes');
    return this.#shapes.push({ keys, reads: 0, reader: undefined }) - 1;
  }

  clear(): void {
    if (this.#shapes.length > 0) this.#shapes.length = 0;
  }

  /** Reads the values of an object of that shape. It is in the memo before them, since they may refer to it. */
  read(id: number, values: Values, memo: unknown[]): object {
    const shape = this.#shapes[id];
    if (shape === undefined) throw new UnpicklingError('pickle names a shape that it does not have');
    if (shape.reader !== undefined) return shape.reader(values, memo);
    if (++shape.reads === READS_BEFORE_COMPILING) shape.reader = compiled(shape.keys);
    const object = {};
    memo.push(object);
    for (const key of shape.keys) setOwn(object, key, values.next());
    return object;
  }
}

const compiledReaders = new Map<string, Reader>();
/** So many are kept, whose names have so many characters all together; then they begin anew. What is longer is read by the loop. */
const MOST_COMPILED = 1000;
const MOST_CHARACTERS = 2 ** 18;
const LONGEST_COMPILED = 2 ** 12;
let characters = 0;

/** A function that reads objects with these keys, made once for all pickles. */
function compiled(keys: readonly string[]): Reader | undefined {
  if (keys.reduce((sum, key) => sum + key.length, 0) > LONGEST_COMPILED) return undefined;
  const names = keys.map((key) => JSON.stringify(key));
  const text = names.join();
  const known = compiledReaders.get(text);
  if (known !== undefined || keys.includes('__proto__')) return known;
  if (compiledReaders.size >= MOST_COMPILED || characters + text.length > MOST_CHARACTERS) {
    compiledReaders.clear();
    characters = 0;
  }
  try {
    const fields = names.map((name) => `${name}: undefined`).join();
    const assignments = names.map((name) => `o[${name}] = v.next();`).join('');
    const reader = new Function('v', 'm', `const o = {${fields}}; m.push(o); ${assignments} return o`) as Reader;
    compiledReaders.set(text, reader);
    characters += text.length;
    return reader;
  } catch {
    return undefined; // --disallow-code-generation-from-strings
  }
}
