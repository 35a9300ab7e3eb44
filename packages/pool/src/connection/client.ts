import { checkedOptions, OSError } from '@prac/exceptions';
import { constants, libc, type SocketAddress } from '@prac/libc';
import { block, now, type Steps, suspend } from '@prac/park';
import { travels } from '../internal/world.ts';
import { type Address, type Family, familyOf, resolved, resolvedSync } from './address.ts';
import { answerChallenge, deliverChallenge } from './authentication.ts';
import type { Connection, SignalOption } from './connection.ts';
import { Descriptor, readyAmong } from './descriptor.ts';
import { checkedKey, connectionOn, proven } from './listener.ts';
import { needsLibc } from './pipe.ts';
import type { Form } from './turn.ts';

/** Options of a {@link Client}. */
export interface ClientOptions {
  /** How the address is meant. @defaultValue as it looks */
  readonly family?: Family | null | undefined;
  /** The key of the listener, which has to prove that it knows it, too. @defaultValue nothing is proven */
  readonly authkey?: Uint8Array | null | undefined;
}

const FLAGS = constants.SOCK_CLOEXEC | constants.SOCK_NONBLOCK;
/** So long after a listener was found busy it is tried again, in milliseconds. */
const AGAIN_MS = 5;

/**
 * Connects to a `Listener`.
 *
 * What is received is opened as a pickle, which may run any code: connect to whom you trust.
 *
 * Python: `multiprocessing.connection.Client`.
 *
 * @throws {ConnectionRefusedError} if nobody listens there. {AuthenticationError} if one of the two does not know the other's key.
 */
export async function Client<Sent = unknown, Received = unknown>(
  address: Address,
  options?: (ClientOptions & SignalOption) | null,
): Promise<Connection<Sent, Received>> {
  const { family, authkey, signal } = checkedOptions(options, ['family', 'authkey', 'signal']);
  const key = checkedKey(authkey);
  const kind = familyOf(address, family);
  needsLibc();
  signal?.throwIfAborted();
  const there = await resolved(address, kind);
  return (await suspend(connect(there, 'async', key), { signal })) as Connection<Sent, Received>;
}

/** Blocking form of {@link Client}. */
export function ClientSync<Sent = unknown, Received = unknown>(
  address: Address,
  options?: ClientOptions | null,
): Connection<Sent, Received> {
  const { family, authkey } = checkedOptions(options, ['family', 'authkey']);
  const key = checkedKey(authkey);
  const kind = familyOf(address, family);
  needsLibc();
  return block(connect(resolvedSync(address, kind), 'sync', key)) as Connection<Sent, Received>;
}

travels('Client', Client, '@prac/pool/connection');
travels('ClientSync', ClientSync, '@prac/pool/connection');

function* connect(address: SocketAddress, form: Form, key: Uint8Array | undefined): Steps<Connection> {
  const connection = connectionOn(yield* connected(address), address.family);
  if (key === undefined) return connection;
  return yield* proven(connection, function* () {
    yield* answerChallenge(connection, form, key);
    yield* deliverChallenge(connection, form, key);
  });
}

function* connected(address: SocketAddress): Steps<number> {
  const { sockets } = libc();
  const fd = sockets.socket(address.family, FLAGS);
  if (fd < 0) throw new OSError(-fd);
  const descriptor = new Descriptor(fd, constants.POLLOUT);
  let isConnected = false;
  try {
    let result = sockets.connect(fd, address);
    while (result === -constants.EAGAIN) {
      yield { on: [], deadline: now() + AGAIN_MS }; // too many wait for the listener: a socket with a path does not tell when
      result = sockets.connect(fd, address);
    }
    if (result === -constants.EINPROGRESS || result === -constants.EINTR) {
      while (!readyAmong([descriptor])[0]) yield { on: [descriptor], deadline: Number.POSITIVE_INFINITY };
      result = sockets.errorOf(fd);
    }
    if (result < 0) throw new OSError(-result);
    isConnected = true;
    return fd;
  } finally {
    descriptor.forget();
    if (!isConnected) libc().close(fd);
  }
}
