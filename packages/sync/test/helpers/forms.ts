import {
  type AcquireOptions,
  type AcquireSyncOptions,
  type Barrier,
  type Condition,
  type Event,
  type Lock,
  type RLock,
  runAsTask,
  type Semaphore,
  type WaitOptions,
} from '@prac/sync';

type Lockable = Lock | RLock | Condition | Semaphore;
type Maybe<T> = T | Promise<T>;
type Limit = number | Pick<WaitOptions, 'timeout'>;

/** What a test's function calls in its place, in one of the two forms that are shipped. */
export interface Form {
  readonly name: 'async' | 'sync';
  acquire(lock: Lockable, options?: Pick<AcquireOptions & AcquireSyncOptions, 'timeout' | 'blocking'>): Maybe<boolean>;
  wait(waited: Event | Condition, limit?: Limit): Maybe<boolean>;
  waitFor(condition: Condition, predicate: () => boolean, limit?: Limit): Maybe<boolean>;
  meet(barrier: Barrier, limit?: Limit): Maybe<number>;
  within<Result>(lock: Lockable, block: () => Result): Maybe<Result>;
  /** In a task of its own. */
  asTask<Result>(fn: () => Result): Result;
}

export const forms: { readonly async: Form; readonly sync: Form } = {
  async: {
    name: 'async',
    acquire: (lock, options) => lock.acquire(options),
    wait: (waited, limit) => waited.wait(limit),
    waitFor: (condition, predicate, limit) => condition.waitFor(predicate, limit),
    meet: (barrier, limit) => barrier.wait(limit),
    within: (lock, block) => lock.with(block),
    asTask: runAsTask,
  },
  sync: {
    name: 'sync',
    acquire: (lock, options) => lock.acquireSync(options),
    wait: (waited, limit) => waited.waitSync(limit),
    waitFor: (condition, predicate, limit) => condition.waitForSync(predicate, limit),
    meet: (barrier, limit) => barrier.waitSync(limit),
    within: (lock, block) => lock.withSync(block),
    asTask: runAsTask,
  },
};
