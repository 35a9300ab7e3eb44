import { RuntimeError, repr, ValueError } from '@prac/exceptions';
import { CancelledError } from './errors.ts';
import { type SignalOption, signalOf } from './internal/abort.ts';
import { Lockable } from './internal/lockable.ts';
import { quiet } from './internal/quiet.ts';
import { lockText, printsAsText } from './internal/text.ts';
import { Waiters } from './internal/waiters.ts';
import { travels } from './internal/world.ts';
import { Lock } from './lock.ts';

/**
 * Tasks that have a lock wait in it, without the lock, until another notifies them.
 *
 * Python: `asyncio.Condition`.
 */
export class Condition extends Lockable {
  readonly #lock: Lock;
  readonly #waiters = new Waiters();

  /** @param lock - @defaultValue one of its own */
  constructor(lock?: Lock | null) {
    super();
    if (lock != null && typeof lock.acquire !== 'function')
      throw new TypeError(`Expected lock to be a Lock, got ${repr(lock)}`);
    this.#lock = lock ?? new Lock();
  }

  override acquire(options?: SignalOption | null): Promise<true> {
    return this.#lock.acquire(options);
  }

  override release(): void {
    this.#lock.release();
  }

  locked(): boolean {
    return this.#lock.locked();
  }

  /**
   * Releases the lock, waits until it is notified, and acquires the lock again: also if it is cancelled.
   *
   * @throws {RuntimeError} if the lock is not acquired.
   */
  wait(options?: SignalOption | null): Promise<true> {
    try {
      const signal = signalOf(options);
      if (!this.locked()) throw new RuntimeError('cannot wait on un-acquired lock');
      signal?.throwIfAborted();
      return quiet(this.#wait(signal));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async #wait(signal: AbortSignal | undefined): Promise<true> {
    this.release();
    try {
      try {
        await this.#waiters.wait(signal);
      } finally {
        await this.#acquireAnyhow();
      }
    } catch (error) {
      this.#notify(1); // it may have been notified before: then another is to be
      throw error;
    }
    return true;
  }

  /** A cancellation comes out when it has the lock. */
  async #acquireAnyhow(): Promise<void> {
    let cancelled: CancelledError | undefined;
    for (;;) {
      try {
        await this.#lock.acquire();
        break;
      } catch (error) {
        if (!(error instanceof CancelledError)) throw error;
        cancelled = error;
      }
    }
    if (cancelled !== undefined) throw cancelled;
  }

  /**
   * Waits until something is true: it is asked now, and whenever it is notified.
   *
   * @returns What was asked has answered.
   */
  waitFor<T>(predicate: () => T, options?: SignalOption | null): Promise<T> {
    return quiet(this.#waitFor(predicate, options));
  }

  async #waitFor<T>(predicate: () => T, options: SignalOption | null | undefined): Promise<T> {
    let result = predicate();
    while (!result) {
      await this.wait(options);
      result = predicate();
    }
    return result;
  }

  /**
   * Lets so many of those that wait go on, when they get the lock.
   *
   * @throws {RuntimeError} if the lock is not acquired.
   */
  notify(n = 1): void {
    if (!this.locked()) throw new RuntimeError('cannot notify on un-acquired lock');
    if (typeof n !== 'number' || Number.isNaN(n)) throw new ValueError(`Expected n to be a number, got ${repr(n)}`);
    this.#notify(n);
  }

  #notify(n: number): void {
    for (let left = n; left > 0; left--) if (!this.#waiters.wakeOne()) return;
  }

  notifyAll(): void {
    this.notify(this.#waiters.size);
  }

  override toString(): string {
    return lockText(this, this.locked() ? 'locked' : 'unlocked', ...this.#waiters.text);
  }
}

printsAsText(Condition);

travels('Condition', Condition);
