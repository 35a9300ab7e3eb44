// What queues of other packages are made of: those that processes share.
export { Empty, Full, ShutDown } from './errors.ts';
export { BaseQueue, type Home, type QueueStatistics } from './internal/base-queue.ts';
export type { PackOptions } from './internal/cargo.ts';
export { PLACES, STORE_PLACE, WORDS } from './internal/items.ts';
export type { BlockingOptions, QueueOptions } from './internal/options.ts';
export { FIRST_WORDS, type Place } from './internal/region.ts';
export { Ring } from './internal/ring.ts';
export type { Store, StoreWords } from './internal/store.ts';
// Whoever has the base can open all of them: they may arrive as well.
export { LifoQueue } from './lifo-queue.ts';
export { PriorityQueue } from './priority-queue.ts';
export { Queue } from './queue.ts';
export { SimpleQueue } from './simple-queue.ts';
export { SpscRing } from './spsc-ring.ts';
