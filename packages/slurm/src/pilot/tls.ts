import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import type { Duplex } from 'node:stream';
import { connect as connectTls, createServer, type TLSSocket } from 'node:tls';
import { type Door, type DoorOptions, mayPass } from './door.ts';

/*
 * Connections of TLS: both ends have a key, and no certificates. (Node knows no such keys in TLS 1.3.)
 */
const TLS_OPTIONS = {
  ciphers: 'ECDHE-PSK-CHACHA20-POLY1305:DHE-PSK-AES256-GCM-SHA384:PSK-AES256-GCM-SHA384',
  minVersion: 'TLSv1.2',
  maxVersion: 'TLSv1.2',
} as const;
const MOST_MS = 10_000;

/** A port of this machine, by all of its addresses. */
export interface TlsAddress {
  readonly transport: 'tls';
  readonly hosts: readonly string[];
  readonly port: number;
  /** 32 bytes, in hexadecimal. */
  readonly key: string;
}

export async function openTlsDoor(
  { host, port }: DoorOptions,
  welcome: (link: Duplex) => void,
  broken: (error: unknown) => void,
): Promise<Door> {
  const key = randomBytes(32);
  const server = createServer({ ...TLS_OPTIONS, pskIdentityHint: '', pskCallback: () => key }, (socket) => {
    welcome(tuned(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, ...(host === undefined ? {} : { host }) }, resolve);
  });
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('error', broken);
  server.on('tlsClientError', (_, socket) => socket.destroy()); // who does not know the key
  const own = server.address() as { readonly port: number };
  return {
    address: {
      transport: 'tls',
      hosts: host === undefined ? addresses() : [host],
      port: own.port,
      key: key.toString('hex'),
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy(); // also of those who have not said anything yet
    },
  };
}

/** By which address a connection was made. */
export const reachedBy: WeakMap<Duplex, string> = new WeakMap();

/** By the first of the addresses that leads there. */
export async function openByTls({ hosts, port, key }: TlsAddress): Promise<Duplex> {
  const psk = Buffer.from(key, 'hex');
  const all: TLSSocket[] = [];
  const attempts = hosts.map(
    (host) =>
      new Promise<TLSSocket>((resolve, reject) => {
        const socket = connectTls({
          ...TLS_OPTIONS,
          host,
          port,
          timeout: MOST_MS,
          pskCallback: () => ({ psk, identity: 'worker' }),
          checkServerIdentity: () => undefined,
        });
        all.push(socket);
        socket.once('secureConnect', () => resolve(socket));
        socket.once('timeout', () => reject(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })));
        socket.once('error', reject);
      }),
  );
  try {
    const first = await Promise.any(attempts);
    for (const socket of all) if (socket !== first) socket.destroy();
    reachedBy.set(first, first.remoteAddress!);
    first.removeAllListeners('timeout').removeAllListeners('error').setTimeout(0);
    return tuned(first);
  } catch (error) {
    for (const socket of all) socket.destroy();
    const { errors } = error as AggregateError;
    throw errors.find(mayPass) ?? errors[0];
  }
}

function tuned(socket: TLSSocket): TLSSocket {
  return socket.setNoDelay(true).setKeepAlive(true, 10_000);
}

/** All under which this machine may be reached. */
function addresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const outside = all
    .filter(({ internal, address }) => !internal && !address.startsWith('fe80'))
    .map(({ address }) => address);
  return [...new Set([...outside, hostname(), '127.0.0.1'])];
}
