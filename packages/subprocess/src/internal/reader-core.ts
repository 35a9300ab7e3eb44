import { OSError } from '@prac/exceptions';
import { constants as C } from '@prac/libc';
import type { Steps } from '@prac/park';
import type { Assembly } from './assembly.ts';
import { Collector, scratchMemory } from './collector.ts';
import type { ByteSource } from './source.ts';

/** One piece for line iteration: larger than a pipe's default capacity, so that a raised one is used. */
const PIECE_BYTES = 262_144;

/** Reading a child's output in units of bytes or characters: everything between the pipe and the public reader. */
export class ReaderCore<T extends string | Buffer> {
  readonly source: ByteSource;
  readonly assembly: Assembly<T>;
  /** Whether the pipe has ended; what was read ahead may still wait. */
  ended = false;
  /** Whether somebody else carries the data from now on. */
  given = false;
  /** Whether `communicate` is reading: nobody else may. */
  claimed = false;
  /** Lines that an iteration has cut and not yet handed out. */
  batch: { putBack(): void } | undefined;
  #piece: Buffer | undefined;

  constructor(source: ByteSource, assembly: Assembly<T>) {
    this.source = source;
    this.assembly = assembly;
  }

  /** Reads one piece into the assembly, waiting if nothing is there. False at the end. */
  *fill(): Steps<boolean> {
    const piece = yield* this.readPiece(scratchMemory);
    if (piece === undefined) return false;
    this.assembly.push(Buffer.from(piece));
    return true;
  }

  /** Reads one piece into memory that the next read uses again; `undefined` at the end. */
  *readPiece(memory: () => Buffer = this.#ownMemory): Steps<Buffer | undefined> {
    while (!this.ended) {
      const into = memory();
      const count = this.source.tryRead(into);
      if (count > 0) return into.subarray(0, count);
      if (count === 0) this.end();
      else if (count === -C.EAGAIN) yield { on: [this.source], deadline: Number.POSITIVE_INFINITY };
      else if (count !== -C.EINTR) throw new OSError(-count);
    }
    return undefined;
  }

  readonly #ownMemory = (): Buffer => {
    this.#piece ??= Buffer.allocUnsafeSlow(PIECE_BYTES);
    return this.#piece;
  };

  end(last?: Buffer): void {
    if (this.ended) return;
    this.ended = true;
    this.assembly.end(last);
  }

  *read(count: number): Steps<T> {
    if (count < 0) return yield* this.readAll();
    while (this.assembly.length < count && (yield* this.fill()));
    return this.assembly.take(count);
  }

  /** What a single read brings, if nothing waits already. */
  *readSome(count: number): Steps<T> {
    // Again: a piece may hold no more than the beginning of a character.
    while (this.assembly.length === 0 && count !== 0 && (yield* this.fill()));
    return count < 0 ? this.assembly.takeAll() : this.assembly.take(count);
  }

  /** Fills memory, as far as there is something to fill it with. */
  *readInto(memory: Uint8Array): Steps<number> {
    const ahead = this.assembly.take(memory.length) as Buffer;
    memory.set(ahead);
    let filled = ahead.length;
    const rest = (): Buffer => Buffer.from(memory.buffer, memory.byteOffset + filled, memory.length - filled);
    try {
      while (filled < memory.length) {
        const piece = yield* this.readPiece(rest);
        if (piece === undefined) break;
        filled += piece.length;
      }
    } catch (error) {
      this.assembly.putBack(Buffer.from(memory.subarray(0, filled)) as T);
      throw error;
    }
    return filled;
  }

  *readline(limit: number): Steps<T> {
    for (;;) {
      const line = this.assembly.takeLine(limit);
      if (line !== undefined) return line;
      if (!(yield* this.fill())) return this.assembly.takeAll();
    }
  }

  *readlines(hint: number): Steps<T[]> {
    const lines: T[] = [];
    try {
      for (let size = 0; hint <= 0 || size < hint; ) {
        const line = yield* this.readline(Number.POSITIVE_INFINITY);
        if (line.length === 0) break;
        lines.push(line);
        size += line.length;
      }
    } catch (error) {
      for (const line of lines.reverse()) this.assembly.putBack(line);
      throw error;
    }
    return lines;
  }

  *readAll(): Steps<T> {
    const collector = new Collector(this.source);
    try {
      while (!this.ended) {
        const count = collector.read();
        if (count === 0) break;
        if (count === -C.EAGAIN) yield { on: [this.source], deadline: Number.POSITIVE_INFINITY };
        else if (count < 0 && count !== -C.EINTR) throw new OSError(-count);
      }
    } catch (error) {
      this.assembly.push(collector.take()); // an aborted read loses nothing
      throw error;
    }
    return this.finish(collector.take());
  }

  /** What was read ahead and the rest of the pipe, which has been read to its end. */
  finish(rest: Buffer): T {
    this.reclaim();
    this.end(rest);
    return this.assembly.takeAll();
  }

  /** Makes what an iteration holds available to whoever reads next. */
  reclaim(): void {
    this.batch?.putBack();
  }

  close(): void {
    this.reclaim();
    this.ended = true; // first: whoever waits for the pipe is told by its closing
    this.assembly.takeAll();
    this.source.abandon();
  }
}
