import { Exception } from './exception.ts';
import { brand } from './internal/brand.ts';

/**
 * The base of errors in calculations.
 *
 * Python: `ArithmeticError`.
 */
export class ArithmeticError extends Exception {
  static {
    brand(ArithmeticError, 'ArithmeticError');
  }
}

/**
 * Thrown when a number is too large for what is to be done with it, a time-out for example.
 *
 * Python: `OverflowError`.
 */
export class OverflowError extends ArithmeticError {
  static {
    brand(OverflowError, 'OverflowError');
  }
}

/**
 * Thrown on a division by zero.
 *
 * JavaScript itself never throws it: `1 / 0` is `Infinity` and `1n / 0n` a `RangeError`.
 *
 * Python: `ZeroDivisionError`.
 */
export class ZeroDivisionError extends ArithmeticError {
  static {
    brand(ZeroDivisionError, 'ZeroDivisionError');
  }
}
