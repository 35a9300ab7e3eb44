import { AssertionError, RuntimeError } from '@prac/exceptions';
import { Condition as ThreadCondition, type WaitOptions, type WaitSyncOptions } from '@prac/sync';
import { letTravel, opens, ownedBy, processMemory } from './internal/process-memory.ts';
import { travels } from './internal/world.ts';
import type { Lock } from './lock.ts';
import { RLock } from './rlock.ts';
import type { SharedOptions } from './semaphore.ts';

/** As many wait at a time. */
const WAITERS = 4096;
/** Before the waiters' places, and for each of them: see @prac/sync. */
const [HEADER_WORDS, PLACE_WORDS] = [5, 4];
const NOT_ACQUIRED = 'must acquire() condition before using wait()';

/**
 * Lets processes, threads and tasks wait until others tell them that something has changed, under a lock.
 *
 * Python: `multiprocessing.Condition`.
 *
 * @example
 * import { Condition } from '@prac/pool';
 * const changed = new Condition();
 * changed.withSync(() => changed.notifyAll());
 */
export class Condition extends ThreadCondition {
  /** @param lock - The lock it goes with. @defaultValue a new {@link RLock} */
  constructor(lock?: Lock | RLock | null, options: SharedOptions = {}) {
    super(lock ?? new RLock(), { memory: options.memory ?? processMemory(HEADER_WORDS + PLACE_WORDS * WAITERS) });
    ownedBy(this);
  }

  /** @throws {AssertionError} if the lock is not held. */
  override wait(options?: number | WaitOptions | null): Promise<boolean> {
    return asserting(() => super.wait(options), NOT_ACQUIRED);
  }

  override waitSync(options?: number | WaitSyncOptions | null): boolean {
    return asserting(() => super.waitSync(options), NOT_ACQUIRED);
  }

  /** @throws {AssertionError} if the lock is not held. */
  override async waitFor<Result>(predicate: () => Result, options?: number | WaitOptions | null): Promise<Result> {
    try {
      return await super.waitFor(predicate, options);
    } catch (error) {
      return asserting(() => {
        throw error;
      }, NOT_ACQUIRED);
    }
  }

  override waitForSync<Result>(predicate: () => Result, options?: number | WaitSyncOptions | null): Result {
    return asserting(() => super.waitForSync(predicate, options), NOT_ACQUIRED);
  }

  /** @throws {AssertionError} if the lock is not held. */
  override notify(n = 1): void {
    asserting(() => super.notify(n), 'lock is not owned');
  }

  override toString(): string {
    return `<Condition(${this.parts()[0]}, ${this.statistics().waiting})>`;
  }

  protected override get kind(): string {
    return 'Condition';
  }
}

/** Python says it otherwise here than of threads. */
function asserting<Result>(act: () => Result, message: string): Result {
  try {
    return act();
  } catch (cause) {
    if (cause instanceof RuntimeError && /un-acquired/.test(cause.message))
      throw new AssertionError(message, { cause });
    throw cause;
  }
}

travels('Condition', Condition);
letTravel(Condition.prototype);
opens('Condition', (memory, [lock]) => new Condition(lock as Lock, { memory }));
