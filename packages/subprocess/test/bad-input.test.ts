import {
  type Command,
  IndexError,
  KeyError,
  LookupError,
  OSError,
  OverflowError,
  PIPE,
  Popen,
  type PopenOptions,
  type RunOptions,
  STDOUT,
  SubprocessError,
  ValueError,
} from '@prac/subprocess';
import { describe, expect, test } from 'vitest';
import { runForms, starters } from './helpers/forms.ts';

describe.each(starters)('$name refuses, and starts no child', ({ start }) => {
  test.each<[unknown, Error]>([
    [[], new IndexError('list index out of range')],
    [['echo', 'a\0b'], new ValueError('embedded null byte')],
    [['ec\0ho'], new ValueError('embedded null byte')],
    [[Buffer.from('echo'), Buffer.from('a\0b')], new ValueError('embedded null byte')],
    [['echo', 3], new TypeError('expected a string, bytes or a file URL, not 3')],
    [['echo', null], new TypeError('expected a string, bytes or a file URL, not null')],
    [[undefined], new TypeError('expected a string, bytes or a file URL, not undefined')],
    [undefined, new TypeError('expected a string, bytes or a file URL, not undefined')],
    [{}, new TypeError('expected a string, bytes or a file URL, not {}')],
  ])('the command %o', async (args, error) => {
    await expect(start(args as Command)).rejects.toThrow(error);
  });

  const textsDiffer =
    'Cannot disambiguate when both text and universal_newlines are supplied but different. Pass one or the other.';
  // The texts are CPython's, where it has one.
  test.each<[object, Error]>([
    [{ bufsize: 'x' }, new TypeError('bufsize must be an integer')],
    [{ bufsize: 1.5 }, new TypeError('bufsize must be an integer')],
    [{ pipesize: 'x' }, new TypeError('pipesize must be an integer')],
    [{ umask: 'x' }, new TypeError("Expected umask to be an integer, got 'x'")],
    [{ processGroup: 'x' }, new TypeError("Expected processGroup to be an integer, got 'x'")],
    [{ passFds: ['x'] }, new TypeError("Expected passFds to be an integer, got 'x'")],
    [{ text: true, universalNewlines: false }, new SubprocessError(textsDiffer)],
    [{ text: false, universalNewlines: true }, new SubprocessError(textsDiffer)],
    [{ startupinfo: {} }, new ValueError('startupinfo is only supported on Windows platforms')],
    [{ creationflags: 47 }, new ValueError('creationflags is only supported on Windows platforms')],
    [{ env: { 'FRUIT=': 'lemon' } }, new ValueError('illegal environment variable name')],
    [{ env: { 'A=B': 'c' } }, new ValueError('illegal environment variable name')],
    [{ env: { 'A\0': 'b' } }, new ValueError('embedded null byte')],
    [{ env: { A: 'b\0' } }, new ValueError('embedded null byte')],
    [{ cwd: 'a\0b' }, new ValueError('embedded null byte')],
    [{ executable: 'a\0b' }, new ValueError('embedded null byte')],
    [{ encoding: 'nonsense' }, new LookupError('unknown encoding: nonsense')],
    [{ errors: 'nonsense' }, new LookupError("unknown error handler name 'nonsense'")],
    [{ user: 'nosuchuser' }, new KeyError("getpwnam(): name not found: 'nosuchuser'")],
    [{ group: 'nosuchgroup' }, new KeyError("getgrnam(): name not found: 'nosuchgroup'")],
    [{ user: -1 }, new ValueError('User ID cannot be negative, got -1')],
    [{ group: -1 }, new ValueError('Group ID cannot be negative, got -1')],
    [{ user: 2 ** 64 }, new OverflowError(`User ID is too large, got ${2 ** 64}`)],
    [{ user: 1.5 }, new TypeError('User must be a string or an integer')],
    [{ extraGroups: 'root' }, new ValueError('Groups must be a list, not a string')],
    [{ stdin: STDOUT }, new ValueError('STDOUT can only be used for stderr')],
    [{ maxOutput: -1 }, new ValueError('Expected maxOutput to be 0 or more, got -1')],
    [{ killAfter: 'x' }, new TypeError("Expected killAfter to be a number, got 'x'")],
    [{ stdout: 99_999 }, new OSError(9)],
    [{ stdin: -7 }, new OSError(9)],
  ])('the option %o', async (options, error) => {
    await expect(start(['true'], options)).rejects.toThrow(error);
  });

  test.each(['timout', 'capture_output', 'close_fds', 'preexec_fn'])('the unknown option %s', async (name) => {
    await expect(start(['true'], { [name]: true })).rejects.toThrow(
      new TypeError(`'${name}' is not an option of this function`),
    );
  });

  test('a function to run before the program', async () => {
    const options = { preexecFn: () => {} } as PopenOptions;
    await expect(start(['true'], options)).rejects.toThrow(TypeError);
  });

  test.each([{ stdin: {} }, { stdout: 'file.txt' }, { stderr: [] }, { stdout: PIPE, stderr: true }])(
    'the stream in %o',
    async (options) => {
      await expect(start(['true'], options as object)).rejects.toThrow(TypeError);
    },
  );

  test('nothing for the options that mean "the default"', async () => {
    const names = [
      'bufsize',
      'executable',
      'stdin',
      'closeFds',
      'shell',
      'cwd',
      'env',
      'text',
      'umask',
      'user',
      'errors',
    ];
    const startupinfo = { startupinfo: null, creationflags: 0, preexecFn: null };
    for (const value of [null, undefined]) {
      const options = { ...Object.fromEntries(names.map((name) => [name, value])), ...startupinfo } as PopenOptions;
      const child = await start(['true'], options);
      if (child instanceof Popen) expect(await child.wait()).toBe(0);
    }
  });
});

describe.each(runForms)('$name refuses', ({ call }) => {
  test.each<[RunOptions, string]>([
    [{ captureOutput: true, stdout: PIPE }, 'stdout and stderr arguments may not be used with capture_output.'],
    [{ captureOutput: true, stderr: STDOUT }, 'stdout and stderr arguments may not be used with capture_output.'],
    [{ input: 'x', stdin: PIPE }, 'stdin and input arguments may not both be used.'],
    [{ input: '', stdin: 0 }, 'stdin and input arguments may not both be used.'],
  ])('%o', async (options, text) => {
    await expect(call(['true'], options)).rejects.toThrow(new ValueError(text));
  });

  test('a time limit that is no number', async () => {
    const options = { timeout: 'soon' as unknown as number };
    await expect(call(['true'], options)).rejects.toThrow(
      new TypeError('Expected timeout to be a number of seconds, got "soon"'),
    );
  });
});
