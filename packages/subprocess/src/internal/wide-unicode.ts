import { endianness } from 'node:os';
import type { UnicodeEncoding } from './codec-names.ts';

/** Answers what stands for bytes that are no character, or throws. */
type OnUndecodable = (start: number, end: number, reason: string) => string;

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
  let text = '';
  const whole = bytes.length - (bytes.length % size);
  for (let at = order.skip; at < whole; ) {
    const unit = order.read(bytes, at);
    const next = size === 2 && isHigh(unit) && at + 2 < whole ? order.read(bytes, at + 2) : 0;
    if (isLow(next)) {
      text += String.fromCharCode(unit, next);
      at += 4;
      continue;
    }
    const valid = unit <= 0x10ffff && !isHigh(unit) && !isLow(unit);
    text += valid
      ? String.fromCodePoint(unit)
      : bad(at, at + size, size === 2 ? 'illegal encoding' : 'code point not in range(0x110000)');
    at += size;
  }
  return whole === bytes.length ? text : text + bad(whole, bytes.length, 'truncated data');
}

export function encodeWide(name: UnicodeEncoding, text: string): Buffer {
  const size = unitSize(name);
  const marked = name === 'utf-16' || name === 'utf-32';
  const littleEndian = marked ? endianness() === 'LE' : name.endsWith('le');
  const units =
    size === 2
      ? Array.from({ length: text.length }, (_, i) => text.charCodeAt(i))
      : Array.from(text, (c) => c.codePointAt(0)!);
  if (marked && text !== '') units.unshift(BYTE_ORDER_MARK);
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
): { skip: number; read: (bytes: Buffer, at: number) => number } {
  const size = unitSize(name);
  const little = (from: Buffer, at: number): number => from.readUIntLE(at, size);
  const big = (from: Buffer, at: number): number => from.readUIntBE(at, size);
  if (name.endsWith('le')) return { skip: 0, read: little };
  if (name.endsWith('be')) return { skip: 0, read: big };
  if (bytes.length >= size && little(bytes, 0) === BYTE_ORDER_MARK) return { skip: size, read: little };
  if (bytes.length >= size && big(bytes, 0) === BYTE_ORDER_MARK) return { skip: size, read: big };
  return { skip: 0, read: endianness() === 'LE' ? little : big };
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
