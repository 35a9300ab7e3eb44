import { readFileSync } from 'node:fs';
import { constants as C } from '@prac/libc';
import { expect, test } from 'vitest';
import { describeBackends } from './helpers/backends.ts';

const EINVAL = -22;
const MEBIBYTE = 2 ** 20;

/** Mappings of this process that huge pages were asked for ("hg" among their flags). */
function advised(): number {
  return readFileSync('/proc/self/smaps', 'latin1').match(/^VmFlags:.* hg\b/gm)?.length ?? 0;
}

describeBackends('memory', (library) => {
  test('huge pages are asked for, and the memory stays what it is', () => {
    const before = advised();
    const memory = Buffer.allocUnsafeSlow(64 * MEBIBYTE);
    memory[MEBIBYTE] = 7;
    expect(library.madvise(memory, C.MADV_HUGEPAGE)).toBe(0);
    expect(advised()).toBeGreaterThan(before);
    expect(memory[MEBIBYTE]).toBe(7);
  });

  test('memory that holds no whole page is left alone', () => {
    expect(library.madvise(new Uint8Array(10), C.MADV_HUGEPAGE)).toBe(0);
    expect(library.madvise(Buffer.alloc(100_000).subarray(1, 65_536), C.MADV_HUGEPAGE)).toBe(0);
  });

  test('an advice that the kernel does not know is refused', () => {
    expect(library.madvise(Buffer.alloc(MEBIBYTE), 9999)).toBe(EINVAL);
    expect(() => library.madvise(Buffer.alloc(MEBIBYTE), 1.5)).toThrow('Expected advice to be');
  });
});
