import { runInThisContext } from 'node:vm';
import { type Message, toMessage } from '@prac/pickle';
import { Event } from '../event.ts';
import type { Work } from './messages.ts';

/** Work that does nothing: a function by value, and a primitive, which is what a thread may be given. */
export function rehearsal(): Message<Work> {
  // A script of its own: to send a function its script is parsed, and that of this package is long.
  const target = runInThisContext('(event) => event.isSet()', { filename: 'prac:rehearsal' }) as (
    event: Event,
  ) => boolean;
  const work = { target, args: [new Event()], fields: {} };
  return toMessage<unknown>(work).message as Message<Work>;
}
