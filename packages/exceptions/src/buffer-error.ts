import { Exception } from './exception.ts';
import { brand } from './internal/brand.ts';

/**
 * Thrown when an operation on a buffer cannot be done, such as resizing memory that is in use.
 *
 * Python: `BufferError`.
 */
export class BufferError extends Exception {
  static {
    brand(BufferError, 'BufferError');
  }
}
