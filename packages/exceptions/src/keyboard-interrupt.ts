import { BaseException } from './base-exception.ts';
import { brand } from './internal/brand.ts';

/**
 * Thrown when the user presses Ctrl-C.
 *
 * Not an {@link Exception}, so that code which handles errors does not swallow it.
 *
 * Python: `KeyboardInterrupt`.
 */
export class KeyboardInterrupt extends BaseException {
  static {
    brand(KeyboardInterrupt, 'KeyboardInterrupt');
  }
}
