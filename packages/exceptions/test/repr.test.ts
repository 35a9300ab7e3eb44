import { KeyError, OSError, repr, SystemExit, ValueError } from '@prac/exceptions';
import { hasPython, python } from '@prac/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

class Point {
  x = 1;
}

class Signal {
  toRepr() {
    return '<Signals.SIGTERM: 15>';
  }
  toString() {
    return 'Signals.SIGTERM';
  }
}

test.each<[value: unknown, text: string]>([
  ['plain', "'plain'"],
  ["it's", '"it\'s"'],
  ['say "hi"', '\'say "hi"\''],
  ['it\'s "both"', "'it\\'s \"both\"'"],
  ['a\\b\n\r\t', "'a\\\\b\\n\\r\\t'"],
  ['\0\x1b\x7f', "'\\x00\\x1b\\x7f'"],
  ['naïve €', "'naïve €'"],
  ['\xa0\xad', "'\\xa0\\xad'"],
  ['\u200b\u2028\ud800', "'\\u200b\\u2028\\ud800'"],
  ['\u{1f600}\u{e0001}', "'\u{1f600}\\U000e0001'"],
  [new Uint8Array([0, 9, 10, 13, 65, 92, 127, 255]), "b'\\x00\\t\\n\\rA\\\\\\x7f\\xff'"],
  [Buffer.from("it's"), 'b"it\'s"'],
  [Buffer.from('\'"'), "b'\\'\"'"],
  [7, '7'],
  [-0, '-0.0'],
  [1.5, '1.5'],
  [2 ** 53, '9007199254740992.0'],
  [1e16, '1e+16'],
  [1.5e300, '1.5e+300'],
  [0.0001, '0.0001'],
  [0.00001, '1e-05'],
  [Number.NaN, 'nan'],
  [-Infinity, '-inf'],
  [10n ** 20n, '100000000000000000000'],
  [true, 'True'],
  [false, 'False'],
  [null, 'None'],
  [undefined, 'None'],
  [['false'], "['false']"],
  [[1, [true], null], '[1, [True], None]'],
  [{ a: 1, b: ['c'] }, "{'a': 1, 'b': ['c']}"],
  [Object.create(null), '{}'],
  [
    new Map<unknown, unknown>([
      [1, 'one'],
      ['two', 2],
    ]),
    "{1: 'one', 'two': 2}",
  ],
  [new Set([1, 'a']), "{1, 'a'}"],
  [new Set(), 'set()'],
  [Symbol('s'), 'Symbol(s)'],
  [new URL('file:///tmp/x'), 'file:///tmp/x'],
  [new Point(), '<Point object>'],
  [new Signal(), '<Signals.SIGTERM: 15>'],
  [Point, "<class 'Point'>"],
  [Math.max, '<function max>'],
  [() => 1, '<function <lambda>>'],
  [new TypeError('bad'), "TypeError('bad')"],
  [new ValueError(), 'ValueError()'],
  [new KeyError('k'), "KeyError('k')"],
  [new SystemExit(3), 'SystemExit(3)'],
  [new OSError(2, null, 'f'), "FileNotFoundError(2, 'No such file or directory')"],
])('%o is written %s', (value, text) => {
  expect(repr(value)).toBe(text);
});

test('a container inside itself is shortened', () => {
  const list: unknown[] = [1];
  list.push(list);
  const dict: Record<string, unknown> = {};
  dict.self = dict;
  expect([repr(list), repr(dict)]).toEqual(['[1, [...]]', "{'self': {...}}"]);
});

test('a container that occurs twice side by side is written twice', () => {
  const shared = [1];
  expect(repr([shared, shared])).toBe('[[1], [1]]');
});

describe.skipIf(!hasPython())('as CPython', () => {
  test('every character that both know', () => {
    // Unassigned ones may be assigned in V8's Unicode version; those for private use are never printable.
    const expected = python<[number, string][]>(`import unicodedata
known = (p for p in range(0x110000) if unicodedata.category(chr(p)) not in ('Cn', 'Co'))
answer = [[p, repr(chr(p))] for p in known]`);
    expect(expected.length).toBeGreaterThan(100_000);
    expect(expected.filter(([point, text]) => repr(String.fromCodePoint(point)) !== text)).toEqual([]);
  });

  test('any mixture of characters', () => {
    const unit = fc.constantFrom(...'\'"\\ab \n\r\t\0\x7f\xadé€\u200b\ud800\u{1f600}\u{e0001}');
    const texts = fc.sample(fc.string({ unit }), { numRuns: 1000, seed: 1 });
    expect(texts.map(repr)).toEqual(python('answer = [repr(text) for text in data]', texts));
  });

  test('any bytes', () => {
    const samples = fc.sample(fc.uint8Array(), { numRuns: 300, seed: 2 });
    const expected = python<string[]>(
      'answer = [repr(bytes(b)) for b in data]',
      samples.map((bytes) => [...bytes]),
    );
    expect(samples.map(repr)).toEqual(expected);
  });

  test('any number', () => {
    const samples = fc.sample(fc.double(), { numRuns: 1000, seed: 3 }).filter((value) => !Number.isSafeInteger(value));
    const program = 'import struct\nanswer = [repr(struct.unpack(">d", bytes.fromhex(h))[0]) for h in data]';
    const expected = python<string[]>(program, samples.map(hexOf));
    expect(samples.map(repr)).toEqual(expected);
  });

  test('numbers of every magnitude', () => {
    const powers = Array.from({ length: 60 }, (_, index) => Math.PI * 10 ** (index - 30));
    const samples = powers.flatMap((n) => [n, -n]).filter((n) => !Number.isInteger(n) || n > 1e16);
    expect(samples.map(repr)).toEqual(python('answer = [repr(float(n)) for n in data]', samples));
  });

  test('any nesting of lists and dicts', () => {
    const samples = fc.sample(fc.jsonValue(), { numRuns: 300, seed: 4 }).map(withoutFloats);
    expect(samples.map(repr)).toEqual(python('answer = [repr(value) for value in data]', samples));
  });
});

function hexOf(value: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes.toString('hex');
}

/** JSON does not tell 1e300 the int from 1e300 the float, and Python sees what was written. */
function withoutFloats(value: unknown): unknown {
  if (typeof value === 'number') return Math.trunc(value % 1000) + 0;
  if (Array.isArray(value)) return value.map(withoutFloats);
  if (value === null || typeof value !== 'object') return value;
  // Integer-like keys go first in JavaScript; a prefix keeps the order in both.
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [`k${key}`, withoutFloats(item)]));
}
