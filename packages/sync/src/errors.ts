import { RuntimeError } from '@prac/exceptions';
import { travels } from './internal/world.ts';

/**
 * A barrier was broken, or reset, while threads waited for it.
 *
 * Python: `threading.BrokenBarrierError`.
 */
export class BrokenBarrierError extends RuntimeError {
  static {
    Object.defineProperty(BrokenBarrierError.prototype, 'name', {
      value: 'BrokenBarrierError',
      configurable: true,
      writable: true,
    });
  }
}

travels('BrokenBarrierError', BrokenBarrierError);
