import { type BarrierOptions, Barrier as ThreadBarrier } from '@prac/sync';
import { letTravel, opens, ownedBy, processMemory } from './internal/process-memory.ts';
import { travels } from './internal/world.ts';
import type { SharedOptions } from './semaphore.ts';

/** Before the numbers of the parties, of which a word holds 32: see @prac/sync. */
const HEADER_WORDS = 64;

/**
 * A meeting point for a fixed number of processes, threads and tasks: all wait until the last has come.
 *
 * Python: `multiprocessing.Barrier`.
 *
 * @example
 * import { Barrier, Process } from '@prac/pool';
 * const barrier = new Barrier(2);
 * const child = new Process({ target: (barrier: Barrier) => void barrier.waitSync(), args: [barrier] });
 * child.start();
 * await barrier.wait();
 * await child.join();
 */
export class Barrier extends ThreadBarrier {
  /** @param parties - How many have to come. */
  constructor(parties: number, options: Omit<BarrierOptions, 'memory'> & SharedOptions = {}) {
    const isCount = Number.isInteger(parties) && parties > 0;
    const memory = options.memory ?? processMemory(HEADER_WORDS + (isCount ? Math.ceil(parties / 32) : 0));
    super(parties, { ...options, memory });
    ownedBy(this);
  }

  override toString(): string {
    const state = this.broken ? 'broken' : `waiters=${this.nWaiting}/${this.parties}`;
    return `<Barrier at ${this.address}: ${state}>`;
  }

  protected override get kind(): string {
    return 'Barrier';
  }
}

travels('Barrier', Barrier);
letTravel(Barrier.prototype);
opens('Barrier', (memory, [parties, action, timeout]) => {
  return new Barrier(parties as number, { action: action as () => void, timeout: timeout as number, memory });
});
