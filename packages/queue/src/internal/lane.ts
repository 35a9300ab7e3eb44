import { RuntimeError } from '@prac/exceptions';
import { Decoder, Encoder, NO_ROOM, NOT_PLAIN } from '@prac/pickle/codec';
import type { Memory } from '@prac/sync/memory';
import { ShutDown } from '../errors.ts';
import {
  type Cargo,
  cargo,
  DATA,
  handOver,
  INT,
  kindOf,
  packAlone,
  packMessage,
  unpackAlone,
  unpackAsync,
  wordsBehind,
} from './cargo.ts';
import { checkItem } from './check-item.ts';
import { GATE_WORDS, Gate, NOT_YET } from './gate.ts';
import type { TransferOption } from './options.ts';
import { copy, even } from './region.ts';

/*
 * One producer, one consumer, and so no lock: what is between HEAD and TAIL is the consumer's, the rest is the producer's.
 *
 *   data   │ free │ head word, aux │ words … │ head word, aux │ words … │ free │ PAD │
 *                 └── HEAD                                            └── TAIL
 *
 *   put   encode ── room behind TAIL? ── copy into it ── TAIL moves on ── wake the consumer, if it waits
 *   get   HEAD = TAIL? wait ── decode ── HEAD moves on ── wake the producer, if it waits
 *
 * An item lies in one piece: where it does not fit before the end, PAD is there, and it begins at 0. It takes an even number of
 * words, so numbers lie at multiples of 8 bytes. Names of properties are written once: there is one encoder and one decoder.
 * HEAD and TAIL are in cache lines of their own; each side keeps a copy of the other's, and looks again when that says no.
 */
const HEAD = 16;
const TAIL = 32;
const ITEMS = 48;
const ROOM = ITEMS + GATE_WORDS;
const CLOSED = ROOM + GATE_WORDS;
const PRODUCER = CLOSED + 1;
const CONSUMER = PRODUCER + 1;
export const LANE_WORDS = 64;

/** The head word, and the one behind it: an integer itself, or nothing. */
const HEADER = 2;
/** Never between TAIL and HEAD: full and empty would be the same. */
const GAP = 2;
const PAD = -1;

export class Lane {
  /** Where the consumer waits, and the producer. */
  readonly items: Gate;
  readonly room: Gate;
  readonly #memory: Memory;
  readonly #onUse: () => void;
  readonly #words: Int32Array;
  readonly #data: Int32Array<SharedArrayBuffer>;
  // This side's own position, and what it has seen of the other's.
  #tail: number;
  #head: number;
  #encoder: Encoder | undefined;
  #decoder: Decoder | undefined;
  #isEncoding = false;

  /**
   * @param buffer - A multiple of 8 bytes.
   * @param onUse - Called when it becomes one of the two sides: from then on it has to be kept, since the names of properties are in
   * its memory only.
   */
  constructor(memory: Memory, buffer: SharedArrayBuffer, onUse: () => void) {
    this.#memory = memory;
    this.#onUse = onUse;
    this.#words = memory.words;
    this.#data = new Int32Array(buffer);
    this.items = new Gate(memory, ITEMS);
    this.room = new Gate(memory, ROOM);
    this.#tail = Atomics.load(this.#words, TAIL);
    this.#head = Atomics.load(this.#words, HEAD);
  }

  get buffer(): SharedArrayBuffer {
    return this.#data.buffer;
  }

  get isEmpty(): boolean {
    return Atomics.load(this.#words, HEAD) === Atomics.load(this.#words, TAIL);
  }

  close(): void {
    Atomics.store(this.#words, CLOSED, 1);
    this.items.open(Number.POSITIVE_INFINITY);
    this.room.open(Number.POSITIVE_INFINITY);
  }

  /** `false` if there is no room. */
  tryPut(item: unknown, options: TransferOption | undefined): boolean {
    if (this.#encoder === undefined) this.#becomeProducer();
    if (this.#isEncoding) throw new RuntimeError('a getter of an item cannot put into the same ring');
    if (Atomics.load(this.#words, CLOSED) !== 0) throw new ShutDown();
    if (typeof item === 'number' && (item | 0) === item && !Object.is(item, -0)) {
      const at = this.#place(HEADER);
      if (at < 0) return this.#noRoom();
      this.#data[at] = INT;
      this.#data[at + 1] = item;
      this.#publish(at + HEADER);
      return true;
    }
    checkItem(item);
    if (options?.transfer == null) {
      const put = this.#tryPutData(item);
      if (put !== NOT_PLAIN) return put === NO_ROOM ? this.#noRoom() : true;
    }
    return this.#putCargo(this.#packed(item, options), item) || this.#noRoom();
  }

  /** What is more than data. */
  #packed(item: unknown, options: TransferOption | undefined): Cargo {
    this.#isEncoding = true;
    try {
      return packAlone(item, options ?? {});
    } finally {
      this.#isEncoding = false;
    }
  }

  /** Encodes it, and puts it where it has room. */
  #tryPutData(item: unknown): number {
    this.#head = Atomics.load(this.#words, HEAD);
    const [tail, head, size] = [this.#tail, this.#head, this.#data.length];
    const straight = tail < head ? head - GAP : head === 0 ? size - GAP : size;
    let written = this.#encodeAt(item, tail, straight);
    if (written !== NO_ROOM) return written;
    if (tail >= head) {
      written = this.#encodeAt(item, 0, head - GAP);
      if (written !== NO_ROOM) return written;
    }
    // It does not even fit into the empty ring: the rest of it is left at the hub.
    if (tail === head) return this.#putCargo(packMessage(item), item) ? 0 : NO_ROOM;
    return NO_ROOM;
  }

  #encodeAt(item: unknown, at: number, end: number): number {
    const room = end - at - HEADER;
    if (room <= 0) return NO_ROOM;
    const encoder = this.#encoder!;
    this.#isEncoding = true;
    let count: number;
    try {
      count = encoder.encodeWords(item, 0, room);
    } finally {
      this.#isEncoding = false;
    }
    if (count < 0) return count;
    this.#pad(at);
    const words = encoder.takeWords();
    this.#data[at] = cargo(DATA, words, count).head;
    copy(words, 0, count, this.#data, at + HEADER);
    this.#publish(at + HEADER + even(count));
    return count;
  }

  #putCargo(packed: Cargo, item: unknown): boolean {
    const isTooBig = HEADER + wordsBehind(packed.head) > this.#data.length >> 1;
    const fitting = isTooBig ? packMessage(item) : packed;
    const { head, words, deposit } = fitting;
    const count = wordsBehind(head);
    const at = this.#place(HEADER + even(count));
    if (at < 0) return false;
    if (deposit !== undefined) handOver([fitting]);
    this.#data[at] = head;
    copy(words, fitting.at, count, this.#data, at + HEADER);
    this.#publish(at + HEADER + even(count));
    return true;
  }

  /** Where so many words are free in one piece; below 0 if they are not. */
  #place(count: number): number {
    const at = this.#placeSeen(count);
    if (at >= 0) return at;
    this.#head = Atomics.load(this.#words, HEAD);
    return this.#placeSeen(count);
  }

  #placeSeen(count: number): number {
    const [tail, head, size] = [this.#tail, this.#head, this.#data.length];
    if (tail < head) return count <= head - GAP - tail ? tail : -1;
    if (count <= (head === 0 ? size - GAP : size) - tail) return tail;
    if (count > head - GAP) return -1;
    this.#pad(0);
    return 0;
  }

  /** What follows begins at 0, if it is not where the last one ended. */
  #pad(at: number): void {
    if (at !== this.#tail) this.#data[this.#tail] = PAD;
  }

  #publish(end: number): void {
    this.#tail = end === this.#data.length ? 0 : end;
    Atomics.store(this.#words, TAIL, this.#tail);
    this.items.open(1);
  }

  #noRoom(): false {
    if (this.#memory.isDead(this.#words[CONSUMER]!)) throw new ShutDown();
    return false;
  }

  /** {@link NOT_YET} if there is none. A promise only for what the async form has to wait for, to open it. */
  tryGet(form: 'async' | 'sync'): unknown {
    if (this.#decoder === undefined) this.#becomeConsumer();
    let at = this.#head;
    if (at === this.#tail) {
      this.#tail = Atomics.load(this.#words, TAIL);
      if (at === this.#tail) return this.#nothing();
    }
    const data = this.#data;
    if (data[at] === PAD) at = 0;
    const head = data[at]!;
    const kind = kindOf(head);
    if (kind === INT) {
      const item = data[at + 1];
      this.#moveOn(at + HEADER);
      return item;
    }
    const count = wordsBehind(head);
    const start = at + HEADER;
    if (kind === DATA) {
      try {
        return this.#decoder!.decode(new Uint8Array(data.buffer, 4 * start, 4 * count));
      } finally {
        this.#moveOn(start + even(count));
      }
    }
    const packed = { head, words: data.slice(start, start + count), at: 0 };
    this.#moveOn(start + even(count));
    return form === 'async' ? unpackAsync(packed) : unpackAlone(packed);
  }

  #moveOn(end: number): void {
    this.#head = end === this.#data.length ? 0 : end;
    Atomics.store(this.#words, HEAD, this.#head);
    this.room.open(1);
  }

  #nothing(): typeof NOT_YET {
    const words = this.#words;
    const isOver = Atomics.load(words, CLOSED) !== 0 || this.#memory.isDead(words[PRODUCER]!);
    // What was put before that is there by now.
    if (isOver && this.#head === Atomics.load(words, TAIL)) throw new ShutDown();
    return NOT_YET;
  }

  #becomeProducer(): void {
    this.#claim(PRODUCER, 'puts into');
    this.#onUse();
    this.#encoder = new Encoder();
  }

  #becomeConsumer(): void {
    this.#claim(CONSUMER, 'gets from');
    this.#onUse();
    this.#decoder = new Decoder(true);
  }

  /** @throws {RuntimeError} if another thread is it. */
  #claim(side: number, does: string): void {
    const { me } = this.#memory;
    const who = Atomics.compareExchange(this.#words, side, 0, me);
    if (who !== 0 && who !== me)
      throw new RuntimeError(`thread ${who} ${does} the ring, and only that one may: use a Queue for more`);
  }
}
