import { dumps, loads, loadsSync } from '@prac/pickle';
import { Decoder, Encoder } from '@prac/pickle/codec';

/*
 * How an item lies in shared memory: a word that says what follows and how many words, then those.
 *
 *   item ── a small integer ──────────> INT │ the number itself
 *        ── data only (codec) ────────> DATA │ its words
 *        ── anything else (pickle) ───> PICKLE │ length in bytes │ its bytes
 */
const INT = 0;
const DATA = 1;
const PICKLE = 2;
const KIND_BITS = 2;

const encoder = new Encoder(false);
const decoder = new Decoder(false);

/** An item on its way into the memory: valid until the next one, unless it is kept. */
export interface Cargo {
  /** The word that comes first. */
  readonly head: number;
  readonly words: Int32Array;
}

/** The number of words behind the first one. */
export function wordsBehind(head: number): number {
  return head >>> KIND_BITS;
}

const int = new Int32Array(1);
const INT_CARGO: Cargo = { head: (1 << KIND_BITS) | INT, words: int };

/** @throws {PicklingError} if the item cannot travel. */
export function pack(item: unknown): Cargo {
  if (typeof item === 'number' && (item | 0) === item && !Object.is(item, -0)) {
    int[0] = item;
    return INT_CARGO;
  }
  const data = encoder.encode(item);
  if (data !== null) return cargo(DATA, new Int32Array(data.buffer, data.byteOffset, data.length >> 2));
  const bytes = dumps<unknown>(item, { name: 'item' });
  const words = new Int32Array(1 + ((bytes.length + 3) >> 2));
  words[0] = bytes.length;
  new Uint8Array(words.buffer, 4).set(bytes);
  return cargo(PICKLE, words);
}

/** For good. */
export function keep({ head, words }: Cargo): Cargo {
  return { head, words: words.slice(0, wordsBehind(head)) };
}

function cargo(kind: number, words: Int32Array): Cargo {
  if (words.length >= 2 ** (30 - KIND_BITS)) throw new RangeError('the item is too big for a queue between threads');
  return { head: (words.length << KIND_BITS) | kind, words };
}

/** Whether its modules may have to be waited for. */
export function isPickle({ head }: Cargo): boolean {
  return (head & ((1 << KIND_BITS) - 1)) === PICKLE;
}

export function unpack({ head, words }: Cargo): unknown {
  const kind = head & ((1 << KIND_BITS) - 1);
  if (kind === INT) return words[0];
  if (kind === DATA) return decoder.decode(new Uint8Array(words.buffer, words.byteOffset, 4 * wordsBehind(head)));
  return loadsSync(bytesOf(words));
}

export function unpackAsync(cargo: Cargo): Promise<unknown> {
  return loads(bytesOf(cargo.words));
}

function bytesOf(words: Int32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset + 4, words[0]);
}
