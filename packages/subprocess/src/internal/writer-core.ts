import { constants } from 'node:os';
import { OSError } from '@prac/exceptions';
import { constants as C } from '@prac/libc';
import { type Steps, suspend } from '@prac/park';
import type { ByteSink } from './sink.ts';

/*
 * Writing to a child's stdin.
 *
 *   write ──> [ buffer, if bufsize asks for one ] ──> [ queue of pieces ] ──> pipe
 *
 * Whoever runs `flushSteps` moves the queue into the pipe: a blocking write itself, or the pump, one asynchronous run for all
 * writes that are waiting. A piece counts the bytes it has got rid of, so that two of them may take turns.
 *
 * A failure (the child closed its end) empties the queue and stays: every later write, flush and close throws it anew.
 */
interface Piece {
  readonly bytes: Uint8Array;
  written: number;
}

export class WriterCore {
  readonly sink: ByteSink;
  readonly #bufsize: number;
  readonly #flushesLines: boolean;
  #buffer: Uint8Array[] = [];
  #buffered = 0;
  #queue: Piece[] = [];
  #pump: Promise<void> | undefined;
  #failure: number | undefined; // errno
  #closed = false;

  constructor(sink: ByteSink, bufsize: number, isText: boolean) {
    this.sink = sink;
    this.#flushesLines = isText && bufsize === 1;
    this.#bufsize = bufsize > 1 ? bufsize : this.#flushesLines ? LINE_BUFFER_BYTES : 0;
  }

  get closed(): boolean {
    return this.#closed || this.sink.closed;
  }

  async write(bytes: Uint8Array, signal?: AbortSignal | null): Promise<void> {
    signal?.throwIfAborted();
    this.#throwFailure();
    if (this.#keep(bytes)) return;
    const piece = this.#enqueue(bytes);
    this.push();
    if (this.#isDone(piece)) return this.#throwFailure();
    return signal == null ? this.#pumped() : this.#pumpedUnless(signal, piece);
  }

  async #pumpedUnless(signal: AbortSignal, piece: Piece): Promise<void> {
    const aborted = Promise.withResolvers<never>();
    const abort = (): void => {
      if (this.#bufsize === 0) this.#forget(piece); // a buffer holds what earlier writes have left in it
      aborted.reject(signal.reason);
    };
    signal.addEventListener('abort', abort);
    try {
      await Promise.race([this.#pumped(), aborted.promise]);
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  *writeSteps(bytes: Uint8Array): Steps<void> {
    this.#throwFailure();
    if (this.#keep(bytes)) return;
    this.#enqueue(bytes);
    yield* this.#drain();
  }

  async flush(): Promise<void> {
    this.#spill();
    this.push();
    if (this.#queue.length > 0 || !this.sink.flushed) await this.#pumped();
    this.#throwFailure();
  }

  *flushSteps(): Steps<void> {
    this.#spill();
    yield* this.#drain();
    while (!this.sink.flushed) yield { on: [this.sink], deadline: Number.POSITIVE_INFINITY };
    this.#throwFailure();
  }

  close(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#closed = true;
    this.#spill();
    this.push();
    const end = async (): Promise<void> => {
      this.sink.finish();
      this.#throwFailure();
    };
    return this.#queue.length === 0 ? end() : this.#pumped().then(end, end);
  }

  *closeSteps(): Steps<void> {
    if (this.#closed) return;
    this.#closed = true;
    try {
      yield* this.flushSteps();
    } finally {
      this.sink.finish();
    }
  }

  /** Puts data behind everything written so far, for {@link push}. */
  append(bytes: Uint8Array): void {
    this.#spill();
    this.#queue.push({ bytes, written: 0 });
  }

  /** Whether something waits to be written. */
  get pending(): boolean {
    this.#spill();
    return this.#queue.length > 0;
  }

  /** Closes it; a stream still writes what it has taken. */
  finish(): void {
    this.#closed = true;
    this.sink.finish();
  }

  /** Gives up what waits, if nobody can take it any more. */
  abandonIfFull(): void {
    this.push();
    if (this.#queue.length > 0) this.#fail(EPIPE);
    this.sink.wake();
  }

  /** Closes at once, whatever waits. */
  abandon(): void {
    this.#closed = true;
    this.#queue = [];
    this.#buffer = [];
    this.sink.abandon();
  }

  /** Puts small data into the buffer. False if it has to go out. */
  #keep(bytes: Uint8Array): boolean {
    if (this.#bufsize === 0) return false;
    this.#buffer.push(bytes.slice());
    this.#buffered += bytes.length;
    if (this.#buffered <= this.#bufsize && !(this.#flushesLines && bytes.includes(LINE_FEED))) return true;
    this.#spill();
    return false;
  }

  #spill(): void {
    if (this.#buffered === 0) return;
    const bytes = Buffer.concat(this.#buffer, this.#buffered);
    this.#buffer = [];
    this.#buffered = 0;
    this.#queue.push({ bytes, written: 0 });
  }

  /** What `#keep` has spilled holds these bytes too: then there is nothing to add. */
  #enqueue(bytes: Uint8Array): Piece {
    const piece = this.#bufsize > 0 ? this.#queue.at(-1)! : { bytes, written: 0 };
    if (this.#bufsize === 0) this.#queue.push(piece);
    return piece;
  }

  /** Writes what fits without waiting, up to a budget of bytes. */
  push(budget: number = Number.POSITIVE_INFINITY): void {
    for (let left = budget; this.#queue.length > 0 && left > 0; ) {
      const piece = this.#queue[0]!;
      if (piece.written === piece.bytes.length) {
        this.#queue.shift();
        continue;
      }
      const count = this.sink.tryWrite(piece.bytes.subarray(piece.written));
      if (count >= 0) {
        piece.written += count;
        left -= count;
      }
      if (count === -C.EAGAIN) return;
      if (count < 0 && count !== -C.EINTR) this.#fail(-count);
    }
  }

  *#drain(): Steps<void> {
    for (;;) {
      this.push();
      if (this.#queue.length === 0) return this.#throwFailure();
      yield { on: [this.sink], deadline: Number.POSITIVE_INFINITY };
    }
  }

  /** The end of the pump that is running, or of a new one. */
  #pumped(): Promise<void> {
    this.#pump ??= this.#pumpUntilEmpty();
    return this.#pump;
  }

  async #pumpUntilEmpty(): Promise<void> {
    try {
      // Again: a write may have come between the end of the steps and our hearing of it.
      do await suspend(this.#pumpSteps());
      while (this.#queue.length > 0);
    } finally {
      this.#pump = undefined;
    }
  }

  *#pumpSteps(): Steps<void> {
    yield* this.#drain();
    while (!this.sink.flushed) yield { on: [this.sink], deadline: Number.POSITIVE_INFINITY };
  }

  #isDone(piece: Piece): boolean {
    return piece.written === piece.bytes.length || this.#failure !== undefined;
  }

  /** An aborted write: what is not yet in the pipe never will be. */
  #forget(piece: Piece): void {
    this.#queue = this.#queue.filter((other) => other !== piece);
    this.sink.wake(); // the pump may have nothing left to wait for
  }

  #fail(errno: number): void {
    this.#failure = errno;
    this.#queue = [];
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw new OSError(this.#failure);
  }
}

/** CPython's default buffer, which line buffering uses too. */
const LINE_BUFFER_BYTES = 8192;
const LINE_FEED = 0x0a;
const { EPIPE } = constants.errno;
