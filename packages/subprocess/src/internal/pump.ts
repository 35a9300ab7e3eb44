import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { OSError, RuntimeError } from '@prac/exceptions';
import type { Waitable } from '@prac/park';
import type { PipeReader } from '../pipe-reader.ts';
import { type PipeWriter, writerCoreOf } from '../pipe-writer.ts';
import type { Pumped } from './stdio.ts';

/**
 * Data on its way between a child's pipe and a Node stream. Becomes ready when all of it has been carried.
 *
 * Only the event loop moves it: a blocking wait is refused.
 */
export class Pump implements Waitable {
  readonly blocker = null;
  done = false;
  /** What went wrong on the way, thrown by whoever waits for the child. */
  failure: { readonly error: unknown } | undefined;
  readonly #callbacks = new Set<() => void>();
  #keepAlive: NodeJS.Timeout | undefined;

  readonly #stop = Promise.withResolvers<void>();

  /** @param carry - Starts to carry, until its argument is settled or there is no more. */
  constructor(carry: (stopped: Promise<void>) => Promise<void>) {
    const finish = (): void => {
      this.done = true;
      for (const callback of [...this.#callbacks]) setImmediate(callback);
    };
    carry(this.#stop.promise).then(finish, (error) => {
      this.failure = { error };
      finish();
    });
  }

  readonly refusal: () => Error = pumpRefusal;

  /** The child has ended: nobody takes any more. */
  stop(): void {
    this.#stop.resolve();
  }

  watch(callback: () => void): void {
    this.#callbacks.add(callback);
    this.#keepAlive ??= setInterval(() => {}, 0x7fffffff);
    if (this.done) setImmediate(callback);
  }

  unwatch(callback: () => void): void {
    if (!this.#callbacks.delete(callback) || this.#callbacks.size > 0) return;
    clearInterval(this.#keepAlive);
    this.#keepAlive = undefined;
  }
}

export function pumpRefusal(): Error {
  return new RuntimeError('A child that is connected to a Node stream can be waited for by the event loop only');
}

/** Carries a stream into a child's stdin, and closes it. That the child wants no more, or has ended, is no failure. */
export async function pumpIn(source: Pumped, writer: PipeWriter, stopped: Promise<void>): Promise<void> {
  const iterator = (source as Readable)[Symbol.asyncIterator]();
  const stop = stopped.then((): IteratorResult<Uint8Array | string> => ({ done: true, value: undefined }));
  try {
    for (;;) {
      const next = await Promise.race([iterator.next() as Promise<IteratorResult<Uint8Array | string>>, stop]);
      if (next.done || writer.closed) break;
      await Promise.race([writer.write(next.value), stopped]);
    }
  } catch (error) {
    if (!isBrokenPipe(error)) throw error;
  } finally {
    // Not awaited: a source that waits for something answers when that has come.
    Promise.resolve(iterator.return?.()).catch(() => {});
    writerCoreOf(writer).abandonIfFull();
    await writer.close().catch(() => {});
  }
}

/** Carries a child's output into a stream, which stays open: it may be used for more. */
export async function pumpOut(reader: PipeReader<string | Buffer>, destination: Writable): Promise<void> {
  const closed = Promise.withResolvers<never>();
  closed.promise.catch(() => {});
  const onClose = (): void => closed.reject(new OSError(constants.errno.EPIPE));
  destination.on('error', closed.reject);
  destination.on('close', onClose);
  try {
    if (destination.destroyed || destination.writableEnded) onClose();
    for (;;) {
      const chunk = await Promise.race([reader.read1(), closed.promise]);
      if (chunk.length === 0) return;
      await Promise.race([written(destination, chunk), closed.promise]); // its callback also says when it wants more
    }
  } finally {
    reader.close();
    // An error is emitted a turn after the callback that told of it.
    setImmediate(() => destination.off('error', closed.reject).off('close', onClose));
  }
}

function written(destination: Writable, chunk: string | Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    destination.write(chunk, (error) => (error ? reject(error) : resolve()));
  });
}

function isBrokenPipe(error: unknown): boolean {
  return error instanceof OSError && error.code === 'EPIPE';
}
