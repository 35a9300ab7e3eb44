import { Exception } from './exception.ts';
import { brand } from './internal/brand.ts';

/**
 * Thrown when an argument has the right type but a value that makes no sense.
 *
 * A value of the wrong type is JavaScript's own `TypeError`, which stands for Python's.
 *
 * Python: `ValueError`.
 *
 * @example
 * import { ValueError } from '@prac/exceptions';
 * function sleep(seconds: number) {
 *   if (seconds < 0) throw new ValueError('sleep length must be non-negative');
 * }
 */
export class ValueError extends Exception {
  static {
    brand(ValueError, 'ValueError');
  }
}
