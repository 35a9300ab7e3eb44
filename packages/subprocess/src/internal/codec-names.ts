import { LookupError } from '@prac/exceptions';

/** The encodings that can be written as well as read. Every other name is WHATWG's, and can only be read. */
export type WritableEncoding = 'utf-8' | 'ascii' | 'latin-1' | UnicodeEncoding;
/** Encodings of 16 or 32 bits; without a byte order in the name they begin with a byte order mark. */
export type UnicodeEncoding = 'utf-16' | 'utf-16-le' | 'utf-16-be' | 'utf-32' | 'utf-32-le' | 'utf-32-be';

/** Python's names and aliases, with `_` as `-`. */
const ALIASES: Readonly<Record<string, WritableEncoding>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  u8: 'utf-8',
  'utf-8-sig': 'utf-8',
  ascii: 'ascii',
  'us-ascii': 'ascii',
  646: 'ascii',
  'latin-1': 'latin-1',
  latin1: 'latin-1',
  'iso-8859-1': 'latin-1',
  'iso8859-1': 'latin-1',
  8859: 'latin-1',
  l1: 'latin-1',
  'utf-16': 'utf-16',
  utf16: 'utf-16',
  u16: 'utf-16',
  'utf-16-le': 'utf-16-le',
  'utf-16le': 'utf-16-le',
  'utf-16-be': 'utf-16-be',
  'utf-16be': 'utf-16-be',
  'utf-32': 'utf-32',
  utf32: 'utf-32',
  u32: 'utf-32',
  'utf-32-le': 'utf-32-le',
  'utf-32le': 'utf-32-le',
  'utf-32-be': 'utf-32-be',
  'utf-32be': 'utf-32-be',
};

export interface EncodingName {
  /** Python's canonical name, or WHATWG's. */
  readonly name: string;
  readonly writable: WritableEncoding | undefined;
}

/** @throws {LookupError} for a name that neither Python's list above nor `TextDecoder` knows. */
export function lookupEncoding(label: string): EncodingName {
  const known = ALIASES[label.toLowerCase().replaceAll('_', '-').trim()];
  if (known !== undefined) return { name: known, writable: known };
  try {
    return { name: new TextDecoder(label).encoding, writable: undefined };
  } catch {
    throw new LookupError(`unknown encoding: ${label}`);
  }
}
