// Long because what a queue promises (limits, tasks, shutdown, waiting, sharing) is one story, told once for all kinds.
import type { Transferable } from 'node:worker_threads';
import { RuntimeError, repr, ValueError } from '@prac/exceptions';
import { block, type Steps, suspend } from '@prac/park';
import { Lock } from '@prac/sync';
import { type Memory, opens, Primitive, threadMemory } from '@prac/sync/memory';
import { Empty, Full, ShutDown } from '../errors.ts';
import {
  type Cargo,
  checkItem,
  handOver,
  INT,
  isDeposited,
  keep,
  kindOf,
  type PackOptions,
  PICKLE,
  packInt,
  throwAway,
} from './cargo.ts';
import { GATE_WORDS, Gate, NOT_YET } from './gate.ts';
import {
  type BlockingOptions,
  type Limits,
  limitsOf,
  putLimitsOf,
  type QueueOptions,
  type TransferOption,
  transferOf,
} from './options.ts';
import { Packer } from './packer.ts';
import type { Store, StoreWords } from './store.ts';
import { letTravel } from './travelling.ts';

/*
 * A queue has two lives.
 *
 *   local   the items are in this thread, in whatever `_put` and `_get` make of them; no lock, nothing is copied
 *     │ it travels for the first time: the items are packed into shared memory
 *     v
 *   shared  put: pack ── lock ── room? copy in, count ── unlock ── wake one who waits for an item
 *           get:         lock ── item? copy out, count ── unlock ── wake one who waits for room ── unpack
 *
 * What is counted, and where one waits, is in shared words from the beginning, so who waits at that moment goes on to wait.
 *
 *   words  │ 0 identity … │ 3 SIZE │ 4 UNFINISHED │ 5 SHUTDOWN │ 6, 8, 10 gates │ 12 DEPOSITS │ 16 … of the store │ 28 … of the packer │ 32 … the lock │
 *
 * The lock is held for the time of a copy, so both forms take it blocking. If a thread dies with it, who takes it over counts the
 * items anew.
 */
const SIZE = 3;
const UNFINISHED = 4;
const SHUTDOWN = 5;
const GATES = 6;
/** How many items have something at the hub. */
const DEPOSITS = 12;
const STORE = 16;
const PACKER = 28;
const LOCK = 32;
const WORDS = 48;

/** What is known of a queue. */
export interface QueueStatistics {
  /** How many items are in it. */
  readonly size: number;
  /** How many wait for an item, for room, in `join()`: of all threads. */
  readonly getting: number;
  readonly putting: number;
  readonly joining: number;
}

/** How far a `putMany` is. */
interface Progress<T> {
  readonly items: readonly T[];
  cargos: readonly (Cargo | undefined)[] | undefined;
  done: number;
}

interface Arrival {
  readonly memory: Memory;
  readonly buffers: readonly SharedArrayBuffer[];
}

/** Set while a queue that has arrived is made. */
let arriving: Arrival | undefined;

const DONE: Promise<void> = Promise.resolve();

export abstract class BaseQueue<T> extends Primitive {
  /** At most so many items are in it; 0 or less: any number. */
  readonly maxsize: number;
  readonly #words: Int32Array;
  readonly #items: Gate;
  readonly #room: Gate;
  readonly #tasks: Gate;
  #store: Store | undefined;
  #lock: Lock | undefined;
  #packer: Packer | undefined;
  /** What is handed over with the items of a queue that no other thread has. */
  readonly #transfers = new WeakMap<object, readonly Transferable[]>();

  protected constructor(maxsize: number) {
    if (typeof maxsize !== 'number' || Number.isNaN(maxsize))
      throw new TypeError(`Expected maxsize to be a number, got ${repr(maxsize)}`);
    const arrival = arriving;
    arriving = undefined;
    super(arrival?.memory ?? threadMemory(new SharedArrayBuffer(4 * WORDS)));
    this.maxsize = maxsize;
    this.#words = this.memory.words;
    this.#items = new Gate(this.memory, GATES);
    this.#room = new Gate(this.memory, GATES + GATE_WORDS);
    this.#tasks = new Gate(this.memory, GATES + 2 * GATE_WORDS);
    if (arrival === undefined) this._init(maxsize);
    else this.#use(arrival.buffers);
  }

  // What subclasses may do otherwise, as in Python; such a queue stays in its thread.

  /** Makes what holds the items. Called by the constructor, before the fields of a subclass are set. */
  protected abstract _init(maxsize: number): void;
  /** How many items there are. */
  protected abstract _qsize(): number;
  protected abstract _put(item: T): void;
  /** There is one. */
  protected abstract _get(): T;

  /** Items that were got one after the other, as they have to be put to be got like that again. @internal */
  protected inOrderOfPut(items: T[]): T[] {
    return items;
  }

  /** How items are packed. @internal */
  protected get packing(): PackOptions | undefined {
    return undefined;
  }

  /** @internal */
  protected abstract makeStore(words: StoreWords, buffers?: readonly SharedArrayBuffer[]): Store;

  /**
   * Puts an item into the queue, waiting for room.
   *
   * Cancellation: a call that is aborted, or whose time is up, has put nothing.
   * Memory: in a queue that other threads have, the item is copied now; what was written before is seen after the `get()`.
   * Python: `Queue.put`.
   *
   * @throws {Full} if the time was up first. {ShutDown} if the queue has been shut down. {TypeError} for a promise. {PicklingError}
   * if other threads have the queue and the item cannot travel.
   */
  put(item: T, options?: (QueueOptions & TransferOption) | null): Promise<void> {
    try {
      const limits = putLimitsOf(options, 'async');
      checkItem(item);
      if (!limits.signal?.aborted && !(limits.block && this.#room.hasQueue) && this.#tryPut(item, undefined, limits))
        return DONE;
      if (!limits.block && !limits.signal?.aborted) throw new Full();
      return suspend(this.#putSteps(item, 'async', limits), limits);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Blocking form of {@link put}.
   *
   * @throws {RuntimeError} if it is full, no other thread has it, and there is no time limit: it would block for ever.
   */
  putSync(item: T, options?: (BlockingOptions & TransferOption) | null): void {
    const limits = putLimitsOf(options, 'sync');
    checkItem(item);
    if (this.#tryPut(item, undefined, limits)) return;
    if (!limits.block) throw new Full();
    this.checkThatItEnds(limits, 'full');
    block(this.#putSteps(item, 'sync', limits));
  }

  /** Puts an item, if there is room. Python: `put_nowait`. @throws {Full} if there is none. */
  putNowait(item: T, options?: TransferOption | null): void {
    checkItem(item);
    if (!this.#tryPut(item, undefined, transferOf(options))) throw new Full();
  }

  /**
   * Takes the next item out of the queue, waiting for one.
   *
   * Cancellation: a call that is aborted, or whose time is up, has taken nothing.
   * Python: `Queue.get`.
   *
   * @throws {Empty} if the time was up first. {ShutDown} if the queue has been shut down and is empty. {UnpicklingError} if the item
   * cannot be opened here; it is gone then.
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

  /**
   * Blocking form of {@link get}.
   *
   * @throws {RuntimeError} if it is empty, no other thread has it, and there is no time limit: it would block for ever.
   */
  getSync(options?: BlockingOptions | null): T {
    const limits = limitsOf(options, 'sync');
    const item = this.#tryGet('sync');
    if (item !== NOT_YET) return item as T;
    if (!limits.block) throw new Empty();
    this.checkThatItEnds(limits, 'empty');
    return block(this.#getSteps<T>('sync', limits.deadline));
  }

  /** Takes the next item, if there is one. Python: `get_nowait`. @throws {Empty} if there is none. */
  getNowait(): T {
    const item = this.#tryGet('sync');
    if (item === NOT_YET) throw new Empty();
    return item as T;
  }

  /**
   * Puts items into the queue, in their order, as soon as there is room for each: at less cost than one by one.
   *
   * Cancellation: what was put until the call was aborted stays there.
   *
   * @returns How many were put: fewer than there are if the time was up, or something was wrong after the first. Who puts the rest
   * is told what.
   * @throws {ShutDown} if the queue has been shut down. {TypeError}, {PicklingError} if one cannot be an item. None was put then.
   */
  putMany(items: Iterable<T>, options?: QueueOptions | null): Promise<number> {
    try {
      const limits = limitsOf(options, 'async');
      return suspend(this.#putManySteps(checkItems(items), 'async', limits), limits);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Blocking form of {@link putMany}. */
  putManySync(items: Iterable<T>, options?: BlockingOptions | null): number {
    return block(this.#putManySteps(checkItems(items), 'sync', limitsOf(options, 'sync')));
  }

  /**
   * Takes as many items as there are, up to a number, waiting for the first: at less cost than one by one. (Functions and instances
   * of classes come alone, from another thread.)
   *
   * Cancellation: a call that is aborted, or whose time is up, has taken nothing.
   *
   * @throws {Empty}, {ShutDown} as {@link get}.
   */
  getMany(most: number, options?: QueueOptions | null): Promise<T[]> {
    try {
      checkMost(most);
      const limits = limitsOf(options, 'async');
      const items = suspend(this.#getManySteps('async', most, limits), limits);
      // One that has to be waited for comes alone.
      return items.then((all) => (all[0] instanceof Promise ? Promise.all(all) : (all as T[])));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Blocking form of {@link getMany}. */
  getManySync(most: number, options?: BlockingOptions | null): T[] {
    checkMost(most);
    return block(this.#getManySteps('sync', most, limitsOf(options, 'sync'))) as T[];
  }

  /** How many items there are now. */
  qsize(): number {
    return this.#store === undefined ? this._qsize() : Atomics.load(this.#words, SIZE);
  }

  /** Whether there is none. */
  empty(): boolean {
    return this.qsize() === 0;
  }

  statistics(): QueueStatistics {
    return {
      size: this.qsize(),
      getting: this.#items.waiting,
      putting: this.#room.waiting,
      joining: this.#tasks.waiting,
    };
  }

  /** The items, until the queue is shut down and empty. Each is got once, whoever gets it. */
  [Symbol.asyncIterator](): AsyncIterableIterator<T, undefined> {
    const queue = this;
    return {
      async next() {
        try {
          return { done: false, value: await queue.get() };
        } catch (error) {
          if (error instanceof ShutDown) return { done: true, value: undefined };
          throw error;
        }
      },
      async return() {
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  override toString(): string {
    return `<queue.${this.kind} object at ${this.address}>`;
  }

  /** Its items go along: from now on they are in shared memory. */
  protected override parts(): readonly unknown[] {
    this.#share();
    return [[this.#packer!.log, ...this.#store!.buffers], this.maxsize];
  }

  // What has tasks besides: Queue and its kinds.

  /** @internal */
  protected get isFull(): boolean {
    return this.maxsize > 0 && this.qsize() >= this.maxsize;
  }

  /** @internal */
  protected get isShutDown(): boolean {
    return Atomics.load(this.#words, SHUTDOWN) !== 0;
  }

  /** @internal */
  protected endTask(): boolean {
    const lock = this.#enter();
    try {
      if (this.#words[UNFINISHED] === 0) return false;
      if (--this.#words[UNFINISHED]! === 0) this.#tasks.open(Number.POSITIVE_INFINITY);
      return true;
    } finally {
      lock?.release();
    }
  }

  /** @internal */
  protected *untilDone(form: 'async' | 'sync', deadline: number): Steps<boolean> {
    const isDone = (): true | typeof NOT_YET => Atomics.load(this.#words, UNFINISHED) === 0 || NOT_YET;
    return (yield* this.#tasks.wait(form, deadline, isDone)) !== NOT_YET;
  }

  /** @internal */
  protected get unfinished(): number {
    return Atomics.load(this.#words, UNFINISHED);
  }

  /** @internal */
  protected shutDown(immediate: boolean): void {
    const lock = this.#enter();
    try {
      Atomics.store(this.#words, SHUTDOWN, 1);
      if (immediate) this.#throwAway();
    } finally {
      lock?.release();
    }
    this.#items.open(Number.POSITIVE_INFINITY);
    this.#room.open(Number.POSITIVE_INFINITY);
  }

  #throwAway(): void {
    let thrown = 0;
    if (this.#store === undefined) for (; this._qsize() > 0; thrown++) this._get();
    else {
      thrown = this.#words[SIZE]!;
      for (let left = thrown; left > 0 && this.#words[DEPOSITS]! > 0; left--) {
        const cargo = this.#store.take();
        if (!isDeposited(cargo)) continue;
        throwAway(cargo);
        this.#words[DEPOSITS]!--;
      }
      this.#store.clear();
      this.#words[SIZE] = 0;
      this.#words[DEPOSITS] = 0;
    }
    this.#words[UNFINISHED] = Math.max(0, this.#words[UNFINISHED]! - thrown);
    this.#tasks.open(Number.POSITIVE_INFINITY);
  }

  /** `false` if there is no room. */
  #tryPut(item: T, packed: Cargo | undefined, options?: TransferOption): boolean {
    const words = this.#words;
    const store = this.#store;
    if (store === undefined) {
      if (words[SHUTDOWN] !== 0) throw new ShutDown();
      if (this.maxsize > 0 && this._qsize() >= this.maxsize) return false;
      this._put(item);
      if (options?.transfer != null) this.#remember(item, options.transfer);
    } else {
      let cargo = packed ?? this.#pack(item, options);
      let lock = this.#tryEnter();
      if (lock === undefined) {
        cargo = keep(cargo); // a signal's handler may pack another meanwhile
        lock = this.#enter()!;
      }
      try {
        if (words[SHUTDOWN] !== 0) throw new ShutDown();
        const size = words[SIZE]!;
        if (this.maxsize > 0 && size >= this.maxsize) return false;
        if (cargo.deposit === undefined) store.put(cargo, item);
        else this.#putDeposit(cargo, item);
        Atomics.store(words, SIZE, size + 1);
        words[UNFINISHED]!++;
      } finally {
        lock.release();
      }
      this.#items.open(1);
      return true;
    }
    words[UNFINISHED]!++;
    this.#items.open(1);
    return true;
  }

  /** It may have to travel later. */
  #remember(item: T, transfer: Iterable<Transferable>): void {
    if (typeof item === 'object' && item !== null) this.#transfers.set(item, [...transfer]);
  }

  #pack(item: T, options: TransferOption | undefined): Cargo {
    return this.#packer!.pack(
      item,
      options?.transfer == null ? this.packing : { ...this.packing, transfer: options.transfer },
    );
  }

  /** Whatever it hands over is lost here only if it is in the queue. */
  #putDeposit(cargo: Cargo, item: T): void {
    handOver(cargo);
    try {
      this.#store!.put(cargo, item);
    } catch (error) {
      throwAway(cargo);
      throw error;
    }
    this.#words[DEPOSITS]!++;
  }

  /** A promise only for what the async form has to wait for, to open it. */
  #tryGet(form: 'async' | 'sync'): T | Promise<T> | typeof NOT_YET {
    const words = this.#words;
    const store = this.#store;
    if (store === undefined) {
      if (this._qsize() === 0) return this.#nothing();
      const item = this._get();
      this.#room.open(1);
      return item;
    }
    let cargo: Cargo;
    const lock = this.#enter()!;
    try {
      const size = words[SIZE]!;
      if (size === 0) return this.#nothing();
      cargo = store.take();
      if (words[DEPOSITS]! > 0 && isDeposited(cargo)) words[DEPOSITS]!--;
      Atomics.store(words, SIZE, size - 1);
    } finally {
      lock.release();
    }
    this.#room.open(1);
    return this.#unpack(form, cargo);
  }

  #unpack(form: 'async' | 'sync', cargo: Cargo): T | Promise<T> {
    const packer = this.#packer!;
    return (form === 'async' ? packer.unpackAsync(cargo) : packer.unpack(cargo)) as T | Promise<T>;
  }

  #nothing(): typeof NOT_YET {
    if (this.#words[SHUTDOWN] !== 0) throw new ShutDown();
    return NOT_YET;
  }

  *#putManySteps(items: readonly T[], form: 'async' | 'sync', { block, deadline, unchecked }: Limits): Steps<number> {
    if (items.length === 0) return 0;
    // As they are now, whenever there is room.
    const progress: Progress<T> = { items, cargos: this.#store && this.#packAll(items), done: 0 };
    const put = (): true | typeof NOT_YET => {
      try {
        return this.#tryPutMany(progress) || NOT_YET;
      } catch (error) {
        if (progress.done === 0) throw error;
        return true;
      }
    };
    const isNext = !(form === 'async' && block && this.#room.hasQueue);
    if (isNext && put() === true) return progress.done;
    if (!block) return progress.done;
    if (form === 'sync') this.checkThatItEnds({ deadline, unchecked }, 'full');
    yield* this.#room.wait(form, deadline, put);
    return progress.done;
  }

  /** Small integers are packed when they are put. */
  #packAll(items: readonly T[]): readonly (Cargo | undefined)[] {
    return items.map((item) => (packInt(item) === undefined ? keep(this.#pack(item, undefined)) : undefined));
  }

  /** As many as there is room for. Whether that is all. */
  #tryPutMany(progress: Progress<T>): boolean {
    const { items } = progress;
    if (this.#store === undefined) {
      while (progress.done < items.length && this.#tryPut(items[progress.done]!, undefined)) progress.done++;
    } else {
      progress.cargos ??= this.#packAll(items);
      while (progress.done < items.length && this.#putBatch(progress)) {}
    }
    return progress.done === items.length;
  }

  /** `false` if there is no room. */
  #putBatch(progress: Progress<T>): boolean {
    const { items, cargos, done: first } = progress;
    const words = this.#words;
    const lock = this.#enter()!;
    try {
      if (words[SHUTDOWN] !== 0) throw new ShutDown();
      let size = words[SIZE]!;
      const room = this.maxsize > 0 ? Math.max(0, Math.ceil(this.maxsize) - size) : BATCH;
      const end = Math.min(items.length, first + Math.min(room, BATCH));
      for (; progress.done < end; progress.done++) {
        const item = items[progress.done]!;
        const cargo = cargos![progress.done] ?? packInt(item)!;
        if (cargo.deposit === undefined) this.#store!.put(cargo, item);
        else this.#putDeposit(cargo, item);
        Atomics.store(words, SIZE, ++size);
        words[UNFINISHED]!++;
      }
    } finally {
      lock.release();
      if (progress.done > first) this.#items.open(progress.done - first);
    }
    return progress.done > first;
  }

  *#getManySteps(
    form: 'async' | 'sync',
    most: number,
    { block, deadline, unchecked }: Limits,
  ): Steps<(T | Promise<T>)[]> {
    const get = (): (T | Promise<T>)[] | typeof NOT_YET => this.#tryGetMany(form, most);
    if (!(form === 'async' && block && this.#items.hasQueue)) {
      const items = get();
      if (items !== NOT_YET) return items;
    }
    if (!block) throw new Empty();
    if (form === 'sync') this.checkThatItEnds({ deadline, unchecked }, 'empty');
    const items = yield* this.#items.wait(form, deadline, get);
    if (items === NOT_YET) throw new Empty();
    return items;
  }

  #tryGetMany(form: 'async' | 'sync', most: number): (T | Promise<T>)[] | typeof NOT_YET {
    const words = this.#words;
    const items: (T | Promise<T>)[] = [];
    const store = this.#store;
    if (store === undefined) {
      if (this._qsize() === 0) return this.#nothing();
      do items.push(this._get());
      while (items.length < most && this._qsize() > 0);
    } else {
      const cargos: (Cargo | undefined)[] = [];
      let hasPickle = false;
      const lock = this.#enter()!;
      try {
        let size = words[SIZE]!;
        if (size === 0) return this.#nothing();
        for (const left = Math.max(0, size - most); size > left; Atomics.store(words, SIZE, --size)) {
          // What may fail to be opened comes alone: nothing else is lost then.
          if (cargos.length > 0 && (hasPickle || kindOf(store.peek()) === PICKLE)) break;
          const cargo = store.take();
          if (words[DEPOSITS]! > 0 && isDeposited(cargo)) words[DEPOSITS]!--;
          const isInt = kindOf(cargo.head) === INT;
          hasPickle = kindOf(cargo.head) === PICKLE;
          cargos.push(isInt ? undefined : keep(cargo));
          items.push((isInt ? cargo.words[0] : undefined) as T);
        }
      } finally {
        lock.release();
      }
      for (const [i, cargo] of cargos.entries()) if (cargo !== undefined) items[i] = this.#unpack(form, cargo);
    }
    this.#room.open(items.length);
    return items;
  }

  *#putSteps(item: T, form: 'async' | 'sync', limits: Limits): Steps<void> {
    // As it is now, whenever there is room. (What is no data, as it is then.)
    const packed = this.#store === undefined ? undefined : keep(this.#pack(item, limits));
    const put = (): true | typeof NOT_YET => this.#tryPut(item, packed, limits) || NOT_YET;
    if ((yield* this.#room.wait(form, limits.deadline, put)) === NOT_YET) throw new Full();
  }

  *#getSteps<Result extends T | Promise<T>>(form: 'async' | 'sync', deadline: number): Steps<Result> {
    const item = yield* this.#items.wait(form, deadline, () => this.#tryGet(form));
    if (item === NOT_YET) throw new Empty();
    return item as Result;
  }

  /** To block for ever is refused. @internal */
  protected checkThatItEnds({ deadline, unchecked }: Pick<Limits, 'deadline' | 'unchecked'>, state: string): void {
    if (this.#store !== undefined || unchecked || deadline !== Number.POSITIVE_INFINITY) return;
    throw new RuntimeError(
      `the queue is ${state}, and no other thread has it: to block this one would be for ever. Await the other form, or give a timeout`,
    );
  }

  /** Takes the lock, if there is one. */
  #enter(): Lock | undefined {
    const lock = this.#lock;
    if (lock === undefined) return undefined;
    const taken = this.#tryEnter();
    if (taken !== undefined) return taken;
    if (lock.statistics().owner === this.memory.me)
      throw new RuntimeError('a compare function cannot use its own queue');
    lock.acquireSync({ unchecked: true });
    return this.#checked(lock);
  }

  /** Takes the lock, if it is free before long. */
  #tryEnter(): Lock | undefined {
    const lock = this.#lock!;
    for (let spin = 0; spin < SPINS; spin++) if (lock.tryAcquire()) return this.#checked(lock);
    return undefined;
  }

  /** Counts anew what somebody has left who died with the lock. */
  #checked(lock: Lock): Lock {
    if (!lock.ownerDied) return lock;
    const words = this.#words;
    const size = this.#store!.recount();
    // One too many was put in before it could be counted.
    if (size > words[SIZE]!) words[UNFINISHED]! += size - words[SIZE]!;
    Atomics.store(words, SIZE, size);
    return lock;
  }

  /** From now on its items are in shared memory: of these buffers, or of new ones. */
  #use(buffers: readonly SharedArrayBuffer[] | undefined): void {
    const [log, ...rest] = buffers ?? [];
    const words = this.#words;
    const packer = new Packer(log, words, PACKER, (fn) => {
      const lock = this.#enter()!;
      try {
        fn();
      } finally {
        lock.release();
      }
    });
    const store = this.makeStore({ words, first: STORE, look: (cargo) => packer.look(cargo) }, buffers && rest);
    const ofLock = new Int32Array(words.buffer as SharedArrayBuffer, words.byteOffset + 4 * LOCK, WORDS - LOCK);
    this.#lock = new Lock({ memory: { ...this.memory, words: ofLock }, robust: true });
    this.#packer = packer;
    this.#store = store;
  }

  #share(): void {
    if (this.#store !== undefined) return;
    const got: T[] = [];
    while (this._qsize() > 0) got.push(this._get());
    const items = this.inOrderOfPut(got);
    try {
      this.#use(undefined);
      const deposits: Cargo[] = [];
      for (const item of items) {
        const cargo = this.#pack(item, { transfer: this.#transfers.get(item as object) });
        if (cargo.deposit !== undefined) deposits.push(cargo);
        this.#store!.put(cargo, item);
      }
      for (const cargo of deposits) handOver(cargo);
      this.#words[DEPOSITS] = deposits.length;
      Atomics.store(this.#words, SIZE, items.length);
    } catch (error) {
      // One of them cannot travel: as before.
      this.#store = undefined;
      this.#packer = undefined;
      this.#lock = undefined;
      this.#words.fill(0, STORE, WORDS);
      for (const item of items) this._put(item);
      throw error;
    }
  }
}

/** A critical section is shorter than the way into the kernel and back. */
const SPINS = 100;

/** So many items of `putMany` are put under one lock. */
const BATCH = 64;

function checkItems<T>(items: Iterable<T>): readonly T[] {
  if (typeof (items as Partial<Iterable<T>> | null | undefined)?.[Symbol.iterator] !== 'function')
    throw new TypeError(`Expected items to be iterable, got ${repr(items)}`);
  const all = [...items];
  for (const item of all) checkItem(item);
  return all;
}

function checkMost(most: number): void {
  if (typeof most !== 'number' || !(most >= 1))
    throw new ValueError(`Expected a number of items from 1, got ${repr(most)}`);
}

letTravel(BaseQueue.prototype);

/** How queues of a kind are made where they arrive. */
export function arrives(kind: string, make: (maxsize: number, rest: readonly unknown[]) => object): void {
  opens(kind, (memory, [buffers, maxsize, ...rest]) => {
    arriving = { memory, buffers: buffers as readonly SharedArrayBuffer[] };
    try {
      return make(maxsize as number, rest);
    } finally {
      arriving = undefined;
    }
  });
}
