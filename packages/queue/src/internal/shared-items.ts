import { RuntimeError } from '@prac/exceptions';
import { Lock } from '@prac/sync';
import type { Memory } from '@prac/sync/memory';
import { ShutDown } from '../errors.ts';
import { Arena, borrowArena, returnArena } from './arena.ts';
import {
  type Cargo,
  handOver,
  isDeposited,
  isInt,
  keep,
  kindOf,
  type PackOptions,
  PICKLE,
  throwAway,
} from './cargo.ts';
import { NOT_YET } from './gate.ts';
import {
  type Batch,
  DEPOSITS,
  type Form,
  type Got,
  type Items,
  LOCK,
  PACKER,
  SHUTDOWN,
  SIZE,
  STORE,
  UNFINISHED,
  WORDS,
} from './items.ts';
import type { TransferOption } from './options.ts';
import { Packer } from './packer.ts';
import type { Place } from './region.ts';
import type { Store, StoreWords } from './store.ts';

/** How a queue keeps its items in shared memory. */
export interface Keeping {
  readonly memory: Memory;
  readonly maxsize: number;
  readonly packing: PackOptions | undefined;
  /** Where the log of the packer is, if not in memory of its own. */
  readonly log?: Place | undefined;
  makeStore(words: StoreWords, buffers: readonly SharedArrayBuffer[] | undefined): Store;
}

interface SharedBatch<T> extends Batch {
  readonly items: readonly T[];
  /** Those of items that are no small integers, at the same places. */
  readonly cargos: readonly (Cargo | undefined)[];
  /** Where they are, as long as some are to be put. */
  arena: Arena | undefined;
}

/** A critical section is shorter than the way into the kernel and back. */
const SPINS = 100;

/** So many items are put under one lock. */
const MOST_AT_ONCE = 64;

/**
 * The items of a queue that threads share: packed, in shared memory, under a lock.
 *
 *   put: pack ── lock ── room? copy in, count ── unlock
 *   get:         lock ── item? copy out, count ── unlock ── unpack
 *
 * The lock is held for the time of a copy, so both forms take it blocking. If a thread dies with it, who takes it over counts the
 * items anew.
 */
export class SharedItems<T> implements Items<T> {
  readonly #words: Int32Array;
  readonly #me: number;
  readonly #maxsize: number;
  readonly #packing: PackOptions | undefined;
  readonly #lock: Lock;
  readonly #packer: Packer;
  readonly #store: Store;

  /** @param buffers - Memory in which it is already. */
  constructor({ memory, maxsize, packing, makeStore, log: place }: Keeping, buffers?: readonly SharedArrayBuffer[]) {
    const [log, ...rest] = buffers ?? [];
    const { words } = memory;
    const ofLock = new Int32Array(words.buffer, words.byteOffset + 4 * LOCK, WORDS - LOCK);
    const packer = new Packer(place ?? log, words, PACKER, (fn) => this.locked(fn));
    this.#words = words;
    this.#me = memory.me;
    this.#maxsize = maxsize;
    this.#packing = packing;
    this.#lock = new Lock({ memory: { ...memory, words: ofLock, isInner: true }, robust: true });
    this.#packer = packer;
    this.#store = makeStore({ words, first: STORE, look: (cargo) => packer.look(cargo) }, buffers && rest);
  }

  /** What goes along to other threads. */
  get buffers(): readonly SharedArrayBuffer[] {
    return [this.#packer.log, ...this.#store.buffers];
  }

  /** Written under the lock, whose release makes it seen. */
  get size(): number {
    return Atomics.load(this.#words, SIZE);
  }

  tryPut(item: T, options: TransferOption | undefined): boolean {
    return this.#tryPutCargo(this.#pack(item, options), item);
  }

  putter(item: T, options: TransferOption | undefined): () => boolean {
    const cargo = keep(this.#pack(item, options)); // as it is now (what is no data, as it is then)
    return () => this.#tryPutCargo(cargo, item);
  }

  tryGet(form: Form): Got<T> | typeof NOT_YET {
    const words = this.#words;
    let cargo: Cargo;
    const lock = this.#enter();
    try {
      const size = words[SIZE]!;
      if (size === 0) return this.#nothing();
      cargo = this.#take();
      words[SIZE] = size - 1;
    } finally {
      lock.release();
    }
    return this.#unpack(form, cargo);
  }

  batch(items: readonly T[]): SharedBatch<T> {
    const arena = borrowArena();
    const cargos: Cargo[] = [];
    for (let i = 0; i < items.length; i++)
      if (!isInt(items[i])) cargos[i] = arena.keep(this.#pack(items[i]!, undefined));
    return { items, cargos, arena, length: items.length, done: 0 };
  }

  tryPutSome(batch: SharedBatch<T>): boolean {
    const words = this.#words;
    const first = batch.done;
    const lock = this.#enter();
    try {
      if (words[SHUTDOWN] !== 0) throw new ShutDown();
      const room = this.#maxsize > 0 ? Math.max(0, Math.ceil(this.#maxsize) - words[SIZE]!) : MOST_AT_ONCE;
      const end = Math.min(batch.length, first + Math.min(room, MOST_AT_ONCE));
      while (batch.done < end) this.#putNext(batch, end);
    } finally {
      lock.release();
    }
    if (batch.done === batch.length && batch.arena !== undefined) {
      returnArena(batch.arena);
      batch.arena = undefined;
    }
    return batch.done > first;
  }

  /** The next of a batch; small integers as many as there are. */
  #putNext(batch: SharedBatch<T>, end: number): void {
    const { items, cargos, done } = batch;
    const cargo = cargos[done];
    if (cargo === undefined) {
      let next = done + 1;
      while (next < end && cargos[next] === undefined) next++;
      batch.done = this.#store.putInts(items as readonly number[], done, next);
    } else {
      this.#put(cargo, items[done]!);
      batch.done = done + 1;
    }
    const count = batch.done - done;
    this.#words[SIZE] = this.#words[SIZE]! + count;
    this.#words[UNFINISHED]! += count;
  }

  tryGetSome(form: Form, most: number): Got<T>[] | typeof NOT_YET {
    const words = this.#words;
    const items: Got<T>[] = [];
    const cargos: Cargo[] = [];
    const places: number[] = [];
    let arena: Arena | undefined;
    const lock = this.#enter();
    try {
      const size = words[SIZE]!;
      if (size === 0) return this.#nothing();
      arena = borrowArena();
      const count = Math.min(size, most);
      while (items.length < count) {
        if (this.#store.takeInts(items as number[], count - items.length)) continue;
        // What may fail to be opened comes alone: nothing else is lost then.
        const mayFail = kindOf(this.#store.peek()) === PICKLE;
        if (mayFail && items.length > 0) break;
        cargos.push(arena.keep(this.#take()));
        places.push(items.length);
        items.push(undefined as T);
        if (mayFail) break;
      }
      words[SIZE] = size - items.length;
    } finally {
      lock.release();
    }
    for (const [i, cargo] of cargos.entries()) items[places[i]!] = this.#unpack(form, cargo);
    returnArena(arena);
    return items;
  }

  clear(): number {
    const words = this.#words;
    const size = words[SIZE]!;
    for (let left = size; left > 0 && words[DEPOSITS]! > 0; left--) throwAway(this.#take());
    this.#store.clear();
    words[SIZE] = 0;
    words[DEPOSITS] = 0;
    return size;
  }

  locked<Result>(fn: () => Result): Result {
    const lock = this.#enter();
    try {
      return fn();
    } finally {
      lock.release();
    }
  }

  /** Puts in what the queue held before it was shared. Nobody else has it yet. */
  fill(items: readonly T[], optionsOf: (item: T) => TransferOption): void {
    const arena = new Arena();
    const cargos = items.map((item) => arena.keep(this.#pack(item, optionsOf(item))));
    // All or none, and before they are in the store, where they may be compared.
    const deposits = cargos.filter(({ deposit }) => deposit !== undefined);
    if (deposits.length > 0) handOver(deposits);
    try {
      for (const [i, cargo] of cargos.entries()) this.#store.put(cargo, items[i]);
    } catch (error) {
      for (const cargo of deposits) throwAway(cargo);
      throw error;
    }
    this.#words[DEPOSITS] = deposits.length;
    this.#words[SIZE] = items.length;
  }

  #pack(item: T, options: TransferOption | undefined): Cargo {
    const transfer = options?.transfer;
    return this.#packer.pack(item, transfer == null ? this.#packing : { ...this.#packing, transfer });
  }

  #unpack(form: Form, cargo: Cargo): Got<T> {
    return (form === 'async' ? this.#packer.unpackAsync(cargo) : this.#packer.unpack(cargo)) as Got<T>;
  }

  #tryPutCargo(given: Cargo, item: T): boolean {
    const words = this.#words;
    let cargo = given;
    let lock = this.#tryEnter();
    if (lock === undefined) {
      cargo = keep(cargo); // a signal's handler may pack another meanwhile
      lock = this.#enter();
    }
    try {
      if (words[SHUTDOWN] !== 0) throw new ShutDown();
      const size = words[SIZE]!;
      if (this.#maxsize > 0 && size >= this.#maxsize) return false;
      this.#put(cargo, item);
      words[SIZE] = size + 1;
      words[UNFINISHED]!++;
    } finally {
      lock.release();
    }
    return true;
  }

  #put(cargo: Cargo, item: T): void {
    if (cargo.deposit === undefined) this.#store.put(cargo, item);
    else this.#putDeposit(cargo, item);
  }

  /** Whatever it hands over leaves this thread only if the item is put. */
  #putDeposit(cargo: Cargo, item: T): void {
    handOver([cargo]);
    try {
      this.#store.put(cargo, item);
    } catch (error) {
      throwAway(cargo);
      throw error;
    }
    this.#words[DEPOSITS]!++;
  }

  #take(): Cargo {
    const cargo = this.#store.take();
    if (this.#words[DEPOSITS]! > 0 && isDeposited(cargo)) this.#words[DEPOSITS]!--;
    return cargo;
  }

  #nothing(): typeof NOT_YET {
    if (this.#words[SHUTDOWN] !== 0) throw new ShutDown();
    return NOT_YET;
  }

  #enter(): Lock {
    const taken = this.#tryEnter();
    if (taken !== undefined) return taken;
    if (this.#lock.statistics().owner === this.#me)
      throw new RuntimeError('a compare function cannot use its own queue');
    this.#lock.acquireSync({ unchecked: true });
    return this.#checked();
  }

  /** Takes the lock, if it is free before long. */
  #tryEnter(): Lock | undefined {
    const lock = this.#lock;
    for (let spin = 0; spin < SPINS; spin++) if (lock.tryAcquire()) return lock; // nobody has left it: who waits takes it over
    return undefined;
  }

  /** Counts anew what somebody has left who died with the lock. */
  #checked(): Lock {
    const lock = this.#lock;
    if (!lock.ownerDied) return lock;
    const words = this.#words;
    const size = this.#store.recount();
    // Some were put in before they could be counted.
    if (size > words[SIZE]!) words[UNFINISHED]! += size - words[SIZE]!;
    words[SIZE] = size;
    return lock;
  }
}
