import { type Message, toMessage } from '@prac/pickle';
import { Event } from '../event.ts';
import type { Work } from './messages.ts';

/** Work that does nothing: a function by value, and a primitive, which is what a thread may be given. */
export function rehearsal(): Message<Work> {
  const work = { target: (event: Event) => event.isSet(), args: [new Event()], fields: {} };
  return toMessage<unknown>(work).message as Message<Work>;
}
