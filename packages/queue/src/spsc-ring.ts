import { RuntimeError, repr } from '@prac/exceptions';
import { block, type Steps, suspend } from '@prac/park';
import { Decoder, Encoder, NO_ROOM, NOT_PLAIN } from '@prac/pickle/codec';
import { type Memory, opens, Primitive, threadMemory } from '@prac/sync/memory';
import { Empty, Full, ShutDown } from './errors.ts';
import {
  type Cargo,
  cargo,
  checkItem,
  DATA,
  handOver,
  INT,
  kindOf,
  packAlone,
  packMessage,
  unpackAlone,
  unpackAsync,
  wordsBehind,
} from './internal/cargo.ts';
import { GATE_WORDS, Gate, NOT_YET } from './internal/gate.ts';
import {
  type BlockingOptions,
  type Limits,
  limitsOf,
  putLimitsOf,
  type QueueOptions,
  type TransferOption,
  transferOf,
} from './internal/options.ts';
import { letTravel } from './internal/travelling.ts';

/*
 * One producer, one consumer, and so no lock: what is between HEAD and TAIL is the consumer's, the rest is the producer's.
 *
 *   data   │ free │ head word, aux │ words … │ head word, aux │ words … │ free │ PAD │
 *                 └── HEAD                                            └── TAIL
 *
 *   put   room behind TAIL? ── encode into it ── TAIL moves on ── wake the consumer, if it waits
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
const WORDS = 64;

/** The head word, and the one behind it: an integer itself, or nothing. */
const HEADER = 2;
/** Never between TAIL and HEAD: full and empty would be the same. */
const GAP = 2;
const PAD = -1;

interface Arrival {
  readonly memory: Memory;
  readonly buffer: SharedArrayBuffer;
}

const DONE: Promise<void> = Promise.resolve();

/**
 * A queue of a fixed size between two threads, of which one puts and the other gets: the quickest there is. (`Queue` is for any
 * number of them, and grows.)
 *
 * @example
 * import { SpscRing } from '@prac/queue';
 * import { Thread } from '@prac/sync';
 * const ring = new SpscRing<number>();
 * const thread = new Thread({ target: (ring: SpscRing<number>) => { for (let i = 0; i < 3; i++) ring.putSync(i); ring.close(); }, args: [ring] });
 * thread.start();
 * for await (const n of ring) console.log(n); // 0 1 2
 */
export class SpscRing<T = unknown> extends Primitive {
  readonly #words: Int32Array;
  readonly #data: Int32Array<SharedArrayBuffer>;
  readonly #items: Gate;
  readonly #room: Gate;
  // This side's own position, and what it has seen of the other's.
  #tail: number;
  #head: number;
  #encoder: Encoder | undefined;
  #decoder: Decoder | undefined;
  #isEncoding = false;

  /**
   * @param bytes - How much it holds. Of an item that is bigger the ring holds a reference. @defaultValue 65536
   * @throws {TypeError} if it is no number of bytes from 64 to 2^30.
   */
  constructor(bytes = 65_536) {
    const arrival = (bytes as unknown) instanceof Arriving ? (bytes as unknown as Arriving) : undefined;
    if (arrival === undefined && !(Number.isInteger(bytes) && bytes >= 64 && bytes <= 2 ** 30))
      throw new TypeError(`Expected a number of bytes from 64 to 2^30, got ${repr(bytes)}`);
    super(arrival?.memory ?? threadMemory(new SharedArrayBuffer(4 * WORDS)));
    this.#words = this.memory.words;
    this.#data = new Int32Array(arrival?.buffer ?? new SharedArrayBuffer(8 * Math.ceil(bytes / 8)));
    this.#items = new Gate(this.memory, ITEMS);
    this.#room = new Gate(this.memory, ROOM);
    this.#tail = Atomics.load(this.#words, TAIL);
    this.#head = Atomics.load(this.#words, HEAD);
  }

  /**
   * Puts an item, waiting for room. It is written as it is when there is room.
   *
   * Cancellation: a call that is aborted, or whose time is up, has put nothing.
   *
   * @throws {Full} if the time was up first. {ShutDown} if the ring is closed, or the thread that gets has ended. {RuntimeError} if
   * another thread puts. {TypeError}, {PicklingError} as `Queue.put`.
   */
  put(item: T, options?: (QueueOptions & TransferOption) | null): Promise<void> {
    try {
      const limits = putLimitsOf(options, 'async');
      if (!limits.signal?.aborted && !(limits.block && this.#room.hasQueue) && this.#tryPut(item, limits)) return DONE;
      if (!limits.block && !limits.signal?.aborted) throw new Full();
      return suspend(this.#putSteps(item, 'async', limits), limits);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Blocking form of {@link put}. @throws {RuntimeError} if no other thread has it: it would block for ever. */
  putSync(item: T, options?: (BlockingOptions & TransferOption) | null): void {
    const limits = putLimitsOf(options, 'sync');
    if (this.#tryPut(item, limits)) return;
    if (!limits.block) throw new Full();
    this.#checkThatItEnds(limits, 'full');
    block(this.#putSteps(item, 'sync', limits));
  }

  /** Puts an item, if there is room. @throws {Full} if there is none. */
  putNowait(item: T, options?: TransferOption | null): void {
    if (!this.#tryPut(item, transferOf(options))) throw new Full();
  }

  /**
   * Takes the next item, waiting for one.
   *
   * Cancellation: a call that is aborted, or whose time is up, has taken nothing.
   *
   * @throws {Empty} if the time was up first. {ShutDown} if the ring is empty, and closed, or the thread that puts has ended.
   * {RuntimeError} if another thread gets. {UnpicklingError} if the item cannot be opened here; it is gone then.
   */
  get(options?: QueueOptions | null): Promise<T> {
    try {
      const limits = limitsOf(options, 'async');
      if (!limits.signal?.aborted && !(limits.block && this.#items.hasQueue)) {
        const item = this.#tryGet('async');
        if (item !== NOT_YET) return item instanceof Promise ? item : Promise.resolve(item);
        if (!limits.block) throw new Empty();
      }
      return suspend(this.#getSteps<T | Promise<T>>('async', limits.deadline), limits) as Promise<T>;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Blocking form of {@link get}. @throws {RuntimeError} if no other thread has it: it would block for ever. */
  getSync(options?: BlockingOptions | null): T {
    const limits = limitsOf(options, 'sync');
    const item = this.#tryGet('sync');
    if (item !== NOT_YET) return item as T;
    if (!limits.block) throw new Empty();
    this.#checkThatItEnds(limits, 'empty');
    return block(this.#getSteps<T>('sync', limits.deadline));
  }

  /** Takes the next item, if there is one. @throws {Empty} if there is none. */
  getNowait(): T {
    const item = this.#tryGet('sync');
    if (item === NOT_YET) throw new Empty();
    return item as T;
  }

  /** Whether there is no item now. */
  empty(): boolean {
    return Atomics.load(this.#words, HEAD) === Atomics.load(this.#words, TAIL);
  }

  /** Nothing more is put. What is in the ring can still be got. Either side may say so. */
  close(): void {
    Atomics.store(this.#words, CLOSED, 1);
    this.#items.open(Number.POSITIVE_INFINITY);
    this.#room.open(Number.POSITIVE_INFINITY);
  }

  /** The items, until the ring is closed and empty. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void> {
    for (;;) {
      let item: T;
      try {
        item = await this.get();
      } catch (error) {
        if (error instanceof ShutDown) return;
        throw error;
      }
      yield item;
    }
  }

  override toString(): string {
    return `<queue.SpscRing object at ${this.address}>`;
  }

  protected override get kind(): string {
    return 'SpscRing';
  }

  protected override parts(): readonly unknown[] {
    return [this.#data.buffer];
  }

  /** `false` if there is no room. */
  #tryPut(item: T, options: TransferOption | undefined): boolean {
    if (this.#encoder === undefined) this.#becomeProducer();
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
    return this.#putCargo(packAlone(item, options ?? {}), item) || this.#noRoom();
  }

  /** Encodes it into the ring itself. */
  #tryPutData(item: T): number {
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

  #encodeAt(item: T, at: number, end: number): number {
    const room = end - at - HEADER;
    if (room <= 0) return NO_ROOM;
    const region = new Uint8Array(this.#data.buffer, 4 * (at + HEADER), 4 * room);
    if (this.#isEncoding) throw new RuntimeError('a getter of an item cannot put into the same ring');
    this.#isEncoding = true;
    let written: number;
    try {
      written = this.#encoder!.encodeInto(item, region);
    } finally {
      this.#isEncoding = false;
    }
    if (written < 0) return written;
    const words = written >> 2;
    this.#pad(at);
    this.#data[at] = cargo(DATA, this.#data, words).head;
    this.#publish(at + HEADER + even(words));
    return written;
  }

  #putCargo(packed: Cargo, item: T): boolean {
    let { head, words, deposit } = packed;
    if (HEADER + wordsBehind(head) > this.#data.length >> 1) ({ head, words, deposit } = packMessage(item));
    const count = wordsBehind(head);
    const at = this.#place(HEADER + even(count));
    if (at < 0) return false;
    if (deposit !== undefined) handOver({ head, words, deposit });
    this.#data[at] = head;
    this.#data.set(words.subarray(0, count), at + HEADER);
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
    this.#items.open(1);
  }

  #noRoom(): false {
    if (this.memory.isDead(this.#words[CONSUMER]!)) throw new ShutDown();
    return false;
  }

  /** A promise only for what the async form has to wait for, to open it. */
  #tryGet(form: 'async' | 'sync'): T | Promise<T> | typeof NOT_YET {
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
      return item as T;
    }
    const count = wordsBehind(head);
    const start = at + HEADER;
    if (kind === DATA) {
      try {
        return this.#decoder!.decode(new Uint8Array(data.buffer, 4 * start, 4 * count)) as T;
      } finally {
        this.#moveOn(start + even(count));
      }
    }
    const packed = { head, words: data.slice(start, start + count) };
    this.#moveOn(start + even(count));
    return (form === 'async' ? unpackAsync(packed) : unpackAlone(packed)) as T | Promise<T>;
  }

  #moveOn(end: number): void {
    this.#head = end === this.#data.length ? 0 : end;
    Atomics.store(this.#words, HEAD, this.#head);
    this.#room.open(1);
  }

  #nothing(): typeof NOT_YET {
    const words = this.#words;
    const isOver = Atomics.load(words, CLOSED) !== 0 || this.memory.isDead(words[PRODUCER]!);
    // What was put before that is there by now.
    if (isOver && this.#head === Atomics.load(words, TAIL)) throw new ShutDown();
    return NOT_YET;
  }

  *#putSteps(item: T, form: 'async' | 'sync', limits: Limits): Steps<void> {
    const put = (): true | typeof NOT_YET => this.#tryPut(item, limits) || NOT_YET;
    if ((yield* this.#room.wait(form, limits.deadline, put)) === NOT_YET) throw new Full();
  }

  *#getSteps<Result extends T | Promise<T>>(form: 'async' | 'sync', deadline: number): Steps<Result> {
    const item = yield* this.#items.wait(form, deadline, () => this.#tryGet(form));
    if (item === NOT_YET) throw new Empty();
    return item as Result;
  }

  #becomeProducer(): void {
    this.#claim(PRODUCER, 'puts into');
    this.#encoder = new Encoder();
  }

  #becomeConsumer(): void {
    this.#claim(CONSUMER, 'gets from');
    this.#decoder = new Decoder(true);
  }

  /** @throws {RuntimeError} if another thread is it. */
  #claim(side: number, does: string): void {
    const { me } = this.memory;
    const who = Atomics.compareExchange(this.#words, side, 0, me);
    if (who !== 0 && who !== me)
      throw new RuntimeError(`thread ${who} ${does} the ring, and only that one may: use a Queue for more`);
  }

  #checkThatItEnds({ deadline, unchecked }: Pick<Limits, 'deadline' | 'unchecked'>, state: string): void {
    const isShared = this.#words[0] !== 0;
    if (isShared || unchecked || deadline !== Number.POSITIVE_INFINITY) return;
    throw new RuntimeError(
      `the ring is ${state}, and no other thread has it: to block this one would be for ever. Await the other form, or give a timeout`,
    );
  }
}

/** In place of the number of bytes. */
class Arriving implements Arrival {
  readonly memory: Memory;
  readonly buffer: SharedArrayBuffer;
  constructor(memory: Memory, buffer: SharedArrayBuffer) {
    this.memory = memory;
    this.buffer = buffer;
  }
}

function even(words: number): number {
  return (words + 1) & ~1;
}

letTravel(SpscRing.prototype);
opens(
  'SpscRing',
  (memory, [buffer]) => new SpscRing(new Arriving(memory, buffer as SharedArrayBuffer) as unknown as number),
);
