import { Exception } from './exception.ts';
import { brand } from './internal/brand.ts';

/**
 * Thrown when a package finds itself in a state that should be impossible.
 *
 * A bug in the package, never in the program that uses it: please report it.
 *
 * Python has no such class; `SystemError` comes nearest.
 *
 * @example
 * import { InternalError } from '@prac/exceptions';
 * const state: number = 1;
 * if (state > 2) throw new InternalError(`inconsistent lock word 0x${state.toString(16)}`);
 */
export class InternalError extends Exception {
  static {
    brand(InternalError, 'InternalError');
  }
}
