import type { Codec } from './codec.ts';
import { StreamDecoder } from './text-mode.ts';

/*
 * What was read ahead and not yet asked for, in the units the reader counts in: bytes, or the characters of text mode.
 *
 *   pieces of the pipe ──> push ──> [ first │ … │ last ] ──> take(n), takeLine(), takeAll()
 *                                      ^ taken up to here
 *
 * The pieces stay apart: only a line that crosses from one to the next is joined, so that a long line is copied once.
 */

/** How bytes, or text, are cut and joined. */
interface Units<T extends string | Buffer> {
  /** A piece in these units; it may share the piece's memory. */
  from(piece: Buffer): T;
  /** The last piece, with what was held back before. */
  last(piece: Buffer): T;
  slice(units: T, from: number, to: number): T;
  findLineFeed(units: T, from: number): number;
  join(parts: readonly T[]): T;
}

/** What was read ahead. */
export class Assembly<T extends string | Buffer> {
  readonly #units: Units<T>;
  #pieces: T[] = [];
  #at = 0; // units of the first piece that are taken
  #length = 0;
  #searched = 0; // so many of the first pieces have no line feed

  constructor(units: Units<T>) {
    this.#units = units;
  }

  /** How many units wait. */
  get length(): number {
    return this.#length;
  }

  /** Adds a piece, which belongs to the assembly from now on. */
  push(piece: Buffer): void {
    this.#append(this.#units.from(piece));
  }

  /** The pipe has ended: adds its last piece, and what was held back. */
  end(last: Buffer = NO_BYTES): void {
    this.#append(this.#units.last(last));
  }

  #append(units: T): void {
    if (units.length === 0) return;
    this.#pieces.push(units);
    this.#length += units.length;
  }

  take(count: number): T {
    const wanted = Math.min(count, this.#length);
    const first = this.#pieces[0];
    if (first !== undefined && first.length - this.#at > wanted) {
      this.#length -= wanted;
      this.#at += wanted;
      return this.#units.slice(first, this.#at - wanted, this.#at);
    }
    const parts: T[] = [];
    let missing = wanted;
    let whole = 0;
    while (missing > 0) {
      const piece = this.#pieces[whole]!;
      const part = this.#units.slice(piece, this.#at, Math.min(piece.length, this.#at + missing));
      parts.push(part);
      missing -= part.length;
      this.#at += part.length;
      if (this.#at < piece.length) break;
      this.#at = 0;
      whole++;
    }
    this.#pieces.splice(0, whole);
    this.#searched = Math.max(0, this.#searched - whole);
    this.#length -= wanted;
    return this.#units.join(parts);
  }

  /** The next line with its end, if there is a whole one; `limit` counts units. */
  takeLine(limit: number): T | undefined {
    let before = 0; // units in the pieces already looked at
    let i = 0;
    for (; i < this.#pieces.length && before < limit; i++) {
      const piece = this.#pieces[i]!;
      const start = i === 0 ? this.#at : 0;
      const found = i < this.#searched ? -1 : this.#units.findLineFeed(piece, start);
      if (found >= 0) return this.take(Math.min(limit, before + found + 1 - start));
      before += piece.length - start;
    }
    this.#searched = Math.max(this.#searched, i);
    return before >= limit ? this.take(limit) : undefined;
  }

  takeAll(): T {
    return this.take(this.#length);
  }

  /** Puts units before all others. */
  putBack(units: T): void {
    if (units.length === 0) return;
    if (this.#at > 0) {
      this.#pieces[0] = this.#units.slice(this.#pieces[0]!, this.#at, this.#pieces[0]!.length);
      this.#at = 0;
    }
    this.#pieces.unshift(units);
    this.#length += units.length;
    this.#searched = 0;
  }
}

const NO_BYTES: Buffer = Buffer.alloc(0);

export function byteAssembly(): Assembly<Buffer> {
  return new Assembly({
    from: (piece) => piece,
    last: (piece) => piece,
    slice: (units, from, to) => units.subarray(from, to),
    findLineFeed: (units, from) => units.indexOf(0x0a, from),
    join: (parts) => (parts.length === 1 ? parts[0]! : Buffer.concat(parts)),
  });
}

export function textAssembly(codec: Codec): Assembly<string> {
  const decoder = new StreamDecoder(codec);
  return new Assembly({
    from: (piece) => decoder.decode(piece),
    last: (piece) => decoder.end(piece),
    slice: (units, from, to) => units.slice(from, to),
    findLineFeed: (units, from) => units.indexOf('\n', from),
    join: (parts) => parts.join(''),
  });
}
