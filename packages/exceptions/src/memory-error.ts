import { Exception } from './exception.ts';
import { brand } from './internal/brand.ts';

/**
 * Thrown when there is not enough memory for an operation.
 *
 * About memory that a package asked for, such as shared memory; a full JavaScript heap ends the process.
 *
 * Python: `MemoryError`.
 */
export class MemoryError extends Exception {
  static {
    brand(MemoryError, 'MemoryError');
  }
}
