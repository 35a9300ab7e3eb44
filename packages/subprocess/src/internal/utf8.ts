/** A stretch of bytes that is no character, with CPython's words for it. */
export interface Undecodable {
  readonly start: number;
  readonly end: number;
  readonly reason: 'invalid start byte' | 'invalid continuation byte' | 'unexpected end of data';
}

/** Finds the first stretch from `from` on that is no UTF-8, or `undefined`. */
export function findUndecodable(bytes: Uint8Array, from: number): Undecodable | undefined {
  for (let at = from; at < bytes.length; ) {
    const first = bytes[at]!;
    const length = lengthBy(first);
    if (length === 0) return { start: at, end: at + 1, reason: 'invalid start byte' };
    for (let i = 1; i < length; i++) {
      if (at + i === bytes.length) return { start: at, end: bytes.length, reason: 'unexpected end of data' };
      if (!continues(first, i, bytes[at + i]!)) return { start: at, end: at + i, reason: 'invalid continuation byte' };
    }
    at += length;
  }
  return undefined;
}

/** How many bytes at the end are the beginning of a character that the next bytes may complete. */
export function incompleteUtf8(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const first = bytes[bytes.length - back]!;
    if ((first & 0xc0) === 0x80) continue;
    return lengthBy(first) > back && findUndecodable(bytes, bytes.length - back)?.reason === 'unexpected end of data'
      ? back
      : 0;
  }
  return 0;
}

/** How long the character is whose first byte this is; 0 if there is none. */
function lengthBy(first: number): number {
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/** Whether a byte may be the i-th of a character: the second one's range keeps out overlong forms, surrogates, and > U+10FFFF. */
function continues(first: number, i: number, byte: number): boolean {
  if (i > 1) return byte >= 0x80 && byte <= 0xbf;
  const least = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const most = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  return byte >= least && byte <= most;
}
