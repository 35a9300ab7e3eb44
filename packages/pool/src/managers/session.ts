// Long because it is one thing: what a thread says to a server.
import { isMainThread } from 'node:worker_threads';
import { EOFError, OSError, RuntimeError } from '@prac/exceptions';
import { currentTask, now, outsideTasks, type Steps, suspend, type Waitable } from '@prac/park';
import { dumps, loads, loadsSync } from '@prac/pickle';
import type { Address } from '../connection/address.ts';
import { Client, ClientSync } from '../connection/client.ts';
import type { Connection } from '../connection/connection.ts';
import { RemoteError } from '../errors.ts';
import { giving } from '../internal/giving.ts';
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
 * A call that is given up is called off in the server, and waits for what becomes of that: if the method was quicker, there is its result, and
 * nothing is lost.
 *
 * How many of the server's objects this thread has is told with the next request; at once, if one of them goes to somebody else.
 */
const NONE: readonly RefChange[] = [];
/** What becomes of a call that is called off is waited for so long, in milliseconds. */
const LONGEST_CANCEL_MS = 2000;

/** A request that is not answered. */
class Pending implements Waitable {
  readonly blocker = null;
  message: Buffer | undefined;
  failure: { readonly error: unknown } | undefined;
  #callback: (() => void) | undefined;

  get isSettled(): boolean {
    return this.message !== undefined || this.failure !== undefined;
  }

  settle(message: Buffer | undefined, failure?: { readonly error: unknown }): void {
    this.message = message;
    this.failure = failure;
    this.#callback?.();
  }

  watch(callback: () => void): void {
    this.#callback = callback;
  }

  unwatch(): void {
    this.#callback = undefined;
  }
}

interface Change {
  own: number;
  posted: string[];
  arrived: string[];
}

/** What is asked of a server. */
type Asking = Pick<Request, 'op' | 'ident' | 'method' | 'args' | 'signalAt'>;

export class Session {
  readonly address: Address;
  readonly #authkey: Uint8Array;
  readonly #name = crypto.randomUUID();
  readonly #changes = new Map<string, Change>();
  readonly #pending = new Map<number, Pending>();
  /** The number of the server: known with the first connection. */
  server: string | undefined;
  #number = 0;
  #blocking: Connection | undefined;
  /** The thread waits for an answer by that one. */
  #isBlocked = false;
  #connection: Promise<Connection> | undefined;
  /** As soon as it is there. */
  #connected: Connection | undefined;
  #listening: AbortController | undefined;
  #isClosed = false;

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

  call(token: Token, method: string, args: readonly unknown[]): Promise<unknown> {
    return this.request(CALL, token.ident, method, args, token.server);
  }

  callSync(token: Token, method: string, args: readonly unknown[]): unknown {
    return this.requestSync(CALL, token.ident, method, args, token.server);
  }

  /** @param server - Of which that is asked: not of another that is at the same address now. */
  async request(
    op: string,
    ident: string,
    method: string,
    args: readonly unknown[],
    server?: string,
  ): Promise<unknown> {
    const { signal, signalAt, plain } = withoutSignal(args);
    signal?.throwIfAborted();
    // Before anything is waited for: who calls without waiting has its arguments as they are now.
    const [pickle, undo] = giving(() => this.#pickled({ op, ident, method, args: plain, signalAt }));
    const number = ++this.#number;
    let connection: Connection;
    try {
      connection = this.#connected ?? (await this.#connect());
      this.#checkServer(server);
      signal?.throwIfAborted(); // meanwhile
    } catch (error) {
      undo?.();
      throw error;
    }
    const pending = new Pending();
    this.#pending.set(number, pending);
    const lose = (error: unknown): void => this.#lose(connection, error);
    void outsideTasks(() => connection.sendBytes(withHeader(number, pickle))).catch(lose);
    this.#listen(connection);
    return answerOf(await suspend(this.#answered(pending, number, connection), { signal }));
  }

  *#answered(pending: Pending, number: number, connection: Connection): Steps<Buffer> {
    try {
      while (!pending.isSettled) yield { on: [pending], deadline: Number.POSITIVE_INFINITY };
    } catch (reason) {
      void this.#tell(connection, { op: CANCEL, ident: String(number), method: '', args: [], signalAt: -1 });
      yield* settledWithin(pending, now() + LONGEST_CANCEL_MS);
      if (pending.message?.[HEADER_BYTES] !== DONE) throw reason; // it is off
    } finally {
      this.#pending.delete(number);
      if (this.#pending.size === 0) this.#listening?.abort();
    }
    if (pending.failure !== undefined) throw pending.failure.error;
    return pending.message!;
  }

  requestSync(op: string, ident: string, method: string, args: readonly unknown[], server?: string): unknown {
    const [pickle, undo] = giving(() => this.#pickled({ op, ident, method, args, signalAt: -1 }));
    let connection: Connection;
    try {
      connection = this.#isBlocked ? this.#openSync() : this.#connectSync(); // a signal's handler calls in the middle of a call
      this.#checkServer(server);
    } catch (error) {
      undo?.();
      throw error;
    }
    const before = this.#isBlocked;
    this.#isBlocked = true;
    try {
      return answerOfSync(this.#exchange(connection, ++this.#number, pickle));
    } finally {
      this.#isBlocked = before;
      if (before) connection.close();
    }
  }

  /** Sends a request, and waits for its answer. */
  #exchange(connection: Connection, number: number, pickle: Uint8Array): Buffer {
    try {
      connection.sendBytesSync(withHeader(number, pickle));
      return nextAnswer(connection, number);
    } catch (error) {
      if (error instanceof OSError || error instanceof EOFError)
        this.#forgetBlocking(connection); // the server has ended
      else this.#callOff(connection, number);
      throw error;
    }
  }

  /** A signal's handler has thrown: nobody is to wait in the server, and the answer is not to be taken for the next one. */
  #callOff(connection: Connection, number: number): void {
    try {
      const cancel = { op: CANCEL, ident: String(number), method: '', args: [], signalAt: -1 };
      connection.sendBytesSync(withHeader(0, this.#pickled(cancel)));
      if (connection.pollSync(LONGEST_CANCEL_MS / 1000)) nextAnswer(connection, number);
    } catch {
      this.#forgetBlocking(connection);
    }
  }

  /** An object that this thread has once more, or no more. @param arrived - The ticket by which it came. */
  change(ident: string, own: number, arrived?: string): void {
    const change = this.#changeOf(ident);
    change.own += own;
    if (arrived !== undefined) change.arrived.push(arrived);
  }

  /** Somebody else is to have an object: its server has to know before this thread has it no more. @returns A ticket. */
  giveAway(ident: string): string {
    const ticket = newTicket();
    this.#changeOf(ident).posted.push(ticket);
    const nothing = { op: NOTHING, ident: '', method: '', args: [], signalAt: -1 };
    if ((this.#blocking === undefined || this.#isBlocked) && this.#connected !== undefined)
      void this.#tell(this.#connected, nothing);
    else this.#connectSync().sendBytesSync(withHeader(0, this.#pickled(nothing)));
    return ticket;
  }

  /** Whether its server is there, and takes the key. */
  async check(): Promise<void> {
    this.#connected ?? (await this.#connect());
  }

  checkSync(): void {
    this.#connectSync();
  }

  /** Says something that needs no answer, if that is possible at once. */
  tell(op: string): boolean {
    const connection = this.#blocking ?? this.#connected;
    if (connection === undefined || connection.closed) return false;
    void this.#tell(connection, { op, ident: '', method: '', args: [], signalAt: -1 });
    return true;
  }

  /** This thread asks for nothing more. */
  close(): void {
    this.#isClosed = true;
    this.#blocking?.close();
    this.#connected?.close();
    this.#blocking = undefined;
    this.#connected = undefined;
    this.#connection = undefined;
    forget(this);
  }

  #changeOf(ident: string): Change {
    const change = this.#changes.get(ident) ?? { own: 0, posted: [], arrived: [] };
    this.#changes.set(ident, change);
    return change;
  }

  /** With what is to be told of objects. That stays, if it cannot be pickled. */
  #pickled(asking: Asking): Uint8Array {
    const owner = ownerNumber();
    const name = named(asking.method || asking.ident);
    if (this.#changes.size === 0) return dumps<unknown>({ ...asking, owner, refs: NONE }, name);
    const told = [...this.#changes];
    const refs = told.map(([ident, { own, posted, arrived }]): RefChange => [ident, own, posted, arrived]);
    this.#changes.clear();
    try {
      return dumps<unknown>({ ...asking, owner, refs }, name);
    } catch (error) {
      for (const [ident, { own, posted, arrived }] of told) {
        const change = this.#changeOf(ident);
        change.own += own;
        change.posted.push(...posted);
        change.arrived.push(...arrived);
      }
      throw error;
    }
  }

  async #tell(connection: Connection, asking: Asking): Promise<void> {
    const message = withHeader(0, this.#pickled(asking));
    await outsideTasks(() => connection.sendBytes(message)).catch(() => {});
  }

  #connectSync(): Connection {
    if (this.#blocking !== undefined && !this.#blocking.closed) return this.#blocking;
    this.#blocking = this.#openSync();
    return this.#blocking;
  }

  #openSync(): Connection {
    this.#checkOpen();
    if (isServedHere(this.address))
      throw new RuntimeError('the server is in this very thread: it cannot answer while the thread is blocked');
    const connection = ClientSync(this.address, { authkey: this.#authkey });
    connection.sendBytesSync(Buffer.from(this.#name));
    this.#meet(connection, String(connection.recvBytesSync()));
    return connection;
  }

  #forgetBlocking(connection: Connection): void {
    connection.close();
    if (this.#blocking === connection) this.#blocking = undefined;
  }

  #connect(): Promise<Connection> {
    this.#connection ??= outsideTasks(() => this.#open());
    return this.#connection;
  }

  async #open(): Promise<Connection> {
    try {
      this.#checkOpen();
      const connection = await Client(this.address, { authkey: this.#authkey });
      await connection.sendBytes(Buffer.from(this.#name));
      this.#meet(connection, String(await connection.recvBytes()));
      this.#connected = connection;
      return connection;
    } catch (error) {
      this.#connection = undefined;
      throw error;
    }
  }

  /** @throws {RemoteError} if it is another server than before. */
  #meet(connection: Connection, server: string): void {
    if (this.server !== undefined && this.server !== server) {
      connection.close();
      this.close();
      throw new RemoteError('the server has ended: another one is at its address now');
    }
    this.server = server;
  }

  #checkServer(server: string | undefined): void {
    if (server !== undefined && server !== this.server)
      throw new RemoteError('the server that had the object has ended: another one is at its address now');
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new RemoteError('the server has ended');
  }

  #listen(connection: Connection): void {
    if (this.#listening !== undefined) return;
    this.#listening = new AbortController();
    void this.#hear(connection, this.#listening);
  }

  async #hear(connection: Connection, listening: AbortController): Promise<void> {
    try {
      while (this.#pending.size > 0) {
        const message = await outsideTasks(() => connection.recvBytes({ signal: listening.signal }));
        const number = numberOf(message);
        const pending = this.#pending.get(number);
        this.#pending.delete(number);
        pending?.settle(message);
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
    const lost = [...this.#pending.values()];
    this.#pending.clear();
    for (const pending of lost) pending.settle(undefined, { error });
  }
}

/** Whatever is thrown into it meanwhile. */
function* settledWithin(pending: Pending, deadline: number): Steps<void> {
  while (!pending.isSettled && now() < deadline) {
    try {
      yield { on: [pending], deadline };
    } catch {
      // It is called off already.
    }
  }
}

/** Others are of calls that were given up. */
function nextAnswer(connection: Connection, number: number): Buffer {
  for (;;) {
    const message = connection.recvBytesSync();
    if (numberOf(message) === number) return message;
  }
}

function withoutSignal(args: readonly unknown[]): {
  readonly signal: AbortSignal | undefined;
  readonly signalAt: number;
  readonly plain: readonly unknown[];
} {
  const last = args.at(-1) as { readonly signal?: unknown } | null | undefined;
  if (typeof last !== 'object' || last === null || Object.getPrototypeOf(last) !== Object.prototype)
    return { signal: undefined, signalAt: -1, plain: args };
  const { signal, ...rest } = last;
  if (!(signal instanceof AbortSignal)) return { signal: undefined, signalAt: -1, plain: args };
  return { signal, signalAt: args.length - 1, plain: [...args.slice(0, -1), rest] };
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

/** For something that is on its way. */
export function newTicket(): string {
  return Math.random().toString(36).slice(2);
}

interface Sessions {
  readonly all: Map<string, Session>;
  /** Servers of this thread. */
  readonly served: Set<string>;
  readonly numbers: WeakMap<object, number>;
  count: number;
}

const state: Sessions = shared('sessions', () => {
  const all = new Map<string, Session>();
  if (!isMainThread)
    process.on('exit', () => {
      for (const session of [...all.values()]) session.close();
    });
  return { all, served: new Set<string>(), numbers: new WeakMap<object, number>(), count: 0 };
});

/** Of the task that runs; 0: none. */
function ownerNumber(): number {
  const task = currentTask();
  if (task === undefined) return 0;
  const number = state.numbers.get(task) ?? ++state.count;
  state.numbers.set(task, number);
  return number;
}

/** That of this thread with whoever serves at an address, for who has a key. */
export function sessionWith(address: Address, authkey: Uint8Array): Session {
  const key = `${address} ${Buffer.from(authkey).toString('base64')}`;
  const session = state.all.get(key) ?? new Session(address, authkey);
  state.all.set(key, session);
  return session;
}

/** That with a server of which something has come: it may know itself by another address. */
export function sessionFor(server: string, address: Address, authkey: Uint8Array): Session {
  for (const session of state.all.values()) if (session.server === server) return session;
  return sessionWith(address, authkey);
}

function forget(session: Session): void {
  for (const [key, it] of state.all) if (it === session) state.all.delete(key);
}

/** A server of this thread begins, or ends. */
export function nowServed(address: Address, isServed: boolean): void {
  if (isServed) state.served.add(String(address));
  else state.served.delete(String(address));
}

/** A host that is meant by several names: what counts is the port. */
function isServedHere(address: Address): boolean {
  if (state.served.has(String(address))) return true;
  if (typeof address === 'string' || !LOCAL_HOSTS.includes(address[0])) return false;
  return [...state.served].some((served) => !served.startsWith('/') && served.endsWith(`,${address[1]}`));
}

const LOCAL_HOSTS = ['', 'localhost', '127.0.0.1', '::1', '0.0.0.0', '::'];
