import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { Invitation } from './messages.ts';
import { TLS_OPTIONS } from './wire.ts';

const MOST_MS = 10_000;

/** A connection to the coordinator: by the first of its addresses that leads there. @throws if none does. */
export async function connect({ hosts, port, key }: Invitation): Promise<TLSSocket> {
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
        socket.once('timeout', () => reject(new Error('no answer')));
        socket.once('error', reject);
      }),
  );
  try {
    const first = await Promise.any(attempts);
    for (const socket of all) if (socket !== first) socket.destroy();
    first.removeAllListeners('timeout').removeAllListeners('error').setTimeout(0);
    return first;
  } catch (error) {
    for (const socket of all) socket.destroy();
    throw (error as AggregateError).errors[0];
  }
}
