import { arrives } from './internal/base-queue.ts';
import { newRegionMemory } from './internal/region.ts';
import { Stack } from './internal/stack.ts';
import type { Store, StoreWords } from './internal/store.ts';
import { travels } from './internal/world.ts';
import { Queue } from './queue.ts';

/**
 * Last in, first out.
 *
 * Python: `queue.LifoQueue`.
 *
 * @example
 * import { LifoQueue } from '@prac/queue';
 * const queue = new LifoQueue<number>();
 * for (const n of [1, 2, 3]) queue.putNowait(n);
 * console.log(queue.getNowait()); // 3
 */
export class LifoQueue<T = unknown> extends Queue<T> {
  declare protected queue: T[];

  protected override get kind(): string {
    return 'LifoQueue';
  }

  protected override _init(_maxsize: number): void {
    this.queue = [];
  }

  protected override _qsize(): number {
    return this.queue.length;
  }

  protected override _put(item: T): void {
    this.queue.push(item);
  }

  protected override _get(): T {
    return this.queue.pop() as T;
  }

  /** @internal */
  protected override inOrderOfPut(items: T[]): T[] {
    return items.reverse();
  }

  protected override makeStore(
    words: StoreWords,
    [buffer = newRegionMemory()]: readonly SharedArrayBuffer[] = [],
  ): Store {
    return new Stack(buffer, words);
  }
}

travels('LifoQueue', LifoQueue);
arrives('LifoQueue', (maxsize) => new LifoQueue(maxsize));
