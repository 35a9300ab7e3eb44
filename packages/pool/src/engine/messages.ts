import type { Message } from '@prac/pickle';

/*
 * What goes between the engine and its workers: lists of plain values, in the queues of either.
 *
 *   task     │ id │ style │ number │ function │ how │ arguments │          STOP: ends the worker
 *   answer   │ worker │ id │ outcome │ how │ value │ milliseconds │
 *
 * A value that is data goes as the codec's bytes, or as it is if it is small; all else as a pickle, which may fail to be opened without taking the
 * message along. A function that is the same whenever it is pickled is sent once: then a worker has it in a table, and gets its number.
 */
export type Task = readonly [
  id: number,
  style: number,
  /** The tasks of a worker are numbered: one that is missing was taken back, and what it had brought is missing, too. */
  number: number,
  fn: number | Uint8Array | Message,
  how: number,
  args: unknown,
];
export const STOPPING: Task = [0, 0, 0, 0, 0, undefined];
export type Answer = readonly [
  worker: number,
  id: number,
  outcome: number,
  how: number,
  value: unknown,
  milliseconds: number,
];

/** In place of an id. */
export const STOP = 0;

/** How the arguments are meant. */
export const APPLY = 0;
/** Each of a list is the argument of a call. */
export const MAP = 1;
/** Each of a list is the list of arguments of a call. */
export const STARMAP = 2;
export const STYLES = 3;
/** Besides: the worker says when it begins. */
export const TELLS = 4;
/** Besides: it forgets the functions that it has been sent. */
export const ANEW = 8;

/** Besides: the function is to be put in the table. */
export const KEEP = 16;

export const DONE = 0;
export const FAILED = 1;
/** The initializer has failed: the worker does not work. */
export const NOT_BEGUN = 2;
/** A task that {@link TELLS} is begun. */
export const BEGUN = 3;
/** The worker may lack what the task needs: it is to be sent again. */
export const AGAIN = 4;
