import { arrives, BaseQueue } from './internal/base-queue.ts';
import { Deque } from './internal/deque.ts';
import { newRegionMemory } from './internal/region.ts';
import { Ring } from './internal/ring.ts';
import type { Store, StoreWords } from './internal/store.ts';
import { travels } from './internal/world.ts';

/**
 * First in, first out, of any size, and nothing else: no tasks, no shutdown.
 *
 * Python: `queue.SimpleQueue`.
 *
 * @example
 * import { SimpleQueue } from '@prac/queue';
 * const queue = new SimpleQueue<string>();
 * queue.putNowait('a');
 * console.log(await queue.get()); // a
 */
export class SimpleQueue<T = unknown> extends BaseQueue<T> {
  declare protected queue: Deque<T>;

  constructor() {
    super(0);
  }

  protected override get kind(): string {
    return 'SimpleQueue';
  }

  protected override _init(_maxsize: number): void {
    this.queue = new Deque();
  }

  protected override _qsize(): number {
    return this.queue.length;
  }

  protected override _put(item: T): void {
    this.queue.push(item);
  }

  protected override _get(): T {
    return this.queue.shift() as T;
  }

  protected override makeStore(
    words: StoreWords,
    [buffer = newRegionMemory()]: readonly SharedArrayBuffer[] = [],
  ): Store {
    return new Ring(buffer, words);
  }
}

travels('SimpleQueue', SimpleQueue);
arrives('SimpleQueue', () => new SimpleQueue());
