import type { Readable, Writable } from 'node:stream';
import { inspect } from 'node:util';
import { RuntimeError, ValueError } from '@prac/exceptions';
import type { Steps } from '@prac/park';
import { byteAssembly, textAssembly } from './internal/assembly.ts';
import type { Codec } from './internal/codec.ts';
import { LineBatch } from './internal/line-batch.ts';
import { ReaderCore } from './internal/reader-core.ts';
import { Sequence } from './internal/sequence.ts';
import { showAsText } from './internal/show-as-text.ts';
import type { ByteSource } from './internal/source.ts';

/** Options of every asynchronous read. */
export interface ReadOptions {
  /** Ends the wait; the promise rejects with its reason, and nothing that was read is lost. */
  readonly signal?: AbortSignal | null | undefined;
}

/** The reader's inside, for this package. */
export let coreOf: <T extends string | Buffer>(reader: PipeReader<T>) => ReaderCore<T>;
/** Whether a read of the reader is under way, and its guard against a second one. */
export let sequenceOf: (reader: PipeReader<string | Buffer>) => Sequence;

/**
 * The parent's end of a child's stdout or stderr: Python's file object, in two forms.
 *
 * It gives `Buffer`s, or strings in text mode. Until it is used it is a plain descriptor: handed to another child as its
 * `stdin`, the data never passes through this process. {@link PipeReader.stream} makes Node's `Readable` of it.
 *
 * What the child wrote waits in the pipe also after the child's end; nothing is lost.
 *
 * Python: `io.BufferedReader`, `io.TextIOWrapper`.
 *
 * @example
 * import { PIPE, Popen } from '@prac/subprocess';
 * const child = new Popen(['printf', 'one\ntwo\n'], { stdout: PIPE });
 * for await (const line of child.stdout.lines()) console.log(line);
 * await child.wait();
 */
export class PipeReader<T extends string | Buffer = Buffer> {
  static {
    showAsText(PipeReader);
    coreOf = (reader) => reader.#core;
    sequenceOf = (reader) => reader.#sequence;
  }

  /** The encoding in text mode; `null` for bytes. */
  readonly encoding: string | null;
  readonly #core: ReaderCore<T>;
  readonly #sequence = new Sequence();

  /** @internal Made by `Popen` only. */
  constructor(source: ByteSource, codec: Codec | undefined) {
    const assembly = codec === undefined ? byteAssembly() : textAssembly(codec);
    this.encoding = codec?.encoding ?? null;
    this.#core = new ReaderCore(source, assembly as unknown as ReaderCore<T>['assembly']);
  }

  /**
   * Reads so many bytes (characters in text mode), or everything up to the end.
   *
   * @param size - How many; fewer come only at the end. @defaultValue -1: up to the end
   * @returns What was read; empty at the end.
   * @throws {ValueError} if it is closed.
   */
  read(size: number | null = -1, options?: ReadOptions): Promise<T> {
    return this.#run(() => this.#core.read(count(size)), options);
  }

  /** Blocking form of {@link read}. */
  readSync(size: number | null = -1): T {
    return this.#runSync(() => this.#core.read(count(size)));
  }

  /**
   * Reads what is there, waiting only if nothing is.
   *
   * @param size - The most to take. @defaultValue -1: what one read brings
   * @returns What was read; empty at the end.
   */
  read1(size: number | null = -1, options?: ReadOptions): Promise<T> {
    return this.#run(() => this.#core.readSome(count(size)), options);
  }

  /** Blocking form of {@link read1}. */
  read1Sync(size: number | null = -1): T {
    return this.#runSync(() => this.#core.readSome(count(size)));
  }

  /**
   * Fills memory with bytes, up to its length or the end: reading without a copy.
   *
   * @returns How many bytes were read; 0 at the end.
   * @throws {TypeError} in text mode.
   */
  readinto(memory: Uint8Array, options?: ReadOptions): Promise<number> {
    return this.#run(() => this.#core.readInto(this.#bytesOnly(memory)), options);
  }

  /** Blocking form of {@link readinto}. */
  readintoSync(memory: Uint8Array): number {
    return this.#runSync(() => this.#core.readInto(this.#bytesOnly(memory)));
  }

  /**
   * Reads one line, with its end.
   *
   * @param size - The most to take. @defaultValue -1: the whole line
   * @returns The line; empty at the end of the stream.
   */
  readline(size: number | null = -1, options?: ReadOptions): Promise<T> {
    return this.#run(() => this.#core.readline(lineLimit(size)), options);
  }

  /** Blocking form of {@link readline}. */
  readlineSync(size: number | null = -1): T {
    return this.#runSync(() => this.#core.readline(lineLimit(size)));
  }

  /**
   * Reads all lines, with their ends.
   *
   * @param hint - Stop after so many bytes or characters. @defaultValue -1: up to the end
   */
  readlines(hint: number | null = -1, options?: ReadOptions): Promise<T[]> {
    return this.#run(() => this.#core.readlines(count(hint)), options);
  }

  /** Blocking form of {@link readlines}. */
  readlinesSync(hint: number | null = -1): T[] {
    return this.#runSync(() => this.#core.readlines(count(hint)));
  }

  /**
   * Iterates over the lines as text, without their ends: the quick way to go through output.
   *
   * Without text mode they are decoded as UTF-8 (what is not becomes U+FFFD), and `\r` before the end goes too. Leaving the
   * loop early leaves the other lines to be read.
   */
  lines(options?: ReadOptions): AsyncIterableIterator<string> {
    const batch = this.#batch();
    const next = (more: boolean): IteratorResult<string> => (more ? { done: false, value: batch.take()! } : END);
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      next: () => {
        const line = this.#sequence.busy ? undefined : batch.take();
        if (line !== undefined) return Promise.resolve({ done: false, value: line });
        return this.#enqueue(() => batch.fill(), options).then(next);
      },
      return: () => {
        if (!this.closed) batch.putBack();
        return Promise.resolve(END);
      },
    };
  }

  /** Blocking form of {@link lines}. */
  linesSync(): IterableIterator<string> {
    const batch = this.#batch();
    return {
      [Symbol.iterator]() {
        return this;
      },
      next: () => {
        const line = batch.take();
        if (line !== undefined) return { done: false, value: line };
        this.#refuseIfClosed();
        return this.#sequence.runSync(() => batch.fill()) ? { done: false, value: batch.take()! } : END;
      },
      return: () => {
        if (!this.closed) batch.putBack();
        return END;
      },
    };
  }

  /** Iterates over the lines as Python does: what {@link readline} gives. */
  [Symbol.asyncIterator](): AsyncIterableIterator<T> {
    const { assembly } = this.#core;
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      next: () => {
        const isFree = !this.#sequence.busy && !this.closed && this.#core.batch === undefined && !this.#core.claimed;
        const ready = isFree ? assembly.takeLine(Number.POSITIVE_INFINITY) : undefined;
        if (ready !== undefined) return Promise.resolve({ done: false, value: ready });
        return this.readline().then((value) => (value.length > 0 ? { done: false, value } : END));
      },
      return: () => Promise.resolve(END),
    };
  }

  /**
   * Closes the pipe. A child that still writes gets SIGPIPE.
   *
   * Closing it again does nothing.
   */
  close(): void {
    this.#core.close();
  }

  /** Whether it is closed, or was given to another child. */
  get closed(): boolean {
    return this.#core.given || this.#core.source.closed;
  }

  /** The descriptor. @throws {ValueError} if it is closed or has none. */
  fileno(): number {
    this.#refuseIfClosed();
    const { fd } = this.#core.source;
    if (fd < 0) throw new ValueError('this stream has no descriptor');
    return fd;
  }

  /**
   * Node's stream over the pipe, made when first asked for. It carries bytes; what was read ahead in text mode is not in it.
   *
   * From then on the reading methods take from the stream.
   */
  get stream(): Readable {
    this.#refuseIfClosed();
    this.#core.reclaim();
    const ahead = this.#core.assembly.takeAll();
    const stream = this.#core.source.toStream();
    if (ahead.length === 0) return stream;
    if (stream.readableEnded) return process.getBuiltinModule('node:stream').Readable.from([ahead]);
    stream.unshift(ahead);
    return stream;
  }

  /** Node's `readable.pipe`: sends everything to a writable stream, as bytes. */
  pipe<W extends Writable>(destination: W, options?: { readonly end?: boolean }): W {
    return this.stream.pipe(destination, options) as unknown as W;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  toString(): string {
    return `<subprocess.PipeReader ${this.closed ? 'closed' : `fd=${this.#core.source.fd}`}${this.encoding === null ? '' : ` encoding='${this.encoding}'`}>`;
  }

  #batch(): LineBatch<T> {
    this.#refuseIfClosed();
    return new LineBatch(this.#core, this.encoding === null);
  }

  #run<R>(steps: () => Steps<R>, options: ReadOptions | undefined): Promise<R> {
    return this.#enqueue(() => {
      this.#core.reclaim();
      return steps();
    }, options);
  }

  #enqueue<R>(steps: () => Steps<R>, options: ReadOptions | undefined): Promise<R> {
    try {
      this.#refuseIfClosed();
      return this.#sequence.run(steps, options?.signal);
    } catch (error) {
      return Promise.reject(error); // bad arguments
    }
  }

  #runSync<R>(steps: () => Steps<R>): R {
    this.#refuseIfClosed();
    return this.#sequence.runSync(() => {
      this.#core.reclaim();
      return steps();
    });
  }

  #bytesOnly(memory: Uint8Array): Uint8Array {
    if (this.encoding !== null) throw new TypeError('readinto is for bytes, and this stream is in text mode');
    if (memory instanceof Uint8Array) return memory;
    throw new TypeError(`Expected memory to be a Uint8Array, got ${inspect(memory, { depth: 0 })}`);
  }

  #refuseIfClosed(): void {
    if (this.closed) throw new ValueError('I/O operation on closed file.');
    if (this.#core.claimed) throw new RuntimeError('communicate is reading this stream');
  }
}

const END: IteratorReturnResult<undefined> = { done: true, value: undefined };

function count(size: number | null): number {
  if (size === null) return -1;
  if (Number.isInteger(size)) return size;
  throw new TypeError(`Expected size to be an integer or null, got ${inspect(size)}`);
}

function lineLimit(size: number | null): number {
  const limit = count(size);
  return limit < 0 ? Number.POSITIVE_INFINITY : limit;
}
