import { readFileSync } from 'node:fs';
import { constants as C } from '@prac/libc';
import { expect, test } from 'vitest';
import { describeBackends } from './helpers/backends.ts';

const EINVAL = -22;
const MEBIBYTE = 2 ** 20;

/** Memory that is freed between two looks would hide what was advised in between. */
const kept: Buffer[] = [];

/** How many bytes of this process huge pages were asked for ("hg" among a mapping's flags). Mappings side by side may be one. */
function advised(): number {
  const mappings = readFileSync('/proc/self/smaps', 'latin1').matchAll(/^Size: +(\d+) kB\n(?:.*\n)*?VmFlags:(.*)$/gm);
  let bytes = 0;
  for (const [, kibibytes, flags] of mappings) if (/ hg\b/.test(flags!)) bytes += Number(kibibytes) * 1024;
  return bytes;
}

describeBackends('memory', (library) => {
  test('huge pages are asked for, and the memory stays what it is', () => {
    const before = advised();
    const memory = Buffer.allocUnsafeSlow(64 * MEBIBYTE);
    kept.push(memory);
    memory[MEBIBYTE] = 7;
    expect(library.madvise(memory, C.MADV_HUGEPAGE)).toBe(0);
    expect(advised()).toBeGreaterThanOrEqual(before + 63 * MEBIBYTE);
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
