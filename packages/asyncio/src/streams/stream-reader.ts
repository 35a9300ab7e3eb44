import { RuntimeError, repr, ValueError } from '@prac/exceptions';
import { IncompleteReadError, LimitOverrunError } from '../errors.ts';
import { Future } from '../future.ts';
import { printsAsText } from '../internal/text.ts';
import { travels } from '../internal/world.ts';
import { Bytes } from './bytes.ts';

/** So many bytes may a line have, and twice as many are read ahead. */
export const DEFAULT_LIMIT: number = 2 ** 16;

/** Where bytes come from, as far as they can be held up. @internal */
export interface Source {
  pause(): void;
  resume(): void;
}

/*
 *   source ── feedData() ──> bytes ── read…() ──> who reads
 *     ^  more than twice the limit: pause()      └── nothing there: waits, one at a time, until there is more, or the end
 *     └─ no more than the limit: resume() ───────┘
 */

/**
 * Bytes that come in, for one who reads them.
 *
 * Python: `asyncio.StreamReader`.
 *
 * @example
 * import { run, StreamReader } from '@prac/asyncio';
 * await run(async () => {
 *   const reader = new StreamReader();
 *   reader.feedData(Buffer.from('one\ntwo\n'));
 *   reader.feedEof();
 *   for await (const line of reader) console.log(String(line).trim()); // one
 * }); // two
 */
export class StreamReader {
  readonly #limit: number;
  readonly #bytes = new Bytes();
  #source: Source | undefined;
  #isPaused = false;
  #isAtEnd = false;
  #waiter: Future<void> | undefined;
  #error: unknown;

  /** @param options - `limit`: so many bytes may a line have. @throws {ValueError} if that is none. */
  constructor(options?: { readonly limit?: number | null } | null) {
    const limit = options?.limit ?? DEFAULT_LIMIT;
    if (typeof limit !== 'number' || Number.isNaN(limit))
      throw new TypeError(`Expected limit to be a number of bytes, got ${repr(limit)}`);
    if (limit <= 0) throw new ValueError('Limit cannot be <= 0');
    this.#limit = limit;
  }

  /** @internal */
  setSource(source: Source): void {
    if (this.#source !== undefined) throw new RuntimeError('Transport already set');
    this.#source = source;
  }

  /** More bytes have come. */
  feedData(data: Uint8Array): void {
    if (this.#isAtEnd) throw new RuntimeError('feed_data after feed_eof');
    if (data.length === 0) return;
    this.#bytes.push(data);
    this.#wake();
    if (this.#source === undefined || this.#isPaused || this.#bytes.length <= 2 * this.#limit) return;
    this.#isPaused = true;
    this.#source.pause();
  }

  /** No more will come. */
  feedEof(): void {
    this.#isAtEnd = true;
    this.#wake();
  }

  /** Something is wrong with where it comes from: whoever reads is told. */
  setException(error: unknown): void {
    this.#error = error;
    const waiter = this.#waiter;
    this.#waiter = undefined;
    if (waiter?.done() === false) waiter.setException(error);
  }

  exception(): unknown {
    return this.#error ?? null;
  }

  /** Whether all has been read, and no more will come. */
  atEof(): boolean {
    return this.#isAtEnd && this.#bytes.length === 0;
  }

  /**
   * Reads what there is, up to so many bytes, waiting for the first; nothing at the end.
   *
   * Cancellation: what has come stays for the next.
   *
   * @param n - @defaultValue all there will be
   */
  async read(n = -1): Promise<Buffer> {
    checkCount(n);
    this.#throwIfBroken();
    if (n === 0) return Buffer.alloc(0);
    if (n < 0) {
      // What has come by then is not lost if it is cancelled.
      while (!this.#isAtEnd) {
        await this.#more('read');
        this.#resume(Number.POSITIVE_INFINITY);
      }
      return this.#take(this.#bytes.length);
    }
    while (this.#bytes.length === 0 && !this.#isAtEnd) await this.#more('read');
    return this.#take(Math.min(n, this.#bytes.length));
  }

  /**
   * Reads so many bytes.
   *
   * @throws {IncompleteReadError} if there are fewer. {ValueError} if n is negative.
   */
  async readexactly(n: number): Promise<Buffer> {
    checkCount(n);
    if (n < 0) throw new ValueError('readexactly size can not be less than zero');
    this.#throwIfBroken();
    while (this.#bytes.length < n) {
      if (this.#isAtEnd) throw new IncompleteReadError(this.#bytes.take(this.#bytes.length), n);
      await this.#more('readexactly');
      this.#resume(n);
    }
    return this.#take(n);
  }

  /**
   * Reads a line, with its end; what there is, at the end.
   *
   * @throws {ValueError} if it is longer than the limit; it is thrown away.
   */
  async readline(): Promise<Buffer> {
    try {
      return await this.readuntil('\n');
    } catch (error) {
      if (error instanceof IncompleteReadError) return error.partial;
      if (!(error instanceof LimitOverrunError)) throw error;
      const isWhole = this.#bytes.indexOf(NEWLINE, error.consumed) === error.consumed;
      this.#take(isWhole ? error.consumed + 1 : this.#bytes.length);
      throw new ValueError(error.message, { cause: error });
    }
  }

  /**
   * Reads up to a separator, and that.
   *
   * @param separator - Bytes or text; or several, of which the first to be found counts. @defaultValue a newline
   * @throws {IncompleteReadError} if there is none before the end. {LimitOverrunError} if there is none within the limit: nothing is read.
   */
  async readuntil(separator: string | Uint8Array | readonly (string | Uint8Array)[] = '\n'): Promise<Buffer> {
    const separators = (Array.isArray(separator) ? separator : [separator]).map((it: string | Uint8Array) =>
      Buffer.from(it),
    );
    if (separators.length === 0) throw new ValueError('Separator should contain at least one element');
    const [shortest, longest] = [least(separators), most(separators)];
    if (shortest === 0) throw new ValueError('Separator should be at least one-byte string');
    this.#throwIfBroken();
    for (let offset = 0; ; ) {
      const found = this.#find(separators, offset);
      if (found !== undefined) {
        const [start, end] = found;
        if (start > this.#limit)
          throw new LimitOverrunError('Separator is found, but chunk is longer than limit', start);
        return this.#take(end);
      }
      offset = Math.max(0, this.#bytes.length + 1 - longest);
      if (offset > this.#limit)
        throw new LimitOverrunError('Separator is not found, and chunk exceed the limit', offset);
      if (this.#isAtEnd) throw new IncompleteReadError(this.#bytes.take(this.#bytes.length), null);
      await this.#more('readuntil');
    }
  }

  #find(separators: readonly Buffer[], offset: number): readonly [start: number, end: number] | undefined {
    let best: readonly [number, number] | undefined;
    for (const separator of separators) {
      const start = this.#bytes.indexOf(separator, offset);
      const end = start + separator.length;
      if (start >= 0 && (best === undefined || end < best[1])) best = [start, end];
    }
    return best;
  }

  /** Lines, until the end. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Buffer, undefined> {
    const reader = this;
    return {
      async next() {
        const line = await reader.readline();
        return line.length === 0 ? { done: true, value: undefined } : { done: false, value: line };
      },
      async return() {
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  /** Waits until something has happened. */
  async #more(name: string): Promise<void> {
    this.#throwIfBroken(); // it may have come after the wake-up
    if (this.#waiter !== undefined)
      throw new RuntimeError(`${name}() called while another coroutine is already waiting for incoming data`);
    if (this.#isPaused) this.#resume(Number.POSITIVE_INFINITY);
    const waiter = new Future<void>();
    this.#waiter = waiter;
    try {
      await waiter;
    } finally {
      if (this.#waiter === waiter) this.#waiter = undefined;
    }
  }

  #wake(): void {
    const waiter = this.#waiter;
    this.#waiter = undefined;
    if (waiter?.done() === false) waiter.setResult();
  }

  #take(n: number): Buffer {
    const taken = this.#bytes.take(n);
    this.#resume(this.#limit);
    return taken;
  }

  /** @param most - Bytes that may be there already. */
  #resume(most: number): void {
    if (!this.#isPaused || this.#bytes.length > most) return;
    this.#isPaused = false;
    this.#source?.resume();
  }

  #throwIfBroken(): void {
    if (this.#error !== undefined) throw this.#error;
  }

  toString(): string {
    const words = [
      ...(this.#bytes.length > 0 ? [`${this.#bytes.length} bytes`] : []),
      ...(this.#isAtEnd ? ['eof'] : []),
      ...(this.#limit === DEFAULT_LIMIT ? [] : [`limit=${this.#limit}`]),
      ...(this.#error === undefined ? [] : [`exception=${repr(this.#error)}`]),
      ...(this.#isPaused ? ['paused'] : []),
    ];
    return `<${['StreamReader', ...words].join(' ')}>`;
  }
}

const NEWLINE = Buffer.from('\n');

function checkCount(n: unknown): void {
  if (!Number.isInteger(n)) throw new TypeError(`Expected a whole number of bytes, got ${repr(n)}`);
}

function least(all: readonly Buffer[]): number {
  return Math.min(...all.map(({ length }) => length));
}

function most(all: readonly Buffer[]): number {
  return Math.max(...all.map(({ length }) => length));
}

printsAsText(StreamReader);

travels('StreamReader', StreamReader);
