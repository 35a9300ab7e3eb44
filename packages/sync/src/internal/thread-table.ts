import { notify } from '@prac/park';
import { useRegister } from './death.ts';
import { shared } from './world.ts';

/*
 * The threads of the process, in memory that all of them share: a slot for each that is alive.
 *
 *   header │ NAMES: how many default names were given │ SERIALS │ NON_DAEMON: how many keep the process alive │ HIGH │
 *   slot   │ CLAIM │ PHASE │ SERIAL │ IDENT │ NATIVE_ID │ DAEMON │ LENGTH │ … the name, in UTF-16
 *
 *   PHASE   0 ── start(), in the thread that starts it ──> STARTING ── the new thread ──> RUNNING ── its end ──> 0
 *
 * SERIAL never comes again: who knows a thread by slot and serial finds out that it has ended, whoever is in the slot now. Slot 0
 * is the main thread's. Joining is sleeping on PHASE.
 */
const NAMES = 0;
const SERIALS = 1;
const NON_DAEMON = 2;
const HIGH = 3;
const HEADER_WORDS = 4;

const SLOT_WORDS = 256;
const CLAIM = 0;
const PHASE = 1;
const SERIAL = 2;
const IDENT_ = 3;
const NATIVE_ID = 4;
const DAEMON = 5;
const LENGTH = 6;
const NAME = 7;
/** Longer names are cut off for other threads. */
const LONGEST_NAME = 2 * (SLOT_WORDS - NAME);

export const ENDED = 0;
export const STARTING = 1;
export const RUNNING = 2;

const FIRST_SLOTS = 16;
const MOST_SLOTS = 4096;
const bytesFor = (slots: number): number => 4 * (HEADER_WORDS + SLOT_WORDS * slots);
/** One bit for each thread number: 262,144 of them. */
const REGISTER_BYTES = 1 << 15;

/** What a new thread is given. */
export interface TableMemory {
  readonly threads: SharedArrayBuffer;
  readonly dead: SharedArrayBuffer;
}

export class ThreadTable {
  readonly memory: TableMemory;
  #words: Int32Array<SharedArrayBuffer>;

  constructor(memory: TableMemory) {
    this.memory = memory;
    this.#words = new Int32Array(memory.threads, 0, memory.threads.byteLength >> 2);
    useRegister(new Int32Array(memory.dead));
  }

  static create(): ThreadTable {
    const threads = new SharedArrayBuffer(bytesFor(FIRST_SLOTS), { maxByteLength: bytesFor(MOST_SLOTS) });
    return new ThreadTable({ threads, dead: new SharedArrayBuffer(REGISTER_BYTES) });
  }

  /** The number of the next default name. */
  nextName(): number {
    return Atomics.add(this.#words, NAMES, 1) + 1;
  }

  /** A slot for a thread that is about to be started. */
  claim(name: string, daemon: boolean): Slot {
    for (let index = 0; ; index++) {
      if (index * SLOT_WORDS + SLOT_WORDS + HEADER_WORDS > this.#view().length) this.#grow();
      const at = HEADER_WORDS + index * SLOT_WORDS;
      if (Atomics.compareExchange(this.#words, at + CLAIM, 0, 1) !== 0) continue;
      const serial = Atomics.add(this.#words, SERIALS, 1);
      for (let high = Atomics.load(this.#words, HIGH); high <= index; high = Atomics.load(this.#words, HIGH))
        Atomics.compareExchange(this.#words, HIGH, high, index + 1);
      const slot = new Slot(this.#words, index, serial);
      slot.begin(name, daemon);
      return slot;
    }
  }

  /** The slot of a thread that may have ended. */
  slot(index: number, serial: number): Slot {
    return new Slot(this.#view(), index, serial);
  }

  /** Those that are alive, in the order in which they were started. */
  alive(): Slot[] {
    const high = Atomics.load(this.#words, HIGH); // before the view is made: others may make it more, and the table bigger
    const words = this.#view();
    const slots: Slot[] = [];
    for (let index = 0; index < high; index++) {
      const at = HEADER_WORDS + index * SLOT_WORDS;
      if (Atomics.load(words, at + PHASE) !== ENDED) slots.push(new Slot(words, index, words[at + SERIAL]!));
    }
    return slots.sort((a, b) => a.serial - b.serial);
  }

  /** Counts a thread that keeps the process alive, or its end. Returns how many are left. */
  countNonDaemon(change: 1 | -1): number {
    return Atomics.add(this.#words, NON_DAEMON, change) + change;
  }

  get nonDaemon(): number {
    return Atomics.load(this.#words, NON_DAEMON);
  }

  #view(): Int32Array<SharedArrayBuffer> {
    const { threads } = this.memory;
    if (threads.byteLength > this.#words.byteLength) this.#words = new Int32Array(threads, 0, threads.byteLength >> 2);
    return this.#words;
  }

  #grow(): void {
    const { threads } = this.memory;
    if (threads.byteLength === threads.maxByteLength) throw new RangeError(`more than ${MOST_SLOTS} threads`);
    try {
      threads.grow(Math.min(threads.maxByteLength, 2 * threads.byteLength));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error; // another thread was quicker
    }
    this.#view();
  }
}

/** What is known of a thread, wherever it is known. */
export interface Facts {
  readonly name: string;
  readonly daemon: boolean;
  /** 0: not known yet. */
  readonly ident: number;
  readonly nativeId: number;
}

/** A thread's entry. It tells of another thread when it has ended: see {@link facts}. */
export class Slot {
  readonly index: number;
  readonly serial: number;
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly #at: number;

  constructor(words: Int32Array<SharedArrayBuffer>, index: number, serial: number) {
    this.words = words;
    this.index = index;
    this.serial = serial;
    this.#at = HEADER_WORDS + index * SLOT_WORDS;
  }

  begin(name: string, daemon: boolean): void {
    const { words } = this;
    words[this.#at + SERIAL] = this.serial;
    words[this.#at + IDENT_] = 0;
    words[this.#at + NATIVE_ID] = 0;
    words[this.#at + DAEMON] = Number(daemon);
    this.name = name;
    Atomics.store(words, this.phaseIndex, STARTING);
  }

  /** Where the phase is: what a joiner sleeps on. */
  get phaseIndex(): number {
    return this.#at + PHASE;
  }

  /** Where the number is, which is 0 until it is known. */
  get identIndex(): number {
    return this.#at + IDENT_;
  }

  get phase(): number {
    const phase = Atomics.load(this.words, this.phaseIndex);
    return this.words[this.#at + SERIAL] === this.serial ? phase : ENDED;
  }

  run(nativeId: number): void {
    this.words[this.#at + NATIVE_ID] = nativeId;
    if (Atomics.compareExchange(this.words, this.phaseIndex, STARTING, RUNNING) === STARTING)
      notify(this.words, this.phaseIndex);
  }

  /** Ends it, once. */
  end(): void {
    if (this.phase === ENDED) return;
    if (Atomics.exchange(this.words, this.phaseIndex, ENDED) !== ENDED) notify(this.words, this.phaseIndex);
  }

  /** Nobody will call it by this entry any more: another thread may have it. */
  free(): void {
    Atomics.store(this.words, this.#at + CLAIM, 0);
  }

  get ident(): number {
    return Atomics.load(this.words, this.identIndex);
  }

  set ident(ident: number) {
    Atomics.store(this.words, this.identIndex, ident);
    notify(this.words, this.identIndex);
  }

  get nativeId(): number {
    return Atomics.load(this.words, this.#at + NATIVE_ID);
  }

  get daemon(): boolean {
    return this.words[this.#at + DAEMON] !== 0;
  }

  /** What is known of the thread, as long as it is alive. */
  get facts(): Facts | undefined {
    const { name, daemon, ident, nativeId } = this;
    return this.phase === ENDED ? undefined : { name, daemon, ident, nativeId };
  }

  get name(): string {
    const { words } = this;
    for (;;) {
      const length = Atomics.load(words, this.#at + LENGTH);
      if (length < 0) continue; // it is being written
      const text = String.fromCharCode(...this.#units().subarray(0, length));
      if (Atomics.load(words, this.#at + LENGTH) === length) return text;
    }
  }

  set name(name: string) {
    const text = name.slice(0, LONGEST_NAME);
    Atomics.store(this.words, this.#at + LENGTH, -1);
    const units = this.#units();
    for (let i = 0; i < text.length; i++) units[i] = text.charCodeAt(i);
    Atomics.store(this.words, this.#at + LENGTH, text.length);
  }

  #units(): Uint16Array {
    return new Uint16Array(this.words.buffer, 4 * (this.#at + NAME), LONGEST_NAME);
  }
}

const state: { table: ThreadTable | undefined } = shared('table', () => ({ table: undefined }));

/** The table of this process: a new one in a world that was not started as a thread. */
export function table(): ThreadTable {
  state.table ??= ThreadTable.create();
  return state.table;
}

/** The table comes with the thread. */
export function useTable(memory: TableMemory): ThreadTable {
  state.table = new ThreadTable(memory);
  return state.table;
}
