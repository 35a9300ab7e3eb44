import { cString, stringVector } from '@prac/libc';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const BASE = 0x7f00_0000_1000n;
const backend = { address: () => BASE };

describe('cString', () => {
  test('is UTF-8 with a NUL', () => {
    expect([...cString('aé').subarray(0, 4)]).toEqual([97, 0xc3, 0xa9, 0]);
    expect([...cString('').subarray(0, 1)]).toEqual([0]);
  });

  test('keeps bytes as they are, in memory of its own', () => {
    const bytes = Uint8Array.of(0xff, 0xfe);
    const string = cString(bytes);
    bytes[0] = 1;
    expect([...string.subarray(0, 3)]).toEqual([0xff, 0xfe, 0]);
  });

  test('refuses a NUL inside', () => {
    expect(() => cString('a\0b')).toThrow(new RangeError('embedded null byte'));
    expect(() => cString(Uint8Array.of(0))).toThrow(RangeError);
  });
});

describe('stringVector', () => {
  test('is the pointers, NULL, and the strings they point to', () => {
    const string = fc.oneof(fc.string({ unit: 'binary' }), fc.uint8Array()).filter((s) => !Buffer.from(s).includes(0));
    fc.assert(
      fc.property(fc.array(string), (strings) => {
        const memory = Buffer.from(stringVector(strings, backend).buffer);
        const pointers = strings.map((_, i) => Number(memory.readBigUInt64LE(8 * i) - BASE));
        expect(memory.readBigUInt64LE(8 * strings.length)).toBe(0n);
        const found = pointers.map((offset) => memory.subarray(offset, memory.indexOf(0, offset)).toString('hex'));
        expect(found).toEqual(strings.map((s) => Buffer.from(s).toString('hex')));
      }),
    );
  });

  test('refuses a NUL inside', () => {
    expect(() => stringVector(['a', 'b\0'], backend)).toThrow(new RangeError('embedded null byte'));
  });
});
