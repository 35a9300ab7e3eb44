// Long because the life of a manager is one story.
import { AssertionError, checkedOptions, repr } from '@prac/exceptions';
import type { WaitOptions, WaitSyncOptions } from '@prac/sync';
import { type Address, familyOf } from '../connection/address.ts';
import { checkedKey, Listener } from '../connection/listener.ts';
import { ProcessError } from '../errors.ts';
import { authkey as programKey } from '../internal/family.ts';
import { travels } from '../internal/world.ts';
import { Process } from '../process.ts';
import { INFO, SHUTDOWN } from './protocol.ts';
import { type BaseProxy, type ProxyType, proxyFor } from './proxy.ts';
import type { Callable, Registered, RegisterOptions, Registry } from './registry.ts';
import { Server } from './server.ts';
import { type Session, sessionWith } from './session.ts';

/*
 * A manager: a process whose objects others use.
 *
 *   initial ── start() ──> started: a process of its own serves ── shutdown() ──> shut down
 *      ├────── connect() ─> connected to a server that somebody else has
 *      └────── getServer(): this process is to serve
 *
 * start() waits for nothing: this process listens already, and the new one inherits that; who connects meanwhile is served when it is there.
 */

/** Options of a manager. */
export interface ManagerOptions {
  /** Where it listens, or where the server is to which it connects. @defaultValue a path of its own */
  readonly address?: Address | null | undefined;
  /** Who uses it has to know this key. @defaultValue that of this process */
  readonly authkey?: Uint8Array | null | undefined;
  /** How long a shutdown may take before the process is ended, in seconds. @defaultValue 1 */
  readonly shutdownTimeout?: number | null | undefined;
}

/** Options of a manager's start. */
export interface StartOptions {
  /** Is called in the server's process before it serves. */
  readonly initializer?: ((...args: never[]) => unknown) | null | undefined;
  readonly initargs?: readonly unknown[] | null | undefined;
}

const BACKLOG = 128;
const NO_TYPES: Registry = new Map();

/** What every server knows. */
const known: { types: Registry } = { types: NO_TYPES };

/** @internal */
export function everywhere(types: Registry): void {
  known.types = types;
}

/** Makes objects of the type that is registered. @typeParam Made - The proxy. */
export type Creator<Args extends readonly unknown[], Made> = (...args: Args) => Promise<Made>;
/** Blocking form of it. */
export type CreatorSync<Args extends readonly unknown[], Made> = (...args: Args) => Made;

/**
 * Has objects in a process of its own, which others use by proxies: threads and processes, of this machine and of others.
 *
 * Types are registered with a subclass. For each there are two methods then, which make an object and give its proxy: `Counter()` gives a
 * promise, `CounterSync()` blocks.
 *
 * Python: `multiprocessing.managers.BaseManager`.
 *
 * @example
 * import { BaseManager, type Creator, type ProxyOf } from '@prac/pool/managers';
 * class Counter {
 *   count = 0;
 *   add(n: number): number { return (this.count += n); }
 * }
 * class MyManager extends BaseManager {
 *   declare Counter: Creator<[], ProxyOf<Counter>>;
 * }
 * MyManager.register('Counter', Counter);
 * await using manager = new MyManager();
 * manager.start();
 * const counter = await manager.Counter();
 * await counter.add(2);
 * console.log(await counter.add(3)); // 5
 */
export class BaseManager {
  /** @internal */
  static types: Map<string, Registered> = new Map();

  readonly #authkey: Uint8Array;
  readonly #shutdownTimeout: number;
  #address: Address | undefined;
  #state: 'initial' | 'connected' | 'started' | 'shut down' = 'initial';
  #process: Process | undefined;
  #leave: (() => void) | undefined;

  constructor(options?: ManagerOptions | null) {
    const { address, authkey, shutdownTimeout } = checkedOptions(options, ['address', 'authkey', 'shutdownTimeout']);
    if (address != null) familyOf(address, null);
    if (shutdownTimeout != null && !(shutdownTimeout >= 0))
      throw new TypeError(`Expected shutdownTimeout to be a number of seconds, got ${repr(shutdownTimeout)}`);
    this.#address = address ?? undefined;
    this.#authkey = checkedKey(authkey) ?? programKey();
    this.#shutdownTimeout = shutdownTimeout ?? 1;
  }

  /**
   * Registers a type: managers of this class, and of its subclasses, have methods with that name.
   *
   * @param typeid - Its name.
   * @param callable - A class, or a function that gives an object; without one, only other servers can make it.
   */
  static register(typeid: string, callable?: Callable | null, options?: RegisterOptions | null): void {
    if (typeof typeid !== 'string' || typeid === '')
      throw new TypeError(`Expected typeid to be a name, got ${repr(typeid)}`);
    if (callable != null && typeof callable !== 'function')
      throw new TypeError(`Expected callable to be a function or class, got ${repr(callable)}`);
    const given = checkedOptions(options, ['proxytype', 'exposed', 'methodToTypeid', 'createMethod']);
    const type = {
      callable: callable ?? undefined,
      proxytype: given.proxytype ?? undefined,
      exposed: given.exposed ?? undefined,
      methodToTypeid: given.methodToTypeid ?? {},
      waits: {},
    };
    // biome-ignore lint/complexity/noThisInStatic: each subclass has types of its own
    addType(this, typeid, type, given.createMethod ?? true);
  }

  /**
   * Starts the process of the server. It ends with this process.
   *
   * @throws {ProcessError} if the manager was started.
   */
  start(options?: StartOptions | null): void {
    const { initializer, initargs } = checkedOptions(options, ['initializer', 'initargs']);
    if (initializer != null && typeof initializer !== 'function') throw new TypeError('initializer must be a callable');
    this.#begin();
    const listener = new Listener(this.#address, { backlog: BACKLOG });
    const types = [...this.#types].filter(([typeid, type]) => known.types.get(typeid) !== type);
    const process = new Process({
      target: serve as never,
      args: [listener, types, this.#authkey, initializer ?? undefined, initargs ?? []] as never,
      daemon: true,
    });
    process.name = process.name.replace(/^Process/, this.constructor.name);
    try {
      process.start();
    } catch (error) {
      listener.close();
      throw error;
    }
    this.#address = listener.address;
    this.#leave = listener.handOver();
    this.#process = process;
    this.#state = 'started';
  }

  /**
   * Connects to a server that is somebody else's, at the address of this manager.
   *
   * @throws {AuthenticationError} if the key is another. {OSError} if nobody serves there.
   */
  async connect(): Promise<void> {
    this.#begin();
    await this.#sessionAt(this.#addressGiven()).check();
    this.#state = 'connected';
  }

  /** Blocking form of {@link connect}. */
  connectSync(): void {
    this.#begin();
    this.#sessionAt(this.#addressGiven()).checkSync();
    this.#state = 'connected';
  }

  /** What serves in this process: see `serveForever`. */
  getServer(): Server {
    this.#begin();
    const listener = new Listener(this.#address, { backlog: BACKLOG });
    this.#address = listener.address;
    return new Server(listener, new Map([...known.types, ...this.#types]), this.#authkey);
  }

  /** Ends the server that this manager has started. Its objects are gone. */
  async shutdown(): Promise<void> {
    const process = this.#end();
    if (process === undefined) return;
    if (this.#tellEnd()) await process.join(this.#shutdownTimeout);
    if (process.isAlive()) process.terminate();
    await process.join(this.#shutdownTimeout);
    if (process.isAlive()) process.kill();
    await process.join();
    this.#clean();
  }

  /** Blocking form of {@link shutdown}. */
  shutdownSync(): void {
    const process = this.#end();
    if (process === undefined) return;
    if (this.#tellEnd()) process.joinSync(this.#shutdownTimeout);
    if (process.isAlive()) process.terminate();
    process.joinSync(this.#shutdownTimeout);
    if (process.isAlive()) process.kill();
    process.joinSync();
    this.#clean();
  }

  /** Waits until the process of the server has ended. */
  async join(options?: number | WaitOptions | null): Promise<void> {
    await this.#process?.join(options);
  }

  /** Blocking form of {@link join}. */
  joinSync(options?: number | WaitSyncOptions | null): void {
    this.#process?.joinSync(options);
  }

  /** Where the server is; `undefined` before that is known. */
  get address(): Address | undefined {
    return this.#address;
  }

  /**
   * Has the server make an object.
   *
   * @returns Its proxy.
   */
  async create(typeid: string, ...args: readonly unknown[]): Promise<BaseProxy> {
    const session = this.#session();
    return this.#proxy(session, await session.create(typeid, args));
  }

  /** Blocking form of {@link create}. */
  createSync(typeid: string, ...args: readonly unknown[]): BaseProxy {
    const session = this.#session();
    return this.#proxy(session, session.createSync(typeid, args));
  }

  /** What the server has: the object's number, its type, how many stand for it, and its text. */
  async debugInfo(): Promise<readonly (readonly [ident: string, typeid: string, count: number, text: string])[]> {
    return (await this.#session().request(INFO, '', '', [])) as never;
  }

  /** How many objects the server has. */
  async numberOfObjects(): Promise<number> {
    return (await this.debugInfo()).length;
  }

  /** Shuts it down, and waits for that. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state === 'started') await this.shutdown();
  }

  /** Blocking form of it. */
  [Symbol.dispose](): void {
    if (this.#state === 'started') this.shutdownSync();
  }

  toString(): string {
    return `<${this.constructor.name} ${this.#state}>`;
  }

  get #types(): Registry {
    return (this.constructor as typeof BaseManager).types;
  }

  #begin(): void {
    if (this.#state === 'started') throw new ProcessError('Already started server');
    if (this.#state === 'shut down') throw new ProcessError('Manager has shut down');
  }

  #end(): Process | undefined {
    if (this.#state === 'shut down') return undefined;
    if (this.#process === undefined) throw new AssertionError('server not started');
    this.#state = 'shut down';
    return this.#process;
  }

  /** Whether the server was told. */
  #tellEnd(): boolean {
    return this.#sessionAt(this.#address!).tell(SHUTDOWN);
  }

  #clean(): void {
    this.#sessionAt(this.#address!).close();
    this.#leave?.();
  }

  #session(): Session {
    if (this.#state === 'initial') throw new AssertionError('server not yet started');
    if (this.#state === 'shut down') throw new AssertionError('Manager has shut down');
    return this.#sessionAt(this.#address!);
  }

  #addressGiven(): Address {
    if (this.#address === undefined) throw new TypeError('Expected the manager to have an address');
    return this.#address;
  }

  #sessionAt(address: Address): Session {
    return sessionWith(address, this.#authkey);
  }

  #proxy(session: Session, token: Parameters<typeof proxyFor>[1]): BaseProxy {
    const proxytype = this.#types.get(token.typeid)?.proxytype as ProxyType | undefined;
    return proxyFor(session, token, this.#authkey, proxytype);
  }
}

/** Each class has its own types beside those of its base. @internal */
export function addType(manager: typeof BaseManager, typeid: string, type: Registered, hasMethods = true): void {
  if (!Object.hasOwn(manager, 'types')) manager.types = new Map(manager.types);
  manager.types.set(typeid, type);
  if (!hasMethods) return;
  for (const [name, value] of Object.entries({
    [typeid](this: BaseManager, ...args: unknown[]) {
      return this.create(typeid, ...args);
    },
    [`${typeid}Sync`](this: BaseManager, ...args: unknown[]) {
      return this.createSync(typeid, ...args);
    },
  }))
    Object.defineProperty(manager.prototype, name, { value, configurable: true, writable: true });
}

/** The program of a server's process. */
const serve = travels(
  'serve',
  async (
    listener: Listener,
    types: readonly (readonly [string, Registered])[],
    authkey: Uint8Array,
    initializer: ((...args: readonly unknown[]) => unknown) | undefined,
    initargs: readonly unknown[],
  ): Promise<void> => {
    process.on('SIGINT', () => {}); // it is for who has started it
    await initializer?.(...initargs);
    await new Server(listener, new Map([...known.types, ...types]), authkey).serveForever();
    process.exit(0);
  },
  '@prac/pool/managers',
);
