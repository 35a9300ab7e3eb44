import { list2cmdline } from '@prac/subprocess';
import { hasPython, python } from '@prac/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';

// From CPython's test_subprocess.py (ProcessTestCase.test_list2cmdline), licensed under the PSF licence.
test.each<[string[], string]>([
  [['a b c', 'd', 'e'], '"a b c" d e'],
  [['ab"c', '\\', 'd'], 'ab\\"c \\ d'],
  [['ab"c', ' \\', 'd'], 'ab\\"c " \\\\" d'],
  [['a\\\\\\b', 'de fg', 'h'], 'a\\\\\\b "de fg" h'],
  [['a\\"b', 'c', 'd'], 'a\\\\\\"b c d'],
  [['a\\\\b c', 'd', 'e'], '"a\\\\b c" d e'],
  [['a\\\\b\\ c', 'd', 'e'], '"a\\\\b\\ c" d e'],
  [['ab', ''], 'ab ""'],
])('list2cmdline(%o) is %s', (args, line) => {
  expect(list2cmdline(args)).toBe(line);
});

test.skipIf(!hasPython())('list2cmdline joins random arguments as CPython does', () => {
  const argument = fc.oneof(fc.string({ unit: fc.constantFrom('a', ' ', '\t', '"', '\\', "'", '\n') }), fc.string());
  const lists = fc.sample(fc.array(argument, { maxLength: 5 }), { numRuns: 1000, seed: 17 });
  const program = 'import subprocess\nanswer = [subprocess.list2cmdline(args) for args in data]';
  expect(lists.map(list2cmdline)).toEqual(python(program, lists));
});
