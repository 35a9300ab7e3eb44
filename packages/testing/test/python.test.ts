import { hasPython, python, pythonVersions } from '@prac/testing';
import { describe, expect, test } from 'vitest';

describe.skipIf(!hasPython([3, 0]))('python', () => {
  test('answers by way of JSON', () => {
    expect(python('answer = [x * 2 for x in data]', [1, 2])).toEqual([2, 4]);
  });

  test('an error of the program is thrown with its traceback', () => {
    expect(() => python('answer = 1 / 0')).toThrow(/Traceback[\s\S]*ZeroDivisionError/);
  });

  test.each(pythonVersions())('$command has the version found for it', (interpreter) => {
    expect(python('answer = sys.version_info[:2]', null, { interpreter })).toEqual(interpreter.version);
  });
});

test('a version that does not exist yet is not there', () => {
  expect(hasPython([99, 0])).toBe(false);
});
