import { repr } from '@prac/exceptions';
import { dumps, loads, loadsSync, PicklingError } from '@prac/pickle';
import { Decoder, Encoder, NOT_PLAIN } from '@prac/pickle/codec';
import { MaybeEncodingError } from '../errors.ts';

/*
 * What goes between the engine and its workers: lists of plain values, in the queues of either.
 *
 *   task     │ id │ style │ function │ how │ arguments │          STOP: ends the worker
 *   answer   │ worker │ id │ outcome │ how │ value │ milliseconds │
 *
 * A value that is data goes as the codec's bytes, or as it is if it is small; all else as a pickle, which may fail to be opened without taking the
 * message along. A function that is the same whenever it is pickled is sent once: then a worker has it in a table, and gets its number.
 */
export type Task = readonly [id: number, style: number, fn: number | Uint8Array, how: number, args: unknown];
export const STOPPING: Task = [0, 0, 0, 0, undefined];
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

const RAW = 0;
const DATA = 1;
const PICKLE = 2;

const encoder = new Encoder(false);
const decoder = new Decoder(false);

/** @throws {MaybeEncodingError} if it cannot travel. */
export function packValue(value: unknown): readonly [how: number, value: unknown] {
  if (isPrimitive(value)) return [RAW, value];
  const count = encoder.encodeWords(value);
  if (count !== NOT_PLAIN) return [DATA, new Uint8Array(encoder.takeWords().slice(0, count).buffer)];
  try {
    return [PICKLE, dumps<unknown>(value, { name: 'result' })];
  } catch (cause) {
    if (!(cause instanceof PicklingError)) throw cause;
    throw new MaybeEncodingError(repr(cause), repr(value), { cause });
  }
}

/** So many arguments that are numbers, texts and the like go as they are. */
const FEW = 8;

/** Arguments of a task. @param pickle - For what is no data. */
export function packArgs(
  args: readonly unknown[],
  pickle: (args: readonly unknown[]) => Uint8Array,
): readonly [how: number, args: unknown] {
  if (args.length <= FEW && args.every(isPrimitive)) return [RAW, args];
  const count = encoder.encodeWords(args);
  if (count !== NOT_PLAIN) return [DATA, new Uint8Array(encoder.takeWords().slice(0, count).buffer)];
  return [PICKLE, pickle(args)];
}

function isPrimitive(value: unknown): boolean {
  return value === null || (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol');
}

/** A value that is being opened: modules that its pickle needs may have to be waited for. */
export class Opening {
  readonly #bytes: Uint8Array;
  readonly #then: (isOpened: boolean, value: unknown) => void;
  #isOver = false;

  constructor(bytes: Uint8Array, then: (isOpened: boolean, value: unknown) => void) {
    this.#bytes = bytes;
    this.#then = then;
    loads(bytes).then(
      (value) => this.#end(true, value),
      (error) => this.#end(false, error),
    );
  }

  /** Opens it now: in a blocked thread promises are not settled. */
  force(): void {
    let value: unknown;
    try {
      value = loadsSync(this.#bytes);
    } catch (error) {
      this.#end(false, error);
      return;
    }
    this.#end(true, value);
  }

  #end(isOpened: boolean, value: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#then(isOpened, value);
  }
}

export function isPickle(how: number): boolean {
  return how === PICKLE;
}

/** The opposite, of what is no pickle. */
export function unpackValue(how: number, value: unknown): unknown {
  return how === RAW ? value : decoder.decode(value as Uint8Array);
}
