import type { Transferable } from 'node:worker_threads';
import { repr } from '@prac/exceptions';
import {
  dumps,
  fromMessage,
  fromMessageAsync,
  loads,
  loadsSync,
  type Message,
  type Pickler,
  PicklingError,
  toMessage,
} from '@prac/pickle';
import { Decoder, Encoder, NOT_PLAIN } from '@prac/pickle/codec';
import { MaybeEncodingError } from '../errors.ts';

/*
 * How a value lies in a message: as it is, if that is seen to be data; as the codec's bytes, if it turns out to be; else as a pickle. To a thread of this process goes
 * also what cannot be bytes: memory that is shared, locks of @prac/sync, what is handed over.
 */
const RAW = 0;
const DATA = 1;
const PICKLE = 2;
/** Of `toMessage`: to threads only. */
const MESSAGE = 3;

export type Packed = readonly [how: number, value: unknown];

const encoder = new Encoder(false);
const decoder = new Decoder(false);
/** So many objects are looked at before a value is seen to be data. */
const MOST_OBJECTS = 5000;

/**
 * Packs the arguments of a task.
 *
 * @param pickler - For what is no data.
 * @throws {PicklingError} if they cannot travel.
 */
export function packArgs(
  args: readonly unknown[],
  isThread: boolean,
  pickler: Pickler,
  transfer: readonly Transferable[] | undefined,
): Packed {
  if (transfer !== undefined) return [MESSAGE, toMessage<unknown>(args, { name: 'args', transfer }).message];
  if (isData(args)) return [RAW, args];
  return asData(args) ?? asPickle(args, 'args', isThread, (it) => pickler.dumps(it, 'args'));
}

/** Packs a result. @throws {MaybeEncodingError} if it cannot travel. */
export function packValue(value: unknown, isThread: boolean): Packed {
  if (isData(value)) return [RAW, value];
  const data = asData(value);
  if (data !== undefined) return data;
  try {
    return asPickle(value, 'result', isThread, (it) => dumps<unknown>(it, { name: 'result', here: isThread }));
  } catch (cause) {
    if (!(cause instanceof PicklingError)) throw cause;
    throw new MaybeEncodingError(repr(cause), repr(value), { cause });
  }
}

/** Packs a function. @throws {PicklingError} if it cannot travel. */
export function packFunction(fn: unknown, isThread: boolean, pickler: Pickler): Uint8Array | Message {
  return asPickle(fn, 'fn', isThread, (it) => pickler.dumps(it, 'fn'))[1] as Uint8Array | Message;
}

function asData(value: unknown): Packed | undefined {
  const count = encoder.encodeWords(value);
  return count === NOT_PLAIN ? undefined : [DATA, new Uint8Array(encoder.takeWords().slice(0, count).buffer)];
}

function asPickle<T>(value: T, name: string, isThread: boolean, pickle: (value: T) => Uint8Array): Packed {
  try {
    return [PICKLE, pickle(value)];
  } catch (error) {
    if (!isThread || !(error instanceof PicklingError)) throw error;
    return [MESSAGE, toMessage<unknown>(value, { name }).message];
  }
}

/** Whether nothing is in it that might not be opened: the queue that carries it writes it once, and no bytes have to be made first. */
function isData(value: unknown): boolean {
  budget = MOST_OBJECTS;
  return isDataWithin(value);
}

let budget = 0;

function isDataWithin(value: unknown): boolean {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol'))
    return true;
  // A symbol may name what makes it again, which may fail.
  if (typeof value !== 'object' || --budget < 0 || Object.getOwnPropertySymbols(value).length > 0) return false;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) if (typeof value[i] !== 'number' && !isDataWithin(value[i])) return false;
    return true;
  }
  if (value instanceof Uint8Array) return value.buffer instanceof ArrayBuffer;
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  for (const key in value) if (!isDataWithin((value as Record<string, unknown>)[key])) return false;
  return true;
}

/** Whether modules may have to be waited for before it is there. */
export function isPickled(how: number): boolean {
  return how === PICKLE || how === MESSAGE;
}

/** What is not pickled. */
export function unpackValue(how: number, value: unknown): unknown {
  return how === RAW ? value : decoder.decode(value as Uint8Array);
}

/** What is pickled. @param open - For bytes. */
export function unpackPickled(value: unknown, open: (bytes: Uint8Array) => Promise<unknown> = loads): Promise<unknown> {
  return value instanceof Uint8Array ? open(value) : fromMessageAsync(value as Message);
}

/** A value that is being opened: modules that its pickle needs may have to be waited for. */
export class Opening {
  readonly #value: unknown;
  readonly #then: (isOpened: boolean, value: unknown) => void;
  #isOver = false;

  constructor(value: unknown, then: (isOpened: boolean, value: unknown) => void) {
    this.#value = value;
    this.#then = then;
    unpackPickled(value).then(
      (opened) => this.#end(true, opened),
      (error) => this.#end(false, error),
    );
  }

  /** Opens it now: in a blocked thread promises are not settled. */
  force(): void {
    const value = this.#value;
    let opened: unknown;
    try {
      opened = value instanceof Uint8Array ? loadsSync(value) : fromMessage(value as Message);
    } catch (error) {
      this.#end(false, error);
      return;
    }
    this.#end(true, opened);
  }

  #end(isOpened: boolean, value: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#then(isOpened, value);
  }
}
