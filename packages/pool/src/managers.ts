// Objects that a process has for others: Python's multiprocessing.managers.
export { AssertionError, AttributeError, IndexError, KeyError, OSError, ValueError } from '@prac/exceptions';
export type { Address } from './connection/address.ts';
export { AuthenticationError, ProcessError, RemoteError } from './errors.ts';
export { AcquirerProxy, ConditionProxy } from './managers/acquirer-proxy.ts';
export {
  BaseManager,
  type Creator,
  type CreatorSync,
  type ManagerOptions,
  type StartOptions,
} from './managers/base-manager.ts';
export { BaseProxy, type Origin, type ProxyOf } from './managers/proxy.ts';
export type { Dict, List, ManagedValue, Namespace } from './managers/referents.ts';
export type { Callable, RegisterOptions } from './managers/registry.ts';
export type { Server } from './managers/server.ts';
export {
  type ArrayProxy,
  type BarrierProxy,
  type DictProxy,
  type EventProxy,
  type ListProxy,
  type LockProxy,
  type ManagedConditionProxy,
  Manager,
  type NamespaceProxy,
  type QueueProxy,
  type RLockProxy,
  type SemaphoreProxy,
  SyncManager,
  type ValueProxy,
} from './managers/sync-manager.ts';
