import { BaseException, EOFError, Exception, RuntimeError } from '@prac/exceptions';
import { travels } from './internal/world.ts';

/**
 * A task was cancelled, or what it waits for.
 *
 * It is no {@link Exception}: Python's `except Exception` lets it through, and so should a `catch` that does not know better (`isException`
 * of `@prac/exceptions` tells).
 *
 * Python: `asyncio.CancelledError`.
 */
export class CancelledError extends BaseException {}

/**
 * The cancellation that an error tells of: itself, or the cause of the AbortError with which some functions of Node reject when their signal is
 * aborted.
 *
 * @internal
 */
export function cancelOf(error: unknown): CancelledError | undefined {
  try {
    if (error instanceof CancelledError) return error;
    const { name, cause } = (error ?? {}) as { readonly name?: unknown; readonly cause?: unknown };
    return name === 'AbortError' && cause instanceof CancelledError ? cause : undefined;
  } catch {
    return undefined; // it cannot even be asked
  }
}

/** Something is asked of a future that it cannot do in its state. Python: `asyncio.InvalidStateError`. */
export class InvalidStateError extends Exception {}

/** Python: `asyncio.QueueEmpty`. */
export class QueueEmpty extends Exception {}

/** Python: `asyncio.QueueFull`. */
export class QueueFull extends Exception {}

/** The queue has been shut down. Python: `asyncio.QueueShutDown`. */
export class QueueShutDown extends Exception {}

/** Python: `asyncio.BrokenBarrierError`. */
export class BrokenBarrierError extends RuntimeError {}

/** A stream has ended before all was read. Python: `asyncio.IncompleteReadError`. */
export class IncompleteReadError extends EOFError {
  /** What was read. */
  readonly partial: Buffer;
  /** So many bytes were wanted; `null` if that is not known. */
  readonly expected: number | null;

  constructor(partial: Buffer, expected: number | null) {
    super(`${partial.length} bytes read on a total of ${expected ?? 'undefined'} expected bytes`);
    this.partial = partial;
    this.expected = expected;
  }
}

/** There are more bytes than a line may have. Python: `asyncio.LimitOverrunError`. */
export class LimitOverrunError extends Exception {
  /** So many bytes were looked at. */
  readonly consumed: number;

  constructor(message: string, consumed: number) {
    super(message);
    this.consumed = consumed;
  }
}

const ERRORS = {
  CancelledError,
  InvalidStateError,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  BrokenBarrierError,
  IncompleteReadError,
  LimitOverrunError,
};
for (const [name, type] of Object.entries(ERRORS)) {
  travels(name, type);
  Object.defineProperty(type.prototype, 'name', { value: name, configurable: true, writable: true });
}
