import { RuntimeError, repr } from '@prac/exceptions';
import type { Address } from '../connection/address.ts';
import { authkey as programKey } from '../internal/family.ts';
import { given } from '../internal/giving.ts';
import { isSpawning } from '../internal/spawning.ts';
import { shared, travels } from '../internal/world.ts';
import type { Token } from './protocol.ts';
import type { Server } from './server.ts';
import { newTicket, type Session, sessionFor } from './session.ts';

/*
 * What stands for an object of a server. In each thread one proxy stands for one object, as long as somebody has it.
 *
 * In the server's own thread it calls the object itself: proxies that are items of lists, say.
 */

/** What a proxy asks of a server: a session, or the server itself where that is at hand. */
export type Asked = Pick<Session, 'address' | 'call' | 'callSync' | 'change' | 'giveAway'>;

/** Where a proxy comes from. It is what the constructors of subclasses pass on. */
export class Origin {
  /** @internal */
  readonly asked: Asked;
  /** @internal */
  readonly token: Token;
  /** @internal */
  readonly authkey: Uint8Array;
  /** @internal */
  readonly proxytype: ProxyType | undefined;

  /** @internal */
  constructor(asked: Asked, token: Token, authkey: Uint8Array, proxytype: ProxyType | undefined) {
    this.asked = asked;
    this.token = token;
    this.authkey = authkey;
    this.proxytype = proxytype;
  }
}

/** A class of proxies. */
export type ProxyType = new (origin: Origin) => BaseProxy;

let originOf: (proxy: BaseProxy) => Origin;

/** Calls a method of the object, whatever names its own methods have. */
export function callOn(proxy: BaseProxy, name: string, args: readonly unknown[] = []): Promise<unknown> {
  const { asked, token } = originOf(proxy);
  return asked.call(token, name, args);
}

/** Blocking form of {@link callOn}. */
export function callOnSync(proxy: BaseProxy, name: string, args: readonly unknown[] = []): unknown {
  const { asked, token } = originOf(proxy);
  return asked.callSync(token, name, args);
}

/**
 * Stands for an object that the server of a manager has. Its methods call those of the object: `append()` gives a promise, `appendSync()` blocks.
 *
 * Arguments and results are copies; what is a proxy itself stays one. Subclasses may have methods of their own, which use {@link callMethod}.
 *
 * Python: `multiprocessing.managers.BaseProxy`.
 */
export class BaseProxy {
  static {
    originOf = (proxy) => proxy.#origin;
  }

  readonly #origin: Origin;

  /** @param origin - From a manager. */
  constructor(origin: Origin) {
    if (!(origin instanceof Origin)) throw new TypeError('proxies are made by managers');
    this.#origin = origin;
  }

  /**
   * Calls a method of the object. (If it has a method of this name itself, that is called: the same is true of the others here.)
   *
   * Cancellation: a signal in the options that are the last argument calls off a method that waits; if that is too late, there is the result.
   * Python: `BaseProxy._callmethod`.
   *
   * @throws {RemoteError} if the object has no such method. Whatever the method throws.
   */
  callMethod(name: string, args: readonly unknown[] = []): Promise<unknown> {
    return callOn(this, name, args);
  }

  /** Blocking form of {@link callMethod}. */
  callMethodSync(name: string, args: readonly unknown[] = []): unknown {
    return callOnSync(this, name, args);
  }

  /** A copy of the object. Python: `BaseProxy._getvalue`. */
  getValue(): Promise<unknown> {
    return callOn(this, '#value');
  }

  /** Blocking form of {@link getValue}. */
  getValueSync(): unknown {
    return callOnSync(this, '#value');
  }

  /** The object as a text. Python: `str(proxy)`. */
  text(): Promise<string> {
    return callOn(this, '#text') as Promise<string>;
  }

  /** Blocking form of {@link text}. */
  textSync(): string {
    return callOnSync(this, '#text') as string;
  }

  toString(): string {
    const { typeid, ident } = originOf(this).token;
    return `<${this.constructor.name} object, typeid ${repr(typeid)} at 0x${ident}>`;
  }
}

interface Proxies {
  readonly here: Map<string, WeakRef<BaseProxy>>;
  readonly gone: FinalizationRegistry<{ readonly key: string; readonly asked: Asked; readonly ident: string }>;
  readonly servers: Map<string, Server>;
}

const state: Proxies = shared('proxies', () => {
  const here = new Map<string, WeakRef<BaseProxy>>();
  const gone: Proxies['gone'] = new FinalizationRegistry(({ key, asked, ident }) => {
    if (here.get(key)?.deref() === undefined) here.delete(key);
    asked.change(ident, -1);
  });
  return { here, gone, servers: new Map<string, Server>() };
});

/** Those of this thread, by their numbers. */
export function servers(): Map<string, Server> {
  return state.servers;
}

/** The proxy for an object that was just made for this thread. */
export function proxyFor(asked: Asked, token: Token, authkey: Uint8Array, proxytype?: ProxyType): BaseProxy {
  const key = keyOf(token);
  const proxy = new (proxyClass(proxytype ?? BaseProxy, token.exposed))(new Origin(asked, token, authkey, proxytype));
  state.here.set(key, new WeakRef(proxy));
  state.gone.register(proxy, { key, asked, ident: token.ident });
  return proxy;
}

/** The same in the server's thread. */
export function proxyHere(server: Server, token: Token, proxytype?: ProxyType): BaseProxy {
  return proxyFor(asLocal(server), token, new Uint8Array(), proxytype);
}

function asLocal(server: Server): Asked {
  return {
    address: server.address,
    call: ({ ident }, method, args) => server.call(ident, method, args),
    callSync() {
      throw new RuntimeError('in the server itself its objects are called with promises');
    },
    change: (ident, own, arrived) => server.count([ident, own, [], arrived === undefined ? [] : [arrived]]),
    giveAway(ident) {
      const ticket = newTicket();
      server.count([ident, 0, [ticket], []]);
      return ticket;
    },
  };
}

function keyOf({ server, ident }: Token): string {
  return `${server} ${ident}`;
}

/** A proxy that has arrived. */
const arrived = travels(
  'arrivedProxy',
  (address: Address, token: Token, ticket: string, authkey?: Uint8Array, proxytype?: ProxyType): BaseProxy => {
    const server = state.servers.get(token.server);
    const key = authkey ?? programKey();
    const asked = server === undefined ? sessionFor(token.server, address, key) : asLocal(server);
    const here = state.here.get(keyOf(token))?.deref();
    asked.change(token.ident, here === undefined ? 1 : 0, ticket);
    return here ?? proxyFor(asked, token, key, proxytype);
  },
  '@prac/pool/managers',
);

const classes: WeakMap<ProxyType, Map<string, ProxyType>> = shared('proxyClasses', () => new WeakMap());

/** A class of proxies with these methods, each in both forms. */
function proxyClass(base: ProxyType, exposed: readonly string[]): ProxyType {
  const known = classes.get(base) ?? new Map<string, ProxyType>();
  classes.set(base, known);
  const key = exposed.join(' ');
  const made = known.get(key) ?? withMethods(base, exposed);
  known.set(key, made);
  return made;
}

function withMethods(base: ProxyType, exposed: readonly string[]): ProxyType {
  const Made = class extends base {};
  Object.defineProperty(Made, 'name', { value: base === BaseProxy ? 'AutoProxy' : base.name });
  const define = (name: string, value: unknown): void => {
    // A method of the object comes before those that all proxies have, and behind those of a class of proxies.
    let owner = base.prototype as object | null;
    while (owner !== null && !Object.hasOwn(owner, name)) owner = Object.getPrototypeOf(owner);
    if (owner === null || owner === BaseProxy.prototype || owner === Object.prototype)
      Object.defineProperty(Made.prototype, name, { value, configurable: true, writable: true });
  };
  for (const method of exposed) {
    const name = method.replace(/^\./, ''); // of a field
    define(name, function (this: BaseProxy, ...args: unknown[]) {
      return callOn(this, method, args);
    });
    define(`${name}Sync`, function (this: BaseProxy, ...args: unknown[]) {
      return callOnSync(this, method, args);
    });
  }
  return Made;
}

interface Journey {
  readonly target: 'thread' | 'bytes';
  readonly isHere: boolean;
}

Object.defineProperties(BaseProxy.prototype, {
  [Symbol.for('prac.pickle.reduce')]: {
    value(this: BaseProxy, { isHere }: Journey) {
      const { asked, token, authkey, proxytype } = originOf(this);
      const ticket = asked.giveAway(token.ident);
      given(() => asked.change(token.ident, 0, ticket)); // it has not left
      const key = isHere || isSpawning() ? authkey : undefined;
      return [arrived, [asked.address, token, ticket, key, proxytype]];
    },
    configurable: true,
    writable: true,
  },
  [Symbol.for('nodejs.util.inspect.custom')]: {
    value(this: BaseProxy) {
      return String(this);
    },
    configurable: true,
    writable: true,
  },
});
travels('BaseProxy', BaseProxy, '@prac/pool/managers');

/** The names of an object's methods that a proxy has: none that block. */
type Methods<Object_> = {
  [Name in keyof Object_ & string]: Object_[Name] extends (...args: never[]) => unknown
    ? Name extends `${string}Sync` | `_${string}` | 'toString' | 'valueOf'
      ? never
      : Name
    : never;
}[keyof Object_ & string];

/** A proxy for an object of that class. @typeParam Exposed - The methods that may be called. */
export type ProxyOf<Object_, Exposed extends keyof Object_ & string = Methods<Object_>> = BaseProxy & {
  [Name in Exposed]: Object_[Name] extends (...args: infer Args) => infer Result
    ? (...args: Args) => Promise<Awaited<Result>>
    : () => Promise<Object_[Name]>;
} & {
  [Name in Exposed as `${Name}Sync`]: Object_[Name] extends (...args: infer Args) => infer Result
    ? (...args: Args) => Awaited<Result>
    : () => Object_[Name];
};
