import { repr, ValueError } from '@prac/exceptions';
import { Wait } from './future.ts';
import { type SignalOption, signalOf } from './internal/abort.ts';
import { Lockable } from './internal/lockable.ts';
import { DONE, quiet } from './internal/quiet.ts';
import { lockText, printsAsText } from './internal/text.ts';
import { Waiters } from './internal/waiters.ts';
import { travels } from './internal/world.ts';

/**
 * So many tasks have it at a time; those who wait get it in the order in which they came.
 *
 * Python: `asyncio.Semaphore`.
 */
export class Semaphore extends Lockable {
  readonly #waiters = new Waiters();
  #value: number;

  /** @throws {ValueError} if the value is negative. */
  constructor(value = 1) {
    super();
    if (!Number.isInteger(value)) throw new TypeError(`Expected value to be an integer, got ${repr(value)}`);
    if (value < 0) throw new ValueError('Semaphore initial value must be >= 0');
    this.#value = value;
  }

  /** How many may still have it. @internal */
  get value(): number {
    return this.#value;
  }

  /** Whether who acquires it has to wait. */
  locked(): boolean {
    return this.#value === 0 || this.#waiters.hasLiving;
  }

  override acquire(options?: SignalOption | null): Promise<true> {
    try {
      const signal = signalOf(options);
      signal?.throwIfAborted();
      if (this.locked()) return quiet(this.#acquireLater(signal));
      this.#value--;
      return DONE;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async #acquireLater(signal: AbortSignal | undefined): Promise<true> {
    const future = new Wait();
    try {
      await this.#waiters.wait(signal, future);
    } catch (error) {
      if (future.done() && !future.cancelled()) this.#value++; // it was ours already
      throw error;
    } finally {
      while (this.#value > 0 && this.#wakeNext()) {}
    }
    return true;
  }

  release(): void {
    this.#value++;
    this.#wakeNext();
  }

  #wakeNext(): boolean {
    if (!this.#waiters.wakeOne()) return false;
    this.#value--;
    return true;
  }

  override toString(): string {
    const state = this.locked() ? ['locked'] : [`unlocked`, `value:${this.#value}`];
    return lockText(this, ...state, ...this.#waiters.text);
  }
}

printsAsText(Semaphore);

travels('Semaphore', Semaphore);
