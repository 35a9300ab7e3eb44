import type { Readable, Writable } from 'node:stream';
import { OSError, RuntimeError } from '@prac/exceptions';
import type { PipeReader } from '../pipe-reader.ts';
import type { PipeWriter } from '../pipe-writer.ts';
import type { Pumped } from './stdio.ts';
import type { Waitable } from './waiting.ts';

/**
 * Data on its way between a child's pipe and a Node stream. Becomes ready when all of it has been carried.
 *
 * Only the event loop moves it: a blocking wait is refused.
 */
export class Pump implements Waitable {
  readonly fd = -1;
  readonly events = 0;
  readonly blockable = false;
  done = false;
  /** What went wrong on the way, thrown by whoever waits for the child. */
  failure: { readonly error: unknown } | undefined;
  readonly #callbacks = new Set<() => void>();
  #keepAlive: NodeJS.Timeout | undefined;

  constructor(carrying: Promise<void>) {
    const finish = (): void => {
      this.done = true;
      for (const callback of [...this.#callbacks]) setImmediate(callback);
    };
    carrying.then(finish, (error) => {
      this.failure = { error };
      finish();
    });
  }

  readonly refusal: () => Error = pumpRefusal;

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

/** Carries a stream into a child's stdin, and closes it. That the child wants no more is no failure. */
export async function pumpIn(source: Pumped, writer: PipeWriter): Promise<void> {
  try {
    for await (const chunk of source as Readable) {
      if (writer.closed) return; // by the child
      await writer.write(chunk);
    }
  } catch (error) {
    if (!isBrokenPipe(error)) throw error;
  } finally {
    await writer.close().catch(() => {});
  }
}

/** Carries a child's output into a stream, which stays open: it may be used for more. */
export async function pumpOut(reader: PipeReader<string | Buffer>, destination: Writable): Promise<void> {
  let failed: ((error: unknown) => void) | undefined;
  const failure = new Promise<never>((_, reject) => {
    failed = reject;
  });
  failure.catch(() => {});
  destination.once('error', failed!);
  destination.once('close', failed!);
  try {
    for (;;) {
      const chunk = await Promise.race([reader.read1(), failure]);
      if (chunk.length === 0) return;
      const ready = destination.write(chunk);
      if (!ready) await Promise.race([new Promise<void>((resolve) => destination.once('drain', resolve)), failure]);
    }
  } finally {
    destination.off('error', failed!).off('close', failed!);
    reader.close();
  }
}

function isBrokenPipe(error: unknown): boolean {
  return error instanceof OSError && error.code === 'EPIPE';
}
