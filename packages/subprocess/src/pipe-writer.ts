import type { Writable } from 'node:stream';
import { inspect } from 'node:util';
import { ValueError } from '@prac/exceptions';
import { block } from '@prac/park';
import type { Codec } from './internal/codec.ts';
import { showAsText } from './internal/show-as-text.ts';
import type { ByteSink } from './internal/sink.ts';
import { WriterCore } from './internal/writer-core.ts';

/** The writer's inside, for this package. */
export let writerCoreOf: (writer: PipeWriter) => WriterCore;

/**
 * The parent's end of a child's stdin: Python's file object, in two forms.
 *
 * It takes strings (encoded by the text mode, else as UTF-8) and bytes. Writes go to the pipe at once unless `bufsize` asks
 * for a buffer. They keep their order also when their promises are not awaited, and a failed one that nobody awaits does not
 * end the process: its error comes again from {@link PipeWriter.flush} and {@link PipeWriter.close}.
 *
 * Python: `io.BufferedWriter`, `io.TextIOWrapper`.
 *
 * @example
 * import { PIPE, Popen } from '@prac/subprocess';
 * const child = new Popen(['tr', 'a-z', 'A-Z'], { stdin: PIPE });
 * await child.stdin.write('hello\n');
 * await child.stdin.close();
 * await child.wait();
 */
export class PipeWriter {
  static {
    showAsText(PipeWriter);
    writerCoreOf = (writer) => writer.#core;
  }

  /** The encoding in text mode; `null` for bytes. */
  readonly encoding: string | null;
  readonly #core: WriterCore;
  #codec: Codec | undefined;

  /** @internal Made by `Popen` only. */
  constructor(sink: ByteSink, codec: Codec | undefined, bufsize: number) {
    this.encoding = codec?.encoding ?? null;
    this.#codec = codec;
    this.#core = new WriterCore(sink, bufsize, codec !== undefined);
  }

  /**
   * Writes data, waiting while the pipe is full.
   *
   * Cancellation: an aborted write may have been written in part.
   *
   * @param data - Text or bytes. The memory of bytes must not change before the promise is settled.
   * @returns How many bytes (characters in text mode) were written: all of them.
   * @throws {BrokenPipeError} if the child has closed its end.
   * @throws {ValueError} if it is closed.
   */
  write(data: string | Uint8Array, options?: { readonly signal?: AbortSignal | null | undefined }): Promise<number> {
    try {
      return quiet(this.#core.write(this.#encode(data), options?.signal).then(() => data.length));
    } catch (error) {
      return quiet(Promise.reject(error));
    }
  }

  /** Blocking form of {@link write}. */
  writeSync(data: string | Uint8Array): number {
    const bytes = this.#encode(data);
    block(this.#core.writeSteps(bytes));
    return data.length;
  }

  /** Writes several pieces; no line ends are added. */
  async writelines(lines: Iterable<string | Uint8Array>): Promise<void> {
    for (const line of lines) await this.write(line);
  }

  /** Blocking form of {@link writelines}. */
  writelinesSync(lines: Iterable<string | Uint8Array>): void {
    for (const line of lines) this.writeSync(line);
  }

  /** Waits until everything written so far is in the pipe. @throws what a write has failed with. */
  flush(): Promise<void> {
    return quiet(this.closed ? Promise.reject(this.#closedError()) : this.#core.flush());
  }

  /** Blocking form of {@link flush}. */
  flushSync(): void {
    if (this.closed) throw this.#closedError();
    block(this.#core.flushSteps());
  }

  /**
   * Writes what waits, then closes the pipe: the child sees the end of its input. Closing it again does nothing.
   *
   * @throws what a write has failed with; it is closed all the same.
   */
  close(): Promise<void> {
    return quiet(this.#core.close());
  }

  /** Blocking form of {@link close}. */
  closeSync(): void {
    block(this.#core.closeSteps());
  }

  /** Whether {@link close} was called. */
  get closed(): boolean {
    return this.#core.closed;
  }

  /** The descriptor. @throws {ValueError} if it is closed or has none. */
  fileno(): number {
    if (this.closed) throw new ValueError('I/O operation on closed file.');
    const { fd } = this.#core.sink;
    if (fd < 0) throw new ValueError('this stream has no descriptor');
    return fd;
  }

  /** Node's stream over the pipe, made when first asked for. */
  get stream(): Writable {
    if (this.closed) throw new ValueError('I/O operation on closed file.');
    return this.#core.sink.toStream();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  [Symbol.dispose](): void {
    this.closeSync();
  }

  toString(): string {
    return `<subprocess.PipeWriter ${this.closed ? 'closed' : `fd=${this.#core.sink.fd}`}${this.encoding === null ? '' : ` encoding='${this.encoding}'`}>`;
  }

  #closedError(): ValueError {
    return new ValueError(this.encoding === null ? 'flush of closed file' : 'I/O operation on closed file.');
  }

  #encode(data: string | Uint8Array): Uint8Array {
    if (this.closed) throw new ValueError('write to closed file');
    if (typeof data === 'string') {
      const bytes = this.#codec?.encode(data) ?? Buffer.from(data);
      if (bytes.length > 0) this.#codec = this.#codec?.continuation;
      return bytes;
    }
    if (data instanceof Uint8Array) return data;
    throw new TypeError(`Expected a string or bytes to write, got ${inspect(data, { depth: 0 })}`);
  }
}

/** A failure that nobody awaits does not end the process. */
function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
