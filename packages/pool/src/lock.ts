import { ValueError } from '@prac/exceptions';
import { Lock as ThreadLock } from '@prac/sync';
import { ownerText } from './internal/owner-text.ts';
import { letTravel, opens, ownedBy, type ProcessMemory, processMemory } from './internal/process-memory.ts';
import { travels } from './internal/world.ts';

/** Options of a {@link Lock} and an {@link RLock}. */
export interface LockOptions {
  /** Waiters take it over when the process or thread that holds it has died, and find `ownerDied` set. @defaultValue false */
  readonly robust?: boolean | undefined;
  /** @internal */
  readonly memory?: ProcessMemory | undefined;
}

/**
 * One at a time: between processes, their threads, and the async functions of each.
 *
 * It is an argument of processes and threads like any other, and the same lock wherever it arrives. Any of them may release it.
 *
 * Python: `multiprocessing.Lock`.
 *
 * @example
 * import { Lock, Process } from '@prac/pool';
 * const lock = new Lock();
 * const print = (item: string, lock: Lock) => lock.withSync(() => console.log(item));
 * const processes = ['tango', 'foxtrot'].map((item) => new Process({ target: print, args: [item, lock] }));
 * for (const process of processes) process.start();
 * for (const process of processes) await process.join();
 */
export class Lock extends ThreadLock {
  constructor(options?: LockOptions | null) {
    super({ ...options, memory: options?.memory ?? processMemory() });
    ownedBy(this);
  }

  /**
   * Releases the lock, whoever has acquired it.
   *
   * @throws {ValueError} if it is not locked.
   */
  override release(): void {
    try {
      super.release();
    } catch (cause) {
      throw new ValueError('semaphore or lock released too many times', { cause });
    }
  }

  override toString(): string {
    return `<Lock(owner=${ownerText(this.statistics())})>`;
  }

  protected override get kind(): string {
    return 'Lock';
  }
}

travels('Lock', Lock);
letTravel(Lock.prototype);
opens('Lock', (memory, [robust]) => new Lock({ memory, robust: robust as boolean }));
