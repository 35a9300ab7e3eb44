import { Exception } from '@prac/exceptions';
import { travels } from './internal/world.ts';

/** `getNowait()` found nothing, or the time of a `get()` was up. Python: `queue.Empty`. */
export class Empty extends Exception {}

/** `putNowait()` found no room, or the time of a `put()` was up. The item is the caller's. Python: `queue.Full`. */
export class Full extends Exception {}

/** The queue has been shut down. Python: `queue.ShutDown` (3.13). */
export class ShutDown extends Exception {}

for (const [name, type] of Object.entries({ Empty, Full, ShutDown })) {
  travels(name, type);
  Object.defineProperty(type.prototype, 'name', { value: name, configurable: true, writable: true });
}
