import { endianness } from 'node:os';
import type { UnicodeEncoding } from './codec-names.ts';

/** Answers what stands for bytes that are no character, or throws. */
type OnUndecodable = (start: number, end: number, reason: string, encoding: string) => string;

const BYTE_ORDER_MARK = 0xfeff;

/** The size of a code unit, in bytes. */
function unitSize(name: UnicodeEncoding): 2 | 4 {
  return name.startsWith('utf-16') ? 2 : 4;
}

/** How many bytes at the end are the beginning of a character; the byte order is in the name. */
export function incompleteWide(name: UnicodeEncoding, bytes: Buffer): number {
  const size = unitSize(name);
  const cut = bytes.length % size;
  const last = bytes.length - cut - size;
  return size === 2 && last >= 0 && isHigh(byteOrder(name, bytes).read(bytes, last)) ? cut + size : cut;
}

export function decodeWide(name: UnicodeEncoding, bytes: Buffer, bad: OnUndecodable): string {
  const size = unitSize(name);
  const order = byteOrder(name, bytes);
  const whole = bytes.length - (bytes.length % size);
  let text = '';
  for (let at = order.skip; at < whole; ) {
    const unit = order.read(bytes, at);
    const next = size === 2 && isHigh(unit) && at + 2 < whole ? order.read(bytes, at + 2) : undefined;
    if (next !== undefined && isLow(next)) {
      text += String.fromCharCode(unit, next);
      at += 4;
      continue;
    }
    const reason = size === 2 ? wrongUnit16(unit, next !== undefined) : wrongUnit32(unit);
    text += reason === undefined ? String.fromCodePoint(unit) : bad(at, at + size, reason, order.name);
    at += size;
  }
  return whole === bytes.length ? text : text + bad(whole, bytes.length, 'truncated data', order.name);
}

function wrongUnit16(unit: number, isFollowed: boolean): string | undefined {
  if (isHigh(unit)) return isFollowed ? 'illegal UTF-16 surrogate' : 'unexpected end of data';
  return isLow(unit) ? 'illegal encoding' : undefined;
}

function wrongUnit32(unit: number): string | undefined {
  if (unit > 0x10ffff) return 'code point not in range(0x110000)';
  return isHigh(unit) || isLow(unit) ? 'code point in surrogate code point range(0xd800, 0xe000)' : undefined;
}

/** The encoding with its byte order in the name: what follows a byte order mark. */
export function withByteOrder(name: UnicodeEncoding): UnicodeEncoding {
  if (name !== 'utf-16' && name !== 'utf-32') return name;
  return `${name}-${endianness() === 'LE' ? 'le' : 'be'}`;
}

/** The mark that an encoding without a byte order in its name begins with. */
export function byteOrderMark(name: UnicodeEncoding): Buffer {
  return withByteOrder(name) === name ? Buffer.alloc(0) : encodeWide(withByteOrder(name), '\ufeff');
}

/** Encodes text, without a mark. */
export function encodeWide(name: UnicodeEncoding, text: string): Buffer {
  const size = unitSize(name);
  const littleEndian = withByteOrder(name).endsWith('le');
  const units =
    size === 2
      ? Array.from({ length: text.length }, (_, i) => text.charCodeAt(i))
      : Array.from(text, (character) => character.codePointAt(0)!);
  const bytes = Buffer.alloc(units.length * size);
  units.forEach((unit, i) => {
    if (littleEndian) bytes.writeUIntLE(unit, i * size, size);
    else bytes.writeUIntBE(unit, i * size, size);
  });
  return bytes;
}

/** Which way round the bytes stand: by name, by the mark at the beginning, else as on this machine. */
function byteOrder(
  name: UnicodeEncoding,
  bytes: Buffer,
): { name: string; skip: number; read: (bytes: Buffer, at: number) => number } {
  const size = unitSize(name);
  const base = size === 2 ? 'utf-16' : 'utf-32';
  const little = (from: Buffer, at: number): number => from.readUIntLE(at, size);
  const big = (from: Buffer, at: number): number => from.readUIntBE(at, size);
  const hasMark = name === base && bytes.length >= size;
  if (hasMark && little(bytes, 0) === BYTE_ORDER_MARK) return { name: `${base}-le`, skip: size, read: little };
  if (hasMark && big(bytes, 0) === BYTE_ORDER_MARK) return { name: `${base}-be`, skip: size, read: big };
  const ordered = withByteOrder(name);
  return { name: ordered, skip: 0, read: ordered.endsWith('le') ? little : big };
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
