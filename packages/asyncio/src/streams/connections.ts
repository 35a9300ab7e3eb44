import type { Socket } from 'node:net';
import { checkedOptions, repr, ValueError } from '@prac/exceptions';
import { Future } from '../future.ts';
import { net, tls } from '../internal/net.ts';
import { travels } from '../internal/world.ts';
import { StreamReader } from './stream-reader.ts';
import { asOSError, StreamWriter, type TlsOptions } from './stream-writer.ts';

/** Options of {@link openConnection}. */
export interface ConnectionOptions {
  /** So many bytes may a line have. @defaultValue 64 KiB */
  readonly limit?: number | null | undefined;
  /** Encrypted: `true`, or options of Node's secure contexts. */
  readonly ssl?: boolean | TlsOptions | null | undefined;
  /** The name that the other side's certificate is for. @defaultValue the host */
  readonly serverHostname?: string | null | undefined;
  /** 4 or 6: only addresses of that kind. */
  readonly family?: 4 | 6 | null | undefined;
  /** From where: an address, and a port. */
  readonly localAddr?: readonly [host: string, port: number] | null | undefined;
}

/** Both ends of a connection. */
export type Streams = readonly [reader: StreamReader, writer: StreamWriter];

/**
 * Connects to a server.
 *
 * Cancellation: the connection is given up.
 * Python: `asyncio.open_connection`.
 *
 * @throws {OSError} if that is impossible.
 * @example
 * import { openConnection, run, startServer } from '@prac/asyncio';
 * await run(async () => {
 *   const server = await startServer(async (reader, writer) => {
 *     writer.write(`you said ${await reader.readline()}`);
 *     writer.close();
 *   }, '127.0.0.1', 0);
 *   const [reader, writer] = await openConnection('127.0.0.1', server.port);
 *   writer.write('hello\n');
 *   console.log(String(await reader.read())); // you said hello
 *   writer.close();
 *   server.close();
 *   await server.waitClosed();
 * });
 */
export async function openConnection(host: string, port: number, options?: ConnectionOptions | null): Promise<Streams> {
  const given = checkedOptions(options, ['limit', 'ssl', 'serverHostname', 'family', 'localAddr']);
  checkPort(port);
  const { ssl, serverHostname, family, localAddr } = given;
  const [localAddress, localPort] = localAddr ?? [];
  const where = {
    host,
    port,
    ...(family == null ? {} : { family }),
    ...(localAddress === undefined ? {} : { localAddress, localPort }),
  };
  if (!ssl) return opened(net().createConnection({ ...where, allowHalfOpen: true }), 'connect', given.limit);
  const { serverHostname: other, ...context } = ssl === true ? {} : ssl;
  const name = serverHostname ?? other ?? (net().isIP(host) === 0 ? host : undefined); // no certificate's name is an address
  return opened(
    tls().connect({ ...where, ...context, ...(name === undefined ? {} : { servername: name }) }),
    'secureConnect',
    given.limit,
  );
}

/** Connects to a server of this machine. Python: `asyncio.open_unix_connection`. @throws {OSError} if that is impossible. */
export async function openUnixConnection(
  path: string,
  options?: Pick<ConnectionOptions, 'limit'> | null,
): Promise<Streams> {
  const { limit } = checkedOptions(options, ['limit']);
  if (typeof path !== 'string' || path === '') throw new ValueError(`Expected a path, got ${repr(path)}`);
  return opened(net().createConnection({ path, allowHalfOpen: true }), 'connect', limit);
}

async function opened(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  limit: number | null | undefined,
): Promise<Streams> {
  const ready = new Future<void>();
  socket.once(event, () => ready.done() || ready.setResult());
  const onError = (error: Error): unknown => ready.done() || ready.setException(asOSError(error));
  socket.on('error', onError);
  try {
    await ready;
  } catch (error) {
    socket.destroy();
    throw error;
  }
  socket.removeListener('error', onError);
  return streamsOf(socket, limit, false);
}

/** @internal */
export function streamsOf(socket: Socket, limit: number | null | undefined, isServer: boolean): Streams {
  const reader = new StreamReader({ limit: limit ?? null });
  return [reader, new StreamWriter(socket, reader, isServer)];
}

/** @internal */
export function checkPort(port: unknown): void {
  if (!Number.isInteger(port) || (port as number) < 0 || (port as number) > 65_535)
    throw new TypeError(`Expected a port from 0 to 65535, got ${repr(port)}`);
}

travels('openConnection', openConnection);
travels('openUnixConnection', openUnixConnection);
