import { RuntimeError } from '@prac/exceptions';
import { block, type Steps, suspend } from '@prac/park';

/** Runs the operations on one stream one after another, in the order of the calls. */
export class Sequence {
  #last: Promise<unknown> | undefined;

  run<T>(steps: () => Steps<T>, signal?: AbortSignal | null): Promise<T> {
    const before = this.#last;
    const result = before === undefined ? suspend(steps(), { signal }) : after(before, steps, signal);
    const { promise: mine, resolve } = Promise.withResolvers<void>();
    const leave = (): void => {
      if (this.#last === mine) this.#last = undefined;
      resolve();
    };
    // Registered first, so that the stream is free when the caller hears of the result. An operation that was aborted while it
    // waited for its turn still has the earlier ones before it.
    result.then(leave, before === undefined ? leave : () => before.then(leave));
    this.#last = mine;
    return result;
  }

  /** @throws {RuntimeError} while an asynchronous operation is under way. */
  runSync<T>(steps: () => Steps<T>): T {
    this.refuseIfBusy();
    return block(steps());
  }

  get busy(): boolean {
    return this.#last !== undefined;
  }

  refuseIfBusy(): void {
    if (this.busy) throw new RuntimeError('another operation on this stream has not ended (was its promise awaited?)');
  }
}

/** Runs the steps when it is their turn; an abort need not wait for that. */
async function after<T>(
  before: Promise<unknown>,
  steps: () => Steps<T>,
  signal: AbortSignal | null | undefined,
): Promise<T> {
  const turn = Promise.withResolvers<unknown>();
  const abort = (): void => turn.reject(signal!.reason);
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort);
  before.then(turn.resolve);
  try {
    await turn.promise;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
  return suspend(steps(), { signal });
}
