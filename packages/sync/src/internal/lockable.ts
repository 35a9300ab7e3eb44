import { repr } from '@prac/exceptions';
import { Primitive } from '../memory.ts';
import { inSubtask } from '../run-as-task.ts';
import { Held } from './held.ts';
import type { AcquireOptions, AcquireSyncOptions } from './options.ts';

/** What is acquired and released: the forms in which that is done for a block of code. */
export abstract class Lockable extends Primitive {
  abstract acquire(options?: AcquireOptions | null): Promise<boolean>;
  abstract acquireSync(options?: AcquireSyncOptions | null): boolean;
  abstract release(): void;

  /**
   * Acquires, and gives what releases again when it is disposed of: `using held = await lock.hold()`.
   *
   * @param options - Abort signal.
   */
  async hold(options?: Pick<AcquireOptions, 'signal'> | null): Promise<Held> {
    await this.acquire(options);
    return new Held(() => this.release());
  }

  /** Blocking form of {@link hold}: `using held = lock.holdSync()`. */
  holdSync(): Held {
    this.acquireSync();
    return new Held(() => this.release());
  }

  /**
   * Runs a function while it is held, and releases whatever becomes of that: Python's `with`.
   *
   * The function is a task, as far as locks are concerned (see `runAsTask`), and a part of the one that calls this: a re-entrant
   * lock that is held there may be acquired again, and two functions that are run side by side exclude each other.
   *
   * @param fn - Its promise is waited for.
   * @returns What it returns.
   */
  with<Result>(
    fn: () => Result | PromiseLike<Result>,
    options?: Pick<AcquireOptions, 'signal'> | null,
  ): Promise<Result> {
    checkFunction(fn);
    return inSubtask(async () => {
      await this.acquire(options);
      try {
        return await fn();
      } finally {
        this.release();
      }
    });
  }

  /**
   * Blocking form of {@link with}.
   *
   * @throws {TypeError} if the function returns a promise: it would go on without the lock.
   */
  withSync<Result>(fn: () => Result): Result {
    checkFunction(fn);
    this.acquireSync();
    try {
      const result = fn();
      if (typeof (result as { then?: unknown } | null | undefined)?.then === 'function')
        throw new TypeError('Expected a function that returns no promise: use with() for async functions');
      return result;
    } finally {
      this.release();
    }
  }
}

function checkFunction(fn: unknown): void {
  if (typeof fn !== 'function') throw new TypeError(`Expected a function, got ${repr(fn)}`);
}
