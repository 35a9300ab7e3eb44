import { Event, sleep, Thread } from '@prac/sync';
import { logging } from '../logging.ts';

function waitForEvent(event: Event): void {
  logging.debug('wait_for_event starting');
  const isSet = event.waitSync();
  logging.debug('event set: %s', isSet);
}

function waitWithTimeout(event: Event, seconds: number): void {
  while (!event.isSet()) {
    logging.debug('wait_for_event_timeout starting');
    const isSet = event.waitSync(seconds);
    logging.debug('event set: %s', isSet);
    if (isSet) logging.debug('processing event');
    else logging.debug('doing other work');
  }
}

const event = new Event();
const threads = [
  new Thread({ target: waitForEvent, name: 'block', args: [event] }),
  new Thread({
    target: waitWithTimeout,
    name: 'nonblock',
    args: [event, 2],
  }),
];
for (const thread of threads) thread.start();

logging.debug('Waiting before calling Event.set()');
await sleep(1);
event.set();
logging.debug('Event is set');
