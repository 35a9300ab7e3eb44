import { isAscii, isUtf8 } from 'node:buffer';
import { LookupError, UnicodeDecodeError, UnicodeEncodeError } from '@prac/exceptions';
import type { ErrorHandling } from '../options.ts';
import { type EncodingName, lookupEncoding, type UnicodeEncoding } from './codec-names.ts';
import { findUndecodable, incompleteUtf8 } from './utf8.ts';
import { byteOrderMark, decodeWide, encodeWide, incompleteWide, withByteOrder } from './wide-unicode.ts';

/** WHATWG's encodings whose characters have several bytes. */
const MULTI_BYTE = /^(gb|big5|euc|iso-2022|shift)/;

const HANDLERS: readonly ErrorHandling[] = ['strict', 'ignore', 'replace', 'backslashreplace', 'surrogateescape'];

/** Turns bytes into text and back, with Python's encodings and error handlers. */
export class Codec {
  readonly encoding: string;
  readonly errors: ErrorHandling;
  readonly #name: EncodingName;

  /** @throws {LookupError} for an unknown encoding or error handler. */
  constructor(encoding: string, errors: ErrorHandling) {
    if (!HANDLERS.includes(errors)) throw new LookupError(`unknown error handler name '${errors}'`);
    this.#name = lookupEncoding(encoding);
    this.encoding = encoding;
    this.errors = errors;
  }

  /** @throws {UnicodeDecodeError} if `errors` is 'strict' and there is something that is no character. */
  decode(bytes: Buffer): string {
    switch (this.#name.writable) {
      case 'utf-8':
        return isUtf8(bytes) ? bytes.toString('utf8') : this.#decodeUtf8(bytes);
      case 'latin-1':
        return bytes.toString('latin1');
      case 'ascii':
        return isAscii(bytes) ? bytes.toString('latin1') : this.#decodeAscii(bytes);
      case undefined:
        return this.#decodeByPlatform(bytes);
      default:
        return decodeWide(this.#name.writable, bytes, (start, end, reason, encoding) =>
          this.#undecodable(bytes, start, end, reason, encoding),
        );
    }
  }

  /** How many bytes at the end must wait for those that follow: all of them where only the whole can be decoded. */
  incomplete(bytes: Buffer): number {
    const name = this.#name.writable;
    if (name === 'utf-8') return incompleteUtf8(bytes);
    if (name === 'latin-1' || name === 'ascii') return 0;
    if (name === undefined) return MULTI_BYTE.test(this.#name.name) ? bytes.length : 0;
    // A byte order mark speaks for the whole stream.
    return name === 'utf-16' || name === 'utf-32' ? bytes.length : incompleteWide(name, bytes);
  }

  /** @throws {UnicodeEncodeError} if `errors` is 'strict' and a character has no form in the encoding. */
  encode(text: string): Uint8Array {
    const name = this.#name.writable;
    if (name === undefined) throw new LookupError(`'${this.encoding}' can be read, not written`);
    const limit = name === 'ascii' ? /[^\0-\x7f]/u : name === 'latin-1' ? /[^\0-\xff]/u : /\p{Surrogate}/u;
    const raw = (part: string): Buffer => encodeValid(name, part);
    const mark = isWide(name) && text !== '' ? byteOrderMark(name) : undefined;
    if (!limit.test(text))
      return mark === undefined || mark.length === 0 ? raw(text) : Buffer.concat([mark, raw(text)]);
    const parts: Uint8Array[] = mark === undefined ? [] : [mark];
    let at = 0;
    for (const { 0: character, index } of text.matchAll(new RegExp(limit, 'gu'))) {
      parts.push(raw(text.slice(at, index)), this.#unencodable(text, index, character, raw));
      at = index + character.length;
    }
    return Buffer.concat([...parts, raw(text.slice(at))]);
  }

  /** How a stream goes on after its beginning: without another byte order mark. */
  get continuation(): Codec {
    const { writable } = this.#name;
    return isWide(writable) && withByteOrder(writable) !== writable
      ? new Codec(withByteOrder(writable), this.errors)
      : this;
  }

  #decodeUtf8(bytes: Buffer): string {
    let text = '';
    for (let at = 0; ; ) {
      const bad = findUndecodable(bytes, at);
      text += bytes.toString('utf8', at, bad?.start ?? bytes.length);
      if (bad === undefined) return text;
      text += this.#undecodable(bytes, bad.start, bad.end, bad.reason);
      at = bad.end;
    }
  }

  #decodeAscii(bytes: Buffer): string {
    const parts = Array.from(bytes, (byte, i) =>
      byte < 0x80 ? String.fromCharCode(byte) : this.#undecodable(bytes, i, i + 1, 'ordinal not in range(128)'),
    );
    return parts.join('');
  }

  #decodeByPlatform(bytes: Buffer): string {
    try {
      return new TextDecoder(this.encoding, { fatal: this.errors === 'strict', ignoreBOM: true }).decode(bytes);
    } catch {
      throw new UnicodeDecodeError(this.#name.name, bytes, 0, bytes.length, 'character maps to <undefined>');
    }
  }

  /** What stands for bytes that are no character. */
  #undecodable(bytes: Uint8Array, start: number, end: number, reason: string, encoding = this.#name.name): string {
    const fail = (): never => {
      throw new UnicodeDecodeError(encoding, bytes, start, end, reason);
    };
    const each = (form: (byte: number) => string): string => Array.from(bytes.subarray(start, end), form).join('');
    switch (this.errors) {
      case 'ignore':
        return '';
      case 'replace':
        return '\ufffd';
      case 'backslashreplace':
        return each((byte) => `\\x${byte.toString(16).padStart(2, '0')}`);
      case 'surrogateescape':
        return each((byte) => (byte < 0x80 ? fail() : String.fromCharCode(0xdc00 + byte)));
      default:
        return fail();
    }
  }

  /** What stands for a character that the encoding does not have. */
  #unencodable(text: string, at: number, character: string, raw: (text: string) => Buffer): Uint8Array {
    const code = character.codePointAt(0)!;
    if (this.errors === 'ignore') return raw('');
    if (this.errors === 'replace') return raw('?');
    if (this.errors === 'backslashreplace') return raw(escapeCharacter(code));
    if (this.errors === 'surrogateescape' && !isWide(this.#name.writable) && code >= 0xdc80 && code <= 0xdcff)
      return Uint8Array.of(code - 0xdc00);
    const reason =
      this.#name.writable === 'ascii'
        ? 'ordinal not in range(128)'
        : this.#name.writable === 'latin-1'
          ? 'ordinal not in range(256)'
          : 'surrogates not allowed';
    throw new UnicodeEncodeError(this.#name.name, text, at, at + character.length, reason);
  }
}

function isWide(name: EncodingName['writable']): name is UnicodeEncoding {
  return name?.startsWith('utf-16') || name?.startsWith('utf-32') || false;
}

function escapeCharacter(code: number): string {
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
}

function encodeValid(name: 'utf-8' | 'ascii' | 'latin-1' | UnicodeEncoding, text: string): Buffer {
  if (name === 'utf-8') return Buffer.from(text, 'utf8');
  return name === 'ascii' || name === 'latin-1' ? Buffer.from(text, 'latin1') : encodeWide(name, text);
}
