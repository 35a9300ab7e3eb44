import { spawnSync } from 'node:child_process';
import { readFileSync, renameSync, rmSync } from 'node:fs';
import { inspect } from 'node:util';
import { FileNotFoundError, InterruptedError, IsADirectoryError, OSError, PermissionError } from '@prac/exceptions';
import { hasPython, python } from '@prac/testing';
import { describe, expect, test } from 'vitest';
import { classNamed } from './helpers/exceptions.ts';

test('a number makes the matching subclass, with all fields', () => {
  const error = new OSError(2, null, 'nonexistent');
  expect(error).toBeInstanceOf(FileNotFoundError);
  expect(error.constructor).toBe(FileNotFoundError);
  expect({ ...error }).toEqual({
    errno: 2,
    code: 'ENOENT',
    strerror: 'No such file or directory',
    filename: 'nonexistent',
  });
  expect(String(error)).toBe("FileNotFoundError: [Errno 2] No such file or directory: 'nonexistent'");
});

test.each<[OSError, string]>([
  [new OSError(), ''],
  [new OSError('cannot connect'), 'cannot connect'],
  [new OSError(5), '[Errno 5] Input/output error'],
  [new OSError(5, 'broken'), '[Errno 5] broken'],
  [new OSError(17, null, "it's"), '[Errno 17] File exists: "it\'s"'],
  [new OSError(17, null, Buffer.from('raw')), "[Errno 17] File exists: b'raw'"],
  [new OSError(9, null, 3), '[Errno 9] Bad file descriptor: 3'],
  [new OSError(2, null, 'a', 'b'), "[Errno 2] No such file or directory: 'a' -> 'b'"],
  [new OSError(4711), '[Errno 4711] Unknown error 4711'],
])('the text of case %# is that of Python', (error, text) => {
  expect(error.message).toBe(text);
});

test('fields that were not given are null and not listed', () => {
  const error = new OSError('cannot connect');
  expect([error.errno, error.code, error.strerror, error.filename, error.filename2]).toEqual(Array(5).fill(null));
  expect(Object.keys(error)).toEqual([]);
});

test('a subclass made directly stays what it is', () => {
  class DiskError extends OSError {}
  expect(new PermissionError(2)).toBeInstanceOf(PermissionError);
  expect(new DiskError(2)).not.toBeInstanceOf(FileNotFoundError);
  expect(new DiskError(2).name).toBe('DiskError');
});

test('the cause is kept in both forms', () => {
  const cause = new Error('why');
  expect(new OSError('text', { cause }).cause).toBe(cause);
  expect(new OSError(2, null, 'f', null, { cause }).cause).toBe(cause);
});

test('the stack begins at the line that made the error, whatever the class', () => {
  for (const error of [new OSError(2), new OSError(5), new FileNotFoundError(2)]) {
    expect(error.stack?.split('\n')[1]).toContain('os-error.test.ts');
  }
});

test('inspect shows the fields', () => {
  expect(inspect(new OSError(2, null, 'f'))).toMatch(
    /^FileNotFoundError: \[Errno 2\][\s\S]*code: 'ENOENT',\s+filename: 'f'/,
  );
});

describe('OSError.from', () => {
  test('turns an error of fs into that of Python', () => {
    const original = thrownBy(() => readFileSync('nonexistent'));
    const error = OSError.from(original);
    expect(error).toBeInstanceOf(FileNotFoundError);
    expect(error).toMatchObject({ errno: 2, code: 'ENOENT', filename: 'nonexistent', cause: original });
  });

  test('keeps both file names', () => {
    const error = OSError.from(thrownBy(() => renameSync('nonexistent', 'other')));
    expect(error.message).toBe("[Errno 2] No such file or directory: 'nonexistent' -> 'other'");
  });

  test('understands the errors that Node checks for itself', () => {
    const error = OSError.from(thrownBy(() => rmSync('.')));
    expect(error).toBeInstanceOf(IsADirectoryError);
    expect(error.errno).toBe(21);
  });

  test('understands a failed start of a process', () => {
    expect(OSError.from(spawnSync('./nonexistent').error)).toBeInstanceOf(FileNotFoundError);
  });

  test('keeps the code of an error without a number', () => {
    const original = Object.assign(new Error('getaddrinfo ENOTFOUND nowhere'), { code: 'ENOTFOUND', errno: -3008 });
    const error = OSError.from(original);
    expect(error).toMatchObject({ code: 'ENOTFOUND', errno: null, message: original.message, cause: original });
    expect(error.constructor).toBe(OSError);
  });

  test('knows second names of a number', () => {
    expect(OSError.from({ code: 'EWOULDBLOCK' })).toMatchObject({ code: 'EAGAIN', name: 'BlockingIOError' });
  });

  test('returns an OSError as it is', () => {
    const error = new InterruptedError(4);
    expect(OSError.from(error)).toBe(error);
  });

  test.each([[new Error('bug')], [null], ['ENOENT'], [7]])('refuses %o', (value) => {
    const refusal = thrownBy(() => OSError.from(value));
    expect(refusal).toBeInstanceOf(TypeError);
    expect((refusal as Error).cause).toBe(value);
  });
});

describe.skipIf(!hasPython() || process.platform !== 'linux')('as CPython', () => {
  test('class, text and repr for every error number', () => {
    const numbers = Array.from({ length: 200 }, (_, index) => index);
    const program = `import os
def row(n):
    error = OSError(n, os.strerror(n), "it's", None, 'b')
    return [type(error).__name__, str(error), repr(error), error.filename2]
answer = [row(n) for n in data]`;
    const rows = numbers.map((n) => {
      const error = new OSError(n, null, "it's", 'b');
      return [error.name, error.message, error.toRepr(), error.filename2];
    });
    expect(rows).toEqual(python(program, numbers));
  });

  test('the base of every subclass', () => {
    const pairs = python<[string, string][]>(`def walk(c):
    for s in c.__subclasses__():
        if s.__module__ == 'builtins':
            yield [s.__name__, c.__name__]
            yield from walk(s)
answer = list(walk(OSError))`);
    for (const [name, base] of pairs) {
      const type = classNamed(name);
      expect([name, Object.getPrototypeOf(type).name]).toEqual([name, base]);
    }
  });
});

function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('Expected an error');
}
