import { checkedOptions, IndexError, repr, ValueError } from '@prac/exceptions';
import { travels } from '../internal/world.ts';
import { SharedMemory } from './block.ts';

/*
 * A list in shared memory, laid out as Python does it:
 *
 *   │ N: 8 bytes │ N + 1 offsets: 8 bytes each │ the items, each in a multiple of 8 bytes │ N formats: 8 bytes each │ N kinds: 1 byte each │
 *
 *   format   q: integer   d: number   xxxxxxx?: true or false   16s: 16 bytes for a text or bytes   xxxxxx?x: nothing
 *   kind     0: the format says it   1: a text   2: bytes   3: nothing
 *
 * A text ends before the zeros that fill its place.
 */
const WORD = 8;
const INTEGER = 'q';
const NUMBER = 'd';
const BOOLEAN = 'xxxxxxx?';
const NOTHING = 'xxxxxx?x';
const BOOLEAN_AT = 7;
const KIND = { plain: 0, text: 1, bytes: 2, nothing: 3 } as const;

/** What can be in it. */
export type Shareable = number | bigint | boolean | string | Uint8Array | null;

/** Options of a {@link ShareableList}. */
export interface ShareableListOptions {
  /** That of the memory. Without items: of a list that is there. @defaultValue a new one */
  readonly name?: string | null | undefined;
}

/**
 * A list of numbers, texts, bytes, true, false and null in memory with a name: for all processes, also those of Python.
 *
 * Its length is fixed, and the place of each text and bytes: a multiple of 8 bytes. Processes that write to the same place need a lock.
 *
 * Python: `multiprocessing.shared_memory.ShareableList`.
 *
 * @example
 * import { ShareableList } from '@prac/pool/shared-memory';
 * const list = new ShareableList(['abc', 1, 2.5, null]);
 * const same = new ShareableList(null, { name: list.shm.name });
 * same.set(0, 'xyz');
 * console.log([...list]); // [ 'xyz', 1, 2.5, null ]
 * same.shm.close();
 * list.shm.close();
 * list.shm.unlink();
 */
export class ShareableList {
  /** Its memory. */
  readonly shm: SharedMemory;
  readonly #length: number;
  readonly #view: DataView<SharedArrayBuffer>;
  readonly #bytes: Uint8Array<SharedArrayBuffer>;
  /** Where the formats are. */
  readonly #formats: number;

  /**
   * @param items - What it is made with; none: it is there.
   * @throws {ValueError} if an integer has more than 64 bits. {FileNotFoundError} if it is not there.
   */
  constructor(items?: Iterable<Shareable> | null, options?: ShareableListOptions | null) {
    const { name } = checkedOptions(options, ['name']);
    const all = items == null ? (name == null ? [] : undefined) : [...items].map(packed);
    const size = all?.reduce((sum, { room }) => sum + room + WORD + WORD + 1, 2 * WORD);
    this.shm = size === undefined ? new SharedMemory({ name }) : new SharedMemory({ name, create: true, size });
    this.#bytes = this.shm.buf;
    this.#view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength);
    if (all !== undefined) this.#lay(all);
    this.#length = Number(this.#view.getBigInt64(0, true));
    this.#formats = this.#start(this.#length);
    for (const [i, item] of all?.entries() ?? []) this.#write(i, item, item.format);
  }

  get length(): number {
    return this.#length;
  }

  /** @param index - Negative ones count from the end. @throws {IndexError} if there is none. */
  get(index: number): Shareable {
    const at = this.#place(index, 'index out of range');
    const [format, start] = [this.#formatAt(at), this.#start(at)];
    const kind = this.#view.getInt8(this.#formats + this.#length * WORD + at);
    if (kind === KIND.nothing) return null;
    if (format === INTEGER) return integerOf(this.#view.getBigInt64(start, true));
    if (format === NUMBER) return this.#view.getFloat64(start, true);
    if (format === BOOLEAN) return this.#bytes[start + BOOLEAN_AT] !== 0;
    const bytes = trimmed(this.#bytes.slice(start, start + Number.parseInt(format, 10)));
    return kind === KIND.text ? Buffer.from(bytes).toString() : bytes;
  }

  /**
   * Sets an item, which may be of another kind than the one before.
   *
   * @throws {IndexError} if there is no such place. {ValueError} if a text or bytes are longer than it.
   */
  set(index: number, value: Shareable): void {
    const at = this.#place(index, 'assignment index out of range');
    const item = packed(value);
    if (item.bytes === undefined) {
      this.#write(at, item, item.format);
      return;
    }
    const room = this.#start(at + 1) - this.#start(at);
    if (item.bytes.length > room) throw new ValueError('bytes/str item exceeds available storage');
    this.#write(at, item, `${room}s`);
  }

  /** How many items are that value. */
  count(value: Shareable): number {
    return [...this].filter((item) => isSame(item, value)).length;
  }

  /** Where the first is. @throws {ValueError} if there is none. */
  index(value: Shareable): number {
    const at = [...this].findIndex((item) => isSame(item, value));
    if (at < 0) throw new ValueError(`${repr(value)} not in this container`);
    return at;
  }

  /** The formats of all items, as Python's `struct` has them. */
  get format(): string {
    return Array.from({ length: this.#length }, (_, i) => this.#formatAt(i)).join('');
  }

  *[Symbol.iterator](): Generator<Shareable, void, undefined> {
    for (let i = 0; i < this.#length; i++) yield this.get(i);
  }

  toString(): string {
    return `ShareableList(${repr([...this])}, name=${repr(this.shm.name)})`;
  }

  /** Where the places are. */
  #lay(all: readonly Packed[]): void {
    let offset = 0;
    this.#view.setBigInt64(0, BigInt(all.length), true);
    for (const [i, { room }] of all.entries()) {
      offset += room;
      this.#view.setBigInt64((i + 2) * WORD, BigInt(offset), true);
    }
  }

  #start(at: number): number {
    const length = Number(this.#view.getBigInt64(0, true));
    return (length + 2) * WORD + Number(this.#view.getBigInt64((at + 1) * WORD, true));
  }

  #place(index: number, text: string): number {
    if (!Number.isInteger(index)) throw new TypeError(`Expected an index, got ${repr(index)}`);
    const at = index < 0 ? index + this.#length : index;
    if (at < 0 || at >= this.#length) throw new IndexError(text);
    return at;
  }

  #formatAt(at: number): string {
    const start = this.#formats + at * WORD;
    return Buffer.from(trimmed(this.#bytes.slice(start, start + WORD))).toString('latin1');
  }

  #write(at: number, { value, bytes, kind }: Packed, format: string): void {
    const start = this.#start(at);
    const formatStart = this.#formats + at * WORD;
    this.#bytes.fill(0, formatStart, formatStart + WORD);
    this.#bytes.set(Buffer.from(format, 'latin1'), formatStart);
    this.#view.setInt8(this.#formats + this.#length * WORD + at, kind);
    if (bytes !== undefined) {
      this.#bytes.fill(0, start, start + Number.parseInt(format, 10));
      this.#bytes.set(bytes, start);
    } else if (format === INTEGER) this.#view.setBigInt64(start, BigInt(value as number), true);
    else if (format === NUMBER) this.#view.setFloat64(start, value as number, true);
    else {
      this.#bytes.fill(0, start, start + WORD);
      if (format === BOOLEAN) this.#bytes[start + BOOLEAN_AT] = Number(value);
    }
  }
}

interface Packed {
  readonly value: Shareable;
  readonly format: string;
  readonly kind: number;
  /** How many bytes it takes. */
  readonly room: number;
  readonly bytes?: Uint8Array;
}

const MOST = 2n ** 63n - 1n;

function packed(value: Shareable): Packed {
  if (value === null) return { value, format: NOTHING, kind: KIND.nothing, room: WORD };
  if (typeof value === 'boolean') return { value, format: BOOLEAN, kind: KIND.plain, room: WORD };
  if (typeof value === 'bigint' && (value > MOST || value < -MOST - 1n))
    throw new ValueError(`int too large to convert: ${value}`);
  if (typeof value === 'bigint' || Number.isSafeInteger(value))
    return { value, format: Object.is(value, -0) ? NUMBER : INTEGER, kind: KIND.plain, room: WORD };
  if (typeof value === 'number') return { value, format: NUMBER, kind: KIND.plain, room: WORD };
  const isText = typeof value === 'string';
  if (!isText && !(value instanceof Uint8Array))
    throw new TypeError(`Expected a number, text, bytes, true, false or null, got ${repr(value)}`);
  const bytes = isText ? Buffer.from(value) : value;
  const room = WORD * (Math.floor(bytes.length / WORD) + 1);
  return { value, format: `${room}s`, kind: isText ? KIND.text : KIND.bytes, room, bytes };
}

function integerOf(value: bigint): number | bigint {
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}

function trimmed(bytes: Uint8Array): Uint8Array {
  return bytes.slice(0, bytes.findLastIndex((byte) => byte !== 0) + 1);
}

function isSame(a: Shareable, b: Shareable): boolean {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0;
  return isNumber(a) && isNumber(b) ? BigInt(a) === BigInt(b) : a === b;
}

function isNumber(value: Shareable): value is number | bigint {
  return typeof value === 'bigint' || Number.isInteger(value);
}

const MODULE = '@prac/pool/shared-memory';
travels('ShareableList', ShareableList, MODULE);
/** What it is where it arrives. */
const attachedList = travels(
  'attachedList',
  (name: string): ShareableList => new ShareableList(null, { name }),
  MODULE,
);
Object.defineProperties(ShareableList.prototype, {
  [Symbol.for('prac.pickle.reduce')]: {
    value(this: ShareableList) {
      return [attachedList, [this.shm.name]];
    },
    configurable: true,
    writable: true,
  },
  [Symbol.for('nodejs.util.inspect.custom')]: {
    value(this: ShareableList) {
      return String(this);
    },
    configurable: true,
    writable: true,
  },
});
