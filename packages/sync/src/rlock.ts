import { RuntimeError } from '@prac/exceptions';
import { block, currentOwner, currentTask, now, type Steps, suspend, Word } from '@prac/park';
import { ACQUIRED, NOT_ACQUIRED } from './internal/done.ts';
import { Lockable } from './internal/lockable.ts';
import {
  type AcquireOptions,
  type AcquireSyncOptions,
  acquireLimits,
  checked,
  type Limits,
} from './internal/options.ts';
import { Turns } from './internal/turns.ts';
import { travels } from './internal/world.ts';
import type { LockOptions, LockStatistics } from './lock.ts';
import { OWN, opens, WAITERS } from './memory.ts';
import { isWithin } from './run-as-task.ts';

/*
 *   STATE   0 ── free ──> the thread that holds it, and how        COUNT   how often its owner has acquired it
 *
 * The owner is a task of that thread (and its parts: what `with(fn)` runs in it), or the thread itself outside of tasks. Which task is known in that thread only, which is
 * the only one that need know. STATE changes by compare and exchange; COUNT is the owner's.
 *
 * Two plain async functions are the same owner, as far as anybody can tell: outside of tasks the async form marks STATE as
 * UNTOLD, and to acquire it again from there is refused.
 *
 * No wake-up is lost, for the reasons that lock.ts gives.
 */
const STATE = OWN;
const COUNT = OWN + 1;
const HOLDER = 0x0fff_ffff;
/** Acquired by the async form. */
const ASYNC = 0x1000_0000;
/** … outside of any task. */
const UNTOLD = 0x2000_0000;
const TAKEN_OVER = 0x4000_0000;

/** What is known of an {@link RLock}. */
export interface RLockStatistics extends LockStatistics {
  /** How often its owner has acquired it. */
  readonly count: number;
}

/** How it was held, before a condition's wait gave it up. */
export interface SavedHold {
  readonly owner: object;
  readonly how: number;
  readonly count: number;
}

/**
 * A lock that its owner may acquire again: it is free after as many releases.
 *
 * The owner is the task that runs (`with(fn)`, `runAsTask`, asyncio), else the thread. Outside of tasks async functions cannot
 * be told apart: there a second acquire is refused while the async form holds it. What `acquireSync` acquires outside of tasks
 * is the thread's: release it before the next `await`.
 *
 * Python: `threading.RLock`.
 *
 * @example
 * import { RLock } from '@prac/sync';
 * const lock = new RLock();
 * console.log(lock.acquireSync(), lock.acquireSync()); // true true
 * lock.release();
 * lock.release();
 */
export class RLock extends Lockable {
  readonly #words: Int32Array;
  readonly #me: number;
  readonly #robust: boolean;
  readonly #turns = new Turns();
  /** Who of this thread holds it, while STATE says that this thread does. */
  #owner: object | undefined;

  constructor(options: LockOptions = {}) {
    super(checked(options, ['robust', 'memory']).memory);
    this.#words = this.memory.words;
    this.#me = this.memory.me;
    this.#robust = options.robust ?? false;
  }

  /**
   * Acquires the lock, waiting until it is free or the owner's.
   *
   * Cancellation: a call that is aborted, or whose time is up, leaves no trace.
   * Memory: what was written before `release()` is seen after the `acquire()` that follows it.
   * Python: `RLock.acquire`.
   *
   * @returns Whether it was acquired; `false` if the time was up first.
   * @throws {RuntimeError} outside of tasks, while an async function that is in no task holds it.
   * @throws {ValueError} for a negative time limit other than -1, or a time limit without blocking.
   * @throws {OverflowError} for a time limit above `TIMEOUT_MAX`.
   */
  acquire(options?: AcquireOptions | null): Promise<boolean> {
    const limits = options === undefined ? undefined : acquireLimits(options, 'async');
    const owner = currentOwner();
    const how = currentTask() === undefined ? ASYNC | UNTOLD : ASYNC;
    if (limits?.signal?.aborted) return suspend(this.#steps(owner, how, limits), limits);
    try {
      if (this.#enter(owner, how) || (this.#turns.waiting === 0 && this.#takeFree(owner, how))) return ACQUIRED;
    } catch (error) {
      return Promise.reject(error);
    }
    if (limits?.blocking === false) return NOT_ACQUIRED;
    return suspend(this.#steps(owner, how, limits), limits ?? undefined);
  }

  /**
   * Blocking form of {@link acquire}.
   *
   * @throws {RuntimeError} if another async function of this very thread holds it, and there is no time limit: it could never
   * go on to release it. `unchecked: true` waits all the same.
   */
  acquireSync(options?: AcquireSyncOptions | null): boolean {
    const limits = options === undefined ? undefined : acquireLimits(options, 'sync');
    const owner = currentOwner();
    if (this.#take(owner, 0)) return true;
    if (limits?.blocking === false) return false;
    if (!(limits?.unchecked || (limits && limits.deadline !== Number.POSITIVE_INFINITY))) this.#checkThatItEnds();
    return block(this.#steps(owner, 0, limits));
  }

  /** Acquires the lock if it is free now, or the owner's. Python: `acquire(blocking=False)`. */
  tryAcquire(): boolean {
    return this.#take(currentOwner(), 0);
  }

  /**
   * Releases the lock once.
   *
   * @throws {RuntimeError} if the caller does not own it.
   */
  release(): void {
    const words = this.#words;
    if (!this.isOwned()) throw new RuntimeError('cannot release un-acquired lock');
    const count = words[COUNT]! - 1;
    words[COUNT] = count;
    if (count === 0) this.#free();
  }

  /** Whether somebody holds it. */
  locked(): boolean {
    return Atomics.load(this.#words, STATE) !== 0;
  }

  /** Whether the caller holds it. */
  isOwned(): boolean {
    return (Atomics.load(this.#words, STATE) & HOLDER) === this.#me && this.#isOwner(currentOwner());
  }

  /** Whether the thread that acquired it has died without releasing it. */
  get ownerDied(): boolean {
    const state = Atomics.load(this.#words, STATE);
    return state !== 0 && ((state & TAKEN_OVER) !== 0 || this.memory.isDead(state & HOLDER));
  }

  statistics(): RLockStatistics {
    const state = Atomics.load(this.#words, STATE);
    return {
      locked: state !== 0,
      owner: state === 0 ? undefined : state & HOLDER,
      count: state === 0 ? 0 : this.#words[COUNT]!,
      waiting: Atomics.load(this.#words, WAITERS),
    };
  }

  override toString(): string {
    const { locked, owner, count } = this.statistics();
    return `<${locked ? 'locked' : 'unlocked'} sync.RLock object owner=${owner ?? 0} count=${count} at ${this.address}>`;
  }

  protected override get kind(): string {
    return 'RLock';
  }

  protected override parts(): readonly unknown[] {
    return [this.#robust];
  }

  /**
   * Gives it up, however often it was acquired. Python: `_release_save`.
   *
   * @internal
   */
  releaseSave(): SavedHold {
    const saved = {
      owner: this.#owner!,
      how: Atomics.load(this.#words, STATE) & ~(HOLDER | TAKEN_OVER),
      count: this.#words[COUNT]!,
    };
    this.#free();
    return saved;
  }

  /**
   * Acquires it again, as it was held. Python: `_acquire_restore`.
   *
   * @internal
   */
  *acquireRestore({ owner, how, count }: SavedHold): Steps<void> {
    yield* this.#steps(owner, how, undefined, true);
    this.#words[COUNT] = count;
  }

  #free(): void {
    this.#owner = undefined;
    Atomics.store(this.#words, STATE, 0);
    // After STATE: pairs with the count in #steps.
    if (Atomics.load(this.#words, WAITERS) > 0) this.#turns.wake(this.memory, STATE);
  }

  #take(owner: object, how: number): boolean {
    return this.#takeFree(owner, how) || this.#enter(owner, how);
  }

  #takeFree(owner: object, how: number): boolean {
    return Atomics.compareExchange(this.#words, STATE, 0, this.#me | how) === 0 && this.#becomeOwner(owner);
  }

  /** Once more, by who holds it. */
  #enter(owner: object, how: number): boolean {
    const words = this.#words;
    const state = Atomics.load(words, STATE);
    if ((state & HOLDER) !== this.#me || !this.#isOwner(owner)) return false;
    if (((state | how) & UNTOLD) !== 0) this.#refuse();
    words[COUNT] = words[COUNT]! + 1;
    return true;
  }

  /** … or a part of the owner. */
  #isOwner(who: object): boolean {
    return this.#owner === who || (this.#owner !== undefined && isWithin(this.#owner, who));
  }

  #becomeOwner(owner: object): true {
    this.#words[COUNT] = 1;
    this.#owner = owner;
    return true;
  }

  #refuse(): never {
    throw new RuntimeError(
      'the lock is held outside of any task, where async functions cannot be told apart: use lock.with(fn) or runAsTask(fn)',
    );
  }

  #checkThatItEnds(): void {
    const state = Atomics.load(this.#words, STATE);
    if ((state & HOLDER) !== this.#me) return;
    throw new RuntimeError(
      'another task of this thread holds the lock, and cannot release it while the thread is blocked: await acquire(), or give a timeout',
    );
  }

  /** @param anew - Not as one who holds it already: others of the same owner may, since this one has given it up. */
  *#steps(owner: object, how: number, limits: Limits | null | undefined, anew = false): Steps<boolean> {
    const deadline = limits?.deadline ?? Number.POSITIVE_INFINITY;
    const word = new Word(this.#words, STATE, this.memory);
    const turns = (how & ASYNC) !== 0 ? this.#turns : undefined;
    const isBehindOthers = turns !== undefined && turns.waiting++ > 0;
    Atomics.add(this.#words, WAITERS, 1); // before it is tried: pairs with the load in #free
    try {
      if (isBehindOthers) yield word.parkWhile(Atomics.load(this.#words, STATE), deadline);
      for (;;) {
        if (anew ? this.#takeFree(owner, how) : this.#take(owner, how)) return true;
        const state = Atomics.load(this.#words, STATE);
        if (state === 0) continue;
        if (this.#robust && this.memory.isDead(state & HOLDER) && this.#takeOver(state, owner, how)) return true;
        if (now() >= deadline) return false;
        yield word.parkWhile(state, deadline);
      }
    } finally {
      Atomics.sub(this.#words, WAITERS, 1);
      if (turns !== undefined) turns.waiting--;
    }
  }

  #takeOver(from: number, owner: object, how: number): boolean {
    const taken = Atomics.compareExchange(this.#words, STATE, from, this.#me | how | TAKEN_OVER) === from;
    return taken && this.#becomeOwner(owner);
  }
}

travels('RLock', RLock);
opens('RLock', (memory, [robust]) => new RLock({ memory, robust: robust as boolean }));
