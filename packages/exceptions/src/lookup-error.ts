import { Exception } from './exception.ts';
import { brand } from './internal/brand.ts';
import { repr } from './repr.ts';

/**
 * The base of errors about a key or an index that is not there.
 *
 * Python: `LookupError`.
 */
export class LookupError extends Exception {
  static {
    brand(LookupError, 'LookupError');
  }
}

/**
 * Thrown when an index is out of range.
 *
 * Python: `IndexError`.
 */
export class IndexError extends LookupError {
  static {
    brand(IndexError, 'IndexError');
  }
}

/**
 * Thrown when a key is not there.
 *
 * The message is the key in Python's notation, with quotes if it is a string.
 *
 * Python: `KeyError`.
 *
 * @example
 * import { KeyError } from '@prac/exceptions';
 * console.log(String(new KeyError('colour'))); // KeyError: 'colour'
 */
export class KeyError extends LookupError {
  static {
    brand(KeyError, 'KeyError');
  }

  /** The key that is not there. */
  readonly key: unknown;

  /**
   * @param key - The key that is not there.
   * @param options - The error's `cause`.
   */
  constructor(key?: unknown, options?: ErrorOptions) {
    super(key === undefined ? '' : repr(key), options);
    this.key = key;
  }

  override toRepr(): string {
    return `${this.name}(${this.key === undefined ? '' : repr(this.key)})`;
  }
}
