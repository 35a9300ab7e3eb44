import { Queue } from '@prac/queue';
import { Barrier, type BarrierOptions, BoundedSemaphore, Condition, Event, Lock, RLock, Semaphore } from '@prac/sync';
import { travels } from '../internal/world.ts';
import { AcquirerProxy, ConditionProxy, ReentrantProxy } from './acquirer-proxy.ts';
import {
  addType,
  BaseManager,
  type Creator,
  type CreatorSync,
  everywhere,
  type ManagerOptions,
} from './base-manager.ts';
import type { ProxyOf } from './proxy.ts';
import { Dict, List, ManagedValue, Namespace, NumberArray } from './referents.ts';
import type { Registered } from './registry.ts';

const ACQUIRER = ['acquire', 'tryAcquire', 'release'] as const;
const QUEUE = [
  'put',
  'get',
  'putNowait',
  'getNowait',
  'putMany',
  'getMany',
  'qsize',
  'empty',
  'full',
  'taskDone',
  'join',
  'shutdown',
] as const;

/** Of the server's list: each method in both forms. */
export type ListProxy<T> = ProxyOf<List<T>>;
export type DictProxy<K, V> = ProxyOf<Dict<K, V>>;
export type NamespaceProxy = ProxyOf<Namespace>;
export type ValueProxy<T> = ProxyOf<ManagedValue<T>>;
export type ArrayProxy = ProxyOf<List<number>, 'get' | 'set' | 'length' | 'slice'>;
export type QueueProxy<T> = ProxyOf<Queue<T>, (typeof QUEUE)[number]>;
export type EventProxy = ProxyOf<Event, 'isSet' | 'set' | 'clear' | 'wait'>;
export type LockProxy = AcquirerProxy & ProxyOf<Lock, (typeof ACQUIRER)[number] | 'locked'>;
export type RLockProxy = AcquirerProxy & ProxyOf<RLock, (typeof ACQUIRER)[number]>;
export type SemaphoreProxy = AcquirerProxy & ProxyOf<Semaphore, (typeof ACQUIRER)[number]>;
export type ManagedConditionProxy = ConditionProxy &
  ProxyOf<Condition, 'acquire' | 'release' | 'wait' | 'notify' | 'notifyAll'>;
export type BarrierProxy = ProxyOf<Barrier, 'wait' | 'abort' | 'reset' | 'parties' | 'nWaiting' | 'broken'>;

/**
 * Has Python's list, dict, Namespace, queues, locks and the like in a process of its own, for others.
 *
 * Each method makes one, and gives its proxy; the proxy's methods are those of the class, in both forms.
 *
 * Python: `multiprocessing.managers.SyncManager`.
 *
 * @example
 * import { Manager, Process } from '@prac/pool';
 * import type { DictProxy } from '@prac/pool/managers';
 * await using manager = Manager();
 * const squares = await manager.dict<number, number>();
 * const square = (n: number, squares: DictProxy<number, number>) => squares.setSync(n, n * n);
 * const processes = [1, 2, 3].map((n) => new Process({ target: square, args: [n, squares] }));
 * for (const process of processes) process.start();
 * for (const process of processes) await process.join();
 * console.log((await squares.values()).sort()); // [ 1, 4, 9 ]
 */
export class SyncManager extends BaseManager {
  declare list: <T = unknown>(items?: Iterable<T>) => Promise<ListProxy<T>>;
  declare listSync: <T = unknown>(items?: Iterable<T>) => ListProxy<T>;
  declare dict: <K = unknown, V = unknown>(...entries: Entries<K, V>) => Promise<DictProxy<K, V>>;
  declare dictSync: <K = unknown, V = unknown>(...entries: Entries<K, V>) => DictProxy<K, V>;
  declare Namespace: Creator<[values?: Readonly<Record<string, unknown>>], NamespaceProxy>;
  declare NamespaceSync: CreatorSync<[values?: Readonly<Record<string, unknown>>], NamespaceProxy>;
  declare Value: <T>(typecode: string, value: T) => Promise<ValueProxy<T>>;
  declare ValueSync: <T>(typecode: string, value: T) => ValueProxy<T>;
  declare Array: Creator<[typecode: string, values: Iterable<number>], ArrayProxy>;
  declare ArraySync: CreatorSync<[typecode: string, values: Iterable<number>], ArrayProxy>;
  declare Queue: <T = unknown>(maxsize?: number) => Promise<QueueProxy<T>>;
  declare QueueSync: <T = unknown>(maxsize?: number) => QueueProxy<T>;
  declare JoinableQueue: <T = unknown>(maxsize?: number) => Promise<QueueProxy<T>>;
  declare JoinableQueueSync: <T = unknown>(maxsize?: number) => QueueProxy<T>;
  declare Event: Creator<[], EventProxy>;
  declare EventSync: CreatorSync<[], EventProxy>;
  declare Lock: Creator<[], LockProxy>;
  declare LockSync: CreatorSync<[], LockProxy>;
  declare RLock: Creator<[], RLockProxy>;
  declare RLockSync: CreatorSync<[], RLockProxy>;
  declare Semaphore: Creator<[value?: number], SemaphoreProxy>;
  declare SemaphoreSync: CreatorSync<[value?: number], SemaphoreProxy>;
  declare BoundedSemaphore: Creator<[value?: number], SemaphoreProxy>;
  declare BoundedSemaphoreSync: CreatorSync<[value?: number], SemaphoreProxy>;
  declare Condition: Creator<[], ManagedConditionProxy>;
  declare ConditionSync: CreatorSync<[], ManagedConditionProxy>;
  declare Barrier: Creator<[parties: number, options?: Omit<BarrierOptions, 'memory'>], BarrierProxy>;
  declare BarrierSync: CreatorSync<[parties: number, options?: Omit<BarrierOptions, 'memory'>], BarrierProxy>;
}

type Entries<K, V> = [entries?: Iterable<readonly [K, V]> | Readonly<Record<string, V>>];

/** How it is registered, as far as that is something special. */
function type(
  callable: Registered['callable'],
  exposed?: readonly string[],
  waits: Registered['waits'] = {},
  proxytype?: Registered['proxytype'],
): Registered {
  return { callable, exposed, waits, proxytype, methodToTypeid: {} };
}

const WAITING_QUEUE = { put: 1, get: 0, putMany: 1, getMany: 1, join: 0 };
const ARRAY = ['get', 'set', 'length', 'slice'];
const acquirer = (made: Registered['callable'], more: string[] = []): Registered =>
  type(made, [...ACQUIRER, ...more], { acquire: 0 }, AcquirerProxy as never);

const TYPES: Readonly<Record<string, Registered>> = {
  list: type(List),
  dict: type(Dict),
  Namespace: type(Namespace),
  Value: type(ManagedValue),
  Array: type(NumberArray, ARRAY),
  Queue: type(Queue, QUEUE, WAITING_QUEUE),
  JoinableQueue: type(Queue, QUEUE, WAITING_QUEUE),
  Event: type(Event, ['isSet', 'set', 'clear', 'wait'], { wait: 0 }),
  Lock: acquirer(Lock, ['locked']),
  RLock: type(RLock, ACQUIRER, { acquire: 0 }, ReentrantProxy as never),
  Semaphore: acquirer(Semaphore),
  BoundedSemaphore: acquirer(BoundedSemaphore),
  Condition: type(
    Condition,
    ['acquire', 'release', 'wait', 'notify', 'notifyAll'],
    { acquire: 0, wait: 0 },
    ConditionProxy as never,
  ),
  Barrier: type(Barrier, ['wait', 'abort', 'reset', '.parties', '.nWaiting', '.broken'], { wait: 0 }),
};

for (const [typeid, registered] of Object.entries(TYPES)) addType(SyncManager, typeid, registered);
everywhere(SyncManager.types);

/**
 * Starts a manager, with the types of `SyncManager`.
 *
 * Python: `multiprocessing.Manager`.
 */
export function Manager(options?: ManagerOptions | null): SyncManager {
  const manager = new SyncManager(options);
  manager.start();
  return manager;
}

travels('Manager', Manager);
travels('SyncManager', SyncManager, '@prac/pool/managers');
travels('BaseManager', BaseManager, '@prac/pool/managers');
