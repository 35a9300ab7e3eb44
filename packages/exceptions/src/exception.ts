import { BaseException } from './base-exception.ts';
import { brand } from './internal/brand.ts';

/**
 * The base of all errors that a program is expected to handle; the parent for a library's own classes.
 *
 * JavaScript's own errors (`TypeError`, `RangeError`, ...) are not instances of it. {@link isException} answers what
 * Python's `except Exception` would catch.
 *
 * Python: `Exception`.
 *
 * @example
 * import { Exception } from '@prac/exceptions';
 * class HostUnknown extends Exception {}
 * console.log(String(new HostUnknown('nowhere.example'))); // HostUnknown: nowhere.example
 */
export class Exception extends BaseException {
  static {
    brand(Exception, 'Exception');
  }
}

/**
 * Tells whether Python's `except Exception` would catch a value.
 *
 * That is every error, JavaScript's own included, but not {@link KeyboardInterrupt}, {@link SystemExit} and other
 * exceptions that derive from {@link BaseException} only.
 *
 * Python: the test of `except Exception:`.
 *
 * @param value - Anything that was thrown.
 * @returns Whether it is an error of the everyday kind.
 * @example
 * import { isException, KeyboardInterrupt } from '@prac/exceptions';
 * console.log(isException(new TypeError()), isException(new KeyboardInterrupt())); // true false
 */
export function isException(value: unknown): value is Error {
  return value instanceof BaseException ? value instanceof Exception : isError(value);
}

/** Whether a value is an error object, be it from another `vm` context. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';
}
