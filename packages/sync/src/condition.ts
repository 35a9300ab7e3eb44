import { checkedOptions, RuntimeError, repr } from '@prac/exceptions';
import { block, now, type Steps, suspend, type WaitOptions, type WaitSyncOptions, waitLimits } from '@prac/park';
import { Lockable } from './internal/lockable.ts';
import type { AcquireOptions, AcquireSyncOptions } from './internal/options.ts';
import { uninterrupted } from './internal/uninterrupted.ts';
import { Waiters, wordsForSlots } from './internal/waiters.ts';
import { locks } from './internal/watching.ts';
import { travels } from './internal/world.ts';
import { Lock } from './lock.ts';
import { type MemoryOption, OWN, opens, threadMemory } from './memory.ts';
import { RLock, type SavedHold } from './rlock.ts';

/*
 *   wait():    under the lock: takes a place ──> gives the lock up ──> sleeps on the place until it is woken, or the time is up
 *              ──> takes the lock again, whatever happens ──> leaves the place
 *   notify(n): under the lock: wakes the first n places
 *
 * A notification wakes those who waited when it came, and nobody who came later. One that is given to a wait that is aborted, or
 * whose thread is terminated, goes to the next. A wait whose time was up, but that was notified before it had the lock again,
 * says that it was notified.
 */
const SLOTS = 14;
const MOST_SLOTS = 1 << 16;

/** What is known of a {@link Condition}. */
export interface ConditionStatistics {
  /** How many wait for it: of all threads. */
  readonly waiting: number;
}

/**
 * Lets tasks and threads wait until others tell them that something has changed, under a lock.
 *
 * Python: `threading.Condition`.
 *
 * @example
 * import { Condition } from '@prac/sync';
 * const items: string[] = [];
 * const changed = new Condition();
 * const taken = changed.with(async () => {
 *   await changed.waitFor(() => items.length > 0);
 *   return items.pop();
 * });
 * await changed.with(() => {
 *   items.push('one');
 *   changed.notify();
 * });
 * console.log(await taken); // one
 */
export class Condition extends Lockable {
  readonly #lock: Lock | RLock;
  readonly #waiters: Waiters;

  /**
   * @param lock - The lock it goes with: several conditions may share one.
   * @throws {TypeError} if it is no `Lock` or `RLock`.
   */
  constructor(lock?: Lock | RLock | null, options: MemoryOption = {}) {
    if (lock !== undefined && lock !== null && !(lock instanceof Lock || lock instanceof RLock))
      throw new TypeError(`Expected a Lock or RLock, got ${repr(lock)}`);
    super(checkedOptions(options, ['memory']).memory ?? roomyMemory());
    this.#lock = lock ?? new RLock();
    this.#waiters = new Waiters(this.memory, OWN);
  }

  /** Acquires its lock. */
  acquire(options?: AcquireOptions | null): Promise<boolean> {
    return this.#lock.acquire(options);
  }

  /** Blocking form of {@link acquire}. */
  acquireSync(options?: AcquireSyncOptions | null): boolean {
    return this.#lock.acquireSync(options);
  }

  tryAcquire(): boolean {
    return this.#lock.tryAcquire();
  }

  /** Releases its lock. */
  release(): void {
    this.#lock.release();
  }

  /** Whether somebody holds its lock. */
  locked(): boolean {
    return this.#lock.locked();
  }

  /**
   * Gives the lock up, waits to be notified, and takes the lock again.
   *
   * Cancellation: an aborted wait has the lock again before it rejects, and passes a notification on that it was given.
   * Memory: what was written before `notify()` is seen after the wait.
   * Python: `Condition.wait`.
   *
   * @param options - Time limit in seconds, or options.
   * @returns `false` if the time was up first.
   * @throws {RuntimeError} if the lock is not held.
   */
  wait(options?: number | WaitOptions | null): Promise<boolean> {
    const limits = waitLimits(options, 'async');
    this.#checkHeld('cannot wait on un-acquired lock');
    return suspend(locks.watch(this, this.#steps(limits.deadline)), limits);
  }

  /** Blocking form of {@link wait}. */
  waitSync(options?: number | WaitSyncOptions | null): boolean {
    const limits = waitLimits(options, 'sync');
    this.#checkHeld('cannot wait on un-acquired lock');
    return block(locks.watch(this, this.#steps(limits.deadline)));
  }

  /**
   * Waits until a condition is true, looking whenever it is notified.
   *
   * Python: `Condition.wait_for`.
   *
   * @param predicate - Called with the lock held.
   * @returns What it returned last: something false if the time was up first.
   */
  async waitFor<Result>(predicate: () => Result, options?: number | WaitOptions | null): Promise<Result> {
    checkPredicate(predicate);
    const limits = waitLimits(options, 'async');
    if (limits.signal?.aborted) throw limits.signal.reason; // as every async wait does
    let result = check(predicate());
    while (!result) {
      if (now() >= limits.deadline) break;
      this.#checkHeld('cannot wait on un-acquired lock');
      await suspend(locks.watch(this, this.#steps(limits.deadline)), limits);
      result = check(predicate());
    }
    return result;
  }

  /** Blocking form of {@link waitFor}. */
  waitForSync<Result>(predicate: () => Result, options?: number | WaitSyncOptions | null): Result {
    checkPredicate(predicate);
    const limits = waitLimits(options, 'sync');
    let result = check(predicate());
    while (!result) {
      if (now() >= limits.deadline) break;
      this.#checkHeld('cannot wait on un-acquired lock');
      block(locks.watch(this, this.#steps(limits.deadline)));
      result = check(predicate());
    }
    return result;
  }

  /**
   * Wakes those who have waited longest.
   *
   * @param n - How many at most.
   * @throws {RuntimeError} if the lock is not held.
   */
  notify(n = 1): void {
    if (typeof n !== 'number' || Number.isNaN(n)) throw new TypeError(`Expected n to be a number, got ${repr(n)}`);
    this.#checkHeld('cannot notify on un-acquired lock');
    if (locks.isOn) locks.tell('notify', this, Number.isFinite(n) ? { count: n } : undefined);
    if (n > 0) this.#waiters.wake(n);
  }

  /** Wakes all who wait. Python: `notify_all`. */
  notifyAll(): void {
    this.notify(Number.POSITIVE_INFINITY);
  }

  statistics(): ConditionStatistics {
    return { waiting: this.#waiters.size };
  }

  override toString(): string {
    return `<Condition(${this.#lock}, ${this.#waiters.size})>`;
  }

  protected override get kind(): string {
    return 'Condition';
  }

  protected override parts(): readonly unknown[] {
    return [this.#lock];
  }

  #checkHeld(message: string): void {
    const lock = this.#lock;
    if (lock instanceof RLock ? !lock.isOwned() : !lock.locked()) throw new RuntimeError(message);
  }

  *#steps(deadline: number): Steps<boolean> {
    const waiters = this.#waiters;
    const place = waiters.join();
    const takeLockAgain = this.#giveUpLock();
    let inherited = false;
    let interruption: { readonly reason: unknown } | undefined;
    try {
      while (!waiters.isWoken(place) && now() < deadline) {
        inherited = waiters.inherit(place);
        if (inherited) break;
        yield place.word.parkWhile(Waiters.waiting, deadline);
      }
    } catch (reason) {
      interruption = { reason };
    }
    try {
      yield* uninterrupted(takeLockAgain());
    } catch (reason) {
      interruption ??= { reason };
    }
    const notifications = Number(waiters.isWoken(place)) + Number(inherited);
    waiters.leave(place);
    // What is too much for this wait is for the next.
    const needed = interruption === undefined ? 1 : 0;
    if (notifications > needed) waiters.wake(notifications - needed);
    if (interruption !== undefined) throw interruption.reason;
    return notifications > 0;
  }

  /** Gives the lock up. Returns the steps that take it again, for the same owner. */
  #giveUpLock(): () => Steps<unknown> {
    const lock = this.#lock;
    if (lock instanceof RLock) {
      const saved: SavedHold = lock.releaseSave();
      return () => lock.acquireRestore(saved);
    }
    const how = lock.releaseSave();
    return () => lock.acquireRestore(how);
  }
}

/** A promise would always be true. */
function check<Result>(result: Result): Result {
  if (typeof (result as { then?: unknown } | null | undefined)?.then === 'function')
    throw new TypeError('Expected a predicate that returns no promise');
  return result;
}

function checkPredicate(predicate: unknown): void {
  if (typeof predicate !== 'function') throw new TypeError(`Expected a function, got ${repr(predicate)}`);
}

/** Memory that grows with the number of those who wait. */
function roomyMemory(): ReturnType<typeof threadMemory> {
  const bytes = (slots: number): number => 4 * (OWN + wordsForSlots(slots));
  return threadMemory(new SharedArrayBuffer(bytes(SLOTS), { maxByteLength: bytes(MOST_SLOTS) }));
}

travels('Condition', Condition);
opens('Condition', (memory, [lock]) => new Condition(lock as Lock, { memory }));
