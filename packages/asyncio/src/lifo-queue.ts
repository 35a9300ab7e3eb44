import { travels } from './internal/world.ts';
import { Queue } from './queue.ts';

/** Last in, first out. Python: `asyncio.LifoQueue`. */
export class LifoQueue<T = unknown> extends Queue<T> {
  declare protected queue: T[];

  protected override _init(_maxsize: number): void {
    this.queue = [];
  }

  protected override _put(item: T): void {
    this.queue.push(item);
  }

  protected override _get(): T {
    return this.queue.pop() as T;
  }
}

travels('LifoQueue', LifoQueue);
