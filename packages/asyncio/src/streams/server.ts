import { lstat, unlink } from 'node:fs/promises';
import type { Server as NetServer, Socket } from 'node:net';
import { checkedOptions, RuntimeError, repr, ValueError } from '@prac/exceptions';
import { Future } from '../future.ts';
import { callExceptionHandler } from '../internal/exception-handler.ts';
import { driveHere } from '../internal/nested.ts';
import { net, tls } from '../internal/net.ts';
import { printsAsText } from '../internal/text.ts';
import { travels } from '../internal/world.ts';
import { shield } from '../shield.ts';
import { createTask, type Task } from '../task.ts';
import { checkPort, streamsOf } from './connections.ts';
import type { StreamReader } from './stream-reader.ts';
import { asOSError, type StreamWriter, type TlsOptions } from './stream-writer.ts';

/** Is called for each client, as a task. */
export type ClientConnected = (reader: StreamReader, writer: StreamWriter) => unknown;

/** Options of {@link startServer}. */
export interface ServerOptions {
  /** So many bytes may a line have. @defaultValue 64 KiB */
  readonly limit?: number | null | undefined;
  /** Encrypted: options of Node's secure contexts, with `key` and `cert`. */
  readonly ssl?: TlsOptions | null | undefined;
  /** So many may wait to be accepted. @defaultValue 100 */
  readonly backlog?: number | null | undefined;
}

/**
 * Accepts connections.
 *
 * Python: `asyncio.Server`.
 */
export class Server {
  readonly #server: NetServer;
  readonly #clients = new Set<Socket>();
  /** They know what became of the sockets, when a connection is encrypted later. */
  readonly #writers = new Set<StreamWriter>();
  readonly #closed = new Future<void>();
  #isClosing = false;
  #serving: Future<void> | undefined;

  /** @internal */
  constructor(server: NetServer) {
    this.#server = server;
    server.on('close', () => this.#closed.done() || this.#closed.setResult());
  }

  /** @internal */
  add(socket: Socket): void {
    this.#clients.add(socket);
    socket.once('close', () => this.#clients.delete(socket));
  }

  /** @internal */
  addWriter(writer: StreamWriter): void {
    this.#writers.add(writer);
    writer.transport.once('close', () => this.#writers.delete(writer));
  }

  /** Where it listens. */
  get sockets(): readonly (readonly [address: string, port: number] | string)[] {
    const address = this.#server.address();
    if (address === null) return [];
    return [typeof address === 'string' ? address : [address.address, address.port]];
  }

  /** The port at which it listens; 0 if it has none. */
  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  isServing(): boolean {
    return this.#server.listening && !this.#isClosing;
  }

  /** It accepts from the beginning. */
  async startServing(): Promise<void> {}

  /** Waits until it is closed, or the task is cancelled: then it closes it. */
  async serveForever(): Promise<void> {
    if (this.#serving !== undefined)
      throw new RuntimeError(`server ${this} is already being awaited on serve_forever()`);
    if (this.#isClosing) throw new RuntimeError(`server ${this} is closed`);
    this.#serving = new Future<void>();
    try {
      await this.#serving;
    } finally {
      this.#serving = undefined;
      this.close();
      await this.waitClosed();
    }
  }

  /** Accepts no more. Connections go on. */
  close(): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.#server.close();
    this.#serving?.cancel();
  }

  /** Closes its connections, when all has been sent. */
  closeClients(): void {
    for (const writer of this.#writers) writer.close();
  }

  /** Ends its connections. */
  abortClients(): void {
    for (const socket of this.#clients) socket.destroy();
  }

  /** Waits until it, and its connections, are closed. */
  async waitClosed(): Promise<void> {
    await shield(this.#closed);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    this.abortClients();
    await this.waitClosed();
  }

  toString(): string {
    return `<Server sockets=${repr(this.sockets)}>`;
  }
}

printsAsText(Server);

/**
 * Starts a server.
 *
 * Python: `asyncio.start_server`.
 *
 * @param host - @defaultValue all of this machine's addresses
 * @param port - 0 for any that is free: see `server.port`.
 * @throws {OSError} if that is impossible.
 */
export async function startServer(
  connected: ClientConnected,
  host: string | null,
  port: number,
  options?: ServerOptions | null,
): Promise<Server> {
  checkPort(port);
  return started(connected, { ...(host === null ? {} : { host }), port }, options);
}

/** Starts a server for this machine. Python: `asyncio.start_unix_server`. @throws {OSError} if that is impossible. */
export async function startUnixServer(
  connected: ClientConnected,
  path: string,
  options?: ServerOptions | null,
): Promise<Server> {
  if (typeof path !== 'string' || path === '') throw new ValueError(`Expected a path, got ${repr(path)}`);
  if (!path.startsWith('\0')) await removeSocket(path);
  return started(connected, { path }, options);
}

async function started(
  connected: ClientConnected,
  where: { readonly host?: string; readonly port?: number; readonly path?: string },
  options: ServerOptions | null | undefined,
): Promise<Server> {
  const { limit, ssl, backlog } = checkedOptions(options, ['limit', 'ssl', 'backlog']);
  if (typeof connected !== 'function') throw new TypeError(`Expected a function, got ${repr(connected)}`);
  const accept = (socket: Socket): void => {
    const [reader, writer] = streamsOf(socket, limit, true);
    server.addWriter(writer);
    serve(connected, reader, writer);
  };
  const listening =
    ssl == null ? net().createServer({ allowHalfOpen: true }, accept) : tls().createServer({ ...ssl }, accept);
  const server = new Server(listening);
  listening.on('connection', (socket) => server.add(socket));
  listening.on('tlsClientError', (_error, socket) => socket.destroy());
  const ready = new Future<void>();
  listening.once('listening', () => ready.done() || ready.setResult());
  const onError = (error: Error): unknown => ready.done() || ready.setException(asOSError(error));
  listening.on('error', onError);
  listening.listen({ ...where, backlog: backlog ?? 100 });
  try {
    await ready;
  } catch (error) {
    listening.close();
    throw error;
  }
  listening.on('error', (exception) => callExceptionHandler({ message: 'socket.accept() failed', exception, server }));
  return server;
}

/** One that a server has left which was killed. */
async function removeSocket(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found?.isSocket()) await unlink(path);
}

/** Tasks of clients: nobody else has them. */
const serving = new Set<Task<unknown>>();

function serve(connected: ClientConnected, reader: StreamReader, writer: StreamWriter): void {
  const task = createTask<unknown>(() => driveHere(connected(reader, writer) as never));
  serving.add(task);
  task.addDoneCallback(() => {
    serving.delete(task);
    if (task.cancelled()) {
      writer.close();
      return;
    }
    const exception = task.exception();
    if (exception === null) return;
    callExceptionHandler({ message: 'Unhandled exception in client_connected_cb', exception, task });
    writer.close();
  });
}

travels('Server', Server);
travels('startServer', startServer);
travels('startUnixServer', startUnixServer);
