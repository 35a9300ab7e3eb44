import { randomBytes } from 'node:crypto';

/** Random bytes that come again after a stretch that fits no block size. */
export function varied(size: number): Buffer {
  return Buffer.alloc(size, randomBytes(1_000_003));
}
