import { type SignalOption, signalOf } from './internal/abort.ts';
import { DONE, quiet } from './internal/quiet.ts';
import { lockText, printsAsText } from './internal/text.ts';
import { Waiters } from './internal/waiters.ts';
import { travels } from './internal/world.ts';

/**
 * Something that has happened, or has not: tasks wait until it has.
 *
 * Python: `asyncio.Event`.
 */
export class Event {
  readonly #waiters = new Waiters();
  #isSet = false;

  isSet(): boolean {
    return this.#isSet;
  }

  /** It has happened: all who wait go on. */
  set(): void {
    if (this.#isSet) return;
    this.#isSet = true;
    this.#waiters.wakeAll();
  }

  clear(): void {
    this.#isSet = false;
  }

  /** Waits until it has happened. */
  wait(options?: SignalOption | null): Promise<true> {
    try {
      const signal = signalOf(options);
      signal?.throwIfAborted();
      return this.#isSet ? DONE : quiet(this.#waiters.wait(signal).then(() => true));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  toString(): string {
    return lockText(this, this.#isSet ? 'set' : 'unset', ...this.#waiters.text);
  }
}

printsAsText(Event);

travels('Event', Event);
