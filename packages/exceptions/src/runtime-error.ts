import { Exception } from './exception.ts';
import { brand } from './internal/brand.ts';

/**
 * Thrown for an error that fits no other class: mostly an object used in a state that does not allow it.
 *
 * Python: `RuntimeError`.
 *
 * @example
 * import { RuntimeError } from '@prac/exceptions';
 * console.log(String(new RuntimeError('release unlocked lock'))); // RuntimeError: release unlocked lock
 */
export class RuntimeError extends Exception {
  static {
    brand(RuntimeError, 'RuntimeError');
  }
}

/**
 * Thrown by a method that subclasses must override, or that is still to be written.
 *
 * Python: `NotImplementedError`.
 */
export class NotImplementedError extends RuntimeError {
  static {
    brand(NotImplementedError, 'NotImplementedError');
  }
}

/**
 * Thrown when a recursion is too deep.
 *
 * Where the JavaScript stack itself overflows, V8 throws a `RangeError`.
 *
 * Python: `RecursionError`.
 */
export class RecursionError extends RuntimeError {
  static {
    brand(RecursionError, 'RecursionError');
  }
}
