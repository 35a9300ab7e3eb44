import { repr } from '@prac/exceptions';
import { rehearseThreads, spareOptions, tellHub } from './internal/hub.ts';
import { myself } from './internal/threads.ts';
import { travels } from './internal/world.ts';

/**
 * Keeps workers ready, so that a thread starts within a millisecond. Whenever a thread takes one, another is made.
 *
 * Each takes about 5 MB of memory. They do not keep the process alive.
 *
 * @param count - How many; 0 makes no more of them.
 * @throws {TypeError} if it is no number of workers.
 */
export function prewarm(count: number): void {
  if (!Number.isInteger(count) || count < 0) throw new TypeError(`Expected a number of workers, got ${repr(count)}`);
  myself();
  rehearseThreads();
  tellHub({ kind: 'prewarm', count, ...spareOptions() }, []);
}

travels('prewarm', prewarm);
