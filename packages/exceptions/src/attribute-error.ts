import { Exception } from './exception.ts';
import { brand } from './internal/brand.ts';

/**
 * Thrown when an object has no attribute of the name asked for, or refuses to set it.
 *
 * Python: `AttributeError`.
 */
export class AttributeError extends Exception {
  static {
    brand(AttributeError, 'AttributeError');
  }
}
