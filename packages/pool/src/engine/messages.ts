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

export const DONE = 0;
export const FAILED = 1;
/** The initializer has failed: the worker does not work. */
export const NOT_BEGUN = 2;

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

/**
 * The opposite.
 *
 * @param isBlocked - Promises will not be settled. Otherwise modules that a pickle needs may be waited for.
 * @param then - Is called with it, or with the error.
 */
export function unpackValue(
  how: number,
  value: unknown,
  isBlocked: boolean,
  then: (isOpened: boolean, value: unknown) => void,
): void {
  if (how === RAW) then(true, value);
  else if (how === DATA) then(true, decoder.decode(value as Uint8Array));
  else if (isBlocked) {
    let opened: unknown;
    try {
      opened = loadsSync(value as Uint8Array);
    } catch (error) {
      then(false, error);
      return;
    }
    then(true, opened);
  } else
    loads(value as Uint8Array).then(
      (opened) => then(true, opened),
      (error) => then(false, error),
    );
}
