import { Exception } from '@prac/exceptions';
import { travels } from './internal/world.ts';

/** Something is wrong with processes. Python: `multiprocessing.ProcessError`. */
export class ProcessError extends Exception {}

/** A result cannot travel. Python: `multiprocessing.pool.MaybeEncodingError`. */
export class MaybeEncodingError extends Exception {
  /** Why. */
  readonly exc: string;
  /** What it was. */
  readonly value: string;

  constructor(exc: string, value: string, options?: ErrorOptions) {
    super(`Error sending result: '${value}'. Reason: '${exc}'`, options);
    this.exc = exc;
    this.value = value;
  }
}

/** A worker of a pool has ended in the middle of a task: killed, out of memory, or by its own exit. */
export class WorkerLostError extends ProcessError {}

/** The message does not fit into the memory that it was to go to. Python: `multiprocessing.BufferTooShort`. */
export class BufferTooShort extends ProcessError {
  /** The whole message. */
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    super(`the message has ${bytes.length} bytes`);
    this.bytes = bytes;
  }
}

/** Somebody does not know the key. Python: `multiprocessing.AuthenticationError`. */
export class AuthenticationError extends ProcessError {}

/** The server of a manager cannot do what it is asked: it does not know the object, the type, or the method. */
export class RemoteError extends Exception {}

const ERRORS = { ProcessError, MaybeEncodingError, WorkerLostError, BufferTooShort, AuthenticationError, RemoteError };
for (const [name, type] of Object.entries(ERRORS)) {
  travels(name, type);
  Object.defineProperty(type.prototype, 'name', { value: name, configurable: true, writable: true });
}
