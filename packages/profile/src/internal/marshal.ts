import { EOFError, ValueError } from '@prac/exceptions';

/*
 * Python's marshal format, as far as profiles need it: None, booleans, numbers, texts, tuples, lists, dicts, references.
 *
 *   byte: type, and 0x80 if others refer to it later     'i' 32-bit integer   'l' digits of 15 bits   'g' binary float
 *                                                        'u' UTF-8 text   '(' tuple   '{' pairs … '0'   'r' reference
 */

/** A value of a marshal file: dicts are maps, tuples and lists are arrays. */
export type Marshalled = null | boolean | number | string | readonly Marshalled[] | Map<Marshalled, Marshalled>;

/** Python's limit is 2000. */
const DEEPEST = 2000;
const NULL = Symbol('end of a dict');

class Reader {
  readonly #bytes: DataView;
  readonly #refs: Marshalled[] = [];
  #at = 0;
  #depth = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  read(): Marshalled {
    const value = this.#value();
    if (value === NULL) throw new ValueError('bad marshal data (NULL object)');
    return value;
  }

  #value(): Marshalled | typeof NULL {
    if (this.#at >= this.#bytes.byteLength) throw new EOFError('EOF read where object expected');
    if (++this.#depth > DEEPEST) throw new ValueError('bad marshal data (nested too deeply)');
    const byte = this.#byte();
    // A reference's place is that of the beginning of what it refers to.
    const index = byte & 0x80 ? this.#refs.push(null) - 1 : -1;
    const value = this.#valueOf(String.fromCharCode(byte & 0x7f), (known) => {
      if (index >= 0) this.#refs[index] = known;
    });
    if (index >= 0 && value !== NULL) this.#refs[index] = value;
    this.#depth--;
    return value;
  }

  #valueOf(type: string, tell: (known: Marshalled) => void): Marshalled | typeof NULL {
    switch (type) {
      case '0':
        return NULL;
      case 'N':
        return null;
      case 'T':
        return true;
      case 'F':
        return false;
      case 'i':
        return this.#int();
      case 'l':
        return this.#long();
      case 'g':
        return this.#bytes.getFloat64(this.#take(8), true);
      case 'f':
        return this.#oldFloat();
      case 'u':
      case 't':
        return this.#text(this.#size(), 'utf8');
      case 's':
      case 'a':
      case 'A':
        return this.#text(this.#size(), 'latin1');
      case 'z':
      case 'Z':
        return this.#text(this.#byte(), 'latin1');
      case ')':
        return this.#list(this.#byte(), tell);
      case '(':
      case '[':
        return this.#list(this.#size(), tell);
      case '{':
        return this.#dict(tell);
      case 'r':
        return this.#reference();
      default:
        throw new ValueError('bad marshal data (unknown type code)');
    }
  }

  #list(count: number, tell: (known: Marshalled) => void): Marshalled {
    const list: Marshalled[] = [];
    tell(list);
    for (let i = 0; i < count; i++) list.push(this.read());
    return list;
  }

  #dict(tell: (known: Marshalled) => void): Marshalled {
    const dict = new Map<Marshalled, Marshalled>();
    tell(dict);
    for (;;) {
      const key = this.#value();
      if (key === NULL) return dict;
      dict.set(key, this.read());
    }
  }

  #reference(): Marshalled {
    const index = this.#int();
    if (index < 0 || index >= this.#refs.length) throw new ValueError('bad marshal data (invalid reference)');
    return this.#refs[index]!;
  }

  /** Exact to 2^53. */
  #long(): number {
    const count = this.#int();
    let value = 0n;
    for (let i = 0; i < Math.abs(count); i++) {
      const digit = this.#bytes.getUint16(this.#take(2), true);
      if (digit > 0x7fff) throw new ValueError('bad marshal data (digit out of range in long)');
      value |= BigInt(digit) << BigInt(15 * i);
    }
    return Number(count < 0 ? -value : value);
  }

  #oldFloat(): number {
    const text = this.#text(this.#byte(), 'latin1');
    const value = Number(text);
    if (text === '' || Number.isNaN(value)) throw new ValueError('bad marshal data (invalid float)');
    return value;
  }

  #text(length: number, encoding: BufferEncoding): string {
    const at = this.#take(length);
    return Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset + at, length).toString(encoding);
  }

  #size(): number {
    const size = this.#int();
    if (size < 0) throw new ValueError('bad marshal data (size out of range)');
    return size;
  }

  #int(): number {
    return this.#bytes.getInt32(this.#take(4), true);
  }

  #byte(): number {
    return this.#bytes.getUint8(this.#take(1));
  }

  #take(length: number): number {
    const at = this.#at;
    if (at + length > this.#bytes.byteLength) throw new EOFError('marshal data too short');
    this.#at += length;
    return at;
  }
}

/**
 * Python: `marshal.loads`.
 *
 * @throws {EOFError} if it ends too early. {ValueError} if it is no marshal file, or holds what profiles do not.
 */
export function readMarshal(bytes: Uint8Array): Marshalled {
  return new Reader(bytes).read();
}

/** Python: `marshal.dumps`. Integers are written as such, all other numbers as floats; {@link Float} always is one. */
export function writeMarshal(value: Writable): Uint8Array {
  const chunks: Uint8Array[] = [];
  write(value, chunks);
  return Buffer.concat(chunks);
}

/** A number that is a float, whatever its value. */
export class Float {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

export type Writable = number | string | Float | readonly Writable[] | ReadonlyMap<Writable, Writable>;

function write(value: Writable, chunks: Uint8Array[]): void {
  if (typeof value === 'string') {
    const text = Buffer.from(value, 'utf8');
    chunks.push(head('u', text.length), text);
  } else if (value instanceof Float || (typeof value === 'number' && !Number.isSafeInteger(value))) {
    const bytes = Buffer.alloc(9, 'g');
    bytes.writeDoubleLE(typeof value === 'number' ? value : value.value, 1);
    chunks.push(bytes);
  } else if (typeof value === 'number') writeInt(value, chunks);
  else if (value instanceof Map) {
    chunks.push(Buffer.from('{'));
    for (const [key, item] of value as ReadonlyMap<Writable, Writable>) {
      write(key, chunks);
      write(item, chunks);
    }
    chunks.push(Buffer.from('0'));
  } else {
    const items = value as readonly Writable[];
    chunks.push(head('(', items.length));
    for (const item of items) write(item, chunks);
  }
}

function writeInt(value: number, chunks: Uint8Array[]): void {
  if ((value | 0) === value) {
    chunks.push(head('i', value));
    return;
  }
  const digits: number[] = [];
  for (let rest = BigInt(Math.abs(value)); rest > 0n; rest >>= 15n) digits.push(Number(rest & 0x7fffn));
  chunks.push(head('l', value < 0 ? -digits.length : digits.length), new Uint8Array(Uint16Array.from(digits).buffer));
}

function head(type: string, value: number): Uint8Array {
  const bytes = Buffer.alloc(5, type);
  bytes.writeInt32LE(value, 1);
  return bytes;
}
