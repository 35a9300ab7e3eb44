import { repr } from '@prac/exceptions';
import { dumps, loads, loadsSync, PicklingError } from '@prac/pickle';
import { Decoder, Encoder, NOT_PLAIN } from '@prac/pickle/codec';
import { MaybeEncodingError } from '../errors.ts';

/*
 * What goes between the engine and its workers: lists of plain values, in the queues of either.
 *
 *   task     │ id │ style │ a pickle of [function, arguments] │          STOP: ends the worker
 *   answer   │ worker │ id │ outcome │ how │ value │ milliseconds │
 *
 * A value that is data goes as the codec's bytes; all else as a pickle, which may fail to be opened without taking the message along.
 */
export type Task = readonly [id: number, style: number, work: Uint8Array];
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
/** Besides: the worker says when it begins. */
export const TELLS = 4;
/** Besides: it forgets the functions that it has been sent. */
export const ANEW = 8;

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
  if (value === null || (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol'))
    return [RAW, value];
  const count = encoder.encodeWords(value);
  if (count !== NOT_PLAIN) return [DATA, new Uint8Array(encoder.takeWords().slice(0, count).buffer)];
  try {
    return [PICKLE, dumps<unknown>(value, { name: 'result' })];
  } catch (cause) {
    if (!(cause instanceof PicklingError)) throw cause;
    throw new MaybeEncodingError(repr(cause), repr(value), { cause });
  }
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
