// What queues of one thread are made of: for those of other packages.
export { checkItem } from './internal/check-item.ts';
export { Deque } from './internal/deque.ts';
export { LocalHeap } from './internal/local-heap.ts';
export { type Compare, pythonOrder } from './internal/order.ts';
