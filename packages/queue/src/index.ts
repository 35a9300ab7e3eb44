export { MemoryError, OverflowError, RuntimeError, ValueError } from '@prac/exceptions';
export { Empty, Full, ShutDown } from './errors.ts';
export type { QueueStatistics } from './internal/base-queue.ts';
export type { BlockingOptions, QueueOptions, TransferOption } from './internal/options.ts';
export type { Compare } from './internal/order.ts';
export { LifoQueue } from './lifo-queue.ts';
export { PriorityQueue, type PriorityQueueOptions } from './priority-queue.ts';
export { Queue, type ShutdownOptions } from './queue.ts';
export { SimpleQueue } from './simple-queue.ts';
