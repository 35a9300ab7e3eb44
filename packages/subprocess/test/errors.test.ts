import { Exception } from '@prac/exceptions';
import { CalledProcessError, OutputLimitExceeded, SubprocessError, TimeoutExpired } from '@prac/subprocess';
import { hasPython, python } from '@prac/testing';
import { describe, expect, test } from 'vitest';

const CODES = [1, 255, 3, -9, -15, -2, -13, -34, -40, -64, -65];
const COMMANDS = ['exit 1', ['false'], ["it's", '"'], [], 'ü'];

test.each([
  new CalledProcessError(1, 'a'),
  new TimeoutExpired('a', 1),
  new OutputLimitExceeded('a', 1, { output: null, stderr: null }),
])('%s is a SubprocessError, which is an Exception', (error) => {
  expect(error).toBeInstanceOf(SubprocessError);
  expect(error).toBeInstanceOf(Exception);
  expect(error.name).toBe(error.constructor.name);
});

describe('CalledProcessError', () => {
  test('has the fields it was made with', () => {
    const error = new CalledProcessError(2, ['ls'], { output: 'out', stderr: 'err' });
    expect(error).toMatchObject({ returncode: 2, cmd: ['ls'], output: 'out', stdout: 'out', stderr: 'err' });
  });

  test('has null for what was not captured', () => {
    expect(new CalledProcessError(2, 'ls')).toMatchObject({ output: null, stdout: null, stderr: null });
  });

  test('stdout is another name for output', () => {
    const error = new CalledProcessError(2, 'ls');
    error.stdout = 'later';
    expect(error.output).toBe('later');
  });

  test.skipIf(!hasPython())('its text is that of Python for every return code', () => {
    const program = `
import subprocess
answer = [str(subprocess.CalledProcessError(code, cmd)) for code in data['codes'] for cmd in data['commands']]`;
    const ours = CODES.flatMap((code) => COMMANDS.map((command) => new CalledProcessError(code, command).message));
    expect(ours).toEqual(python(program, { codes: CODES, commands: COMMANDS }));
  });

  test('its text begins with its name', () => {
    expect(String(new CalledProcessError(1, ['false']))).toBe(
      "CalledProcessError: Command '['false']' returned non-zero exit status 1.",
    );
  });
});

describe('TimeoutExpired', () => {
  test('has the fields it was made with', () => {
    const error = new TimeoutExpired('ls', 0.5, { output: Buffer.from('out') });
    expect(error).toMatchObject({ cmd: 'ls', timeout: 0.5, output: Buffer.from('out'), stderr: null });
    expect(error.stdout).toBe(error.output);
  });

  test('stdout is another name for output', () => {
    const error = new TimeoutExpired('ls', 1);
    error.stdout = 'later';
    expect(error.output).toBe('later');
  });

  test.skipIf(!hasPython())('its text is that of Python', () => {
    const timeouts = [0.7, 3, 0, 0.001];
    const program = `
import subprocess
answer = [str(subprocess.TimeoutExpired(cmd, t)) for t in data['timeouts'] for cmd in data['commands']]`;
    const ours = timeouts.flatMap((timeout) => COMMANDS.map((command) => new TimeoutExpired(command, timeout).message));
    expect(ours).toEqual(python(program, { timeouts, commands: COMMANDS }));
  });
});

test('OutputLimitExceeded tells the command and the limit, and has the bytes', () => {
  const error = new OutputLimitExceeded(['yes'], 10, { output: Buffer.from('y\ny\n'), stderr: null });
  expect(error.message).toBe("Command '['yes']' wrote more than 10 bytes");
  expect(error).toMatchObject({ cmd: ['yes'], limit: 10, stderr: null });
  expect(error.stdout).toEqual(Buffer.from('y\ny\n'));
});
