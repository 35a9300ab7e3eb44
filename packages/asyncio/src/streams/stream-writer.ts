import type { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import type { SecureContextOptions } from 'node:tls';
import { ConnectionResetError, NotImplementedError, OSError, RuntimeError, repr } from '@prac/exceptions';
import { CancelledError } from '../errors.ts';
import { Future } from '../future.ts';
import { isEncrypted, net, tls } from '../internal/net.ts';
import { printsAsText } from '../internal/text.ts';
import { travels } from '../internal/world.ts';
import { shield } from '../shield.ts';
import { sleep } from '../sleep.ts';
import type { StreamReader } from './stream-reader.ts';

/** What there is to know of a connection. */
export type ExtraInfo = 'peername' | 'sockname' | 'socket' | 'peercert' | 'cipher';

/** Options of `startTls`, those of Node's secure contexts. */
export interface TlsOptions extends SecureContextOptions {
  readonly serverHostname?: string | null;
  /** Whether who is not certified is refused. @defaultValue yes, by clients */
  readonly rejectUnauthorized?: boolean;
}

/**
 * Where bytes go out: a connection, or the stdin of a process.
 *
 * Python: `asyncio.StreamWriter`.
 */
export class StreamWriter {
  #socket: Socket | Writable;
  /** What comes in, if it goes both ways. */
  readonly #reader: StreamReader | undefined;
  readonly #isServer: boolean;
  #stopListening: () => void;
  readonly #closed = new Future<void>();
  /** The addresses of both ends: a socket that is closed has none. */
  readonly #names: ReadonlyMap<string, unknown>;
  #draining: Future<void>[] = [];
  #isClosing = false;
  #isEofWritten = false;
  #error: OSError | undefined;

  /** @internal */
  constructor(socket: Socket | Writable, reader: StreamReader | undefined, isServer: boolean) {
    this.#socket = socket;
    this.#reader = reader;
    this.#isServer = isServer;
    this.#names = namesOf(socket);
    (socket as Partial<Socket>).setNoDelay?.(true); // as in Python
    reader?.setSource({
      pause: () => (this.#socket as Socket).pause(),
      resume: () => (this.#socket as Socket).resume(),
    });
    this.#stopListening = this.#listenTo(socket);
    if (socket.closed) {
      if (socket.errored) this.#error = asOSError(socket.errored) as OSError;
      this.#hasClosed();
    }
  }

  /** @returns What ends that. */
  #listenTo(socket: Socket | Writable): () => void {
    const listeners = {
      data: (data: Buffer) => this.#reader?.feedData(data),
      end: () => this.#reader?.feedEof(),
      drain: () => this.#endDraining(),
      finish: () => this.#endDraining(), // after `end()` there is no `drain`
      error: (error: Error) => {
        this.#error = asOSError(error) as OSError;
      },
      close: () => this.#hasClosed(),
    };
    for (const [event, listener] of Object.entries(listeners)) socket.on(event, listener);
    return () => {
      for (const [event, listener] of Object.entries(listeners)) socket.removeListener(event, listener);
    };
  }

  #hasClosed(): void {
    this.#isClosing = true;
    if (this.#error === undefined) this.#reader?.feedEof();
    else this.#reader?.setException(this.#error);
    this.#endDraining(this.#error ?? new ConnectionResetError('Connection lost'));
    if (this.#closed.done()) return;
    if (this.#error === undefined) this.#closed.setResult();
    else this.#closed.setException(this.#error);
    this.#closed.exception(); // it was seen
  }

  #endDraining(error?: OSError): void {
    for (const future of this.#draining.splice(0))
      if (!future.done())
        if (error === undefined) future.setResult();
        else future.setException(error);
  }

  /** What Python calls its transport: Node's socket. */
  get transport(): Socket | Writable {
    return this.#socket;
  }

  /** Sends bytes, or text as UTF-8, soon: `await drain()` now and then. */
  write(data: Uint8Array | string): void {
    if (typeof data !== 'string' && !(data instanceof Uint8Array))
      throw new TypeError(`data argument must be a bytes-like object, not ${repr(data)}`);
    if (this.#isEofWritten) throw new RuntimeError('Cannot call write() after write_eof()');
    if (!this.#isClosing && this.#socket.writable) this.#socket.write(data);
  }

  writelines(all: Iterable<Uint8Array | string>): void {
    if (typeof all === 'string') throw new TypeError('Expected an iterable of data, got a string');
    this.#socket.cork();
    try {
      for (const data of all) this.write(data);
    } finally {
      this.#socket.uncork();
    }
  }

  /**
   * Waits until there is room for more.
   *
   * @throws {OSError} if the connection is broken.
   */
  async drain(): Promise<void> {
    if (this.#error !== undefined) throw this.#error;
    if (this.#isClosing) await sleep(0); // so that it is heard of
    if (this.#socket.destroyed) throw this.#error ?? new ConnectionResetError('Connection lost');
    if (!this.#socket.writableNeedDrain) return;
    const drained = new Future<void>();
    this.#draining.push(drained);
    try {
      await drained;
    } finally {
      this.#draining = this.#draining.filter((it) => it !== drained);
    }
  }

  canWriteEof(): boolean {
    return !isEncrypted(this.#socket);
  }

  /** The other side reads the end, when it has read what was sent. */
  writeEof(): void {
    if (!this.canWriteEof()) throw new NotImplementedError('an encrypted connection has no half that could be closed');
    this.#isEofWritten = true;
    this.#socket.end();
  }

  /** Closes the connection, when all has been sent. */
  close(): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.#socket.end((error?: Error | null) => {
      if (error == null) this.#endDraining();
      this.#socket.destroy();
    });
    if (this.#socket.writableLength === 0 && this.#socket.writableFinished) this.#socket.destroy();
  }

  isClosing(): boolean {
    return this.#isClosing;
  }

  /** Waits until it is closed. @throws {OSError} if it was broken. */
  async waitClosed(): Promise<void> {
    await shield(this.#closed);
  }

  /** @param fallback - If that is not known. */
  getExtraInfo(name: ExtraInfo, fallback: unknown = null): unknown {
    const socket = this.#socket;
    if (name === 'socket') return socket;
    if (name === 'peername' || name === 'sockname') return this.#names.get(name) ?? fallback;
    if (!isEncrypted(socket)) return fallback;
    return (name === 'peercert' ? socket.getPeerCertificate() : socket.getCipher()) ?? fallback;
  }

  /** From now on the connection is encrypted. */
  async startTls(options: TlsOptions): Promise<void> {
    if (isEncrypted(this.#socket)) throw new RuntimeError('the connection is encrypted already');
    const plain = this.#socket;
    if (!(plain instanceof net().Socket)) throw new RuntimeError('a pipe cannot be encrypted');
    this.#stopListening();
    plain.pause();
    plain.once('drain', () => this.#endDraining());
    const { serverHostname, ...context } = options;
    const secure = this.#isServer
      ? new (tls().TLSSocket)(plain, { isServer: true, ...context })
      : tls().connect({ socket: plain, ...(serverHostname == null ? {} : { servername: serverHostname }), ...context });
    this.#socket = secure;
    const ready = new Future<void>();
    secure.once(this.#isServer ? 'secure' : 'secureConnect', () => ready.done() || ready.setResult());
    secure.once('error', (error) => ready.done() || ready.setException(asOSError(error)));
    this.#stopListening = this.#listenTo(secure);
    const gone = (): unknown =>
      ready.done() || ready.setException(new ConnectionResetError('Connection lost during the TLS handshake'));
    secure.once('end', gone);
    secure.once('close', gone);
    try {
      await ready;
    } catch (error) {
      secure.destroy();
      throw error;
    } finally {
      secure.removeListener('end', gone);
      secure.removeListener('close', gone);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    try {
      await this.waitClosed();
    } catch (error) {
      if (error instanceof CancelledError) throw error;
    }
  }

  toString(): string {
    return `<StreamWriter ${this.#isClosing ? 'closing' : 'open'}${this.#reader === undefined ? '' : ` reader=${this.#reader}`}>`;
  }
}

function namesOf(socket: Socket | Writable): Map<string, unknown> {
  const { remoteAddress, remotePort, localAddress, localPort } = socket as Socket;
  const names = new Map<string, unknown>();
  if (remoteAddress !== undefined) names.set('peername', [remoteAddress, remotePort]);
  if (localAddress !== undefined) names.set('sockname', [localAddress, localPort]);
  return names;
}

/** Errors of TLS have codes that no system has. @internal */
export function asOSError(error: Error): Error {
  return typeof (error as { code?: unknown }).code === 'string' ? OSError.from(error) : error;
}

printsAsText(StreamWriter);

travels('StreamWriter', StreamWriter);
