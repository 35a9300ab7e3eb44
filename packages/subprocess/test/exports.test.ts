import * as subprocess from '@prac/subprocess';
import { hasPython, python } from '@prac/testing';
import { describe, expect, test } from 'vitest';

/** What waits, and so has a blocking twin. */
const WAITING = ['run', 'call', 'checkCall', 'checkOutput', 'getoutput', 'getstatusoutput'];
/** What Python does not have, or not in `__all__`. */
const OURS = [
  'OutputLimitExceeded',
  'PipeReader',
  'PipeWriter',
  'Pipeline',
  'ShellCommand',
  'cmd',
  'list2cmdline',
  'pipeline',
  'sh',
];
/** What is thrown here and defined in other packages. */
const REEXPORTED = [
  'BrokenPipeError',
  'FileNotFoundError',
  'IndexError',
  'KeyError',
  'LibcUnavailableError',
  'LookupError',
  'NotADirectoryError',
  'OSError',
  'OverflowError',
  'PermissionError',
  'RuntimeError',
  'UnicodeDecodeError',
  'UnicodeEncodeError',
  'ValueError',
];

describe('the package exports', () => {
  const exported = Object.keys(subprocess);

  test.skipIf(!hasPython())("everything in Python's __all__, in camelCase", () => {
    const names: string[] = python('import subprocess\nanswer = subprocess.__all__');
    expect(exported).toEqual(expect.arrayContaining(names.map(camelCase)));
  });

  test.each(WAITING)('a blocking twin of %s', (name) => {
    expect(exported).toContain(`${name}Sync`);
  });

  test('nothing but that, what it throws, and its own additions', () => {
    const twins = WAITING.flatMap((name) => [name, `${name}Sync`]);
    const classes = ['CalledProcessError', 'CompletedProcess', 'Popen', 'SubprocessError', 'TimeoutExpired'];
    const known = [...twins, ...classes, 'PIPE', 'STDOUT', 'DEVNULL', ...OURS, ...REEXPORTED];
    expect([...exported].sort()).toEqual(known.sort());
  });

  test.skipIf(!hasPython())("Python's values for the constants", () => {
    const { PIPE, STDOUT, DEVNULL } = subprocess;
    expect([PIPE, STDOUT, DEVNULL]).toEqual(python('import subprocess as s\nanswer = [s.PIPE, s.STDOUT, s.DEVNULL]'));
  });

  test.skipIf(!hasPython())("the methods of Python's Popen and CompletedProcess", () => {
    const program = `
import subprocess
answer = {c.__name__: [m for m in vars(c) if not m.startswith('_')] for c in (subprocess.Popen, subprocess.CompletedProcess)}`;
    const members = python<Record<'Popen' | 'CompletedProcess', string[]>>(program);
    const { Popen, CompletedProcess } = subprocess;
    for (const type of [Popen, CompletedProcess]) {
      const names = members[type.name as keyof typeof members].map(camelCase);
      expect(Object.getOwnPropertyNames(type.prototype)).toEqual(expect.arrayContaining(names));
    }
  });
});

function camelCase(name: string): string {
  return /^[A-Z]/.test(name) ? name : name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
