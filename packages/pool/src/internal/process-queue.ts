import { ValueError } from '@prac/exceptions';
import {
  BaseQueue,
  type BlockingOptions,
  type PackOptions,
  type QueueOptions,
  Ring,
  STORE_PLACE,
  type Store,
  type StoreWords,
} from '@prac/queue/base';
import { giving } from './giving.ts';
import { giveBack, ownedBy, type ProcessMemory } from './process-memory.ts';
import { freeQueue, queueHome } from './queue-home.ts';

/*
 * A queue of @prac/queue in memory that processes share: from the beginning in the second of its two lives. An item is in it when `put` has
 * returned: there is no thread that would have to feed it.
 */
const BYTES: PackOptions = { bytesOnly: true };

export abstract class ProcessQueue<T> extends BaseQueue<T> {
  #isClosed = false;

  protected constructor(maxsize: number, memory: ProcessMemory | undefined) {
    super(maxsize, queueHome(memory));
    ownedBy(this, freeQueue);
  }

  /** Nobody else has it any more, and nobody here uses it: its memory may be used again. @internal */
  giveBack(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    giveBack(this, freeQueue);
  }

  /**
   * This process uses the queue no more; others may. What was put is in it.
   *
   * Python: `Queue.close`.
   */
  close(): void {
    this.#isClosed = true;
  }

  override put(item: T, options?: QueueOptions | null): Promise<void> {
    if (this.#isClosed) return Promise.reject(this.#closed());
    const [putting, undo] = giving(() => super.put(item, options));
    return undo === undefined ? putting : undone(putting, undo);
  }

  override putSync(item: T, options?: BlockingOptions | null): void {
    this.#check();
    giving(() => super.putSync(item, options));
  }

  override putNowait(item: T): void {
    this.#check();
    giving(() => super.putNowait(item));
  }

  override putMany(items: Iterable<T>, options?: QueueOptions | null): Promise<number> {
    if (this.#isClosed) return Promise.reject(this.#closed());
    const [putting, undo] = giving(() => super.putMany(items, options));
    return undo === undefined ? putting : undone(putting, undo);
  }

  override putManySync(items: Iterable<T>, options?: BlockingOptions | null): number {
    this.#check();
    return giving(() => super.putManySync(items, options))[0];
  }

  override get(options?: QueueOptions | null): Promise<T> {
    return this.#isClosed ? Promise.reject(this.#closed()) : super.get(options);
  }

  override getSync(options?: BlockingOptions | null): T {
    this.#check();
    return super.getSync(options);
  }

  override getNowait(): T {
    this.#check();
    return super.getNowait();
  }

  override getMany(most: number, options?: QueueOptions | null): Promise<T[]> {
    return this.#isClosed ? Promise.reject(this.#closed()) : super.getMany(most, options);
  }

  override getManySync(most: number, options?: BlockingOptions | null): T[] {
    this.#check();
    return super.getManySync(most, options);
  }

  override toString(): string {
    return `<pool.${this.kind} object at ${this.address}>`;
  }

  #check(): void {
    if (this.#isClosed) throw this.#closed();
  }

  #closed(): ValueError {
    return new ValueError(`Queue ${this} is closed`);
  }

  protected override get packing(): PackOptions {
    return BYTES;
  }

  protected override makeStore(words: StoreWords): Store {
    return new Ring(queueHome(this.memory as ProcessMemory).place(STORE_PLACE), words);
  }

  // What a queue of one thread would be made of.
  protected override _init(): void {}
  protected override _qsize(): number {
    return 0;
  }
  protected override _put(): void {}
  protected override _get(): T {
    return undefined as T;
  }
}

/** What was left for whoever gets the item is taken back if it is not put. */
async function undone<Result>(putting: Promise<Result>, undo: () => void): Promise<Result> {
  try {
    return await putting;
  } catch (error) {
    undo();
    throw error;
  }
}
