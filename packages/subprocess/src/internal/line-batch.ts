import { isAscii } from 'node:buffer';
import type { Steps } from '@prac/park';
import type { ReaderCore } from './reader-core.ts';

/*
 * Lines by the batch: one split per piece of the pipe, then a line costs an index.
 *
 *   piece ──> text ──> split at \n ──> [line, line, …] + the beginning of the next line
 *
 * In text mode the text is decoded text. In byte mode it is one character per byte (latin-1), so that cutting and putting
 * back are exact; a line is decoded as UTF-8 when it is handed out, which ASCII needs not.
 */
export class LineBatch<T extends string | Buffer> {
  readonly #core: ReaderCore<T>;
  readonly #binary: boolean;
  #lines: readonly string[] = [];
  #next = 0;
  #rest = ''; // the beginning of a line whose end has not come
  #plain = true; // no line of this batch needs decoding
  #unterminated = false; // the batch is the last line, and it has no end

  constructor(core: ReaderCore<T>, binary: boolean) {
    this.#core = core;
    this.#binary = binary;
  }

  /** The next line of the batch, without its end; `undefined` when the batch is used up. */
  take(): string | undefined {
    if (this.#next === this.#lines.length) return undefined;
    const line = this.#lines[this.#next++]!;
    return this.#binary ? this.#lineOfBytes(line) : line;
  }

  #lineOfBytes(line: string): string {
    const end = line.charCodeAt(line.length - 1) === 0x0d ? -1 : line.length;
    const text = end === -1 ? line.slice(0, -1) : line;
    return this.#plain ? text : Buffer.from(text, 'latin1').toString('utf8');
  }

  /** Reads the next batch, if this one is used up. False at the end. */
  *fill(): Steps<boolean> {
    if (this.#next < this.#lines.length) return true;
    if (this.#core.batch !== this) {
      this.#core.reclaim(); // of another iteration
      this.#core.batch = this;
    }
    try {
      return yield* this.#read();
    } catch (error) {
      this.putBack(); // an aborted wait loses nothing
      throw error;
    }
  }

  *#read(): Steps<boolean> {
    for (;;) {
      const text = yield* this.#nextText();
      this.#next = 0;
      if (text === undefined) {
        this.#lines = this.#rest === '' ? [] : [this.#rest];
        this.#unterminated = true;
        this.#rest = '';
        return this.#lines.length > 0;
      }
      const lines = text.split('\n');
      lines[0] = this.#rest + lines[0];
      this.#rest = lines.pop()!;
      this.#lines = lines;
      this.#unterminated = false;
      if (lines.length > 0) return true;
    }
  }

  *#nextText(): Steps<string | undefined> {
    const { assembly } = this.#core;
    if (assembly.length === 0) {
      const piece = yield* this.#core.readPiece();
      if (this.#binary && piece !== undefined) return this.#toText(piece);
      if (piece !== undefined) assembly.push(piece);
      else if (assembly.length === 0) return undefined;
    }
    const ahead = assembly.takeAll();
    return typeof ahead === 'string' ? ahead : this.#toText(ahead);
  }

  #toText(piece: Buffer): string {
    // A line begun in an earlier piece keeps its need for decoding until a batch has handed it out.
    this.#plain = isAscii(piece) && (this.#plain || this.#rest === '');
    return piece.toString('latin1');
  }

  /** Somebody else reads, or the iteration is left: what was not handed out waits for the next read. */
  putBack(): void {
    if (this.#core.batch === this) this.#core.batch = undefined;
    const lines = this.#lines.slice(this.#next);
    const text = lines.join('\n') + (lines.length === 0 || this.#unterminated ? '' : '\n') + this.#rest;
    this.#lines = [];
    this.#next = 0;
    this.#rest = '';
    this.#core.assembly.putBack((this.#binary ? Buffer.from(text, 'latin1') : text) as T);
  }
}
