import { NotImplementedError, repr } from '@prac/exceptions';
import { isLibcAvailable } from '@prac/libc';
import { keepSpares } from './internal/spares.ts';
import { travels } from './internal/world.ts';

/**
 * Keeps processes ready, so that `start()` takes a few milliseconds. Whenever one is taken, another is started.
 *
 * Each takes about 50 MB of memory, and a moment of a processor when it is started. They end with this process. A process whose arguments
 * have connections is started as without them.
 *
 * @param count - How many; 0: no more.
 * @throws {TypeError} if it is no number of processes. {NotImplementedError} where the C library cannot be called.
 * @example
 * import { prewarm, Process } from '@prac/pool';
 * prewarm(1);
 * const child = new Process({ target: () => console.log('here') });
 * child.start(); // here
 * await child.join();
 * prewarm(0);
 */
export function prewarm(count: number): void {
  if (!Number.isInteger(count) || count < 0) throw new TypeError(`Expected a number of processes, got ${repr(count)}`);
  if (!isLibcAvailable())
    throw new NotImplementedError('processes that wait need the C library, which cannot be called here: install koffi');
  keepSpares(count);
}

travels('prewarm', prewarm);
