import { brand, hasInstance } from './internal/brand.ts';
import { repr } from './repr.ts';

/**
 * The root of Python's exceptions.
 *
 * Catch or extend {@link Exception} instead, unless {@link KeyboardInterrupt} and {@link SystemExit} are meant too.
 *
 * `name` is the name of the object's class, so a subclass needs no line for it: `class QueueEmpty extends Exception {}`
 * makes errors called `QueueEmpty`. (A minifier that shortens class names shortens it; `static override name = 'QueueEmpty'` keeps
 * it.) `instanceof` also works when two copies of this package are in one process.
 *
 * A plain structured clone (`structuredClone`, `postMessage`) turns the object into an `Error` and loses class and
 * fields; `@prac/pickle` keeps them.
 *
 * Python: `BaseException`; the argument is one message text instead of any `args`, and `cause` is `raise ... from`.
 *
 * @example
 * import { BaseException } from '@prac/exceptions';
 * const error = new BaseException('stopped', { cause: new TypeError('not a number') });
 * console.log(String(error)); // BaseException: stopped
 */
export class BaseException extends Error {
  static {
    brand(BaseException, 'BaseException');
    // Properties by definition, not by class syntax: as accessors in the types they would forbid a subclass `override name = '...'`.
    Object.defineProperty(BaseException, Symbol.hasInstance, {
      value: hasInstance,
      configurable: true,
      writable: true,
    });
    Object.defineProperty(BaseException.prototype, 'name', { get: nameOfClass, set: setOwnName, configurable: true });
  }

  /** Python's repr of the exception: `ValueError('no such host')`. */
  toRepr(): string {
    return `${this.name}(${this.message === '' ? '' : repr(this.message)})`;
  }
}

/** The name of the nearest class that has one: an anonymous subclass goes by its parent's. */
function nameOfClass(this: object): string {
  for (let type: unknown = this.constructor; typeof type === 'function'; type = Object.getPrototypeOf(type)) {
    if (typeof type.name === 'string' && type.name !== '') return type.name;
  }
  return 'Error';
}

/** `error.name = '...'` works as for any error. */
function setOwnName(this: object, value: unknown): void {
  Object.defineProperty(this, 'name', { value, writable: true, enumerable: true, configurable: true });
}
