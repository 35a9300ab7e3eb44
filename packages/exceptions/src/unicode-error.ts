import { brand } from './internal/brand.ts';
import { escapeCode } from './internal/repr-literal.ts';
import { repr } from './repr.ts';
import { ValueError } from './value-error.ts';

/**
 * The base of errors in encoding and decoding text.
 *
 * Python: `UnicodeError`.
 */
export class UnicodeError extends ValueError {
  static {
    brand(UnicodeError, 'UnicodeError');
  }
}

/**
 * Thrown when bytes are not valid text in an encoding.
 *
 * Python: `UnicodeDecodeError`.
 *
 * @example
 * import { UnicodeDecodeError } from '@prac/exceptions';
 * const error = new UnicodeDecodeError('utf-8', new Uint8Array([0xff]), 0, 1, 'invalid start byte');
 * console.log(error.message); // 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte
 */
export class UnicodeDecodeError extends UnicodeError {
  static {
    brand(UnicodeDecodeError, 'UnicodeDecodeError');
  }

  /** The encoding that was expected. */
  readonly encoding: string;
  /** The bytes that were to be decoded. */
  readonly object: Uint8Array;
  /** Index of the first bad byte. */
  readonly start: number;
  /** Index after the last bad byte. */
  readonly end: number;
  /** What is wrong with them. */
  readonly reason: string;

  /**
   * @param encoding - The encoding that was expected.
   * @param object - The bytes that were to be decoded.
   * @param start - Index of the first bad byte.
   * @param end - Index after the last bad byte.
   * @param reason - What is wrong with them.
   * @param options - The error's `cause`.
   */
  constructor(
    encoding: string,
    object: Uint8Array,
    start: number,
    end: number,
    reason: string,
    options?: ErrorOptions,
  ) {
    const byte = end === start + 1 ? object[start] : undefined;
    const what = byte === undefined ? 'bytes' : `byte 0x${byte.toString(16).padStart(2, '0')}`;
    super(text(encoding, 'decode', what, place(start, end, byte !== undefined), reason), options);
    this.encoding = encoding;
    this.object = object;
    this.start = start;
    this.end = end;
    this.reason = reason;
  }

  override toRepr(): string {
    return reprOf(this);
  }
}

/**
 * Thrown when a text has characters that an encoding lacks.
 *
 * Python: `UnicodeEncodeError`; positions count UTF-16 units, as JavaScript's string indexes do.
 *
 * @example
 * import { UnicodeEncodeError } from '@prac/exceptions';
 * const error = new UnicodeEncodeError('ascii', 'naïve', 2, 3, 'ordinal not in range(128)');
 * console.log(error.message); // 'ascii' codec can't encode character '\xef' in position 2: ordinal not in range(128)
 */
export class UnicodeEncodeError extends UnicodeError {
  static {
    brand(UnicodeEncodeError, 'UnicodeEncodeError');
  }

  /** The encoding asked for. */
  readonly encoding: string;
  /** The text that was to be encoded. */
  readonly object: string;
  /** Index of the first bad character. */
  readonly start: number;
  /** Index after the last bad character. */
  readonly end: number;
  /** What is wrong with them. */
  readonly reason: string;

  /**
   * @param encoding - The encoding asked for.
   * @param object - The text that was to be encoded.
   * @param start - Index of the first bad character.
   * @param end - Index after the last bad character.
   * @param reason - What is wrong with them.
   * @param options - The error's `cause`.
   */
  constructor(encoding: string, object: string, start: number, end: number, reason: string, options?: ErrorOptions) {
    const [character, ...others] = object.slice(start, end);
    const one = character !== undefined && others.length === 0;
    const what = one ? `character '${escapeCode(character.codePointAt(0)!)}'` : 'characters';
    super(text(encoding, 'encode', what, place(start, end, one), reason), options);
    this.encoding = encoding;
    this.object = object;
    this.start = start;
    this.end = end;
    this.reason = reason;
  }

  override toRepr(): string {
    return reprOf(this);
  }
}

function text(encoding: string, verb: string, what: string, position: string, reason: string): string {
  return `'${encoding}' codec can't ${verb} ${what} in position ${position}: ${reason}`;
}

function place(start: number, end: number, one: boolean): string {
  return one ? `${start}` : `${start}-${end - 1}`;
}

function reprOf(error: UnicodeDecodeError | UnicodeEncodeError): string {
  const { name, encoding, object, start, end, reason } = error;
  return `${name}(${[encoding, object, start, end, reason].map((value) => repr(value)).join(', ')})`;
}
