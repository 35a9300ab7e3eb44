import { ValueError } from '@prac/exceptions';
import { travels } from './internal/world.ts';
import { Semaphore } from './semaphore.ts';

/**
 * A {@link Semaphore} that cannot be released more often than it was acquired.
 *
 * Python: `asyncio.BoundedSemaphore`.
 */
export class BoundedSemaphore extends Semaphore {
  readonly #most: number;

  constructor(value = 1) {
    super(value);
    this.#most = value;
  }

  /** @throws {ValueError} if it is released too often. */
  override release(): void {
    if (this.value >= this.#most) throw new ValueError('BoundedSemaphore released too many times');
    super.release();
  }
}

travels('BoundedSemaphore', BoundedSemaphore);
