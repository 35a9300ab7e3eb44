// Long because it is one thing: what a thread says to a server.
import { isMainThread } from 'node:worker_threads';
import { EOFError, OSError } from '@prac/exceptions';
import { currentTask } from '@prac/park';
import { dumps, loads, loadsSync } from '@prac/pickle';
import type { Address } from '../connection/address.ts';
import { Client, ClientSync } from '../connection/client.ts';
import type { Connection } from '../connection/connection.ts';
import { shared } from '../internal/world.ts';
import {
  CALL,
  CANCEL,
  CREATE,
  DONE,
  HEADER_BYTES,
  NOTHING,
  named,
  numberOf,
  type RefChange,
  type Request,
  type Token,
  withHeader,
} from './protocol.ts';

/*
 * What this thread has to do with the server of a manager: two connections, each made when it is needed.
 *
 *   calls that block         one request, one answer
 *   calls that are promises  any number of requests, answered in any order; somebody listens as long as there are some
 *
 * How many of the server's objects this thread has is told with the next request; at once, if one of them goes to somebody else.
 */
const NONE: readonly RefChange[] = [];

interface Pending {
  resolve(message: Buffer): void;
  reject(error: unknown): void;
}

export class Session {
  readonly address: Address;
  readonly #authkey: Uint8Array;
  readonly #name = crypto.randomUUID();
  readonly #changes = new Map<string, { own: number; onTheirWay: number }>();
  readonly #pending = new Map<number, Pending>();
  #number = 0;
  #blocking: Connection | undefined;
  #connection: Promise<Connection> | undefined;
  /** As soon as it is there. */
  #connected: Connection | undefined;
  #listening: AbortController | undefined;

  constructor(address: Address, authkey: Uint8Array) {
    this.address = address;
    this.#authkey = authkey;
  }

  /** Has an object made. */
  create(typeid: string, args: readonly unknown[]): Promise<Token> {
    return this.request(CREATE, typeid, '', args) as Promise<Token>;
  }

  createSync(typeid: string, args: readonly unknown[]): Token {
    return this.requestSync(CREATE, typeid, '', args) as Token;
  }

  call(ident: string, method: string, args: readonly unknown[]): Promise<unknown> {
    return this.request(CALL, ident, method, args);
  }

  callSync(ident: string, method: string, args: readonly unknown[]): unknown {
    return this.requestSync(CALL, ident, method, args);
  }

  async request(op: string, ident: string, method: string, args: readonly unknown[]): Promise<unknown> {
    const { signal, signalAt, plain } = withoutSignal(args);
    signal?.throwIfAborted();
    const number = ++this.#number;
    const owner = ownerNumber();
    const request = { op, ident, method, args: plain, owner, signalAt, refs: NONE };
    // Before anything is waited for: who calls without waiting has its arguments as they are now.
    const pickle = this.#pickled(request);
    const connection = this.#connected ?? (await this.#connect());
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
    this.#pending.set(number, { resolve, reject });
    const abort = (): void => {
      reject(signal!.reason);
      this.#pending.delete(number);
      if (this.#pending.size === 0) this.#listening?.abort(); // its answer is nobody's
      void this.#send(connection, 0, { ...request, op: CANCEL, ident: String(number), args: [] });
    };
    signal?.addEventListener('abort', abort);
    try {
      signal?.throwIfAborted(); // meanwhile
      connection.sendBytes(withHeader(number, pickle)).catch((error: unknown) => this.#lose(connection, error));
      this.#listen(connection);
      return await answerOf(await promise);
    } finally {
      this.#pending.delete(number);
      signal?.removeEventListener('abort', abort);
    }
  }

  requestSync(op: string, ident: string, method: string, args: readonly unknown[]): unknown {
    const number = ++this.#number;
    const pickle = this.#pickled({ op, ident, method, args, owner: ownerNumber(), signalAt: -1, refs: NONE });
    return answerOfSync(this.#exchange(this.#connectSync(), number, pickle));
  }

  /** Sends a request, and waits for its answer. One that was given up by a signal's handler comes later, and is nobody's. */
  #exchange(connection: Connection, number: number, pickle: Uint8Array): Buffer {
    try {
      connection.sendBytesSync(withHeader(number, pickle));
      for (;;) {
        const message = connection.recvBytesSync();
        if (numberOf(message) === number) return message;
      }
    } catch (error) {
      if (error instanceof OSError || error instanceof EOFError) this.#forgetBlocking(connection); // the server has ended
      throw error;
    }
  }

  /** An object that this thread has once more, or no more. */
  change(ident: string, own: number, onTheirWay: number): void {
    const change = this.#changes.get(ident) ?? { own: 0, onTheirWay: 0 };
    change.own += own;
    change.onTheirWay += onTheirWay;
    this.#changes.set(ident, change);
  }

  /** Somebody else is to have an object: its server has to know before this thread has it no more. */
  giveAway(ident: string): void {
    this.change(ident, 0, 1);
    const request = { op: NOTHING, ident, method: '', args: [], owner: 0, signalAt: -1, refs: NONE };
    if (this.#blocking === undefined && this.#connected !== undefined) {
      void this.#send(this.#connected, 0, request);
      return;
    }
    this.#connectSync().sendBytesSync(withHeader(0, this.#pickled(request)));
  }

  /** Says something that needs no answer, if that is possible at once. */
  tell(op: string): boolean {
    const request = { op, ident: '', method: '', args: [], owner: 0, signalAt: -1, refs: NONE };
    const connection = this.#blocking ?? this.#connected;
    if (connection === undefined || connection.closed) return false;
    void this.#send(connection, 0, request);
    return true;
  }

  /** Whether its server is there, and takes the key. */
  async check(): Promise<void> {
    this.#connected ?? (await this.#connect());
  }

  checkSync(): void {
    this.#connectSync();
  }

  /** This thread asks for nothing more. */
  close(): void {
    this.#blocking?.close();
    this.#connected?.close();
    this.#blocking = undefined;
    this.#connected = undefined;
    this.#connection = undefined;
  }

  #pickled(request: Request): Uint8Array {
    return dumps<unknown>({ ...request, refs: this.#takeChanges() }, named(request.method || request.ident));
  }

  #takeChanges(): readonly RefChange[] {
    if (this.#changes.size === 0) return NONE;
    const changes = [...this.#changes].map(([ident, { own, onTheirWay }]) => [ident, own, onTheirWay] as const);
    this.#changes.clear();
    return changes;
  }

  async #send(connection: Connection, number: number, request: Request): Promise<void> {
    await connection.sendBytes(withHeader(number, this.#pickled(request))).catch(() => {});
  }

  #connectSync(): Connection {
    if (this.#blocking !== undefined && !this.#blocking.closed) return this.#blocking;
    const connection = ClientSync(this.address, { authkey: this.#authkey });
    connection.sendBytesSync(Buffer.from(this.#name));
    this.#blocking = connection;
    return connection;
  }

  #forgetBlocking(connection: Connection): void {
    connection.close();
    if (this.#blocking === connection) this.#blocking = undefined;
  }

  #connect(): Promise<Connection> {
    this.#connection ??= this.#connectOnce();
    return this.#connection;
  }

  async #connectOnce(): Promise<Connection> {
    try {
      const connection = await Client(this.address, { authkey: this.#authkey });
      await connection.sendBytes(Buffer.from(this.#name));
      this.#connected = connection;
      return connection;
    } catch (error) {
      this.#connection = undefined;
      throw error;
    }
  }

  #listen(connection: Connection): void {
    if (this.#listening !== undefined) return;
    this.#listening = new AbortController();
    void this.#hear(connection, this.#listening);
  }

  async #hear(connection: Connection, listening: AbortController): Promise<void> {
    try {
      while (this.#pending.size > 0) {
        const message = await connection.recvBytes({ signal: listening.signal });
        const number = numberOf(message);
        const waiting = this.#pending.get(number);
        this.#pending.delete(number);
        waiting?.resolve(message);
      }
    } catch (error) {
      if (!listening.signal.aborted) this.#lose(connection, error);
    }
    this.#listening = undefined;
    if (this.#pending.size > 0 && !connection.closed) this.#listen(connection);
  }

  #lose(connection: Connection, error: unknown): void {
    connection.close();
    if (this.#connected === connection) {
      this.#connected = undefined;
      this.#connection = undefined;
    }
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }
}

function withoutSignal(args: readonly unknown[]): {
  readonly signal: AbortSignal | undefined;
  readonly signalAt: number;
  readonly plain: readonly unknown[];
} {
  const last = args.at(-1) as { readonly signal?: unknown } | null | undefined;
  if (typeof last !== 'object' || last === null || !(last.signal instanceof AbortSignal))
    return { signal: undefined, signalAt: -1, plain: args };
  const { signal, ...rest } = last;
  return { signal: signal as AbortSignal, signalAt: args.length - 1, plain: [...args.slice(0, -1), rest] };
}

async function answerOf(message: Buffer): Promise<unknown> {
  const value = await loads(message.subarray(HEADER_BYTES + 1));
  if (message[HEADER_BYTES] === DONE) return value;
  throw value;
}

function answerOfSync(message: Buffer): unknown {
  const value = loadsSync(message.subarray(HEADER_BYTES + 1));
  if (message[HEADER_BYTES] === DONE) return value;
  throw value;
}

interface Owners {
  readonly numbers: WeakMap<object, number>;
  count: number;
}

const owners: Owners = shared('owners', () => ({ numbers: new WeakMap<object, number>(), count: 0 }));

/** Of the task that runs; 0: none. */
function ownerNumber(): number {
  const task = currentTask();
  if (task === undefined) return 0;
  const number = owners.numbers.get(task) ?? ++owners.count;
  owners.numbers.set(task, number);
  return number;
}

const sessions: Map<string, Session> = shared('sessions', () => {
  const all = new Map<string, Session>();
  if (!isMainThread) process.on('exit', () => closeAll(all));
  return all;
});

/** That of this thread with the server at an address. */
export function sessionWith(address: Address, authkey: Uint8Array): Session {
  const key = String(address);
  const session = sessions.get(key) ?? new Session(address, authkey);
  sessions.set(key, session);
  return session;
}

/** The server is no more: another may get the address. */
export function forgetSession(address: Address): void {
  sessions.get(String(address))?.close();
  sessions.delete(String(address));
}

function closeAll(all: ReadonlyMap<string, Session>): void {
  for (const session of all.values()) session.close();
}
