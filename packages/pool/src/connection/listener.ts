import { lstatSync, mkdtempSync, rmdirSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { checkedOptions, OSError, repr } from '@prac/exceptions';
import { constants, libc, type SocketAddress } from '@prac/libc';
import { block, type Steps, suspend } from '@prac/park';
import type { Journey } from '@prac/sync/memory';
import { inherit } from '../internal/spawning.ts';
import { travels } from '../internal/world.ts';
import { type Address, addressOf, type Family, familyOf, resolvedSync } from './address.ts';
import { answerChallenge, deliverChallenge } from './authentication.ts';
import { Connection, Making, type SignalOption } from './connection.ts';
import { Descriptor } from './descriptor.ts';
import { needsLibc } from './pipe.ts';
import type { Form } from './turn.ts';

/** Options of a {@link Listener}. */
export interface ListenerOptions {
  /** How the address is meant. @defaultValue as it looks */
  readonly family?: Family | null | undefined;
  /** So many may have connected, and not been accepted. @defaultValue 1 */
  readonly backlog?: number | null | undefined;
  /** Who connects has to prove that it knows this key. @defaultValue anybody may connect */
  readonly authkey?: Uint8Array | null | undefined;
}

const FLAGS = constants.SOCK_CLOEXEC | constants.SOCK_NONBLOCK;
/** Those who gave up before they were accepted. */
const GONE = [-103, -71, -1];

/** One that another process has made. */
class Adopted {
  readonly fd: number;
  readonly address: Address;
  constructor(fd: number, address: Address) {
    this.fd = fd;
    this.address = address;
  }
}

/** What is to be removed when it is closed, or this process ends. */
const left = new Set<string>();

/**
 * Accepts connections, of this machine (a path) or of others (a host and a port).
 *
 * What is received is opened as a pickle, which may run any code: listen to others only with a key. Python's `Client` may connect, too, and
 * exchange bytes.
 *
 * Python: `multiprocessing.connection.Listener`.
 *
 * @example
 * import { Client, Listener } from '@prac/pool/connection';
 * const authkey = Buffer.from('secret');
 * using listener = new Listener(['localhost', 0], { authkey });
 * const [server, client] = await Promise.all([listener.accept(), Client(listener.address, { authkey })]);
 * await client.send({ hello: 'world' });
 * console.log(await server.recv()); // { hello: 'world' }
 */
export class Listener {
  readonly #address: Address;
  readonly #authkey: Uint8Array | undefined;
  readonly #descriptor: Descriptor;
  /** To be removed. */
  #path: string | undefined;
  #isClosed = false;
  #lastAccepted: Address | undefined;

  /**
   * @param address - @defaultValue a path of its own, which nobody else can reach
   * @throws {OSError} if the address is taken, or is none of this machine.
   */
  constructor(address?: Address | null, options?: ListenerOptions | null) {
    const { family, backlog, authkey } = checkedOptions(options, ['family', 'backlog', 'authkey']);
    this.#authkey = checkedKey(authkey);
    if ((address as unknown) instanceof Adopted) {
      const { fd, address: at } = address as unknown as Adopted;
      this.#address = at;
      this.#descriptor = new Descriptor(fd, constants.POLLIN);
      return;
    }
    const wanted =
      (address === '' ? null : address) ??
      (family == null || family === 'AF_UNIX' ? newPath() : (['localhost', 0] as const));
    const kind = familyOf(wanted, family);
    if (backlog != null && !Number.isInteger(backlog))
      throw new TypeError(`Expected backlog to be an integer, got ${repr(backlog)}`);
    needsLibc();
    const [fd, name] = listening(resolvedSync(wanted, kind), backlog ?? 1);
    this.#address = addressOf(name);
    if (typeof wanted === 'string' && wanted[0] !== '\0') {
      this.#path = resolve(wanted);
      left.add(this.#path);
    }
    this.#descriptor = new Descriptor(fd, constants.POLLIN);
    opened.register(this, fd, this);
  }

  /**
   * Waits for the next who connects.
   *
   * @throws {AuthenticationError} if it does not know the key. {OSError} if the listener is closed.
   */
  async accept<Sent = unknown, Received = unknown>(options?: SignalOption | null): Promise<Connection<Sent, Received>> {
    const { signal } = checkedOptions(options, ['signal']);
    return (await suspend(this.#accept('async'), { signal })) as Connection<Sent, Received>;
  }

  /** Blocking form of {@link accept}. */
  acceptSync<Sent = unknown, Received = unknown>(): Connection<Sent, Received> {
    return block(this.#accept('sync')) as Connection<Sent, Received>;
  }

  *#accept(form: Form): Steps<Connection> {
    const connection = yield* this.#next();
    const key = this.#authkey;
    if (key === undefined) return connection;
    return yield* proven(connection, function* () {
      yield* deliverChallenge(connection, form, key);
      yield* answerChallenge(connection, form, key);
    });
  }

  *#next(): Steps<Connection> {
    for (;;) {
      this.#check();
      const accepted = libc().sockets.accept(this.#descriptor.fd, FLAGS);
      if (typeof accepted !== 'number') {
        this.#lastAccepted = addressOf(accepted[1]);
        return connectionOn(accepted[0], accepted[1].family);
      }
      if (accepted === -constants.EAGAIN) yield { on: [this.#descriptor], deadline: Number.POSITIVE_INFINITY };
      else if (accepted !== -constants.EINTR && !GONE.includes(accepted)) throw new OSError(-accepted);
    }
  }

  /** Listens no more. Connections that it has accepted stay. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#descriptor.wake();
    this.#descriptor.forget();
    opened.unregister(this);
    libc().close(this.#descriptor.fd);
    if (this.#path !== undefined) remove(this.#path);
  }

  /** Where it listens: with the port that it was given. */
  get address(): Address {
    return this.#address;
  }

  /** Where the last one who has connected is; `undefined` before. (A path is empty: who connects has none.) */
  get lastAccepted(): Address | undefined {
    return this.#lastAccepted;
  }

  /** What becomes readable when somebody connects. @throws {OSError} if it is closed. */
  fileno(): number {
    this.#check();
    return this.#descriptor.fd;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** For a process that is about to be started. Nothing: none is. @internal */
  parcel(): readonly unknown[] | undefined {
    this.#check();
    const { fd } = this.#descriptor;
    return inherit(fd) ? [fd, this.#address, this.#authkey] : undefined;
  }

  /** Somebody else listens there from now on. @returns What takes the address away, when that is over. @internal */
  handOver(): () => void {
    const path = this.#path;
    this.#path = undefined;
    this.close();
    return () => path !== undefined && remove(path);
  }

  #check(): void {
    if (this.#isClosed) throw new OSError('listener is closed');
  }
}

travels('Listener', Listener, '@prac/pool/connection');
Object.defineProperty(Listener.prototype, Symbol.for('prac.pickle.reduce'), {
  value(this: Listener, { refuse }: Journey) {
    const parcel = this.parcel();
    if (parcel === undefined)
      refuse('it listens in this process', 'send its address, or give it to a process as an argument');
    return [adopted, parcel];
  },
  configurable: true,
  writable: true,
});

/** In a process that has inherited it. */
const adopted = travels(
  'adopted',
  (fd: number, address: Address, authkey: Uint8Array | undefined): Listener => {
    libc().fcntl(fd, constants.F_SETFD, constants.FD_CLOEXEC);
    return new Listener(new Adopted(fd, address) as never, { authkey });
  },
  '@prac/pool/connection',
);

/** When nobody has it any more. */
const opened = new FinalizationRegistry<number>((fd) => libc().close(fd));

const FOLDER = 'prac-listener-';

function newPath(): string {
  return join(mkdtempSync(join(tmpdir(), FOLDER)), 'socket');
}

/** A socket; and its folder, if that was made for it. */
function remove(path: string): void {
  left.delete(path);
  try {
    if (lstatSync(path).isSocket()) unlinkSync(path);
    if (basename(dirname(path)).startsWith(FOLDER)) rmdirSync(dirname(path));
  } catch {
    // Somebody has done it.
  }
}

process.on('exit', () => {
  for (const path of left) remove(path);
});

function listening(address: SocketAddress, backlog: number): readonly [fd: number, name: SocketAddress] {
  const { sockets } = libc();
  const fd = sockets.socket(address.family, FLAGS);
  if (fd < 0) throw new OSError(-fd);
  try {
    if (address.family !== 'unix') checked(sockets.setOption(fd, constants.SOL_SOCKET, constants.SO_REUSEADDR, 1));
    checked(sockets.bind(fd, address));
    checked(sockets.listen(fd, backlog));
    const name = sockets.nameOf(fd);
    if (typeof name === 'number') throw new OSError(-name);
    return [fd, name];
  } catch (error) {
    libc().close(fd);
    throw error;
  }
}

function checked(result: number): void {
  if (result < 0) throw new OSError(-result);
}

/** A connection on a socket: what is read and what is written are two descriptors, which are waited for apart. */
export function connectionOn(fd: number, family: SocketAddress['family']): Connection {
  if (family !== 'unix') libc().sockets.setOption(fd, constants.IPPROTO_TCP, constants.TCP_NODELAY, 1);
  const writeFd = libc().fcntl(fd, constants.F_DUPFD_CLOEXEC);
  if (writeFd < 0) {
    libc().close(fd);
    throw new OSError(-writeFd);
  }
  return new Connection(new Making({ readFd: fd, writeFd, isSocket: true }));
}

/** @throws {TypeError} if it is no key. */
export function checkedKey(authkey: Uint8Array | null | undefined): Uint8Array | undefined {
  if (authkey != null && !(authkey instanceof Uint8Array)) throw new TypeError('authkey should be a byte string');
  return authkey ?? undefined;
}

/** Closes the connection if what is to be proven is not. */
export function* proven(connection: Connection, steps: () => Steps<void>): Steps<Connection> {
  let isProven = false;
  try {
    yield* steps();
    isProven = true;
    return connection;
  } finally {
    if (!isProven) connection.close();
  }
}
