import { Event as ThreadEvent } from '@prac/sync';
import { letTravel, opens, ownedBy, processMemory } from './internal/process-memory.ts';
import { travels } from './internal/world.ts';
import type { SharedOptions } from './semaphore.ts';

/**
 * A flag that processes, threads and async functions wait for.
 *
 * Python: `multiprocessing.Event`.
 *
 * @example
 * import { Event, Process } from '@prac/pool';
 * const ready = new Event();
 * const child = new Process({ target: (ready: Event) => ready.set(), args: [ready] });
 * child.start();
 * console.log(await ready.wait(30)); // true
 * await child.join();
 */
export class Event extends ThreadEvent {
  constructor(options?: SharedOptions | null) {
    super({ memory: options?.memory ?? processMemory() });
    ownedBy(this);
  }

  override toString(): string {
    return `<Event at ${this.address} ${this.isSet() ? 'set' : 'unset'}>`;
  }

  protected override get kind(): string {
    return 'Event';
  }
}

travels('Event', Event);
letTravel(Event.prototype);
opens('Event', (memory) => new Event({ memory }));
