// Long because both forms of all that a queue does are told here, with what they promise.
import { RuntimeError, repr, ValueError } from '@prac/exceptions';
import { block, type Steps, suspend, Watching } from '@prac/park';
import { type Memory, opens, Primitive, subjectOf, threadMemory } from '@prac/sync/memory';
import { Empty, Full, ShutDown } from '../errors.ts';
import type { PackOptions } from './cargo.ts';
import { checkItem } from './check-item.ts';
import { GATE_WORDS, Gate, NOT_YET } from './gate.ts';
import { DEPOSITS, type Form, GATES, type Got, type Items, LOG_PLACE, SHUTDOWN, UNFINISHED, WORDS } from './items.ts';
import { LocalItems } from './local-items.ts';
import {
  type BlockingOptions,
  type Limits,
  limitsOf,
  putLimitsOf,
  type QueueOptions,
  type TransferOption,
  transferOf,
} from './options.ts';
import type { Place } from './region.ts';
import { SharedItems } from './shared-items.ts';
import type { Store, StoreWords } from './store.ts';
import { letTravel } from './travelling.ts';

/*
 * A queue has two lives.
 *
 *   local   the items are in this thread: local-items.ts
 *     │ it travels for the first time: they are packed into shared memory
 *     v
 *   shared  they are there: shared-items.ts
 *
 * Where one waits, and what is counted, is in shared words from the beginning (see items.ts), so who waits at that moment goes on
 * to wait. Here: the forms, waiting, tasks, shutdown, and the way from one life to the other.
 *
 *   put   room? put ── wake one who waits for an item          or wait for room, and try again
 *   get   item? take ── wake one who waits for room            or wait for an item, and try again
 */

/** What is known of a queue. */
export interface QueueStatistics {
  /** How many items are in it. */
  readonly size: number;
  /** How many wait for an item, for room, in `join()`: of all threads. */
  readonly getting: number;
  readonly putting: number;
  readonly joining: number;
}

interface Arrival {
  readonly memory: Memory;
  readonly buffers: readonly SharedArrayBuffer[];
}

/** Where a queue is that other processes have, too. It is shared from the beginning. */
export interface Home {
  readonly memory: Memory;
  /** Memory that moves when it grows. @param word - The word of the queue in which it notes where it is. */
  place(word: number): Place;
}

/** Set while a queue that has arrived is made. */
let arriving: Arrival | undefined;

const DONE: Promise<void> = Promise.resolve();
const queues = new Watching<Primitive>('prac:queue', subjectOf);

export abstract class BaseQueue<T> extends Primitive {
  /** At most so many items are in it; 0 or less: any number. */
  readonly maxsize: number;
  readonly #words: Int32Array;
  readonly #items: Gate;
  readonly #room: Gate;
  readonly #tasks: Gate;
  readonly #home: Home | undefined;
  #content: Items<T>;

  /** @param home - @internal */
  protected constructor(maxsize: number, home?: Home) {
    if (typeof maxsize !== 'number' || Number.isNaN(maxsize))
      throw new TypeError(`Expected maxsize to be a number, got ${repr(maxsize)}`);
    const arrival = arriving;
    arriving = undefined;
    super(home?.memory ?? arrival?.memory ?? threadMemory(new SharedArrayBuffer(4 * WORDS)));
    this.maxsize = maxsize;
    this.#words = this.memory.words;
    this.#items = new Gate(this.memory, GATES);
    this.#room = new Gate(this.memory, GATES + GATE_WORDS);
    this.#tasks = new Gate(this.memory, GATES + 2 * GATE_WORDS);
    this.#home = home;
    if (home !== undefined) this.#content = this.#shared(undefined);
    else if (arrival === undefined) {
      this._init(maxsize);
      this.#content = this.#local();
    } else this.#content = this.#shared(arrival.buffers);
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
      if (!limits.signal?.aborted && !(limits.block && this.#room.hasQueue) && this.#tryPut(item, limits)) return DONE;
      if (!limits.block && !limits.signal?.aborted) throw new Full();
      return suspend(queues.watch(this, this.#putSteps(item, 'async', limits)), limits);
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
    if (this.#tryPut(item, limits)) return;
    if (!limits.block) throw new Full();
    this.checkThatItEnds(limits, 'full');
    block(queues.watch(this, this.#putSteps(item, 'sync', limits)));
  }

  /** Puts an item, if there is room. Python: `put_nowait`. @throws {Full} if there is none. */
  putNowait(item: T, options?: TransferOption | null): void {
    checkItem(item);
    if (!this.#tryPut(item, transferOf(options))) throw new Full();
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
      const steps = this.#getSteps<T | Promise<T>>('async', limits.deadline);
      return suspend(queues.watch(this, steps), limits) as Promise<T>;
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
    return block(queues.watch(this, this.#getSteps<T>('sync', limits.deadline)));
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
      return suspend(queues.watch(this, this.#putManySteps(checkItems(items), 'async', limits)), limits);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Blocking form of {@link putMany}. */
  putManySync(items: Iterable<T>, options?: BlockingOptions | null): number {
    return block(queues.watch(this, this.#putManySteps(checkItems(items), 'sync', limitsOf(options, 'sync'))));
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
      const items = suspend(queues.watch(this, this.#getManySteps('async', most, limits)), limits);
      // One that has to be waited for comes alone.
      return items.then((all) => (all[0] instanceof Promise ? Promise.all(all) : (all as T[])));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Blocking form of {@link getMany}. */
  getManySync(most: number, options?: BlockingOptions | null): T[] {
    checkMost(most);
    return block(queues.watch(this, this.#getManySteps('sync', most, limitsOf(options, 'sync')))) as T[];
  }

  /** How many items there are now. */
  qsize(): number {
    return this.#content.size;
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
    return [this.#share().buffers, this.maxsize];
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
    return this.#content.locked(() => {
      if (this.#words[UNFINISHED] === 0) return false;
      if (--this.#words[UNFINISHED]! === 0) this.#tasks.open(Number.POSITIVE_INFINITY);
      return true;
    });
  }

  /** @internal */
  protected untilDone(form: 'async' | 'sync', deadline: number): Steps<boolean> {
    return queues.watch(this, this.#doneSteps(form, deadline));
  }

  *#doneSteps(form: 'async' | 'sync', deadline: number): Steps<boolean> {
    const isDone = (): true | typeof NOT_YET => Atomics.load(this.#words, UNFINISHED) === 0 || NOT_YET;
    return (yield* this.#tasks.wait(form, deadline, isDone)) !== NOT_YET;
  }

  /** @internal */
  protected get unfinished(): number {
    return Atomics.load(this.#words, UNFINISHED);
  }

  /** @internal */
  protected shutDown(immediate: boolean): void {
    const content = this.#content;
    if (queues.isOn) queues.tell('shutdown', this);
    content.locked(() => {
      Atomics.store(this.#words, SHUTDOWN, 1);
      if (!immediate) return;
      this.#words[UNFINISHED] = Math.max(0, this.#words[UNFINISHED]! - content.clear());
      this.#tasks.open(Number.POSITIVE_INFINITY);
    });
    this.#items.open(Number.POSITIVE_INFINITY);
    this.#room.open(Number.POSITIVE_INFINITY);
  }

  /** `false` if there is no room. */
  #tryPut(item: T, options: TransferOption | undefined): boolean {
    if (!this.#content.tryPut(item, options)) return false;
    this.#hasPut(1);
    return true;
  }

  #tryGet(form: Form): Got<T> | typeof NOT_YET {
    const item = this.#content.tryGet(form);
    if (item !== NOT_YET) this.#hasGot(1);
    return item;
  }

  #hasPut(count: number): void {
    if (queues.isOn) queues.tell('put', this, { count, size: this.qsize() });
    this.#items.open(count);
  }

  #hasGot(count: number): void {
    if (queues.isOn) queues.tell('get', this, { count, size: this.qsize() });
    this.#room.open(count);
  }

  *#putManySteps(items: readonly T[], form: Form, { block, deadline, unchecked }: Limits): Steps<number> {
    if (items.length === 0) return 0;
    const putting = this.#puttingMany(items);
    if (!(form === 'async' && block && this.#room.hasQueue)) putting.goOn();
    if (putting.isOver || !block) return putting.done;
    if (form === 'sync') this.checkThatItEnds({ deadline, unchecked }, 'full');
    yield* this.#room.wait(form, deadline, () => {
      putting.goOn();
      return putting.isOver || NOT_YET;
    });
    return putting.done;
  }

  /** Puts items as long as there is room, and later the rest. What is wrong after the first is told to who puts the rest. */
  #puttingMany(items: readonly T[]): { readonly done: number; readonly isOver: boolean; goOn(): void } {
    let content = this.#content;
    let batch = content.batch(items);
    let before = 0;
    let isWrong = false;
    const putSome = (): boolean => {
      if (this.#content !== content) {
        const rest = this.#content.batch(items.slice(before + batch.done)); // it has been shared meanwhile
        before += batch.done;
        content = this.#content;
        batch = rest;
      }
      const first = batch.done;
      try {
        return first < batch.length && content.tryPutSome(batch);
      } finally {
        if (batch.done > first) this.#hasPut(batch.done - first);
      }
    };
    return {
      get done() {
        return before + batch.done;
      },
      get isOver() {
        return isWrong || this.done === items.length;
      },
      goOn() {
        try {
          while (putSome()) {}
        } catch (error) {
          if (this.done === 0) throw error;
          isWrong = true;
        }
      },
    };
  }

  *#getManySteps(form: Form, most: number, { block, deadline, unchecked }: Limits): Steps<Got<T>[]> {
    const get = (): Got<T>[] | typeof NOT_YET => {
      const items = this.#content.tryGetSome(form, most);
      if (items !== NOT_YET) this.#hasGot(items.length);
      return items;
    };
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

  *#putSteps(item: T, form: Form, limits: Limits): Steps<void> {
    const content = this.#content;
    const putHere = content.putter(item, limits);
    const put = (): true | typeof NOT_YET => {
      // It may have been shared meanwhile.
      if (!(this.#content === content ? putHere() : this.#content.tryPut(item, limits))) return NOT_YET;
      this.#hasPut(1);
      return true;
    };
    if ((yield* this.#room.wait(form, limits.deadline, put)) === NOT_YET) throw new Full();
  }

  *#getSteps<Result extends T | Promise<T>>(form: 'async' | 'sync', deadline: number): Steps<Result> {
    const item = yield* this.#items.wait(form, deadline, () => this.#tryGet(form));
    if (item === NOT_YET) throw new Empty();
    return item as Result;
  }

  /** To block for ever is refused. @internal */
  protected checkThatItEnds({ deadline, unchecked }: Pick<Limits, 'deadline' | 'unchecked'>, state: string): void {
    if (this.#content instanceof SharedItems || unchecked || deadline !== Number.POSITIVE_INFINITY) return;
    throw new RuntimeError(
      `the queue is ${state}, and no other thread has it: to block this one would be for ever. Await the other form, or give a timeout`,
    );
  }

  #local(): LocalItems<T> {
    return new LocalItems(this.#words, {
      maxsize: this.maxsize,
      size: () => this._qsize(),
      put: (item) => this._put(item),
      get: () => this._get(),
    });
  }

  #shared(buffers: readonly SharedArrayBuffer[] | undefined): SharedItems<T> {
    const { memory, maxsize, packing } = this;
    const makeStore = (words: StoreWords, buffers: readonly SharedArrayBuffer[] | undefined): Store =>
      this.makeStore(words, buffers);
    const log = this.#home?.place(LOG_PLACE);
    return new SharedItems({ memory, maxsize, packing, makeStore, log }, buffers);
  }

  /** From now on its items are in shared memory. */
  #share(): SharedItems<T> {
    if (this.#content instanceof SharedItems) return this.#content;
    const local = this.#content as LocalItems<T>;
    const items = this.inOrderOfPut(local.takeAll());
    try {
      const shared = this.#shared(undefined);
      this.#content = shared; // one of the items may have this very queue in it
      shared.fill(items, (item) => ({ transfer: local.transferOf(item) }));
      return shared;
    } catch (error) {
      // One of them cannot travel: as before.
      this.#content = local;
      this.#words.fill(0, DEPOSITS, WORDS);
      for (const item of items) this._put(item);
      throw error;
    }
  }
}

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
