import { repr } from '@prac/exceptions';
import type { SignalOption } from './abort.ts';
import { driveHere } from './nested.ts';
import { quiet } from './quiet.ts';

/** Until `release()`: `await using held = await lock.hold()`. */
export interface Held {
  [Symbol.dispose](): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/** What is acquired and released, and the ways to do both. */
export abstract class Lockable {
  /** Waits until it is acquired. Cancellation, or an abort: nothing is acquired. */
  abstract acquire(options?: SignalOption | null): Promise<true>;
  abstract release(): void;

  /**
   * Runs a function with it acquired.
   *
   * Python: `async with lock:`.
   */
  with<T>(fn: () => T | PromiseLike<T> | Generator<unknown, T, unknown>, options?: SignalOption | null): Promise<T> {
    if (typeof fn !== 'function') return Promise.reject(new TypeError(`Expected a function, got ${repr(fn)}`));
    return quiet(this.#with(fn, options));
  }

  async #with<T>(
    fn: () => T | PromiseLike<T> | Generator<unknown, T, unknown>,
    options: SignalOption | null | undefined,
  ): Promise<T> {
    await this.acquire(options);
    try {
      return await driveHere(fn());
    } finally {
      this.release();
    }
  }

  /** Acquires it until what it gives is disposed of. */
  async hold(options?: SignalOption | null): Promise<Held> {
    await this.acquire(options);
    let isHeld = true;
    const release = (): void => {
      if (!isHeld) return;
      isHeld = false;
      this.release();
    };
    return {
      [Symbol.dispose]: release,
      async [Symbol.asyncDispose]() {
        release();
      },
    };
  }
}
