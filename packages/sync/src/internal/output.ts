import { writeSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { isatty, WriteStream } from 'node:tty';

/*
 * What a worker writes goes, in Node, through the event loop of the one that made it: nothing appears while that is blocked, and
 * what a thread wrote before it was ended may never appear. Threads of this package write to the descriptors themselves, at
 * once and in order.
 */
const nap = new Int32Array(new SharedArrayBuffer(4));

/** Writes all of it, also to a pipe that is full for the moment. */
export function writeAll(fd: number, data: string | Uint8Array): void {
  const bytes = typeof data === 'string' ? Buffer.from(data) : data;
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(fd, bytes, done);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(nap, 0, 0, 1);
    }
  }
}

/**
 * The main thread's own writes to a pipe wait until there is room, as they do to a file and a terminal. What Node holds back for
 * the event loop would come after what threads have written since.
 */
export function writeAtOnce(): void {
  for (const { _handle } of [process.stdout, process.stderr] as { _handle?: { setBlocking?(on: boolean): void } }[])
    _handle?.setBlocking?.(true);
}

/** It can show colours: what programs ask for. */
function beTerminal(stream: Writable): void {
  const { getColorDepth, hasColors } = WriteStream.prototype;
  Object.assign(stream, { isTTY: true, getColorDepth, hasColors });
}

/** From now on this thread writes for itself. The streams are made when they are first used, as ever. */
export function writeDirectly(): void {
  for (const [name, fd] of [
    ['stdout', 1],
    ['stderr', 2],
  ] as const) {
    const original = Object.getOwnPropertyDescriptor(process, name)!;
    Object.defineProperty(process, name, {
      ...original,
      get(): Writable {
        const stream = original.get!.call(process) as Writable;
        stream._write = (chunk: string | Uint8Array, encoding, done) => {
          try {
            writeAll(fd, typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk);
            done();
          } catch (error) {
            done(error as Error);
          }
        };
        if (isatty(fd)) beTerminal(stream);
        delete stream._writev;
        Object.defineProperty(stream, '_writev', { value: null });
        Object.defineProperty(process, name, { ...original, get: () => stream });
        return stream;
      },
    });
  }
}
