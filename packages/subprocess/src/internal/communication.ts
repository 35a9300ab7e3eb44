import { inspect } from 'node:util';
import { OSError, ValueError } from '@prac/exceptions';
import { constants as C } from '@prac/libc';
import { now, type Steps, type Wait, type Waitable } from '@prac/park';
import { type Captured, OutputLimitExceeded, TimeoutExpired } from '../errors.ts';
import { coreOf, type PipeReader } from '../pipe-reader.ts';
import { type PipeWriter, writerCoreOf } from '../pipe-writer.ts';
import { Codec } from './codec.ts';
import { Collector } from './collector.ts';

/*
 * `communicate`: the input goes in and the output comes out at once, so that neither side waits for the other.
 *
 *   input ──> stdin ──> child ──> stdout ──> collector
 *                             └─> stderr ──> collector          then the child's end is waited for
 *
 * Everything lives in this object, not in the call: a call that times out or is aborted leaves it as it is, and the next one
 * goes on where it stopped, also in the middle of the input (CPython 3.11 hangs there).
 */

/** Reads and writes in one go before the others get their turn, in bytes. */
const TURN_BYTES = 1_048_576;

/** One captured stream. */
class Capture {
  readonly collector: Collector;
  readonly reader: PipeReader<string | Buffer>;
  result: Captured = null;
  ended: boolean;
  readonly #closedBefore: boolean;

  constructor(reader: PipeReader<string | Buffer>) {
    this.reader = reader;
    this.collector = new Collector(coreOf(reader).source);
    this.#closedBefore = reader.closed;
    this.ended = reader.closed;
  }

  get source(): Waitable {
    return coreOf(this.reader).source;
  }

  /** Reads what is there. */
  read(): void {
    const core = coreOf(this.reader);
    for (let taken = 0; !this.ended && taken < TURN_BYTES; ) {
      const count = core.ended ? 0 : this.collector.read();
      if (count > 0) taken += count;
      else if (count === 0) this.ended = true;
      else if (count === -C.EAGAIN) return;
      else if (count !== -C.EINTR) throw new OSError(-count);
    }
  }

  /** The whole output; what had been read ahead before comes first. A later exchange gives the same. */
  finish(): void {
    if (this.#closedBefore || this.result !== null) return;
    this.result = coreOf(this.reader).finish(this.collector.take());
    this.reader.close();
  }

  /** What came so far, for an error; text as far as it is text. */
  partial(): Captured {
    if (this.result !== null || this.collector.length === 0) return this.result;
    const bytes = this.collector.copy();
    return this.reader.encoding === null ? bytes : new Codec(this.reader.encoding, 'replace').decode(bytes);
  }
}

/** What the exchange is about: the child's pipes, as far as there are any. */
export interface Pipes {
  readonly args: unknown;
  readonly stdin: PipeWriter | null;
  readonly stdout: PipeReader<string | Buffer> | null;
  readonly stderr: PipeReader<string | Buffer> | null;
  readonly maxOutput: number | undefined;
  /** What must go on beside the exchange: data carried to or from Node streams. */
  readonly pending: () => readonly Waitable[];
}

export class Communication {
  readonly #pipes: Pipes;
  readonly #stdout: Capture | undefined;
  readonly #stderr: Capture | undefined;
  #started = false;

  constructor(pipes: Pipes) {
    this.#pipes = pipes;
    this.#stdout = pipes.stdout === null ? undefined : new Capture(pipes.stdout);
    this.#stderr = pipes.stderr === null ? undefined : new Capture(pipes.stderr);
  }

  /**
   * @throws {ValueError} if there is input in a later call, or no pipe for it.
   * @throws {TypeError} for input that is no text and no bytes.
   */
  begin(input: string | Uint8Array | null | undefined, codec: Codec | undefined): void {
    const bytes = inputBytes(input, codec);
    if (this.#started && bytes.length > 0) throw new ValueError('Cannot send input after starting communication');
    if (bytes.length > 0) {
      const { stdin } = this.#pipes;
      if (stdin === null) throw new ValueError('Cannot send input: stdin is no pipe');
      if (stdin.closed) throw new ValueError('write to closed file');
      writerCoreOf(stdin).append(bytes);
    }
    this.#started = true;
  }

  /** @param waiter - Waits for the end of the child. */
  *steps(deadline: number, timeout: number, waiter: () => Steps<unknown>): Steps<[Captured, Captured]> {
    const captures = [this.#stdout, this.#stderr].filter((capture) => capture !== undefined);
    for (const { reader } of captures) coreOf(reader).claimed = true;
    try {
      return yield* this.#exchange(captures, deadline, timeout, waiter);
    } finally {
      for (const { reader } of captures) coreOf(reader).claimed = false;
    }
  }

  *#exchange(
    captures: readonly Capture[],
    deadline: number,
    timeout: number,
    waiter: () => Steps<unknown>,
  ): Steps<[Captured, Captured]> {
    for (;;) {
      const stdin = this.#write();
      for (const capture of captures) capture.read();
      this.#checkLimit();
      const on: Waitable[] = captures.filter((capture) => !capture.ended).map((capture) => capture.source);
      if (stdin !== undefined) on.push(stdin);
      if (on.length === 0) break;
      if (now() >= deadline) throw this.expired(timeout);
      yield { on: [...on, ...this.#pipes.pending()], deadline } satisfies Wait;
    }
    yield* waiter();
    return this.#results(captures);
  }

  /** Writes what fits, and closes stdin after the last of it. Returns what to wait for, if there is more. */
  #write(): Waitable | undefined {
    const { stdin } = this.#pipes;
    if (stdin === null || stdin.closed) return undefined;
    const core = writerCoreOf(stdin);
    core.push(TURN_BYTES);
    if (core.pending) return core.sink;
    core.finish(); // a child that has closed its end wants no more: that is its right
    return undefined;
  }

  #checkLimit(): void {
    const { maxOutput } = this.#pipes;
    if (maxOutput === undefined) return;
    if ([this.#stdout, this.#stderr].some((capture) => (capture?.collector.length ?? 0) > maxOutput)) {
      throw this.#tooMuch(maxOutput);
    }
  }

  #tooMuch(limit: number, cause?: unknown): OutputLimitExceeded {
    const output = this.#stdout?.collector.take() ?? null;
    const stderr = this.#stderr?.collector.take() ?? null;
    const error = new OutputLimitExceeded(this.#pipes.args, limit, { output, stderr });
    return cause === undefined ? error : Object.assign(error, { cause });
  }

  #results(captures: readonly Capture[]): [Captured, Captured] {
    try {
      for (const capture of captures) capture.finish();
    } catch (error) {
      if (isTooLong(error)) throw this.#tooMuch(LONGEST_TEXT, error);
      throw error;
    }
    return [this.#stdout?.result ?? null, this.#stderr?.result ?? null];
  }

  /** Reads what the pipes hold now: one turn, since a writer that has escaped may be quicker than we are. */
  drain(): void {
    for (const capture of [this.#stdout, this.#stderr]) {
      try {
        capture?.read();
      } catch {
        // what can be read has been read
      }
    }
  }

  expired(timeout: number): TimeoutExpired {
    return new TimeoutExpired(this.#pipes.args, timeout, this.partial());
  }

  partial(): { output: Captured; stderr: Captured } {
    return { output: this.#stdout?.partial() ?? null, stderr: this.#stderr?.partial() ?? null };
  }
}

/** The longest string of V8, in UTF-16 units. */
const LONGEST_TEXT = 0x1fffffe8;

function isTooLong(error: unknown): boolean {
  return error instanceof RangeError || (error as NodeJS.ErrnoException | null)?.code === 'ERR_STRING_TOO_LONG';
}

function inputBytes(input: unknown, codec: Codec | undefined): Uint8Array {
  if (input == null) return new Uint8Array(0);
  if (typeof input === 'string') return codec?.encode(input) ?? Buffer.from(input);
  if (input instanceof Uint8Array) return input;
  if (ArrayBuffer.isView(input)) return new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
  if (input instanceof ArrayBuffer) return new Uint8Array(input);
  throw new TypeError(`Expected input to be a string or bytes, got ${inspect(input, { depth: 0 })}`);
}
