import { Exception } from './exception.ts';
import { brand } from './internal/brand.ts';

/**
 * Thrown when an assertion fails.
 *
 * Not the class of the same name that `node:assert` throws.
 *
 * Python: `AssertionError`.
 */
export class AssertionError extends Exception {
  static {
    brand(AssertionError, 'AssertionError');
  }
}
