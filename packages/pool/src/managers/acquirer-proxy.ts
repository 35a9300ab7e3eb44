import { RuntimeError } from '@prac/exceptions';
import { currentTask, deadlineAfter, now } from '@prac/park';
import { runAsTask } from '@prac/sync';
import type { SignalOption } from '../connection/connection.ts';
import { travels } from '../internal/world.ts';
import { BaseProxy, callOn, callOnSync } from './proxy.ts';

/** Releases when it is disposed of. */
class ManagedHold implements AsyncDisposable, Disposable {
  readonly #proxy: BaseProxy;

  constructor(proxy: BaseProxy) {
    this.#proxy = proxy;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await callOn(this.#proxy, 'release');
  }

  [Symbol.dispose](): void {
    callOnSync(this.#proxy, 'release');
  }
}

/**
 * Stands for what is acquired and released in the server of a manager. The task that runs is its owner (see `runAsTask` of `@prac/sync`), else
 * the thread.
 *
 * Python: `multiprocessing.managers.AcquirerProxy`.
 */
export class AcquirerProxy extends BaseProxy {
  /** Runs a function while it is held: Python's `with`. */
  async with<Result>(fn: () => Result | PromiseLike<Result>, options?: SignalOption | null): Promise<Result> {
    const body = async (): Promise<Result> => {
      await callOn(this, 'acquire', given(options));
      try {
        return await fn();
      } finally {
        await callOn(this, 'release');
      }
    };
    return currentTask() === undefined ? runAsTask(body) : body();
  }

  /** Blocking form of {@link with}. */
  withSync<Result>(fn: () => Result): Result {
    callOnSync(this, 'acquire');
    try {
      return fn();
    } finally {
      callOnSync(this, 'release');
    }
  }

  /** Acquires it, and gives what releases it: `await using held = await lock.hold()`. */
  async hold(options?: SignalOption | null): Promise<AsyncDisposable> {
    await callOn(this, 'acquire', given(options));
    return new ManagedHold(this);
  }

  /** Blocking form of {@link hold}: `using held = lock.holdSync()`. */
  holdSync(): Disposable {
    callOnSync(this, 'acquire');
    return new ManagedHold(this);
  }
}

/** Options that are not there are no arguments. */
function given(options: SignalOption | null | undefined): unknown[] {
  return options == null ? [] : [options];
}

/**
 * Stands for a lock that its owner may acquire again: the task that runs, else the thread. Plain async functions cannot be told apart: as long
 * as one of them holds it, outside of tasks, it is refused to others.
 */
export class ReentrantProxy extends AcquirerProxy {
  /** How often async functions outside of tasks have acquired it. */
  #held = 0;

  /** Acquires it. */
  async acquire(...options: unknown[]): Promise<boolean> {
    if (currentTask() !== undefined) return (await callOn(this, 'acquire', options)) as boolean;
    this.#check();
    this.#held++;
    let isAcquired = false;
    try {
      isAcquired = (await callOn(this, 'acquire', options)) as boolean;
    } finally {
      if (!isAcquired) this.#held--;
    }
    return isAcquired;
  }

  /** Blocking form of {@link acquire}. */
  acquireSync(...options: unknown[]): boolean {
    if (currentTask() === undefined) this.#check();
    return callOnSync(this, 'acquire', options) as boolean;
  }

  /** Gives it up. */
  async release(): Promise<void> {
    await callOn(this, 'release');
    if (currentTask() === undefined && this.#held > 0) this.#held--;
  }

  #check(): void {
    if (this.#held > 0)
      throw new RuntimeError('an async function that is in no task holds the lock: use with(fn), or runAsTask()');
  }
}

/**
 * Stands for a condition in the server of a manager.
 *
 * Python: `multiprocessing.managers.ConditionProxy`.
 */
export class ConditionProxy extends AcquirerProxy {
  /**
   * Waits until a function gives something true, which is asked here, under the lock.
   *
   * @param options - Time limit in seconds, or options.
   * @returns What the function gave last.
   */
  async waitFor<Result>(
    predicate: () => Result,
    options?: number | (SignalOption & { readonly timeout?: number | null }) | null,
  ): Promise<Result> {
    const { timeout, signal } = typeof options === 'number' ? { timeout: options } : (options ?? {});
    const deadline = deadlineAfter(timeout);
    let result = predicate();
    for (; !result && now() < deadline; result = predicate())
      await callOn(this, 'wait', [{ timeout: secondsUntil(deadline), signal }]);
    return result;
  }

  /** Blocking form of {@link waitFor}. */
  waitForSync<Result>(predicate: () => Result, timeout?: number | null): Result {
    const deadline = deadlineAfter(timeout);
    let result = predicate();
    for (; !result && now() < deadline; result = predicate())
      callOnSync(this, 'wait', [{ timeout: secondsUntil(deadline) }]);
    return result;
  }
}

function secondsUntil(deadline: number): number | undefined {
  return deadline === Number.POSITIVE_INFINITY ? undefined : Math.max(0, (deadline - now()) / 1000);
}

travels('ReentrantProxy', ReentrantProxy, '@prac/pool/managers');
travels('AcquirerProxy', AcquirerProxy, '@prac/pool/managers');
travels('ConditionProxy', ConditionProxy, '@prac/pool/managers');
