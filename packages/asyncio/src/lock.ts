import { RuntimeError } from '@prac/exceptions';
import { type SignalOption, signalOf, suspendOn } from './internal/abort.ts';
import { Lockable } from './internal/lockable.ts';
import { DONE, quiet } from './internal/quiet.ts';
import { lockText, printsAsText } from './internal/text.ts';
import { Waiters } from './internal/waiters.ts';
import { travels } from './internal/world.ts';

/**
 * Of the tasks of a loop one has it at a time; those who wait get it in the order in which they came.
 *
 * Python: `asyncio.Lock`. For threads see `@prac/sync`, for processes `@prac/pool`.
 *
 * @example
 * import { createTask, Lock, run, sleep } from '@prac/asyncio';
 * await run(async () => {
 *   const lock = new Lock();
 *   const both = ['a', 'b'].map((name) =>
 *     createTask(() => lock.with(async () => {
 *       await sleep(0.01);
 *       console.log(name); // a
 *     })),
 *   );
 *   for (const task of both) await task; // b
 * });
 */
export class Lock extends Lockable {
  readonly #waiters = new Waiters();
  #isLocked = false;

  locked(): boolean {
    return this.#isLocked;
  }

  override acquire(options?: SignalOption | null): Promise<true> {
    try {
      const signal = signalOf(options);
      signal?.throwIfAborted();
      if (this.#isLocked || this.#waiters.hasLiving) return quiet(this.#acquireLater(signal));
      this.#isLocked = true;
      return DONE;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async #acquireLater(signal: AbortSignal | undefined): Promise<true> {
    const waiter = this.#waiters.enter();
    try {
      await suspendOn(waiter, signal);
    } catch (error) {
      this.#waiters.leave(waiter);
      if (!this.#isLocked) this.#wakeFirst(); // it was ours already
      throw error;
    }
    this.#waiters.leave(waiter);
    this.#isLocked = true;
    return true;
  }

  /** @throws {RuntimeError} if nobody has it. */
  override release(): void {
    if (!this.#isLocked) throw new RuntimeError('Lock is not acquired.');
    this.#isLocked = false;
    this.#wakeFirst();
  }

  /** Only the first: if it is awake already the lock is on its way to it. */
  #wakeFirst(): void {
    const { first } = this.#waiters;
    if (first?.done() === false) first.setResult();
  }

  override toString(): string {
    return lockText(this, this.#isLocked ? 'locked' : 'unlocked', ...this.#waiters.text);
  }
}

printsAsText(Lock);

travels('Lock', Lock);
