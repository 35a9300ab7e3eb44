import { constants } from 'node:os';
import { getSystemErrorMap } from 'node:util';
import { OSError, strerror } from '@prac/exceptions';
import { hasPython, python } from '@prac/testing';
import { describe, expect, test } from 'vitest';

test.each([
  [0, 'Success'],
  [1, 'Operation not permitted'],
  [32, 'Broken pipe'],
  [-2, 'Unknown error -2'],
  [41, 'Unknown error 41'],
])('%i means %s', (errno, text) => {
  expect(strerror(errno)).toBe(text);
});

describe.runIf(process.platform === 'linux')('on Linux', () => {
  test('the table has every number that Node knows', () => {
    for (const [code, errno] of Object.entries(constants.errno)) {
      expect([code, OSError.from({ code }).errno]).toEqual([code, errno]);
    }
  });

  test('a number has the name that Node gives to errors', () => {
    const names = [...getSystemErrorMap()].filter(([errno]) => errno > -1000).map(([errno, [code]]) => [-errno, code]);
    expect(names.map(([errno]) => [errno, new OSError(errno as number).code])).toEqual(names);
  });

  test.skipIf(!hasPython())('the texts are those of CPython', () => {
    const numbers = Array.from({ length: 300 }, (_, index) => index);
    expect(numbers.map(strerror)).toEqual(python('import os\nanswer = [os.strerror(n) for n in data]', numbers));
  });
});
