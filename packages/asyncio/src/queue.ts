// Long because of what is promised of each call.

import { addressOf, checkedOptions, repr, ValueError } from '@prac/exceptions';
import { checkItem, Deque } from '@prac/queue/collections';
import { QueueEmpty, QueueFull, QueueShutDown } from './errors.ts';
import { Event } from './event.ts';
import { type Future, Wait } from './future.ts';
import { type SignalOption, signalOf, suspendOn } from './internal/abort.ts';
import { quiet } from './internal/quiet.ts';
import { printsAsText } from './internal/text.ts';
import { travels } from './internal/world.ts';

const PUT: Promise<void> = Promise.resolve();

/**
 * First in, first out, between the tasks of a loop.
 *
 * Who waits is woken in the order in which they came, and looks again: an item is not handed over, so that none is lost when who was woken is
 * cancelled.
 *
 * Python: `asyncio.Queue`. For threads see `@prac/queue`, for processes `@prac/pool`.
 *
 * @example
 * import { createTask, Queue, run } from '@prac/asyncio';
 * await run(async () => {
 *   const queue = new Queue<number>(1);
 *   const producer = createTask(async () => {
 *     for (const n of [1, 2, 3]) await queue.put(n);
 *     queue.shutdown();
 *   });
 *   for await (const n of queue) console.log(n); // 1
 *   await producer; // 3
 * });
 */
export class Queue<T = unknown> {
  /** At most so many items are in it; 0 or less: any number. */
  readonly maxsize: number;
  /** What holds the items. */
  protected queue!: { readonly length: number; [Symbol.iterator](): Iterator<T> };
  readonly #getters: Future<void>[] = [];
  readonly #putters: Future<void>[] = [];
  readonly #finished = new Event();
  #unfinished = 0;
  #isShutDown = false;

  constructor(maxsize = 0) {
    if (typeof maxsize !== 'number' || Number.isNaN(maxsize))
      throw new TypeError(`Expected maxsize to be a number, got ${repr(maxsize)}`);
    this.maxsize = maxsize;
    this.#finished.set();
    this._init(maxsize);
  }

  // What subclasses may do otherwise, as in Python.

  /** Called by the constructor, before the fields of a subclass are set. */
  protected _init(_maxsize: number): void {
    this.queue = new Deque<T>();
  }

  protected _put(item: T): void {
    (this.queue as Deque<T>).push(item);
  }

  /** There is one. */
  protected _get(): T {
    return (this.queue as Deque<T>).shift() as T;
  }

  qsize(): number {
    return this.queue.length;
  }

  empty(): boolean {
    return this.queue.length === 0;
  }

  full(): boolean {
    return this.maxsize > 0 && this.qsize() >= this.maxsize;
  }

  /**
   * Puts an item into the queue, waiting for room.
   *
   * Cancellation, or an abort: nothing is put.
   *
   * @throws {QueueShutDown} if it has been shut down. {TypeError} for a promise.
   */
  put(item: T, options?: SignalOption | null): Promise<void> {
    try {
      const signal = signalOf(options);
      signal?.throwIfAborted();
      checkItem(item);
      if (this.full()) return quiet(this.#putLater(item, signal));
      this.putNowait(item);
      return PUT;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async #putLater(item: T, signal: AbortSignal | undefined): Promise<void> {
    while (this.full()) {
      if (this.#isShutDown) throw new QueueShutDown();
      const putter = new Wait();
      this.#putters.push(putter);
      try {
        await suspendOn(putter, signal);
      } catch (error) {
        leave(this.#putters, putter, !this.full());
        throw error;
      }
    }
    this.putNowait(item);
  }

  /** @throws {QueueFull} if there is no room. {QueueShutDown} if it has been shut down. */
  putNowait(item: T): void {
    checkItem(item);
    if (this.#isShutDown) throw new QueueShutDown();
    if (this.full()) throw new QueueFull();
    this._put(item);
    this.#unfinished++;
    this.#finished.clear();
    wakeNext(this.#getters);
  }

  /**
   * Takes the next item, waiting for one.
   *
   * Cancellation, or an abort: nothing is taken.
   *
   * @throws {QueueShutDown} if it has been shut down, and is empty.
   */
  get(options?: SignalOption | null): Promise<T> {
    try {
      const signal = signalOf(options);
      signal?.throwIfAborted();
      return this.empty() ? quiet(this.#getLater(signal)) : Promise.resolve(this.getNowait());
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async #getLater(signal: AbortSignal | undefined): Promise<T> {
    while (this.empty()) {
      if (this.#isShutDown) throw new QueueShutDown();
      const getter = new Wait();
      this.#getters.push(getter);
      try {
        await suspendOn(getter, signal);
      } catch (error) {
        leave(this.#getters, getter, !this.empty());
        throw error;
      }
    }
    return this.getNowait();
  }

  /** @throws {QueueEmpty} if there is none. {QueueShutDown} if there will be none. */
  getNowait(): T {
    if (this.empty()) {
      if (this.#isShutDown) throw new QueueShutDown();
      throw new QueueEmpty();
    }
    const item = this._get();
    wakeNext(this.#putters);
    return item;
  }

  /** An item that was got is done with. @throws {ValueError} if there were not so many. */
  taskDone(): void {
    if (this.#unfinished <= 0) throw new ValueError('task_done() called too many times');
    if (--this.#unfinished === 0) this.#finished.set();
  }

  /** Waits until all items are done with. */
  join(options?: SignalOption | null): Promise<void> {
    return this.#finished.wait(options) as Promise<unknown> as Promise<void>;
  }

  /**
   * No more items are put. Who waits, or comes, gets what there is, then a {@link QueueShutDown}.
   *
   * @param options - `immediate`: what there is is thrown away.
   */
  shutdown(options?: { readonly immediate?: boolean | null } | null): void {
    const { immediate } = checkedOptions(options, ['immediate']);
    this.#isShutDown = true;
    if (immediate) {
      while (!this.empty()) {
        this._get();
        if (this.#unfinished > 0) this.#unfinished--;
      }
      if (this.#unfinished === 0) this.#finished.set();
    }
    wakeAll(this.#getters);
    wakeAll(this.#putters);
  }

  /** The items, until it is shut down and empty. */
  [Symbol.asyncIterator](): AsyncIterableIterator<T, undefined> {
    const queue = this;
    return {
      async next() {
        try {
          return { done: false, value: await queue.get() };
        } catch (error) {
          if (error instanceof QueueShutDown) return { done: true, value: undefined };
          throw error;
        }
      },
      async return() {
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  toString(): string {
    return `<${this.constructor.name} at ${addressOf(this)} ${this.#text()}>`;
  }

  #text(): string {
    const [getters, putters] = [countLiving(this.#getters), countLiving(this.#putters)];
    return [
      `maxsize=${this.maxsize}`,
      ...(this.empty() ? [] : [`_queue=${repr([...this.queue])}`]),
      ...(getters > 0 ? [`_getters[${getters}]`] : []),
      ...(putters > 0 ? [`_putters[${putters}]`] : []),
      ...(this.#unfinished > 0 ? [`tasks=${this.#unfinished}`] : []),
      ...(this.#isShutDown ? ['shutdown'] : []),
    ].join(' ');
  }
}

/** Who was woken, and is cancelled, wakes the next. */
function leave(waiters: Future<void>[], future: Future<void>, isReady: boolean): void {
  future.cancel();
  const at = waiters.indexOf(future);
  if (at >= 0) waiters.splice(at, 1);
  if (isReady && !future.cancelled()) wakeNext(waiters);
}

function wakeNext(waiters: Future<void>[]): void {
  for (let future = waiters.shift(); future !== undefined; future = waiters.shift())
    if (!future.done()) {
      future.setResult();
      return;
    }
}

function wakeAll(waiters: Future<void>[]): void {
  for (let future = waiters.shift(); future !== undefined; future = waiters.shift())
    if (!future.done()) future.setResult();
}

function countLiving(waiters: Future<void>[]): number {
  return waiters.filter((future) => !future.done()).length;
}

printsAsText(Queue);

travels('Queue', Queue);
