import { checkedOptions, RuntimeError } from '@prac/exceptions';
import { block, type Steps, suspend } from '@prac/park';
import { Changes } from './internal/changes.ts';
import { ACQUIRED, NOT_ACQUIRED } from './internal/done.ts';
import { ASYNC, Holder } from './internal/holder.ts';
import { Lockable } from './internal/lockable.ts';
import { type AcquireOptions, type AcquireSyncOptions, acquireLimits, type Limits } from './internal/options.ts';
import { locks } from './internal/watching.ts';
import { travels } from './internal/world.ts';
import type { LockOptions, LockStatistics } from './lock.ts';
import { OWN, opens } from './memory.ts';
import { isWithin, ownerAfter, runningOwner, THREAD, whenEnded } from './run-as-task.ts';

/*
 *   STATE   0 ── free ──> the thread that holds it (see internal/holder.ts)        COUNT   how often it was acquired there
 *
 * Who of that thread owns it is known there only, which is where it need be known: a stack of owners.
 *
 *   free ── a task acquires it ──> [ task ×1 ] ── again ──> [ task ×2 ] ── a part of it, in with(fn) ──> [ task ×2, part ×1 ]
 *
 * The topmost owner and its parts may acquire and release it. The others wait, also the owners below, until it has released
 * what is its own, or has ended (its parent is the owner then). An owner below may release what is its own: it ends before a
 * part that it did not wait for.
 *
 * Two plain async functions are the same owner, as far as anybody can tell: to acquire it twice outside of tasks is refused, if
 * either is done by the async form.
 */
const COUNT = OWN + 1;

/** What is known of an {@link RLock}. */
export interface RLockStatistics extends LockStatistics {
  /** How often its owner has acquired it. */
  readonly count: number;
}

/** What an owner has acquired, and those below. */
interface Hold {
  readonly owner: object;
  readonly isAsync: boolean;
  readonly count: number;
  readonly below: Hold | undefined;
}

/** How it was held, before a condition's wait gave it up. */
export interface SavedHold extends Hold {
  readonly total: number;
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
  readonly #robust: boolean;
  readonly #holder: Holder;
  /** The topmost owner, while this thread holds it. */
  #owner: object | undefined;
  /** Whether that one acquired it by the async form, at first. */
  #isAsync = false;
  /** How often. */
  #count = 0;
  #below: Hold | undefined;
  /** The topmost owner is another now. */
  readonly #changes = new Changes();

  constructor(options: LockOptions = {}) {
    super(checkedOptions(options, ['robust', 'memory']).memory);
    this.#words = this.memory.words;
    this.#robust = options.robust ?? false;
    this.#holder = new Holder(this, this.#robust);
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
    const owner = runningOwner();
    if (limits?.signal?.aborted) return suspend(this.#steps(owner, true, limits), limits); // rejects, and begins nothing
    try {
      if (this.#enter(owner, true) || (!this.#holder.hasQueue && this.#takeFree(owner, true))) return ACQUIRED;
    } catch (error) {
      return Promise.reject(error);
    }
    if (limits?.blocking === false) return NOT_ACQUIRED;
    return suspend(locks.watch(this, this.#steps(owner, true, limits)), limits ?? undefined);
  }

  /**
   * Blocking form of {@link acquire}.
   *
   * @throws {RuntimeError} if another async function of this very thread holds it, and there is no time limit: it could never
   * go on to release it. `unchecked: true` waits all the same.
   */
  acquireSync(options?: AcquireSyncOptions | null): boolean {
    const limits = options === undefined ? undefined : acquireLimits(options, 'sync');
    const owner = runningOwner();
    if (this.#take(owner, false)) return true;
    if (limits?.blocking === false) return false;
    if (!(limits?.unchecked || (limits && limits.deadline !== Number.POSITIVE_INFINITY))) this.#checkThatItEnds();
    return block(locks.watch(this, this.#steps(owner, false, limits)));
  }

  /** Acquires the lock if it is free now, or the owner's. Python: `acquire(blocking=False)`. */
  tryAcquire(): boolean {
    return this.#take(runningOwner(), false);
  }

  /**
   * Releases the lock once.
   *
   * @throws {RuntimeError} if the caller does not own it.
   */
  release(): void {
    const owner = runningOwner();
    if (!this.#holder.isHere) throw notAcquired();
    if (!this.#isOwner(owner)) {
      this.#below = lessOne(this.#below, owner);
      this.#words[COUNT]!--;
      return;
    }
    this.#words[COUNT]!--;
    if (--this.#count > 0) return;
    if (this.#below === undefined) this.#free();
    else this.#pop(this.#below);
  }

  /** Whether somebody holds it. */
  locked(): boolean {
    return this.#holder.locked;
  }

  /** Whether the caller holds it, and no part of it (a `with(fn)` that still runs) does so meanwhile. */
  isOwned(): boolean {
    return this.#holder.isHere && this.#isOwner(runningOwner());
  }

  /** Whether the thread that acquired it has died without releasing it. */
  get ownerDied(): boolean {
    return this.#holder.hasDied;
  }

  statistics(): RLockStatistics {
    const known = this.#holder.statistics();
    return { ...known, count: known.locked ? this.#words[COUNT]! : 0 };
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
    const saved = { ...this.#top(), total: this.#words[COUNT]! };
    this.#free();
    return saved;
  }

  /**
   * Acquires it again, as it was held. Python: `_acquire_restore`.
   *
   * @internal
   */
  *acquireRestore({ owner, isAsync, count, below, total }: SavedHold): Steps<void> {
    // Not as one who holds it already: others of the same owner may, since this one has given it up.
    yield* locks.watch(
      this,
      this.#steps(owner, isAsync, undefined, () => this.#takeFree(owner, isAsync)),
    );
    this.#count = count;
    this.#below = below;
    this.#words[COUNT] = total;
  }

  #top(): Hold {
    return { owner: this.#owner!, isAsync: this.#isAsync, count: this.#count, below: this.#below };
  }

  #push(owner: object, isAsync: boolean): void {
    this.#below = this.#top();
    this.#owner = owner;
    this.#isAsync = isAsync;
    this.#count = 1;
  }

  #pop({ owner, isAsync, count, below }: Hold): void {
    this.#owner = owner;
    this.#isAsync = isAsync;
    this.#count = count;
    this.#below = below;
    this.#changes.tell();
  }

  #free(): void {
    this.#owner = undefined;
    this.#below = undefined;
    this.#holder.give();
  }

  #take(owner: object, isAsync: boolean): boolean {
    return this.#takeFree(owner, isAsync) || this.#enter(owner, isAsync);
  }

  #takeFree(owner: object, isAsync: boolean): boolean {
    return this.#holder.take(isAsync ? ASYNC : 0) && this.#becomeOwner(owner, isAsync);
  }

  #becomeOwner(owner: object, isAsync: boolean): true {
    this.#words[COUNT] = 1;
    this.#owner = owner;
    this.#isAsync = isAsync;
    this.#count = 1;
    this.#below = undefined;
    return true;
  }

  /** Once more, by who holds it. */
  #enter(owner: object, isAsync: boolean): boolean {
    if (!(this.#holder.isHere && this.#isOwner(owner))) return false;
    if (owner === THREAD && (isAsync || this.#isAsync)) this.#refuse();
    this.#words[COUNT]!++;
    if (owner === ownerAfter(this.#owner!)) this.#count++;
    else this.#push(owner, isAsync);
    return true;
  }

  /** The topmost owner, or a part of it. */
  #isOwner(who: object): boolean {
    return this.#owner === who || (this.#owner !== undefined && isWithin(ownerAfter(this.#owner), who));
  }

  #refuse(): never {
    throw new RuntimeError(
      'the lock is held outside of any task, where async functions cannot be told apart: use lock.with(fn) or runAsTask(fn)',
    );
  }

  #checkThatItEnds(): void {
    if (!this.#holder.isHere) return;
    throw new RuntimeError(
      'another task of this thread holds the lock, and cannot release it while the thread is blocked: await acquire(), or give a timeout',
    );
  }

  *#steps(
    owner: object,
    isAsync: boolean,
    limits: Limits | undefined,
    take: () => boolean = () => this.#take(owner, isAsync),
  ): Steps<boolean> {
    const outcome = yield* this.#holder.wait({
      how: isAsync ? ASYNC : 0,
      deadline: limits?.deadline ?? Number.POSITIVE_INFINITY,
      take: () => take() || this.#lookAgainLater(),
      ...(isAsync && { besides: this.#changes }),
    });
    if (outcome === 'inherited') this.#becomeOwner(owner, isAsync);
    return outcome !== 'too late';
  }

  /** … when the owner that is in the way has ended, and its parent is the owner. */
  #lookAgainLater(): false {
    if (this.#owner !== undefined && this.#holder.isHere) whenEnded(ownerAfter(this.#owner), this.#tellOfChanges);
    return false;
  }

  readonly #tellOfChanges = (): void => this.#changes.tell();
}

/** What is left of the holds when an owner has released one of its own. */
function lessOne(hold: Hold | undefined, owner: object): Hold | undefined {
  if (hold === undefined) throw notAcquired();
  if (ownerAfter(hold.owner) !== owner) return { ...hold, below: lessOne(hold.below, owner) };
  return hold.count > 1 ? { ...hold, count: hold.count - 1 } : hold.below;
}

function notAcquired(): RuntimeError {
  return new RuntimeError('cannot release un-acquired lock');
}

travels('RLock', RLock);
opens('RLock', (memory, [robust]) => new RLock({ memory, robust: robust as boolean }));
