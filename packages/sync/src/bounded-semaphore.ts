import { travels } from './internal/world.ts';
import { opens } from './memory.ts';
import { Semaphore } from './semaphore.ts';

/**
 * A semaphore that is never released more often than it was acquired: it guards resources of a fixed number, and finds a
 * release too many.
 *
 * Python: `threading.BoundedSemaphore`.
 *
 * @example
 * import { BoundedSemaphore } from '@prac/sync';
 * const connections = new BoundedSemaphore(1);
 * try {
 *   connections.release();
 * } catch (error) {
 *   console.log(String(error)); // ValueError: Semaphore released too many times
 * }
 */
export class BoundedSemaphore extends Semaphore {
  protected override get bounded(): boolean {
    return true;
  }

  protected override get kind(): string {
    return 'BoundedSemaphore';
  }
}

travels('BoundedSemaphore', BoundedSemaphore);
opens('BoundedSemaphore', (memory) => new BoundedSemaphore(0, { memory }));
