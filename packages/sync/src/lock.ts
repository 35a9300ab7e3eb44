import { checkedOptions, RuntimeError } from '@prac/exceptions';
import { block, type Steps, suspend } from '@prac/park';
import { ACQUIRED, NOT_ACQUIRED } from './internal/done.ts';
import { ASYNC, Holder } from './internal/holder.ts';
import { Lockable } from './internal/lockable.ts';
import { type AcquireOptions, type AcquireSyncOptions, acquireLimits, type Limits } from './internal/options.ts';
import { locks } from './internal/watching.ts';
import { travels } from './internal/world.ts';
import { type MemoryOption, opens } from './memory.ts';

/*
 * Nobody owns a lock in the sense that only he may release it: any thread may, as in Python. Who holds it is written down all
 * the same (see internal/holder.ts): for who asks, for the check of waits that can never end, and for robust locks.
 */
/** Options of a {@link Lock}. */
export interface LockOptions extends MemoryOption {
  /** Waiters take it over when the thread that holds it has died, and find {@link Lock.ownerDied} set. @defaultValue false */
  readonly robust?: boolean | undefined;
}

/** What is known of a lock. */
export interface LockStatistics {
  readonly locked: boolean;
  /** The number of the thread that acquired it, if it is locked. */
  readonly owner: number | undefined;
  /** How many wait: of all threads. */
  readonly waiting: number;
}

/**
 * One at a time: between the async functions of a thread, and between threads.
 *
 * Any thread may release it. It is not re-entrant: see `RLock`.
 *
 * Python: `threading.Lock`.
 *
 * @example
 * import { Lock } from '@prac/sync';
 * const lock = new Lock();
 * await lock.with(async () => console.log(lock.locked())); // true
 * console.log(lock.locked()); // false
 */
export class Lock extends Lockable {
  readonly #holder: Holder;
  readonly #robust: boolean;

  constructor(options: LockOptions = {}) {
    super(checkedOptions(options, ['robust', 'memory']).memory);
    this.#robust = options.robust ?? false;
    this.#holder = new Holder(this, this.#robust);
  }

  /**
   * Acquires the lock, waiting until it is free.
   *
   * Cancellation: a call that is aborted, or whose time is up, leaves no trace.
   * Memory: what was written before `release()` is seen after the `acquire()` that follows it.
   * Python: `Lock.acquire`.
   *
   * @returns Whether it was acquired; `false` if the time was up first.
   * @throws {ValueError} for a negative time limit other than -1, or a time limit without blocking.
   * @throws {OverflowError} for a time limit above `TIMEOUT_MAX`.
   */
  acquire(options?: AcquireOptions | null): Promise<boolean> {
    if (options === undefined && !this.#holder.hasQueue && this.#holder.take(ASYNC)) return ACQUIRED;
    return this.#acquireAsync(options === undefined ? undefined : acquireLimits(options, 'async'));
  }

  /**
   * Blocking form of {@link acquire}.
   *
   * @throws {RuntimeError} if an async function of this very thread holds it, and there is no time limit: it could never go on
   * to release it. `unchecked: true` waits all the same.
   */
  acquireSync(options?: AcquireSyncOptions | null): boolean {
    const limits = options === undefined ? undefined : acquireLimits(options, 'sync');
    return this.#holder.take(0) || this.#acquireBlocking(limits);
  }

  /** Acquires the lock if it is free now. Python: `acquire(blocking=False)`. */
  tryAcquire(): boolean {
    return this.#holder.take(0);
  }

  /**
   * Releases the lock, which anybody may have acquired.
   *
   * @throws {RuntimeError} if it is not locked.
   */
  release(): void {
    if (!this.#holder.give()) throw new RuntimeError('release unlocked lock');
  }

  /** Whether somebody holds it. */
  locked(): boolean {
    return this.#holder.locked;
  }

  /**
   * Whether the thread that acquired it has died without releasing it (or had, when the present holder took it over). Nothing
   * releases it then but `release()`.
   */
  get ownerDied(): boolean {
    return this.#holder.hasDied;
  }

  statistics(): LockStatistics {
    return this.#holder.statistics();
  }

  override toString(): string {
    return `<${this.locked() ? 'locked' : 'unlocked'} sync.Lock object at ${this.address}>`;
  }

  protected override get kind(): string {
    return 'Lock';
  }

  protected override parts(): readonly unknown[] {
    return [this.#robust];
  }

  /**
   * Gives it up, for a condition's wait. Returns how it was held.
   *
   * @internal
   */
  releaseSave(): number {
    const how = this.#holder.isAsync ? ASYNC : 0;
    this.release();
    return how;
  }

  /**
   * Acquires it again, as it was held.
   *
   * @internal
   */
  acquireRestore(how: number): Steps<boolean> {
    return locks.watch(this, this.#steps(Number.POSITIVE_INFINITY, how));
  }

  #acquireAsync(limits: Limits | null | undefined): Promise<boolean> {
    // An aborted signal comes first: suspend() rejects, and begins nothing.
    if (limits?.blocking === false && !limits.signal?.aborted)
      return this.#holder.take(ASYNC) ? ACQUIRED : NOT_ACQUIRED;
    return suspend(locks.watch(this, this.#steps(limits?.deadline, ASYNC)), limits ?? undefined);
  }

  #acquireBlocking(limits: Limits | undefined): boolean {
    if (limits?.blocking === false) return false;
    if (limits === undefined || (limits.deadline === Number.POSITIVE_INFINITY && !limits.unchecked))
      this.#checkThatItEnds();
    return block(locks.watch(this, this.#steps(limits?.deadline, 0)));
  }

  #checkThatItEnds(): void {
    if (!(this.#holder.isHere && this.#holder.isAsync)) return;
    throw new RuntimeError(
      'an async function of this thread holds the lock, and cannot release it while the thread is blocked: await acquire(), or give a timeout',
    );
  }

  *#steps(deadline = Number.POSITIVE_INFINITY, how: number): Steps<boolean> {
    const outcome = yield* this.#holder.wait({ how, deadline, take: () => this.#holder.take(how) });
    return outcome !== 'too late';
  }
}

travels('Lock', Lock);
opens('Lock', (memory, [robust]) => new Lock({ memory, robust: robust as boolean }));
