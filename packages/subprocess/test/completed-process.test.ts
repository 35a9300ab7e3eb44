import { inspect } from 'node:util';
import { CalledProcessError, CompletedProcess } from '@prac/subprocess';
import { hasPython, python } from '@prac/testing';
import { describe, expect, test } from 'vitest';

describe('CompletedProcess', () => {
  test('has the fields it was made with, null where nothing was captured', () => {
    const result = new CompletedProcess(['a'], 3, { stdout: 'x' });
    expect({ ...result }).toEqual({ args: ['a'], returncode: 3, stdout: 'x', stderr: null });
    expect({ ...new CompletedProcess('a', 0) }).toEqual({ args: 'a', returncode: 0, stdout: null, stderr: null });
  });

  test('checkReturncode does nothing for 0', () => {
    expect(new CompletedProcess('a', 0).checkReturncode()).toBeUndefined();
  });

  test('checkReturncode throws an error that has all the fields', () => {
    const result = new CompletedProcess(['a'], -9, { stdout: 'out', stderr: Buffer.from('err') });
    const error = thrownBy(() => result.checkReturncode());
    expect(error).toBeInstanceOf(CalledProcessError);
    expect(error).toMatchObject({ returncode: -9, cmd: ['a'], output: 'out', stderr: Buffer.from('err') });
  });

  test('is shown as its repr by console.log too', () => {
    const result = new CompletedProcess(['a'], 0, { stdout: 'x' });
    expect(inspect(result)).toBe("CompletedProcess(args=['a'], returncode=0, stdout='x')");
  });

  const CASES: [args: string | string[], returncode: number, stdout: string | null, stderr: string | null][] = [
    [['a'], -9, 'x', ''],
    ['ls -l', 0, null, null],
    [["it's", '"q"', 'ü\n'], 1, null, 'e'],
    [[], 2, '\x00\x7f', '😀'],
  ];

  test.skipIf(!hasPython())("its text is that of Python's repr, with text and with bytes", () => {
    const program = `
import subprocess
def both(args, code, out, err):
    raw = [s and s.encode() for s in (out, err)]
    return [repr(subprocess.CompletedProcess(args, code, out, err)), repr(subprocess.CompletedProcess(args, code, *raw))]
answer = [both(*case) for case in data]`;
    const ours = CASES.map(([args, returncode, stdout, stderr]) => [
      String(new CompletedProcess(args, returncode, { stdout, stderr })),
      String(new CompletedProcess(args, returncode, { stdout: toBytes(stdout), stderr: toBytes(stderr) })),
    ]);
    expect(ours).toEqual(python(program, CASES));
  });
});

/** As in Python, empty text stays what it is. */
function toBytes(text: string | null): Buffer | string | null {
  return text ? Buffer.from(text) : text;
}

function thrownBy(call: () => void): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
