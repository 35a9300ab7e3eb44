import type { Backend } from './backends/backend.ts';

const encoder = new TextEncoder();

/** V8 keeps very small typed arrays on its own heap, where they move. Memory whose address C sees is never smaller than this. */
export const STABLE_BYTES = 128;

/**
 * Encodes a string for C: its UTF-8 bytes and a NUL.
 *
 * @param text - The string, or its bytes as they are.
 * @returns Memory that does not move while it is referenced.
 * @throws {RangeError} if `text` has a NUL of its own, which C would take for its end.
 * @example
 * import { cString } from '@prac/libc';
 * console.log(cString('/bin/sh').indexOf(0)); // 7
 */
export function cString(text: string | Uint8Array): Uint8Array {
  const bytes = typeof text === 'string' ? encoder.encode(text) : text;
  if (bytes.includes(0)) throw new RangeError('embedded null byte');
  const memory = new Uint8Array(Math.max(bytes.length + 1, STABLE_BYTES));
  memory.set(bytes);
  return memory;
}

/**
 * Lays out `char *strings[]` for C: the pointers, a NULL pointer, then the strings, in one block of memory.
 *
 * @param strings - The strings, or their bytes.
 * @returns The block; its address is the address of the array.
 * @throws {RangeError} if one of them has a NUL of its own.
 */
export function stringVector(strings: readonly (string | Uint8Array)[], backend: Pick<Backend, 'address'>): Uint8Array {
  const parts = strings.map((s) => (typeof s === 'string' ? encoder.encode(s) : s));
  let size = 8 * (parts.length + 1);
  for (const part of parts) {
    if (part.includes(0)) throw new RangeError('embedded null byte');
    size += part.length + 1;
  }
  const memory = new Uint8Array(Math.max(size, STABLE_BYTES));
  const pointers = new DataView(memory.buffer);
  const base = backend.address(memory);
  let offset = 8 * (parts.length + 1);
  parts.forEach((part, i) => {
    pointers.setBigUint64(8 * i, base + BigInt(offset), true);
    memory.set(part, offset);
    offset += part.length + 1;
  });
  return memory;
}
