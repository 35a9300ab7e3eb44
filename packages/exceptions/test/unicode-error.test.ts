import { repr, UnicodeDecodeError, UnicodeEncodeError } from '@prac/exceptions';
import { hasPython, python } from '@prac/testing';
import { describe, expect, test } from 'vitest';

test('the bad byte is named', () => {
  const error = new UnicodeDecodeError('utf-8', new Uint8Array([65, 0xff]), 1, 2, 'invalid start byte');
  expect(error.message).toBe("'utf-8' codec can't decode byte 0xff in position 1: invalid start byte");
  expect(error).toMatchObject({ encoding: 'utf-8', start: 1, end: 2, reason: 'invalid start byte' });
});

test('a character of two UTF-16 units is one character', () => {
  const error = new UnicodeEncodeError('ascii', 'a\u{1f600}', 1, 3, 'ordinal not in range(128)');
  expect(error.message).toBe(
    "'ascii' codec can't encode character '\\U0001f600' in position 1: ordinal not in range(128)",
  );
});

describe.skipIf(!hasPython())('as CPython', () => {
  test.each([
    [0, 1],
    [1, 2],
    [0, 3],
    [1, 1],
  ])('from %i to %i', (start, end) => {
    const encode = new UnicodeEncodeError('ascii', 'é€x', start, end, 'r');
    const decode = new UnicodeDecodeError('ascii', new Uint8Array([233, 7, 254]), start, end, 'r');
    const program = `e = UnicodeEncodeError('ascii', 'é€x', *data, 'r')
d = UnicodeDecodeError('ascii', bytes([233, 7, 254]), *data, 'r')
answer = [str(e), repr(e), str(d), repr(d)]`;
    const texts = [encode.message, repr(encode), decode.message, repr(decode)];
    expect(texts).toEqual(python(program, [start, end]));
  });
});
