import { checkedOptions, TimeoutError } from '@prac/exceptions';
import { callLater } from './calls.ts';
import { ensureFuture, type Outcome, type Waitable } from './ensure-future.ts';
import type { Future } from './future.ts';
import type { TimerHandle } from './handle.ts';
import { travels } from './internal/world.ts';
import { Queue } from './queue.ts';

/*
 * Futures in the order in which they are done. The iterators are written by hand: an async generator would give their results, since they can be
 * awaited.
 */

/** What is put where one is waited for: a future in an object, since a queue takes nothing that can be awaited. */
interface Entry<F> {
  readonly future: F | undefined;
}

/** Futures, as they are done. */
export class AsCompleted<F extends Future<unknown>> implements AsyncIterableIterator<F, undefined> {
  readonly #todo = new Set<F>();
  readonly #done = new Queue<Entry<F>>();
  readonly #timer: TimerHandle | undefined;
  #left: number;

  /** @internal */
  constructor(futures: Iterable<F>, timeout: number | undefined) {
    for (const future of futures) this.#todo.add(future);
    this.#left = this.#todo.size;
    for (const future of this.#todo) future.addDoneCallback(this.#onDone as never);
    this.#timer = timeout === undefined || this.#left === 0 ? undefined : callLater(timeout, () => this.#timeIsUp());
  }

  readonly #onDone = (future: F): void => {
    if (!this.#todo.delete(future)) return; // the time is up
    this.#done.putNowait({ future });
    if (this.#todo.size === 0) this.#timer?.cancel();
  };

  #timeIsUp(): void {
    for (const future of this.#todo) {
      future.removeDoneCallback(this.#onDone as never);
      this.#done.putNowait({ future: undefined });
    }
    this.#todo.clear();
  }

  async next(): Promise<IteratorResult<F, undefined>> {
    if (this.#left === 0) return { done: true, value: undefined };
    this.#left--;
    const { future } = await this.#done.get();
    if (future === undefined) throw new TimeoutError();
    return { done: false, value: future };
  }

  async return(): Promise<IteratorResult<F, undefined>> {
    this.#left = 0;
    this.#timer?.cancel();
    for (const future of this.#todo) future.removeDoneCallback(this.#onDone as never);
    this.#todo.clear();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Each is a function that waits for the next result: `for (const next of asCompleted(tasks)) await next()`. */
  *[Symbol.iterator](): Generator<() => Promise<Awaited<F>>, undefined> {
    while (this.#left > 0) {
      this.#left--;
      yield async (): Promise<Awaited<F>> => {
        const { future } = await this.#done.get();
        if (future === undefined) throw new TimeoutError();
        return (await future) as Awaited<F>;
      };
    }
  }
}

/**
 * Gives futures in the order in which they are done.
 *
 * Python: `asyncio.as_completed`.
 *
 * @param options - `timeout`: in seconds, for all of them; then there is a `TimeoutError`.
 * @example
 * import { asCompleted, createTask, run, sleep } from '@prac/asyncio';
 * await run(async () => {
 *   const tasks = [0.02, 0.01].map((delay) => createTask(() => sleep(delay, delay)));
 *   for await (const done of asCompleted(tasks)) console.log(await done); // 0.01
 * }); // 0.02
 */
export function asCompleted<F extends Future<unknown>>(
  waitables: Iterable<F>,
  options?: { readonly timeout?: number | null } | null,
): AsCompleted<F>;
export function asCompleted<const W extends Waitable<unknown>>(
  waitables: Iterable<W>,
  options?: { readonly timeout?: number | null } | null,
): AsCompleted<Future<Outcome<W>>>;
export function asCompleted(
  waitables: Iterable<Waitable<unknown>>,
  options?: { readonly timeout?: number | null } | null,
): AsCompleted<Future<unknown>> {
  const { timeout } = checkedOptions(options, ['timeout']);
  if (typeof (waitables as Partial<Iterable<unknown>> | null)?.[Symbol.iterator] !== 'function')
    throw new TypeError('expect an iterable of futures');
  const futures = [...new Set(waitables)].map((waitable) => ensureFuture(waitable) as Future<unknown>);
  return new AsCompleted(futures, timeout ?? undefined);
}

travels('AsCompleted', AsCompleted);
travels('asCompleted', asCompleted);
