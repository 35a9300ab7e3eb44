import { AssertionError } from '@prac/exceptions';
import { RLock as ThreadRLock } from '@prac/sync';
import { ownerText } from './internal/owner-text.ts';
import { letTravel, opens, ownedBy, processMemory } from './internal/process-memory.ts';
import { travels } from './internal/world.ts';
import type { LockOptions } from './lock.ts';

/**
 * A lock that its owner may acquire again: it is free after as many releases. Between processes, their threads, and tasks.
 *
 * The owner is the task that runs, else the thread: see `RLock` of `@prac/sync`.
 *
 * Python: `multiprocessing.RLock`.
 *
 * @example
 * import { RLock } from '@prac/pool';
 * const lock = new RLock();
 * lock.withSync(() => lock.withSync(() => console.log(String(lock)))); // <RLock(MainProcess, 2)>
 */
export class RLock extends ThreadRLock {
  constructor(options?: LockOptions | null) {
    super({ ...options, memory: options?.memory ?? processMemory() });
    ownedBy(this);
  }

  /**
   * Releases the lock once.
   *
   * @throws {AssertionError} if the caller does not own it.
   */
  override release(): void {
    try {
      super.release();
    } catch (cause) {
      throw new AssertionError('attempt to release recursive lock not owned by thread', { cause });
    }
  }

  override toString(): string {
    const { count, ...known } = this.statistics();
    const owner = ownerText(known);
    return `<RLock(${owner}, ${/^Some/.test(owner) ? 'nonzero' : count})>`;
  }

  protected override get kind(): string {
    return 'RLock';
  }
}

travels('RLock', RLock);
letTravel(RLock.prototype);
opens('RLock', (memory, [robust]) => new RLock({ memory, robust: robust as boolean }));
