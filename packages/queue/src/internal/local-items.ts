import type { Transferable } from 'node:worker_threads';
import { ShutDown } from '../errors.ts';
import { NOT_YET } from './gate.ts';
import { type Batch, type Items, SHUTDOWN, UNFINISHED } from './items.ts';
import type { TransferOption } from './options.ts';

/** What a queue, or a subclass of it, makes of its items. */
export interface Hooks<T> {
  readonly maxsize: number;
  size(): number;
  put(item: T): void;
  /** There is one. */
  get(): T;
}

interface LocalBatch<T> extends Batch {
  readonly items: readonly T[];
}

/** The items of a queue that one thread alone has: themselves, in whatever `_put` and `_get` make of them. No lock, no copies. */
export class LocalItems<T> implements Items<T> {
  readonly #words: Int32Array;
  readonly #hooks: Hooks<T>;
  /** What is handed over with an item, if it should ever travel. */
  #transfers: WeakMap<object, readonly Transferable[]> | undefined;

  constructor(words: Int32Array, hooks: Hooks<T>) {
    this.#words = words;
    this.#hooks = hooks;
  }

  get size(): number {
    return this.#hooks.size();
  }

  tryPut(item: T, options: TransferOption | undefined): boolean {
    const words = this.#words;
    const hooks = this.#hooks;
    if (words[SHUTDOWN] !== 0) throw new ShutDown();
    if (hooks.maxsize > 0 && hooks.size() >= hooks.maxsize) return false;
    hooks.put(item);
    words[UNFINISHED]!++;
    if (this.#transfers !== undefined || options?.transfer != null) this.#remember(item, options?.transfer);
    return true;
  }

  #remember(item: T, transfer: Iterable<Transferable> | null | undefined): void {
    if (typeof item !== 'object' || item === null) return;
    this.#transfers ??= new WeakMap();
    if (transfer == null) this.#transfers.delete(item);
    else this.#transfers.set(item, [...transfer]);
  }

  putter(item: T, options: TransferOption | undefined): () => boolean {
    return () => this.tryPut(item, options);
  }

  tryGet(): T | typeof NOT_YET {
    const hooks = this.#hooks;
    if (hooks.size() > 0) return hooks.get();
    if (this.#words[SHUTDOWN] !== 0) throw new ShutDown();
    return NOT_YET;
  }

  batch(items: readonly T[]): LocalBatch<T> {
    return { items, length: items.length, done: 0 };
  }

  tryPutSome(batch: LocalBatch<T>): boolean {
    const first = batch.done;
    while (batch.done < batch.length && this.tryPut(batch.items[batch.done]!, undefined)) batch.done++;
    return batch.done > first;
  }

  tryGetSome(_form: unknown, most: number): T[] | typeof NOT_YET {
    const first = this.tryGet();
    if (first === NOT_YET) return NOT_YET;
    const items = [first];
    while (items.length < most && this.#hooks.size() > 0) items.push(this.#hooks.get());
    return items;
  }

  clear(): number {
    const { size } = this;
    for (let left = size; left > 0; left--) this.#hooks.get();
    return size;
  }

  locked<Result>(fn: () => Result): Result {
    return fn();
  }

  /** What has to be handed over with an item. */
  transferOf(item: T): readonly Transferable[] | undefined {
    return this.#transfers?.get(item as object);
  }

  /** All of them, which leave it. */
  takeAll(): T[] {
    const items: T[] = [];
    while (this.#hooks.size() > 0) items.push(this.#hooks.get());
    return items;
  }
}
