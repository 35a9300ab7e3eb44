import { Exception } from './exception.ts';
import { brand } from './internal/brand.ts';

/**
 * Thrown when an input ends where more was needed: the other end of a pipe is closed.
 *
 * Python: `EOFError`.
 */
export class EOFError extends Exception {
  static {
    brand(EOFError, 'EOFError');
  }
}
