import { checkedOptions, OverflowError, repr, ValueError } from '@prac/exceptions';
import { block, now, type Steps, suspend, Word } from '@prac/park';
import { ACQUIRED, NOT_ACQUIRED } from './internal/done.ts';
import { Lockable } from './internal/lockable.ts';
import { type AcquireOptions, type AcquireSyncOptions, acquireLimits, type Limits } from './internal/options.ts';
import { Turns } from './internal/turns.ts';
import { locks } from './internal/watching.ts';
import { travels } from './internal/world.ts';
import { type MemoryOption, OWN, opens, WAITERS } from './memory.ts';

/*
 *   PERMITS   n ── tryAcquire: compare and exchange, if n > 0 ──> n - 1
 *             n ── release(k): compare and exchange ──> n + k, k of those who wait are woken
 *
 * BOUND is never exceeded: of a plain semaphore, the greatest number there is.
 *
 * No wake-up is lost, for the reasons that lock.ts gives.
 */
const PERMITS = OWN;
const BOUND = OWN + 1;
const MOST = 0x7fff_ffff;

/** What is known of a {@link Semaphore}. */
export interface SemaphoreStatistics {
  /** How many permits are there. */
  readonly value: number;
  /** How many wait: of all threads. */
  readonly waiting: number;
}

/**
 * A number of permits: `acquire` takes one, waiting until there is one, and `release` gives it back.
 *
 * Waiters of one thread are served in their order; a newcomer may overtake.
 *
 * Python: `threading.Semaphore`.
 *
 * @example
 * import { Semaphore } from '@prac/sync';
 * const tickets = new Semaphore(2);
 * await tickets.with(async () => console.log(tickets.statistics().value)); // 1
 */
export class Semaphore extends Lockable {
  readonly #words: Int32Array;
  readonly #turns = new Turns();

  /**
   * @param value - How many permits there are at first.
   * @throws {ValueError} if it is negative. {TypeError} if it is no integer.
   */
  constructor(value = 1, options: MemoryOption = {}) {
    super(checkedOptions(options, ['memory']).memory);
    this.#words = this.memory.words;
    if (this.memory.opened) return;
    const isNumeric = typeof value === 'number' || typeof value === 'bigint';
    if (isNumeric && value < 0) throw new ValueError('semaphore initial value must be >= 0');
    checkInteger('value', value);
    this.#words[PERMITS] = value;
    this.#words[BOUND] = this.bounded ? value : MOST;
  }

  /** Whether the first value is the greatest. */
  protected get bounded(): boolean {
    return false;
  }

  /**
   * Takes one permit, waiting until there is one.
   *
   * Cancellation: a call that is aborted, or whose time is up, leaves no trace.
   * Memory: what was written before `release()` is seen after the `acquire()` that took its permit.
   * Python: `Semaphore.acquire`.
   *
   * @returns `false` if the time was up first.
   * @throws {ValueError} for a time limit without blocking.
   * @throws {OverflowError} for a time limit above `TIMEOUT_MAX`.
   */
  acquire(options?: AcquireOptions | null): Promise<boolean> {
    const limits = options === undefined ? undefined : acquireLimits(options, 'async', true);
    if (!limits?.signal?.aborted) {
      if (this.#turns.waiting === 0 && this.tryAcquire()) return ACQUIRED;
      if (limits?.blocking === false) return this.tryAcquire() ? ACQUIRED : NOT_ACQUIRED;
    }
    return suspend(locks.watch(this, this.#steps(limits, this.#turns)), limits ?? undefined);
  }

  /** Blocking form of {@link acquire}. */
  acquireSync(options?: AcquireSyncOptions | null): boolean {
    const limits = options === undefined ? undefined : acquireLimits(options, 'sync', true);
    return this.tryAcquire() || (limits?.blocking !== false && block(locks.watch(this, this.#steps(limits))));
  }

  /** Takes one permit if there is one. Python: `acquire(blocking=False)`. */
  tryAcquire(): boolean {
    const words = this.#words;
    for (let permits = Atomics.load(words, PERMITS); permits > 0; ) {
      const before = Atomics.compareExchange(words, PERMITS, permits, permits - 1);
      if (before === permits) return this.#acquired();
      permits = before;
    }
    return false;
  }

  /**
   * Gives permits back, or adds some.
   *
   * @param n - How many.
   * @throws {ValueError} if it is less than 1, or above the bound of a `BoundedSemaphore`.
   * @throws {OverflowError} if there would be more than 2^31 - 1.
   */
  release(n = 1): void {
    checkInteger('n', n);
    if (n < 1) throw new ValueError('n must be one or more');
    const words = this.#words;
    let isTold = !locks.isOn;
    for (let permits = Atomics.load(words, PERMITS); ; ) {
      if (permits + n > words[BOUND]!) this.#refuse();
      if (!isTold) locks.tell('release', this, { count: n });
      isTold = true;
      const before = Atomics.compareExchange(words, PERMITS, permits, permits + n);
      if (before === permits) break;
      permits = before;
    }
    // After PERMITS: pairs with the count in #steps.
    if (Atomics.load(words, WAITERS) === 0) return;
    if (n === 1) this.#turns.wake(this.memory, PERMITS);
    else this.memory.futex.notify(words, PERMITS, n);
  }

  statistics(): SemaphoreStatistics {
    return { value: Atomics.load(this.#words, PERMITS), waiting: Atomics.load(this.#words, WAITERS) };
  }

  override toString(): string {
    const bound = this.bounded ? `/${this.#words[BOUND]}` : '';
    return `<sync.${this.kind} at ${this.address}: value=${this.statistics().value}${bound}>`;
  }

  protected override get kind(): string {
    return 'Semaphore';
  }

  #acquired(): true {
    if (locks.isOn) locks.tell('acquire', this);
    return true;
  }

  #refuse(): never {
    if (this.bounded) throw new ValueError('Semaphore released too many times');
    throw new OverflowError(`a semaphore has at most ${MOST} permits`);
  }

  *#steps(limits: Limits | null | undefined, turns?: Turns): Steps<boolean> {
    const deadline = limits?.deadline ?? Number.POSITIVE_INFINITY;
    const word = new Word(this.#words, PERMITS, this.memory);
    const isBehindOthers = turns !== undefined && turns.waiting++ > 0;
    Atomics.add(this.#words, WAITERS, 1); // before it is tried: pairs with the load in release()
    try {
      if (isBehindOthers) yield word.parkWhile(Atomics.load(this.#words, PERMITS), deadline);
      for (;;) {
        if (this.tryAcquire()) return true;
        if (now() >= deadline) return false;
        yield word.parkWhile(0, deadline);
      }
    } finally {
      Atomics.sub(this.#words, WAITERS, 1);
      if (turns !== undefined) turns.waiting--;
    }
  }
}

function checkInteger(name: string, value: unknown): void {
  if (!Number.isInteger(value)) throw new TypeError(`Expected ${name} to be an integer, got ${repr(value)}`);
  if ((value as number) > MOST) throw new OverflowError(`a semaphore has at most ${MOST} permits`);
}

travels('Semaphore', Semaphore);
opens('Semaphore', (memory) => new Semaphore(0, { memory }));
