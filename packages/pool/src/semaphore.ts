import { ValueError } from '@prac/exceptions';
import { Semaphore as ThreadSemaphore } from '@prac/sync';
import { letTravel, opens, ownedBy, type ProcessMemory, processMemory } from './internal/process-memory.ts';
import { travels } from './internal/world.ts';

/** The word of @prac/sync's semaphore that says how many permits there may be. */
const BOUND = 4;

/** @internal */
export interface SharedOptions {
  readonly memory?: ProcessMemory | undefined;
}

/**
 * A number of permits, between processes, their threads, and async functions: `acquire` takes one, waiting until there is one, and `release`
 * gives it back. A process that dies keeps those that it has.
 *
 * Python: `multiprocessing.Semaphore`.
 *
 * @example
 * import { Semaphore } from '@prac/pool';
 * const tickets = new Semaphore(2);
 * await tickets.with(async () => console.log(tickets.getValue())); // 1
 */
export class Semaphore extends ThreadSemaphore {
  constructor(value = 1, options?: SharedOptions | null) {
    super(value, { memory: options?.memory ?? processMemory() });
    ownedBy(this);
  }

  /** How many permits are there now. Python: `get_value`. */
  getValue(): number {
    return this.statistics().value;
  }

  override toString(): string {
    return `<Semaphore(value=${this.getValue()})>`;
  }

  protected override get kind(): string {
    return 'Semaphore';
  }
}

/**
 * A semaphore that is never released more often than it was acquired, between processes.
 *
 * Python: `multiprocessing.BoundedSemaphore`.
 *
 * @example
 * import { BoundedSemaphore } from '@prac/pool';
 * try {
 *   new BoundedSemaphore(1).release();
 * } catch (error) {
 *   console.log(String(error)); // ValueError: semaphore or lock released too many times
 * }
 */
export class BoundedSemaphore extends Semaphore {
  /** Gives permits back. @throws {ValueError} if there would be more than at first. */
  override release(n = 1): void {
    try {
      super.release(n);
    } catch (cause) {
      if (!(cause instanceof ValueError) || n < 1) throw cause;
      throw new ValueError('semaphore or lock released too many times', { cause });
    }
  }

  override toString(): string {
    return `<BoundedSemaphore(value=${this.getValue()}, maxvalue=${this.memory.words[BOUND]})>`;
  }

  protected override get bounded(): boolean {
    return true;
  }

  protected override get kind(): string {
    return 'BoundedSemaphore';
  }
}

travels('Semaphore', Semaphore);
letTravel(Semaphore.prototype);
opens('Semaphore', (memory) => new Semaphore(0, { memory }));
travels('BoundedSemaphore', BoundedSemaphore);
opens('BoundedSemaphore', (memory) => new BoundedSemaphore(0, { memory }));
