import { inspect } from 'node:util';
import { runInNewContext } from 'node:vm';
import {
  BaseException,
  ExceptionGroup,
  isException,
  KeyboardInterrupt,
  KeyError,
  SystemExit,
  ValueError,
} from '@prac/exceptions';
import { hasPython, python } from '@prac/testing';
import { describe, expect, test } from 'vitest';
import { classes } from './helpers/exceptions.ts';

const BASES: Readonly<Record<string, string>> = {
  BaseException: 'Error',
  KeyboardInterrupt: 'BaseException',
  SystemExit: 'BaseException',
  BaseExceptionGroup: 'BaseException',
  ExceptionGroup: 'BaseExceptionGroup',
  Exception: 'BaseException',
  ArithmeticError: 'Exception',
  OverflowError: 'ArithmeticError',
  ZeroDivisionError: 'ArithmeticError',
  AssertionError: 'Exception',
  AttributeError: 'Exception',
  BufferError: 'Exception',
  EOFError: 'Exception',
  LookupError: 'Exception',
  IndexError: 'LookupError',
  KeyError: 'LookupError',
  MemoryError: 'Exception',
  OSError: 'Exception',
  BlockingIOError: 'OSError',
  ChildProcessError: 'OSError',
  ConnectionError: 'OSError',
  BrokenPipeError: 'ConnectionError',
  ConnectionAbortedError: 'ConnectionError',
  ConnectionRefusedError: 'ConnectionError',
  ConnectionResetError: 'ConnectionError',
  FileExistsError: 'OSError',
  FileNotFoundError: 'OSError',
  InterruptedError: 'OSError',
  IsADirectoryError: 'OSError',
  NotADirectoryError: 'OSError',
  PermissionError: 'OSError',
  ProcessLookupError: 'OSError',
  TimeoutError: 'OSError',
  RuntimeError: 'Exception',
  NotImplementedError: 'RuntimeError',
  RecursionError: 'RuntimeError',
  ValueError: 'Exception',
  UnicodeError: 'ValueError',
  UnicodeDecodeError: 'UnicodeError',
  UnicodeEncodeError: 'UnicodeError',
  Warning: 'Exception',
  UserWarning: 'Warning',
  DeprecationWarning: 'Warning',
  RuntimeWarning: 'Warning',
  ResourceWarning: 'Warning',
  InternalError: 'Exception',
};

test('every class has the base that it has in Python', () => {
  const bases = Object.fromEntries(classes.map(([name, type]) => [name, Object.getPrototypeOf(type).name]));
  expect(bases).toEqual(BASES);
});

test.skipIf(!hasPython())('the table of bases is that of CPython', () => {
  const names = Object.keys(BASES).filter((name) => name !== 'InternalError' && name !== 'BaseException');
  const bases = python(
    'import builtins\nanswer = [getattr(builtins, name).__bases__[0].__name__ for name in data]',
    names,
  );
  expect(names.map((name) => BASES[name])).toEqual(bases);
});

describe.each(classes)('%s', (name, type) => {
  test('has its name on the prototype, and no property more than an Error', () => {
    expect([type.name, type.prototype.name]).toEqual([name, name]);
    expect(Object.keys(type)).toEqual([]);
    expect(Object.keys(type.prototype)).toEqual([]);
  });

  test('is an instance of itself and all its bases only', () => {
    const error = Object.create(type.prototype);
    const holders = classes.filter(([, other]) => error instanceof other).map(([other]) => other);
    expect(new Set(holders)).toEqual(new Set([...basesOf(name), ...(name === 'ExceptionGroup' ? ['Exception'] : [])]));
    expect(error instanceof Error).toBe(true);
  });
});

const simple = classes.filter(([name]) => !/^(Unicode.+codeError|.*Group|KeyError)$/.test(name));

test.each(simple)('%s takes a message and a cause', (name, type) => {
  const cause = new Error('why');
  const error = new type('what', { cause });
  expect([error.name, error.message, error.cause]).toEqual([name, 'what', cause]);
  expect(Object.hasOwn(error, 'name')).toBe(false);
  expect(String(error)).toBe(`${name}: what`);
  expect(error.stack).toMatch(new RegExp(`^${name}: what\\n +at .*hierarchy.test.ts`));
  expect(inspect(error)).toContain(`${name}: what\n`);
});

test('an error without message or cause has neither', () => {
  const error = new ValueError();
  expect([error.message, String(error), Object.hasOwn(error, 'cause')]).toEqual(['', 'ValueError', false]);
});

describe("a user's subclass", () => {
  class HostUnknown extends ValueError {}

  test('goes by its own name, in the stack too', () => {
    const error = new HostUnknown('nowhere');
    expect([error.name, String(error)]).toEqual(['HostUnknown', 'HostUnknown: nowhere']);
    expect(error.stack).toMatch(/^HostUnknown: nowhere\n/);
    expect(inspect(error)).toMatch(/^HostUnknown: nowhere\n/);
  });

  test('is told from its base and its sisters', () => {
    class PortUnknown extends ValueError {}
    expect(new HostUnknown()).toBeInstanceOf(ValueError);
    expect(new HostUnknown()).toBeInstanceOf(HostUnknown);
    expect(new ValueError()).not.toBeInstanceOf(HostUnknown);
    expect(new PortUnknown()).not.toBeInstanceOf(HostUnknown);
  });

  test('without a name goes by that of its base', () => {
    expect(new (class extends HostUnknown {})('nowhere').name).toBe('HostUnknown');
  });

  test('can have a name that differs from that of the class', () => {
    class Shortened extends ValueError {
      override name = 'HostUnknown';
    }
    class Minified extends ValueError {
      static override readonly name: string = 'HostUnknown';
    }
    expect([new Shortened().name, new Minified().name]).toEqual(['HostUnknown', 'HostUnknown']);
  });

  test('can change the name of an instance', () => {
    const error = new HostUnknown('nowhere');
    error.name = 'Renamed';
    expect(String(error)).toBe('Renamed: nowhere');
    expect(new HostUnknown().name).toBe('HostUnknown');
  });

  test('is right even on an object that no constructor has made', () => {
    expect(Object.create(HostUnknown.prototype).name).toBe('HostUnknown');
  });
});

test('a structured clone is an ordinary Error with the message', () => {
  const copy = structuredClone(new ValueError('x'));
  expect([copy.constructor, copy.name, copy.message]).toEqual([Error, 'Error', 'x']);
});

test('instanceof is false for values that are no objects, and for foreign errors', () => {
  const values = [undefined, null, 7, 'ValueError', Symbol(), () => 1, {}, new Error(), new TypeError()];
  expect(values.filter((value) => value instanceof BaseException)).toEqual([]);
});

test('isException tells what except Exception would catch', () => {
  const caught = [
    new ValueError(),
    new TypeError(),
    runInNewContext('new Error()'),
    new ExceptionGroup('m', [new Error()]),
  ];
  const missed = [new KeyboardInterrupt(), new SystemExit(), new BaseException(), 'text', null, undefined, {}];
  expect(caught.map(isException)).toEqual(caught.map(() => true));
  expect(missed.map(isException)).toEqual(missed.map(() => false));
});

test.each<[unknown, string]>([
  ['colour', "'colour'"],
  [7, '7'],
  [null, 'None'],
  [['a', 1], "['a', 1]"],
  [undefined, ''],
])('KeyError writes the key %o as Python does', (key, text) => {
  const error = new KeyError(key);
  expect([error.message, error.key]).toEqual([text, key]);
});

test('SystemExit keeps the code', () => {
  expect([new SystemExit(), new SystemExit(3), new SystemExit('bye')].map(({ code }) => code)).toEqual([
    null,
    3,
    'bye',
  ]);
  expect(new SystemExit(3).message).toBe('3');
});

function basesOf(name: string): string[] {
  return name === 'Error' ? [] : [name, ...basesOf(BASES[name]!)];
}
