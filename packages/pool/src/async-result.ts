import { repr, TimeoutError, ValueError } from '@prac/exceptions';
import { currentTask, now, type Steps, suspend, type Waitable, waitLimits } from '@prac/park';
import type { WaitOptions, WaitSyncOptions } from '@prac/sync';

/** Called with a result, or an error, in the thread that has the pool. */
export interface Callbacks<T> {
  readonly callback?: ((value: T) => unknown) | null | undefined;
  readonly errorCallback?: ((error: unknown) => unknown) | null | undefined;
}

/** How a blocked thread goes on meanwhile. @internal */
export type BlockingWait = (isOver: () => boolean, deadline: number) => void;

/**
 * The result of a task that may still be under way. It can be awaited.
 *
 * Python: `multiprocessing.pool.AsyncResult`.
 */
export class AsyncResult<T> implements PromiseLike<T> {
  readonly #callbacks: Callbacks<T>;
  readonly #block: BlockingWait;
  #watchers: (() => void)[] | undefined;
  #state: { readonly isDone: boolean; readonly value: unknown } | undefined;

  /** @internal */
  constructor(callbacks: Callbacks<T>, block: BlockingWait) {
    this.#callbacks = callbacks;
    this.#block = block;
  }

  /**
   * Waits for the result.
   *
   * Cancellation: an aborted call leaves no trace; the task goes on.
   *
   * @param options - Time limit in seconds, or options.
   * @throws What the task has thrown. {TimeoutError} if the time was up first.
   */
  get(options?: number | WaitOptions | null): Promise<T> {
    // Without limits, and outside of tasks, which may be cancelled, there is nothing but the end to wait for.
    return options == null && currentTask() === undefined ? this.#settled() : this.#limited(options);
  }

  /** Blocking form of {@link get}. */
  getSync(options?: number | WaitSyncOptions | null): T {
    if (!this.waitSync(options)) throw new TimeoutError();
    return this.#result();
  }

  /**
   * Waits until it is there.
   *
   * @returns `false` if the time was up first.
   */
  wait(options?: number | WaitOptions | null): Promise<boolean> {
    const limits = waitLimits(options, 'async');
    return suspend(this.#steps(limits.deadline), limits);
  }

  /** Blocking form of {@link wait}. Other results are taken meanwhile, too. */
  waitSync(options?: number | WaitSyncOptions | null): boolean {
    const { deadline } = waitLimits(options, 'sync');
    if (!this.ready()) this.#block(() => this.ready(), deadline);
    return this.ready();
  }

  /** Whether it is there. */
  ready(): boolean {
    return this.#state !== undefined;
  }

  /**
   * Whether the task has not failed.
   *
   * @throws {ValueError} if the result is not there.
   */
  successful(): boolean {
    if (this.#state === undefined) throw new ValueError(`${repr(this)} not ready`);
    return this.#state.isDone;
  }

  // biome-ignore lint/suspicious/noThenProperty: it is awaited, as a promise is
  then<A = T, B = never>(
    onfulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onrejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.get().then(onfulfilled, onrejected);
  }

  toString(): string {
    const state = this.#state === undefined ? 'pending' : this.#state.isDone ? 'done' : 'failed';
    return `<${this.constructor.name} ${state}>`;
  }

  /** @internal */
  settle(isDone: boolean, value: unknown): void {
    if (this.#state !== undefined) return;
    this.#state = { isDone, value };
    const { callback, errorCallback } = this.#callbacks;
    if (callback ?? errorCallback) guarded(() => (isDone ? callback?.(value as T) : errorCallback?.(value)));
    const watchers = this.#watchers;
    this.#watchers = undefined;
    if (watchers !== undefined) for (const watcher of watchers) watcher();
  }

  #settled(): Promise<T> {
    return new Promise((resolve, reject) => {
      const tell = (): void => (this.#state!.isDone ? resolve(this.#state!.value as T) : reject(this.#state!.value));
      if (this.#state === undefined) this.#watch(tell);
      else tell();
    });
  }

  async #limited(options: number | WaitOptions | null | undefined): Promise<T> {
    if (!(await this.wait(options))) throw new TimeoutError();
    return this.#result();
  }

  #watch(watcher: () => void): void {
    if (this.#watchers === undefined) this.#watchers = [watcher];
    else this.#watchers.push(watcher);
  }

  #unwatch(watcher: () => void): void {
    this.#watchers = this.#watchers?.filter((it) => it !== watcher);
  }

  #result(): T {
    const { isDone, value } = this.#state!;
    if (isDone) return value as T;
    throw value;
  }

  *#steps(deadline: number): Steps<boolean> {
    const settled: Waitable = {
      blocker: null,
      watch: (callback) => this.#watch(callback),
      unwatch: (callback) => this.#unwatch(callback),
    };
    while (this.#state === undefined) {
      if (now() >= deadline) return false;
      yield { on: [settled], deadline };
    }
    return true;
  }
}

/** Calls what is the program's: an error of it is the program's, too, not the pool's. @internal */
export function guarded(call: () => unknown): void {
  try {
    call();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

Object.defineProperty(AsyncResult.prototype, Symbol.for('nodejs.util.inspect.custom'), {
  value(this: AsyncResult<unknown>) {
    return String(this);
  },
  configurable: true,
  writable: true,
});
