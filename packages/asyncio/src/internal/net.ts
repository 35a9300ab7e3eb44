import type * as Net from 'node:net';
import type * as Tls from 'node:tls';

// Loaded with the first connection: TLS alone takes Node as long as all of this package.

export const net = (): typeof Net => process.getBuiltinModule('node:net');
export const tls = (): typeof Tls => process.getBuiltinModule('node:tls');

/** Whether a connection is encrypted. */
export function isEncrypted(socket: object): socket is Tls.TLSSocket {
  return (socket as Partial<Tls.TLSSocket>).encrypted === true;
}
