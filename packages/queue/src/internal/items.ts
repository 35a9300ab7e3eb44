import type { NOT_YET } from './gate.ts';
import type { TransferOption } from './options.ts';

/*
 * What holds the items of a queue, in one of its two lives: local-items.ts, shared-items.ts. What is counted is in the queue's words
 * in both of them, from the beginning:
 *
 *   words  │ 0 identity … │ 3 SIZE │ 4 UNFINISHED │ 5 SHUTDOWN │ 6, 8, 10 gates │ 12 DEPOSITS │ 16 … of the store │ 27 STORE_PLACE │ 28 … of the packer │ 31 LOG_PLACE │ 32 … the lock │
 */
export const SIZE = 3;
export const UNFINISHED = 4;
export const SHUTDOWN = 5;
export const GATES = 6;
/** How many items have something at the hub. */
export const DEPOSITS = 12;
export const STORE = 16;
/** Where its memory is, and that of the packer, if they are in a memory that is not theirs alone. */
export const STORE_PLACE = 27;
export const LOG_PLACE = 31;
export const PACKER = 28;
export const LOCK = 32;
export const WORDS = 48;
/** Of each memory that is not the queue's alone: the words that say where it is, and how big (0: there is none). */
export const PLACES: readonly { readonly place: number; readonly capacity: number }[] = [
  { place: STORE_PLACE, capacity: STORE },
  { place: LOG_PLACE, capacity: PACKER },
];

export type Form = 'async' | 'sync';

/** An item on its way out. A promise only for what the async form has to wait for, to open it. */
export type Got<T> = T | Promise<T>;

/** Items that are put together, as they were when the call was made. */
export interface Batch {
  /** How many there are. */
  readonly length: number;
  /** How many of them are in the queue. */
  done: number;
}

export interface Items<T> {
  readonly size: number;
  /** Puts an item; `false` if there is no room. @throws {ShutDown} */
  tryPut(item: T, options: TransferOption | undefined): boolean;
  /** The same for one that may have to wait: it is put as it is now. */
  putter(item: T, options: TransferOption | undefined): () => boolean;
  /** Takes the next item. @throws {ShutDown} if there is none, and will be none. */
  tryGet(form: Form): Got<T> | typeof NOT_YET;
  batch(items: readonly T[]): Batch;
  /** Puts some of those that are left, of a batch that was made here. `false` if there is no room. @throws {ShutDown} */
  tryPutSome(batch: Batch): boolean;
  /** Takes some items, from one to `most`. */
  tryGetSome(form: Form, most: number): Got<T>[] | typeof NOT_YET;
  /** Throws all away. How many that were. Within {@link locked}. */
  clear(): number;
  /** Runs a function while nobody else changes anything. */
  locked<Result>(fn: () => Result): Result;
}
