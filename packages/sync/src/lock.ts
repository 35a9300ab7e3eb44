import { RuntimeError } from '@prac/exceptions';
import { block, now, type Steps, suspend, Word } from '@prac/park';
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
import { type MemoryOption, OWN, opens, WAITERS } from './memory.ts';

/*
 *   STATE   0 ── tryAcquire: compare and exchange ──> who holds it, and how ── release: exchange ──> 0
 *             <── robust: a waiter finds that the holder has died, and exchanges it for itself ──┘
 *
 * Nobody owns a lock in the sense that only he may release it: any thread may, as in Python. Who holds it is written down all
 * the same: for who asks, for the check of waits that can never end, and for robust locks.
 *
 * Fairness: waiters of one thread are served in their order; a newcomer may overtake. Between threads anybody may be first.
 *
 * Why no wake-up is lost:
 * 1. A waiter counts itself in WAITERS before it tries. release() frees STATE before it reads WAITERS. Either it sees the waiter
 *    or the waiter sees the free lock.
 * 2. Who is woken and leaves without the lock (aborted, timed out) passes the wake-up on: park does.
 * 3. Who is terminated after it was woken cannot. Every sleep ends after a slice, and the sleeper tries again.
 */
const STATE = OWN;
/** Bits of STATE that say who holds it. */
const HOLDER = 0x0fff_ffff;
/** It was acquired by the async form: an async function of that thread will release it. */
const ASYNC = 0x1000_0000;
/** It was taken over from a thread that had died. */
const TAKEN_OVER = 0x2000_0000;

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
  readonly #words: Int32Array;
  readonly #me: number;
  readonly #robust: boolean;
  readonly #turns = new Turns();

  constructor(options: LockOptions = {}) {
    super(checked(options, ['robust', 'memory']).memory);
    this.#words = this.memory.words;
    this.#me = this.memory.me;
    this.#robust = options.robust ?? false;
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
    if (options === undefined && this.#turns.waiting === 0 && this.#take(ASYNC)) return ACQUIRED;
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
    return Atomics.compareExchange(this.#words, STATE, 0, this.#me) === 0 || this.#acquireBlocking(limits);
  }

  /** Acquires the lock if it is free now. Python: `acquire(blocking=False)`. */
  tryAcquire(): boolean {
    return Atomics.compareExchange(this.#words, STATE, 0, this.#me) === 0;
  }

  /**
   * Releases the lock, which anybody may have acquired.
   *
   * @throws {RuntimeError} if it is not locked.
   */
  release(): void {
    if (Atomics.exchange(this.#words, STATE, 0) === 0) throw new RuntimeError('release unlocked lock');
    // After STATE: pairs with the count in #steps.
    if (Atomics.load(this.#words, WAITERS) > 0) this.#turns.wake(this.memory, STATE);
  }

  /** Whether somebody holds it. */
  locked(): boolean {
    return Atomics.load(this.#words, STATE) !== 0;
  }

  /**
   * Whether the thread that acquired it has died without releasing it (or had, when the present holder took it over). Nothing
   * releases it then but `release()`.
   */
  get ownerDied(): boolean {
    const state = Atomics.load(this.#words, STATE);
    return state !== 0 && ((state & TAKEN_OVER) !== 0 || this.memory.isDead(state & HOLDER));
  }

  statistics(): LockStatistics {
    const state = Atomics.load(this.#words, STATE);
    return {
      locked: state !== 0,
      owner: state === 0 ? undefined : state & HOLDER,
      waiting: Atomics.load(this.#words, WAITERS),
    };
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
    const how = Atomics.load(this.#words, STATE) & ASYNC;
    this.release();
    return how;
  }

  /**
   * Acquires it again, as it was held.
   *
   * @internal
   */
  acquireRestore(how: number): Steps<boolean> {
    return this.#steps(Number.POSITIVE_INFINITY, how);
  }

  #take(how: number): boolean {
    return Atomics.compareExchange(this.#words, STATE, 0, this.#me | how) === 0;
  }

  #acquireAsync(limits: Limits | null | undefined): Promise<boolean> {
    // An aborted signal comes first: suspend() rejects, and begins nothing.
    if (limits?.blocking === false && !limits.signal?.aborted) return this.#take(ASYNC) ? ACQUIRED : NOT_ACQUIRED;
    return suspend(this.#steps(limits?.deadline, ASYNC), limits ?? undefined);
  }

  #acquireBlocking(limits: Limits | null | undefined): boolean {
    if (limits?.blocking === false) return false;
    if (
      limits === undefined ||
      limits === null ||
      (limits.deadline === Number.POSITIVE_INFINITY && !limits.unchecked)
    ) {
      this.#checkThatItEnds();
    }
    return block(this.#steps(limits?.deadline, 0));
  }

  #checkThatItEnds(): void {
    const holder = Atomics.load(this.#words, STATE) & (HOLDER | ASYNC);
    if (holder !== (this.#me | ASYNC)) return;
    throw new RuntimeError(
      'an async function of this thread holds the lock, and cannot release it while the thread is blocked: await acquire(), or give a timeout',
    );
  }

  *#steps(deadline = Number.POSITIVE_INFINITY, how: number): Steps<boolean> {
    const word = new Word(this.#words, STATE, this.memory);
    const turns = how === ASYNC ? this.#turns : undefined;
    const isBehindOthers = turns !== undefined && turns.waiting++ > 0;
    Atomics.add(this.#words, WAITERS, 1); // before it is tried: pairs with the load in release()
    try {
      if (isBehindOthers) yield word.parkWhile(Atomics.load(this.#words, STATE), deadline);
      for (;;) {
        const state = Atomics.compareExchange(this.#words, STATE, 0, this.#me | how);
        if (state === 0) return true;
        if (this.#robust && this.memory.isDead(state & HOLDER) && this.#takeOver(state, how)) return true;
        if (now() >= deadline) return false;
        yield word.parkWhile(state, deadline);
      }
    } finally {
      Atomics.sub(this.#words, WAITERS, 1);
      if (turns !== undefined) turns.waiting--;
    }
  }

  #takeOver(from: number, how: number): boolean {
    return Atomics.compareExchange(this.#words, STATE, from, this.#me | how | TAKEN_OVER) === from;
  }
}

travels('Lock', Lock);
opens('Lock', (memory, [robust]) => new Lock({ memory, robust: robust as boolean }));
