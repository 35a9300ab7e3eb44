/*
 * @prac/pickle/codec: values that are data only, written into memory that is at hand (a ring, a queue, a frame), and read from
 * it. No functions, no classes; nothing else of this package is loaded.
 */
import { NOT_DATA, Encoder as Writer } from './internal/codec/encoder.ts';

export { UnpicklingError } from './errors.ts';
export { type DecodeOptions, Decoder } from './internal/codec/decoder.ts';

/** What `encodeInto` says of a value that is not data only: it has to go another way. */
export const NOT_PLAIN: -1 = -1;
/** What `encodeInto` says if there is no room. */
export const NO_ROOM: -2 = -2;
const NO_WORDS = new Int32Array(0);

/**
 * Writes values that are data only into given memory.
 *
 * What one encoder writes is to be read by one `Decoder`, in the same order: the names of properties are written once. What
 * `new Encoder(false)` writes may be read by any `Decoder(false)`.
 *
 * @example
 * import { Decoder, Encoder } from '@prac/pickle/codec';
 * const memory = new Uint8Array(new SharedArrayBuffer(1024));
 * const [encoder, decoder] = [new Encoder(), new Decoder(true)];
 * const bytes = encoder.encodeInto({ id: 1, name: 'a' }, memory);
 * console.log(decoder.decode(memory.subarray(0, bytes))); // { id: 1, name: 'a' }
 */
export class Encoder {
  readonly #writer: Writer;
  #words: Int32Array<ArrayBuffer> = NO_WORDS;

  /** @param remembers - Whether one decoder reads all of it, in this order. Otherwise each value stands for itself, and takes more bytes. */
  constructor(remembers = true) {
    this.#writer = new Writer(remembers);
  }

  /**
   * Writes a value at the beginning of a region.
   *
   * @param region - It has to begin at a multiple of 8 for quick reading of number arrays.
   * @returns The number of bytes, a multiple of 4; {@link NOT_PLAIN} or {@link NO_ROOM}, if nothing has been written.
   * @throws {RangeError} if the value is nested too deeply.
   */
  encodeInto(value: unknown, region: Uint8Array): number {
    const words = this.#writer.encode(value);
    if (words === NOT_DATA) return NOT_PLAIN;
    const { written } = this.#writer;
    if (written.length > region.length) {
      this.#writer.rollback();
      return NO_ROOM;
    }
    region.set(written);
    this.#writer.commit();
    return written.length;
  }

  /** How many sets of property names it remembers: a value that has made them more is to be read before those after it. */
  get shapes(): number {
    return this.#writer.shapes;
  }

  /**
   * Writes a value into memory of its own, that changes with the next one. `null` if it is not data only.
   *
   * @param headerWords - So many words are left in front of it, for the caller: 0 at first.
   */
  encode(value: unknown, headerWords = 0): Uint8Array<ArrayBuffer> | null {
    if (this.#writer.encode(value, headerWords) === NOT_DATA) return null;
    const { written } = this.#writer;
    this.#writer.commit();
    return written;
  }

  /**
   * The same for who goes on with 32-bit words: they are at the beginning of what {@link takeWords} gives. (To make a view for each value would
   * take as long as to write a small one.)
   *
   * @param room - So many words at most, with those in front.
   * @returns How many there are; {@link NOT_PLAIN} if the value is not data only, {@link NO_ROOM} if they are more.
   */
  encodeWords(value: unknown, headerWords = 0, room: number = Number.POSITIVE_INFINITY): number {
    const count = this.#writer.encode(value, headerWords);
    if (count === NOT_DATA) return NOT_PLAIN;
    if (count > room) {
      this.#writer.rollback();
      return NO_ROOM;
    }
    this.#words = this.#writer.words;
    this.#writer.commit();
    return count;
  }

  /**
   * Where {@link encodeWords} has written, until the next value; to be called once for each. The words in front are the caller's to
   * set. (Memory that has become big is not kept.)
   */
  takeWords(): Int32Array<ArrayBuffer> {
    const words = this.#words;
    if (words !== this.#writer.words) this.#words = NO_WORDS;
    return words;
  }
}
