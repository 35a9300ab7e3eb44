// Long because it is the life of one object.
import { isMainThread } from 'node:worker_threads';
import { checkedOptions, OSError, repr, ValueError } from '@prac/exceptions';
import { constants, libc } from '@prac/libc';
import { block, now, type Steps, suspend, waitLimits } from '@prac/park';
import { dumps, loads, loadsSync, type Pickleable } from '@prac/pickle';
import { type Journey, type Memory, OWN, open, opens, Primitive, threadMemory } from '@prac/sync/memory';
import { BufferTooShort } from '../errors.ts';
import { giving } from '../internal/giving.ts';
import { travels } from '../internal/world.ts';
import { Descriptor, readyAmong } from './descriptor.ts';
import { FrameReader, FrameWriter, TooLong } from './frames.ts';
import { closeTaken, type Ends, give, longestWait, type Parcel, take } from './parcels.ts';
import { type Form, Turn } from './turn.ts';
import { Users } from './users.ts';

/*
 * One end of a pipe or of a socket. The threads of this process share it: in each an object stands for the same words.
 *
 *   words  │ STATE │ READ, WRITE: descriptors │ turns of READING and WRITING │ SOCKET, SHOWN │ USERS: who is in a call │
 *
 *   open ── close() ──> closed: nothing new begins; whoever waits is told ── nobody is in a call ──> the descriptors are closed, once
 *
 * A message goes out of the door in one piece: who waits for its turn writes, or reads, all of it. A call that is given up in the middle
 * of reading or writing keeps its turn for the next of this thread, who ends it; if there is none, it is ended in the background, which keeps
 * no program alive.
 */
const STATE = OWN;
const READ = OWN + 1;
const WRITE = OWN + 2;
const READING = OWN + 3;
const WRITING = OWN + 4;
const SOCKET = OWN + 5;
const SHOWN = OWN + 6;
const USERS = OWN + 7;

const OPEN = 0;
const CLOSED = 1;
const NONE = -1;
/** Another thread may close it: so often that is looked at, in milliseconds. */
const LOOK_MS = 25;
/** So often the rest of a message that was given up is tried. */
const REST_MS = 5;
const ANY_LENGTH = Number.MAX_SAFE_INTEGER;

/** Options of what can be given up. */
export interface SignalOption {
  /** Ends the wait: the call rejects with the signal's reason. */
  readonly signal?: AbortSignal | null | undefined;
}

/** Which of the bytes are sent. */
export interface SendBytesOptions {
  /** From which one on. @defaultValue 0 */
  readonly offset?: number | null | undefined;
  /** How many. @defaultValue all that follow */
  readonly size?: number | null | undefined;
}

export interface RecvBytesOptions {
  /** A longer message is an error, after which nothing more is received. @defaultValue any length */
  readonly maxlength?: number | null | undefined;
}

export interface RecvIntoOptions {
  /** Where in the memory it begins, in bytes. @defaultValue 0 */
  readonly offset?: number | null | undefined;
}

/** How one is made here. @internal */
export class Making {
  readonly ends: Ends;
  constructor(ends: Ends) {
    this.ends = ends;
  }
}

/**
 * One end of a connection between two: of a `Pipe`, or between a `Client` and a `Listener`.
 *
 * Messages are values that can travel (data, functions, what this package shares), or bytes. It is an argument of processes and threads, and
 * an item of queues, like any other; when all who have the other end have closed it, or have ended, there is an `EOFError`.
 *
 * Python: `multiprocessing.connection.Connection`.
 *
 * @typeParam Sent - What goes out. @typeParam Received - What comes in; nothing checks that.
 * @example
 * import { Pipe, Process } from '@prac/pool';
 * import type { Connection } from '@prac/pool/connection';
 * const [here, there] = Pipe<number, string>();
 * const child = new Process({ target: (c: Connection<string, number>) => c.sendSync('got ' + c.recvSync()), args: [there] });
 * child.start();
 * await here.send(42);
 * console.log(await here.recv()); // got 42
 * await child.join();
 */
export class Connection<Sent = unknown, Received = unknown> extends Primitive {
  readonly #reading: Turn;
  readonly #writing: Turn;
  #in: Descriptor | undefined;
  #out: Descriptor | undefined;
  readonly #users: Users;
  #reader: FrameReader | undefined;
  /** Messages whose receipt was given up in the middle. */
  readonly #ahead: Buffer[] = [];
  /** A message is half read: the turn is this thread's. */
  #isHalfRead = false;
  /** A message is half written: the turn is this thread's. */
  #halfWritten: FrameWriter | undefined;
  /** A message was too long: nobody knows where the next one begins. */
  #isSpoilt = false;

  /** @internal Made by `Pipe`, `Listener` and `Client`. */
  constructor(from: Making | Memory) {
    super(from instanceof Making ? threadMemory() : from);
    const { words } = this.memory;
    if (from instanceof Making) {
      const { readFd, writeFd, isSocket } = from.ends;
      words[READ] = readFd;
      words[WRITE] = writeFd;
      words[SOCKET] = Number(isSocket);
      abandoned.register(this, words);
      closeAtEnd(words);
    }
    this.#users = new Users(this.memory, USERS);
    this.#reading = new Turn(this.memory, READING);
    this.#writing = new Turn(this.memory, WRITING);
  }

  /**
   * Sends a value, waiting while there is no room.
   *
   * Cancellation: an aborted call has sent nothing, or all (it cannot be taken back once some of it is out).
   *
   * @throws {BrokenPipeError} if nobody has the other end. {PicklingError} if it cannot travel. {OSError} if this end is closed, or only
   * receives.
   */
  async send(value: Sent & Pickleable<Sent>, options?: SignalOption | null): Promise<void> {
    const { signal } = checkedOptions(options, ['signal']);
    this.#check('write');
    const [pickle, undo] = giving(() => dumps<unknown>(value));
    await suspend(this.sendFrame('async', pickle, undo), { signal });
  }

  /** Blocking form of {@link send}. */
  sendSync(value: Sent & Pickleable<Sent>): void {
    this.#check('write');
    const [pickle, undo] = giving(() => dumps<unknown>(value));
    block(this.sendFrame('sync', pickle, undo));
  }

  /**
   * Receives the next value, waiting until there is one.
   *
   * Cancellation: an aborted call leaves the message for the next.
   *
   * @throws {EOFError} if nothing is left, and nobody has the other end. {UnpicklingError} if the value cannot be opened here. {OSError} if
   * this end is closed, or only sends.
   */
  async recv(options?: SignalOption | null): Promise<Received> {
    const { signal } = checkedOptions(options, ['signal']);
    return loads<Received>(await suspend(this.receiveFrame('async', ANY_LENGTH), { signal }));
  }

  /** Blocking form of {@link recv}. */
  recvSync(): Received {
    return loadsSync<Received>(block(this.receiveFrame('sync', ANY_LENGTH)));
  }

  /** Sends bytes. They are received as a message of their own. */
  async sendBytes(bytes: ArrayBufferView, options?: (SendBytesOptions & SignalOption) | null): Promise<void> {
    const { signal, ...range } = checkedOptions(options, ['offset', 'size', 'signal']);
    this.#check('write');
    await suspend(this.sendFrame('async', rangeOf(bytes, range)), { signal });
  }

  /** Blocking form of {@link sendBytes}. */
  sendBytesSync(bytes: ArrayBufferView, options?: SendBytesOptions | null): void {
    this.#check('write');
    block(this.sendFrame('sync', rangeOf(bytes, checkedOptions(options, ['offset', 'size']))));
  }

  /** Receives bytes: a whole message. */
  async recvBytes(options?: (RecvBytesOptions & SignalOption) | null): Promise<Buffer> {
    const { signal, maxlength } = checkedOptions(options, ['maxlength', 'signal']);
    return suspend(this.receiveFrame('async', longest(maxlength)), { signal });
  }

  /** Blocking form of {@link recvBytes}. */
  recvBytesSync(options?: RecvBytesOptions | null): Buffer {
    return block(this.receiveFrame('sync', longest(checkedOptions(options, ['maxlength']).maxlength)));
  }

  /**
   * Receives bytes into memory.
   *
   * @returns How many.
   * @throws {BufferTooShort} if it is too small; the message is in the error.
   */
  async recvBytesInto(memory: ArrayBufferView, options?: (RecvIntoOptions & SignalOption) | null): Promise<number> {
    const { signal, offset } = checkedOptions(options, ['offset', 'signal']);
    const into = memoryFrom(memory, offset);
    return filled(into, await suspend(this.receiveFrame('async', ANY_LENGTH), { signal }));
  }

  /** Blocking form of {@link recvBytesInto}. */
  recvBytesIntoSync(memory: ArrayBufferView, options?: RecvIntoOptions | null): number {
    const into = memoryFrom(memory, checkedOptions(options, ['offset']).offset);
    return filled(into, block(this.receiveFrame('sync', ANY_LENGTH)));
  }

  /**
   * Tells whether there is something to receive: a message, or the end.
   *
   * @param options - How long it waits for that, in seconds; `null`: as long as it takes. @defaultValue 0
   */
  async poll(options: number | ({ readonly timeout?: number | null } & SignalOption) | null = 0): Promise<boolean> {
    const limits = waitLimits(options, 'async');
    return suspend(this.#untilReadable(limits.deadline), limits);
  }

  /** Blocking form of {@link poll}. */
  pollSync(options: number | { readonly timeout?: number | null } | null = 0): boolean {
    return block(this.#untilReadable(waitLimits(options, 'sync').deadline));
  }

  /** Closes this end, for all threads of this process. Whoever waits there gets an `OSError`. */
  close(): void {
    if (Atomics.exchange(this.memory.words, STATE, CLOSED) === CLOSED) return;
    this.#in?.wake();
    this.#out?.wake();
    this.#closeUnused();
  }

  get closed(): boolean {
    return Atomics.load(this.memory.words, STATE) === CLOSED;
  }

  /** Whether it receives. */
  get readable(): boolean {
    return this.memory.words[READ] !== NONE && !this.#isSpoilt;
  }

  /** Whether it sends. */
  get writable(): boolean {
    return this.memory.words[WRITE] !== NONE;
  }

  /** The descriptor: that from which it reads, if there are two. It does not block. @throws {OSError} if it is closed. */
  fileno(): number {
    this.#check();
    const { words } = this.memory;
    return words[READ] === NONE ? words[WRITE]! : words[READ]!;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  override toString(): string {
    return `<pool.Connection object at ${this.address}>`;
  }

  protected override get kind(): string {
    return 'Connection';
  }

  /** Waits for its turn, and writes a message. @param undo - Takes back what was left for whoever gets it, if nobody does. @internal */
  *sendFrame(form: Form, message: Uint8Array, undo?: () => void): Steps<void> {
    let writer: FrameWriter | undefined;
    try {
      this.#enter('write');
      try {
        yield* this.#takeWriting(form);
        writer = new FrameWriter(this.memory.words[WRITE]!, message);
        yield* this.#write(writer);
      } finally {
        this.#leave();
      }
    } catch (error) {
      if (writer?.isBegun !== true) undo?.();
      throw error;
    }
  }

  /** Has the turn then. What another call of this thread has left half written is ended first. */
  *#takeWriting(form: Form): Steps<void> {
    const check = (): void => this.#check('write');
    if (this.#halfWritten === undefined) yield* this.#writing.take(form, check);
    while (this.#halfWritten !== undefined) {
      const rest = this.#halfWritten;
      this.#halfWritten = undefined;
      yield* this.#write(rest);
      yield* this.#writing.take(form, check);
    }
  }

  /** Writes a message, and leaves the turn. */
  *#write(writer: FrameWriter): Steps<void> {
    let isKept = false;
    try {
      this.#check('write');
      while (!writer.tryWrite()) {
        yield { on: [this.outgoing], deadline: this.#latest() };
        this.#check();
      }
    } catch (error) {
      isKept = writer.isBegun && !this.closed && !(error instanceof OSError);
      if (isKept) this.#writeLater(writer);
      throw error;
    } finally {
      if (!isKept) this.#writing.leave();
    }
  }

  /** It was given up in the middle: the caller's memory is its own again, and the rest goes out when there is room. */
  #writeLater(writer: FrameWriter): void {
    writer.detach();
    this.#halfWritten = writer;
    later(() => {
      if (this.#halfWritten !== writer) return true; // another call goes on with it
      if (!this.closed && !isOver(() => writer.tryWrite())) return false;
      this.#halfWritten = undefined;
      this.#writing.leave();
      return true;
    });
  }

  /** Waits for its turn, and for a message. @internal */
  *receiveFrame(form: Form, most: number): Steps<Buffer> {
    this.#enter('read');
    try {
      const check = (): void => this.#check('read');
      if (!this.#isHalfRead) yield* this.#reading.take(form, check);
      this.#isHalfRead = false;
      return yield* this.#read(most);
    } finally {
      this.#leave();
    }
  }

  /** Reads a message, and leaves the turn. */
  *#read(most: number): Steps<Buffer> {
    let isKept = false;
    try {
      this.#check('read');
      const reader = this.#frames();
      for (;;) {
        const message = this.#ahead.shift() ?? reader.tryRead(most);
        if (message !== undefined && message.length > most) throw new TooLong();
        if (message !== undefined) return message;
        yield { on: [this.incoming], deadline: this.#latest() };
        closeTaken();
        this.#check('read');
      }
    } catch (error) {
      isKept =
        this.#reader?.isHalfway === true && !this.closed && !(error instanceof OSError || error instanceof TooLong);
      if (isKept) this.#readLater();
      if (!(error instanceof TooLong)) throw error;
      this.#isSpoilt = true;
      if (!this.writable) this.close();
      throw new OSError('bad message length', { cause: error });
    } finally {
      if (!isKept) this.#reading.leave();
    }
  }

  /** It was given up in the middle of a message. */
  #readLater(): void {
    this.#isHalfRead = true;
    later(() => {
      if (!this.#isHalfRead) return true; // another call goes on with it
      const message = this.closed ? undefined : whatIs(() => this.#frames().tryRead(ANY_LENGTH));
      if (message === undefined && !this.closed) return false;
      if (message instanceof Buffer) this.#ahead.push(message);
      this.#isHalfRead = false;
      this.#reading.leave();
      return true;
    });
  }

  *#untilReadable(deadline: number): Steps<boolean> {
    this.#enter('read');
    try {
      for (;;) {
        closeTaken();
        if (this.isAhead || readyAmong([this.incoming])[0]!) return true;
        if (now() >= deadline) return false;
        yield { on: [this.incoming], deadline: Math.min(deadline, this.#latest()) };
        this.#check('read');
      }
    } finally {
      this.#leave();
    }
  }

  /** Whether there is something to receive that is not in the descriptor any more. @internal */
  get isAhead(): boolean {
    return this.#ahead.length > 0 || this.#reader?.isHalfway === true;
  }

  /** For who waits for several. @returns When it looks again at the latest. @internal */
  *during<Result>(steps: (latest: () => number) => Steps<Result>): Steps<Result> {
    this.#enter('read');
    try {
      return yield* steps(() => this.#latest());
    } finally {
      this.#leave();
    }
  }

  /** What is waited for, for something to receive. @internal */
  get incoming(): Descriptor {
    this.#in ??= new Descriptor(this.memory.words[READ]!, constants.POLLIN);
    return this.#in;
  }

  /** @internal */
  get outgoing(): Descriptor {
    this.#out ??= new Descriptor(this.memory.words[WRITE]!, constants.POLLOUT);
    return this.#out;
  }

  #frames(): FrameReader {
    this.#reader ??= new FrameReader(this.memory.words[READ]!);
    return this.#reader;
  }

  /** When it looks again, whatever happens. */
  #latest(): number {
    const isShown = Atomics.load(this.memory.words, SHOWN) === 1;
    return now() + Math.min(isShown ? LOOK_MS : Number.POSITIVE_INFINITY, longestWait());
  }

  #check(what?: 'read' | 'write'): void {
    if (this.closed) throw new OSError('handle is closed');
    if (what === 'read' && !this.readable) throw new OSError('connection is write-only');
    if (what === 'write' && !this.writable) throw new OSError('connection is read-only');
  }

  /** A call begins. The descriptors are there until it leaves. */
  #enter(what: 'read' | 'write'): void {
    this.#users.enter();
    try {
      this.#check(what);
    } catch (error) {
      this.#leave();
      throw error;
    }
  }

  #leave(): void {
    this.#users.leave();
    this.#closeUnused();
  }

  #closeUnused(): void {
    const { words } = this.memory;
    if (Atomics.load(words, STATE) !== CLOSED || !this.#users.isNobody) return;
    this.#in?.forget();
    this.#out?.forget();
    closeEnds(words);
  }

  /** For another process. @internal */
  parcel(): Parcel {
    this.#check();
    const { words } = this.memory;
    return give({ readFd: words[READ]!, writeFd: words[WRITE]!, isSocket: words[SOCKET] === 1 });
  }

  /** Other threads have it from now on. @internal */
  show(): void {
    Atomics.store(this.memory.words, SHOWN, 1);
    this.#in?.wake(); // from now on they look now and then
    this.#out?.wake();
  }
}

/** Does something as soon as it can be done, without keeping the program alive. */
function later(tryIt: () => boolean): void {
  const look = (): void => {
    if (!tryIt()) setTimeout(look, REST_MS).unref();
  };
  look();
}

/** Nobody is there to be told of an error: whoever uses the connection next is. */
function isOver(tryIt: () => boolean): boolean {
  return whatIs(tryIt) !== false;
}

function whatIs<Result>(get: () => Result): Result | Error {
  try {
    return get();
  } catch (error) {
    return error as Error;
  }
}

/** Closes what nobody has closed, when nobody has it any more. */
const abandoned = new FinalizationRegistry<Int32Array>(closeIfOurs);

function closeIfOurs(words: Int32Array): void {
  if (Atomics.load(words, SHOWN) === 0 && Atomics.exchange(words, STATE, CLOSED) === OPEN) closeEnds(words);
}

/** Those of a thread: it ends without a word of what nobody has any more. */
const ofThread = new Set<Int32Array>();
let isWatching = false;

function closeAtEnd(words: Int32Array): void {
  if (isMainThread) return;
  if (!isWatching)
    process.on('exit', () => {
      for (const it of [...ofThread]) closeIfOurs(it);
    });
  isWatching = true;
  ofThread.add(words);
}

function closeEnds(words: Int32Array): void {
  ofThread.delete(words);
  for (const end of [READ, WRITE]) {
    const fd = Atomics.exchange(words, end, NONE);
    if (fd !== NONE) libc().close(fd);
  }
}

function longest(maxlength: number | null | undefined): number {
  if (maxlength == null) return ANY_LENGTH;
  if (typeof maxlength !== 'number' || Number.isNaN(maxlength))
    throw new TypeError(`Expected maxlength to be a number of bytes, got ${repr(maxlength)}`);
  if (maxlength < 0) throw new ValueError('negative maxlength');
  return maxlength;
}

function bytesOf(view: ArrayBufferView): Uint8Array {
  if (!ArrayBuffer.isView(view)) throw new TypeError(`a bytes-like object is required, not ${repr(view)}`);
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

function rangeOf(view: ArrayBufferView, { offset, size }: SendBytesOptions): Uint8Array {
  const bytes = bytesOf(view);
  const start = integer('offset', offset ?? 0);
  if (start < 0) throw new ValueError('offset is negative');
  if (start > bytes.length) throw new ValueError('buffer length < offset');
  const length = integer('size', size ?? bytes.length - start);
  if (length < 0) throw new ValueError('size is negative');
  if (start + length > bytes.length) throw new ValueError('buffer length < offset + size');
  return bytes.subarray(start, start + length);
}

function memoryFrom(view: ArrayBufferView, offset: number | null | undefined): Uint8Array {
  const bytes = bytesOf(view);
  const start = integer('offset', offset ?? 0);
  if (start < 0) throw new ValueError('negative offset');
  if (start > bytes.length) throw new ValueError('offset too large');
  return bytes.subarray(start);
}

function integer(name: string, value: number): number {
  if (!Number.isInteger(value)) throw new TypeError(`Expected ${name} to be an integer, got ${repr(value)}`);
  return value;
}

function filled(memory: Uint8Array, message: Buffer): number {
  if (message.length > memory.length) throw new BufferTooShort(message);
  memory.set(message);
  return message.length;
}

const MODULE = '@prac/pool/connection';
travels('Connection', Connection, MODULE);
opens('Connection', (memory) => new Connection(memory));

/** In another thread. */
const opened = travels('opened', (...args: Parameters<typeof open>): object => open(...args), MODULE);
/** In another process. */
const arrived = travels('arrived', (parcel: Parcel): Connection => new Connection(new Making(take(parcel))), MODULE);

const REDUCE: unique symbol = Symbol.for('prac.pickle.reduce') as never;
const reduce = (Primitive.prototype as unknown as Record<symbol, (journey: Journey) => readonly [unknown, unknown[]]>)[
  REDUCE
]!;
Object.defineProperty(Connection.prototype, REDUCE, {
  value(this: Connection, journey: Journey) {
    if (this.closed) journey.refuse('it is closed');
    if (journey.target === 'bytes' && (journey as { isHere?: boolean }).isHere !== true)
      return [arrived, [this.parcel()]];
    if (journey.target === 'bytes') journey.refuse('it is the same in all threads of the process');
    this.show();
    return [opened, reduce.call(this, journey)[1]];
  },
  configurable: true,
  writable: true,
});
