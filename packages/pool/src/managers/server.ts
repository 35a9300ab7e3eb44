// Long because it is one thing: objects, and those who use them.
import { AsyncLocalStorage } from 'node:async_hooks';
import { RuntimeError } from '@prac/exceptions';
import { suspend } from '@prac/park';
import { dumps, loads } from '@prac/pickle';
import { runAsTask } from '@prac/sync';
import type { Address } from '../connection/address.ts';
import { answerChallenge, deliverChallenge } from '../connection/authentication.ts';
import type { Connection } from '../connection/connection.ts';
import type { Listener } from '../connection/listener.ts';
import { RemoteError } from '../errors.ts';
import {
  CALL,
  CANCEL,
  CREATE,
  DONE,
  FAILED,
  HEADER_BYTES,
  INFO,
  numberOf,
  type RefChange,
  type Request,
  SHUTDOWN,
  type Token,
  withHeader,
} from './protocol.ts';
import { type ProxyType, proxyHere, servers } from './proxy.ts';
import { made, publicMethods, type Registered, type Registry } from './registry.ts';
import { nowServed } from './session.ts';

/*
 * The server of a manager: it has objects, whose methods others call. See protocol.ts for what is said.
 *
 *   listener ──> connection ── who knows the key ──> requests, begun one after the other, each answered when its promise is settled
 *
 * All objects live in one thread: what does not wait is done at once, and nobody sees half of it.
 *
 * Each task of each thread that asks is a task here, too: it owns what it acquires. When a connection ends, those of its requests that
 * wait are called off.
 */
interface Held {
  readonly object: unknown;
  readonly type: Registered;
  readonly typeid: string;
  readonly exposed: ReadonlySet<string>;
  /** How many stand for it: in sessions, and on their way. */
  owned: number;
  /** Of those on their way. */
  readonly tickets: Set<string>;
  /** Tickets that have arrived before it was known that they are on their way. */
  readonly early: Set<string>;
}

interface Session {
  connections: number;
  readonly owned: Map<string, number>;
  /** Run something as a task of the session. */
  readonly tasks: Map<number, SessionTask>;
}

/** A task of a session: as long as it asks for something, or holds something. */
interface SessionTask {
  run<Result>(fn: () => Result): Result;
  calls: number;
  holds: number;
}

/** In this process: they are nobody else's. */
const LOCAL = '';
const LONGEST_HANDSHAKE_MS = 20_000;

/**
 * Has the objects of a manager, and does what is asked of them.
 *
 * Python: `multiprocessing.managers.Server`.
 */
export class Server {
  /** Nobody else has it. @internal */
  readonly id: string = crypto.randomUUID();
  readonly #listener: Listener;
  readonly #registry: Registry;
  readonly #authkey: Uint8Array;
  readonly #objects = new Map<string, Held>();
  readonly #sessions = new Map<string, Session>();
  readonly #connections = new Set<Connection>();
  readonly #stopped = Promise.withResolvers<void>();
  #isStopped = false;
  #made = 0;

  /** @internal Made by `BaseManager.getServer`. */
  constructor(listener: Listener, registry: Registry, authkey: Uint8Array) {
    this.#listener = listener;
    this.#registry = registry;
    this.#authkey = authkey;
    this.#sessionOf(LOCAL);
    servers().set(this.id, this);
    nowServed(listener.address, true);
  }

  /** Where it listens. */
  get address(): Address {
    return this.#listener.address;
  }

  /** Serves until `stop()`, or until a manager shuts it down. */
  async serveForever(): Promise<void> {
    void this.#listen();
    await this.#stopped.promise;
  }

  /** Serves no more. */
  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    servers().delete(this.id);
    nowServed(this.address, false);
    this.#listener.close();
    for (const connection of this.#connections) connection.close();
    this.#stopped.resolve();
  }

  async #listen(): Promise<void> {
    while (!this.#isStopped) {
      try {
        void this.#serve(await this.#listener.accept());
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 10)); // no descriptors are left, say
      }
    }
  }

  async #serve(connection: Connection): Promise<void> {
    this.#connections.add(connection);
    const calls = new Map<number, AbortController>();
    let session: string | undefined;
    try {
      session = await this.#welcome(connection);
      this.#sessionOf(session).connections++;
      for (;;) await this.#begin(await connection.recvBytes(), connection, session, calls);
    } catch {
      // It has ended, or is nobody.
    } finally {
      this.#connections.delete(connection);
      connection.close();
      for (const call of calls.values()) call.abort(new RemoteError('nobody waits for it any more'));
      if (session !== undefined) this.#leave(session);
    }
  }

  async #welcome(connection: Connection): Promise<string> {
    const { id } = this;
    const key = this.#authkey;
    const handshake = function* () {
      yield* deliverChallenge(connection, 'async', key);
      yield* answerChallenge(connection, 'async', key);
      const name = yield* connection.receiveFrame('async', 256);
      yield* connection.sendFrame('async', Buffer.from(id));
      return name;
    };
    return String(await suspend(handshake(), { signal: AbortSignal.timeout(LONGEST_HANDSHAKE_MS) }));
  }

  /** Begins what is asked; the next request is looked at then. */
  async #begin(
    message: Buffer,
    connection: Connection,
    session: string,
    calls: Map<number, AbortController>,
  ): Promise<void> {
    const number = numberOf(message);
    const answer = (outcome: number, value: unknown): void => this.#answer(connection, number, outcome, value);
    try {
      const request = await loads<Request>(message.subarray(HEADER_BYTES));
      for (const change of request.refs) this.#change(session, change);
      if (request.op === CANCEL) {
        calls.get(Number(request.ident))?.abort(new RemoteError('it was called off'));
        return;
      }
      const call = new AbortController();
      calls.set(number, call);
      const result = this.#asTask(session, request, () => this.#do(request, session, call.signal));
      void result
        .then(
          (value) => answer(DONE, value),
          (error) => answer(FAILED, error),
        )
        .finally(() => calls.delete(number));
    } catch (error) {
      answer(FAILED, error);
    }
  }

  #answer(connection: Connection, number: number, outcome: number, value: unknown): void {
    if (number === 0) return;
    let pickle: Uint8Array;
    let how = outcome;
    try {
      pickle = dumps<unknown>(value);
    } catch (error) {
      how = FAILED;
      pickle = dumps<unknown>(travelling(error));
    }
    void connection.sendBytes(withHeader(number, Uint8Array.of(how), pickle)).catch(() => {}); // it has ended
  }

  async #do(request: Request, session: string, signal: AbortSignal): Promise<unknown> {
    const { op, ident, method, args, signalAt } = request;
    if (op === CREATE) return this.create(ident, args, session);
    if (op === CALL) return this.call(ident, method, args, signal, signalAt);
    if (op === INFO) return this.info();
    if (op === SHUTDOWN) this.stop();
    return undefined;
  }

  /** Makes an object. @internal */
  async create(typeid: string, args: readonly unknown[], session: string = LOCAL): Promise<Token> {
    const type = this.#registry.get(typeid);
    if (type?.callable === undefined)
      throw new RemoteError(
        `the server has no type ${JSON.stringify(typeid)}: it has ${[...this.#registry.keys()].join(', ')}`,
      );
    return this.#hold(typeid, type, await made(type.callable, args), session);
  }

  #hold(typeid: string, type: Registered, object: unknown, session: string): Token {
    const ident = (++this.#made).toString(16);
    const exposed = type.exposed ?? publicMethods(object);
    const held = { object, type, typeid, exposed: new Set(exposed), owned: 0, tickets: new Set<string>() };
    this.#objects.set(ident, { ...held, early: new Set<string>() });
    this.#change(session, [ident, 1, [], []]);
    return { server: this.id, typeid, ident, exposed };
  }

  /** Calls a method of an object. @internal */
  async call(
    ident: string,
    method: string,
    args: readonly unknown[],
    signal?: AbortSignal,
    signalAt = -1,
  ): Promise<unknown> {
    const held = this.#objects.get(ident);
    if (held === undefined) throw new RemoteError(`the server has no object ${ident}`);
    if (method === '#value') return Object(held.object).valueOf();
    if (method === '#text') return String(held.object);
    if (!held.exposed.has(method))
      throw new RemoteError(
        `method ${JSON.stringify(method)} of ${held.typeid} is not exposed: ${[...held.exposed].join(', ')}`,
      );
    const at = signalAt >= 0 ? signalAt : (held.type.waits[method] ?? -1);
    const given = at < 0 || signal === undefined ? args : withSignal(args, at, signal);
    const object = held.object as Record<string, unknown>;
    if (method[0] === '.') return object[method.slice(1)];
    const result = await Reflect.apply(object[method] as () => unknown, object, given);
    const typeid = held.type.methodToTypeid[method];
    if (typeid === undefined) return result;
    const type = this.#registry.get(typeid);
    if (type === undefined) throw new RemoteError(`the server has no type ${JSON.stringify(typeid)}`);
    return proxyHere(this, this.#hold(typeid, type, result, LOCAL), type.proxytype as ProxyType | undefined);
  }

  /** What it has. @internal */
  info(): readonly (readonly [ident: string, typeid: string, count: number, text: string])[] {
    return [...this.#objects].map(([ident, { typeid, owned, tickets, object }]) => {
      return [ident, typeid, owned + tickets.size, String(object).slice(0, 75)] as const;
    });
  }

  #sessionOf(name: string): Session {
    let session = this.#sessions.get(name);
    session ??= { connections: 0, owned: new Map(), tasks: new Map() };
    this.#sessions.set(name, session);
    return session;
  }

  /** Does something as a task of the session: what it acquires is the task's. */
  async #asTask(name: string, { owner, method }: Request, work: () => Promise<unknown>): Promise<unknown> {
    const { tasks } = this.#sessionOf(name);
    const task = tasks.get(owner) ?? newTask();
    tasks.set(owner, task);
    task.calls++;
    try {
      const result = await task.run(work);
      if ((method === 'acquire' || method === 'tryAcquire') && result === true) task.holds++;
      if (method === 'release') task.holds--;
      return result;
    } finally {
      if (--task.calls === 0 && task.holds <= 0) tasks.delete(owner);
    }
  }

  #leave(name: string): void {
    const session = this.#sessionOf(name);
    if (--session.connections > 0) return;
    for (const [ident, count] of [...session.owned]) this.#change(name, [ident, -count, [], []]);
    this.#sessions.delete(name);
  }

  /** So many more, or less, stand for an object in this process. @internal */
  count(change: RefChange): void {
    this.#change(LOCAL, change);
  }

  /** The object of nobody is forgotten. */
  #change(name: string, [ident, own, posted, arrived]: RefChange): void {
    const held = this.#objects.get(ident);
    if (held === undefined) return;
    const { owned } = this.#sessionOf(name);
    const before = owned.get(ident) ?? 0;
    const after = Math.max(0, before + own);
    if (after > 0) owned.set(ident, after);
    else owned.delete(ident);
    held.owned += after - before;
    for (const ticket of posted) if (!held.early.delete(ticket)) held.tickets.add(ticket);
    for (const ticket of arrived) if (!held.tickets.delete(ticket)) held.early.add(ticket);
    if (held.owned === 0 && held.tickets.size === 0) this.#objects.delete(ident);
  }
}

function newTask(): SessionTask {
  return { run: runAsTask(() => AsyncLocalStorage.snapshot()), calls: 0, holds: 0 };
}

function withSignal(args: readonly unknown[], at: number, signal: AbortSignal): unknown[] {
  const all = [...args];
  const given = all[at];
  all[at] = typeof given === 'number' ? { timeout: given, signal } : { ...(given as object | undefined), signal };
  return all;
}

/** An error that cannot be pickled itself is told of. */
function travelling(error: unknown): unknown {
  try {
    dumps<unknown>(error);
    return error;
  } catch {
    return new RuntimeError(String(error));
  }
}
