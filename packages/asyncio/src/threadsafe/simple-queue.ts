import { createRequire } from 'node:module';
import type { SimpleQueue } from '@prac/queue';

type SimpleQueueClass = new <T>() => SimpleQueue<T>;

const WORLD: unique symbol = Symbol.for('prac.queue/1') as never;

/** A queue between threads. Its package is loaded with the first: most programs never send a loop anywhere. */
export function newSimpleQueue<T>(): SimpleQueue<T> {
  const loaded = (globalThis as { [WORLD]?: { readonly exports: object } })[WORLD]?.exports as
    | { readonly SimpleQueue?: SimpleQueueClass }
    | undefined;
  const SimpleQueue =
    loaded?.SimpleQueue ?? (createRequire(import.meta.url)('@prac/queue').SimpleQueue as SimpleQueueClass);
  return new SimpleQueue<T>();
}
