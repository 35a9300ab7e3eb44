import { currentTask, deadlineAfter, now } from '@prac/park';
import { runAsTask } from '@prac/sync';
import { travels } from '../internal/world.ts';
import { BaseProxy } from './proxy.ts';

/** Releases when it is disposed of. */
class ManagedHold implements AsyncDisposable, Disposable {
  readonly #proxy: BaseProxy;

  constructor(proxy: BaseProxy) {
    this.#proxy = proxy;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#proxy.callMethod('release');
  }

  [Symbol.dispose](): void {
    this.#proxy.callMethodSync('release');
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
  async with<Result>(fn: () => Result | PromiseLike<Result>): Promise<Result> {
    const body = async (): Promise<Result> => {
      await this.callMethod('acquire');
      try {
        return await fn();
      } finally {
        await this.callMethod('release');
      }
    };
    return currentTask() === undefined ? runAsTask(body) : body();
  }

  /** Blocking form of {@link with}. */
  withSync<Result>(fn: () => Result): Result {
    this.callMethodSync('acquire');
    try {
      return fn();
    } finally {
      this.callMethodSync('release');
    }
  }

  /** Acquires it, and gives what releases it: `await using held = await lock.hold()`. */
  async hold(): Promise<AsyncDisposable> {
    await this.callMethod('acquire');
    return new ManagedHold(this);
  }

  /** Blocking form of {@link hold}: `using held = lock.holdSync()`. */
  holdSync(): Disposable {
    this.callMethodSync('acquire');
    return new ManagedHold(this);
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
   * @param timeout - Time limit in seconds.
   * @returns What the function gave last.
   */
  async waitFor<Result>(predicate: () => Result, timeout?: number | null): Promise<Result> {
    const deadline = deadlineAfter(timeout);
    let result = predicate();
    for (; !result && now() < deadline; result = predicate()) await this.callMethod('wait', untilThen(deadline));
    return result;
  }

  /** Blocking form of {@link waitFor}. */
  waitForSync<Result>(predicate: () => Result, timeout?: number | null): Result {
    const deadline = deadlineAfter(timeout);
    let result = predicate();
    for (; !result && now() < deadline; result = predicate()) this.callMethodSync('wait', untilThen(deadline));
    return result;
  }
}

function untilThen(deadline: number): number[] {
  return deadline === Number.POSITIVE_INFINITY ? [] : [Math.max(0, (deadline - now()) / 1000)];
}

travels('AcquirerProxy', AcquirerProxy, '@prac/pool/managers');
travels('ConditionProxy', ConditionProxy, '@prac/pool/managers');
