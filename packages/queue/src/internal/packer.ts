import { Decoder, Encoder, NOT_PLAIN } from '@prac/pickle/codec';
import {
  bytesOf,
  type Cargo,
  cargo,
  encoding,
  isEncoding,
  kindOf,
  look,
  type PackOptions,
  PICKLE,
  packAlone,
  packInt,
  SHAPED,
  unpackAlone,
  unpackAsync,
  wordOf,
} from './cargo.ts';
import { copy, newRegionMemory, type Place, Region } from './region.ts';

/*
 * Names of properties are most of a small object, and the same again and again. Each thread that puts has an encoder that remembers
 * them. Who gets need not have seen all that it wrote: what makes an encoder remember more (a primer) is written into a log that
 * all have, and every item says whose it is, and after how many primers it was written.
 *
 *   put   { id, name } the first time ──> as DATA, which stands for itself; and a primer into the log
 *         the second time ──> SHAPED │ producer │ primers │ the values
 *   get   SHAPED ──> reads on in the log, to that many primers of that producer ──> its decoder knows the names
 *
 *   log   │ producer │ words │ … │ producer │ words │ … │ <── LOG_END
 */
export const PACKER_WORDS = 3;
const LOG_CAPACITY = 0;
const LOG_END = 1;
const PRODUCERS = 2;

/** Of a SHAPED item: producer, primers. */
const HEADER_WORDS = 2;
const MOST_LOG_WORDS = 2 ** 24;
/** A primer is a whole item: none that is big for other reasons. */
const MOST_PRIMER_WORDS = 2 ** 14;
/** Decoders of so many are kept; those of others are made again from the log. */
const MOST_PRODUCERS = 64;

/** What one of the producers has written, as far as it was read. */
interface Producer {
  readonly decoder: Decoder;
  /** How many of its primers were read, and to where in the log. */
  primers: number;
  read: number;
}

export class Packer {
  readonly log: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #first: number;
  readonly #log: Region;
  readonly #locked: (fn: () => void) => void;
  readonly #producers = new Map<number, Producer>();
  #encoder = new Encoder(true);
  /** Nothing can be remembered any more. */
  #isLogFull = false;
  /** 0 as long as it has put nothing. */
  #producer = 0;
  #primers = 0;

  /**
   * @param words - Those of the queue, of which `PACKER_WORDS` from `first` on are for this.
   * @param locked - Runs a function under the queue's lock.
   */
  constructor(
    log: SharedArrayBuffer | Place | undefined,
    words: Int32Array,
    first: number,
    locked: (fn: () => void) => void,
  ) {
    this.#words = words;
    this.#first = first;
    this.#log = new Region(log ?? newRegionMemory(MOST_LOG_WORDS), words, first + LOG_CAPACITY);
    this.log = this.#log.buffer;
    this.#locked = locked;
  }

  /** @throws {PicklingError} if the item cannot travel. */
  pack(item: unknown, options?: PackOptions): Cargo {
    if (options?.transfer != null) return packAlone(item, options);
    if (typeof item !== 'object' || item === null || this.#isLogFull || isEncoding())
      return packInt(item) ?? packAlone(item, options);
    const { shapes } = this.#encoder;
    const count = encoding(() => this.#encoder.encodeWords(item, HEADER_WORDS));
    if (count === NOT_PLAIN) return packAlone(item, options);
    const words = this.#encoder.takeWords();
    if (this.#encoder.shapes !== shapes) {
      this.#publish(words.subarray(0, count));
      return packAlone(item, options);
    }
    words[0] = this.#producer;
    words[1] = this.#primers;
    return cargo(SHAPED, words, count);
  }

  unpack(item: Cargo): unknown {
    if (kindOf(item.head) !== SHAPED) return unpackAlone(item);
    return this.#decoderOf(wordOf(item, 0), wordOf(item, 1)).decode(bytesOf(item), HEADER_WORDS);
  }

  /** Opens it to be compared: it stays where it is. */
  look(item: Cargo): unknown {
    return kindOf(item.head) === PICKLE ? look(item) : this.unpack(item);
  }

  /** A promise, if modules have to be waited for. */
  unpackAsync(item: Cargo): unknown {
    return kindOf(item.head) === PICKLE ? unpackAsync(item) : this.unpack(item);
  }

  #decoderOf(id: number, primers: number): Decoder {
    if (id === 0) return NAMELESS;
    let producer = this.#producers.get(id);
    if (producer === undefined) {
      if (this.#producers.size === MOST_PRODUCERS) this.#producers.delete(this.#producers.keys().next().value!);
      producer = { decoder: new Decoder(true), primers: 0, read: 0 };
      this.#producers.set(id, producer);
    }
    if (producer.primers < primers) this.#readOn(id, producer);
    return producer.decoder;
  }

  #readOn(id: number, producer: Producer): void {
    const end = Atomics.load(this.#words, this.#first + LOG_END); // first: the view is at least as long
    const { view } = this.#log;
    while (producer.read < end) {
      const at = producer.read;
      const count = view[at + 1]!;
      if (view[at] === id) {
        const primer = view.slice(at + 2, at + 2 + count);
        producer.decoder.decode(new Uint8Array(primer.buffer), HEADER_WORDS);
        producer.primers++;
      }
      producer.read += 2 + count;
    }
  }

  /** What was written has made the encoder remember more. */
  #publish(primer: Int32Array): void {
    if (primer.length > MOST_PRIMER_WORDS) {
      this.#encoder = new Encoder(true); // a smaller one will come
      this.#producer = 0;
      this.#primers = 0;
      return;
    }
    const first = this.#first;
    this.#locked(() => {
      const end = this.#words[first + LOG_END]!;
      const next = end + 2 + primer.length;
      let { view } = this.#log;
      this.#isLogFull = next > MOST_LOG_WORDS;
      if (this.#isLogFull) return;
      if (next > view.length) view = this.#log.grow(next - view.length);
      if (this.#producer === 0) this.#producer = ++this.#words[first + PRODUCERS]!;
      view[end] = this.#producer;
      view[end + 1] = primer.length;
      copy(primer, 0, primer.length, view, end + 2);
      Atomics.store(this.#words, first + LOG_END, next);
      this.#primers++;
    });
  }
}

/** For what has no names in it, and was written by one who has never written any. */
const NAMELESS: Decoder = new Decoder(true);
