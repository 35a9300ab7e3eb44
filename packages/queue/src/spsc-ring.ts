import { RuntimeError, repr } from '@prac/exceptions';
import { block, type Steps, suspend } from '@prac/park';
import { type Memory, opens, Primitive, threadMemory } from '@prac/sync/memory';
import { Empty, Full, ShutDown } from './errors.ts';
import { NOT_YET } from './internal/gate.ts';
import { LANE_WORDS, Lane } from './internal/lane.ts';
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
 * const got: number[] = [];
 * for await (const n of ring) got.push(n);
 * console.log(got); // [ 0, 1, 2 ]
 */
export class SpscRing<T = unknown> extends Primitive {
  readonly #lane: Lane;
  #isInUse = false;

  /**
   * @param bytes - How much it holds. Of an item that is bigger the ring holds a reference. @defaultValue 65536
   * @throws {TypeError} if it is no number of bytes from 64 to 2^30.
   */
  constructor(bytes = 65_536) {
    const arrival = (bytes as unknown) instanceof Arriving ? (bytes as unknown as Arriving) : undefined;
    if (arrival === undefined && !(Number.isInteger(bytes) && bytes >= 64 && bytes <= 2 ** 30))
      throw new TypeError(`Expected a number of bytes from 64 to 2^30, got ${repr(bytes)}`);
    super(arrival?.memory ?? threadMemory(new SharedArrayBuffer(4 * LANE_WORDS)));
    const buffer = arrival?.buffer ?? new SharedArrayBuffer(8 * Math.ceil(bytes / 8));
    this.#lane = new Lane(this.memory, buffer, () => {
      this.#isInUse = true;
      this.#keep();
    });
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
      if (!limits.signal?.aborted && !(limits.block && this.#lane.room.hasQueue) && this.#lane.tryPut(item, limits))
        return DONE;
      if (!limits.block && !limits.signal?.aborted) throw new Full();
      return suspend(this.#putSteps(item, 'async', limits), limits);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Blocking form of {@link put}. @throws {RuntimeError} if no other thread has it: it would block for ever. */
  putSync(item: T, options?: (BlockingOptions & TransferOption) | null): void {
    const limits = putLimitsOf(options, 'sync');
    if (this.#lane.tryPut(item, limits)) return;
    if (!limits.block) throw new Full();
    this.#checkThatItEnds(limits, 'full');
    block(this.#putSteps(item, 'sync', limits));
  }

  /** Puts an item, if there is room. @throws {Full} if there is none. */
  putNowait(item: T, options?: TransferOption | null): void {
    if (!this.#lane.tryPut(item, transferOf(options))) throw new Full();
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
      if (!limits.signal?.aborted && !(limits.block && this.#lane.items.hasQueue)) {
        const item = this.#lane.tryGet('async') as T | Promise<T> | typeof NOT_YET;
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
    const item = this.#lane.tryGet('sync');
    if (item !== NOT_YET) return item as T;
    if (!limits.block) throw new Empty();
    this.#checkThatItEnds(limits, 'empty');
    return block(this.#getSteps<T>('sync', limits.deadline));
  }

  /** Takes the next item, if there is one. @throws {Empty} if there is none. */
  getNowait(): T {
    const item = this.#lane.tryGet('sync');
    if (item === NOT_YET) throw new Empty();
    return item as T;
  }

  /** Whether there is no item now. */
  empty(): boolean {
    return this.#lane.isEmpty;
  }

  /** Nothing more is put. What is in the ring can still be got. Either side may say so. */
  close(): void {
    this.#lane.close();
    inUse.delete(this);
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
    queueMicrotask(() => this.#keep()); // it is on its way then
    return [this.#lane.buffer];
  }

  /** Another thread has the other side: it may arrive here again, and has to be the same then. */
  #keep(): void {
    if (this.#isInUse && isShared(this.memory)) inUse.add(this);
  }

  *#putSteps(item: T, form: 'async' | 'sync', limits: Limits): Steps<void> {
    const put = (): true | typeof NOT_YET => this.#lane.tryPut(item, limits) || NOT_YET;
    if ((yield* this.#lane.room.wait(form, limits.deadline, put)) === NOT_YET) throw new Full();
  }

  *#getSteps<Result extends T | Promise<T>>(form: 'async' | 'sync', deadline: number): Steps<Result> {
    const item = yield* this.#lane.items.wait(form, deadline, () => this.#lane.tryGet(form));
    if (item === NOT_YET) throw new Empty();
    return item as Result;
  }

  #checkThatItEnds({ deadline, unchecked }: Pick<Limits, 'deadline' | 'unchecked'>, state: string): void {
    if (isShared(this.memory) || unchecked || deadline !== Number.POSITIVE_INFINITY) return;
    throw new RuntimeError(
      `the ring is ${state}, and no other thread has it: to block this one would be for ever. Await the other form, or give a timeout`,
    );
  }
}

/** Those of which this thread is one side, until they are closed here. */
const inUse = new Set<object>();

/** In place of the number of bytes. */
class Arriving implements Arrival {
  readonly memory: Memory;
  readonly buffer: SharedArrayBuffer;
  constructor(memory: Memory, buffer: SharedArrayBuffer) {
    this.memory = memory;
    this.buffer = buffer;
  }
}

/** It has been on its way to another thread. */
function isShared({ words }: Memory): boolean {
  return words[0] !== 0;
}

letTravel(SpscRing.prototype);
opens(
  'SpscRing',
  (memory, [buffer]) => new SpscRing(new Arriving(memory, buffer as SharedArrayBuffer) as unknown as number),
);
