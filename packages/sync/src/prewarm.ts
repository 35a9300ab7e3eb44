import { repr } from '@prac/exceptions';
import { type Message, toMessage } from '@prac/pickle';
import { Event } from './event.ts';
import { tellHub, threadArguments } from './internal/hub.ts';
import type { Work } from './internal/messages.ts';
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
  // A function by value, and a primitive: what a thread may be given. This thread's pickler is warm then, too.
  const work = { target: (event: Event) => event.isSet(), args: [new Event()], fields: {} };
  const rehearsal = toMessage<unknown>(work).message as Message<Work>;
  tellHub({ kind: 'prewarm', count, execArgv: threadArguments(), rehearsal }, []);
}

travels('prewarm', prewarm);
