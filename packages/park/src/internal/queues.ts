import type { Futex } from '../futex.ts';
import { QueueOfWaiters } from './queue-of-waiters.ts';

/** Where a word is. */
interface Place {
  readonly futex: Futex;
  readonly words: Int32Array;
  readonly index: number;
}

/** The queues of this thread, by memory and address in it: a word has one, whichever views of it there are. */
const queues = new WeakMap<ArrayBufferLike, Map<number, QueueOfWaiters>>();

/** The queue on a word, if anything of this thread has ever waited for it asynchronously. */
export function queueIfAny({ words, index }: Omit<Place, 'futex'>): QueueOfWaiters | undefined {
  return queues.get(words.buffer)?.get(words.byteOffset + 4 * index);
}

export function queueOn({ futex, words, index }: Place): QueueOfWaiters {
  const address = words.byteOffset + 4 * index;
  const ofMemory = queues.get(words.buffer) ?? new Map<number, QueueOfWaiters>();
  const queue = ofMemory.get(address) ?? new QueueOfWaiters(futex, words, index);
  queues.set(words.buffer, ofMemory.set(address, queue));
  return queue;
}
