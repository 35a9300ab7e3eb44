import { PIPE, Popen, run, runSync, ShellCommand, sh } from '@prac/subprocess';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from './helpers/folder.ts';
import { runForms } from './helpers/forms.ts';

describe.each(runForms)('shell, $name', ({ call }) => {
  const options = { shell: true, stdout: PIPE, text: true } as const;

  test('runs a command line', async () => {
    expect((await call('printf a | tr a b; echo "$FRUIT"', { ...options, env: { FRUIT: 'pear' } })).stdout).toBe(
      'bpear\n',
    );
  });

  test('gives the further items of a list to the shell as $0, $1 …', async () => {
    expect((await call(['echo "$0-$1-$#"', 'X', 'Y Z'], options)).stdout).toBe('X-Y Z-1\n');
  });

  test('is /bin/sh, or what `executable` names', async () => {
    expect((await call('echo $0', options)).stdout).toBe('/bin/sh\n');
    expect((await call('echo $0', { ...options, executable: '/bin/bash' })).stdout).toBe('/bin/bash\n');
  });

  test('tells of a command that is not there by 127', async () => {
    expect((await call('nonexistent-command 2>&-', { shell: true })).returncode).toBe(127);
  });

  test('takes what `sh` makes without being told so', async () => {
    const folder = temporaryFolder();
    const { stdout } = await call(sh`cd ${folder} && touch ${'a b'} ${["it's", '$x']} && ls -m`, {
      stdout: PIPE,
      text: true,
    });
    expect(stdout).toBe("$x, a b, it's\n");
  });

  test('takes a path that is no text', async () => {
    expect((await call(Buffer.from('echo x'), options)).stdout).toBe('x\n');
    await expect(call(new URL('file:///bin/true'), options)).rejects.toThrow(
      new TypeError('path-like args is not allowed when shell is true'),
    );
  });
});

test('a random string in `sh` reaches the program as it is', () => {
  const word = fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0'));
  const shellish = fc.string({
    unit: fc.constantFrom("'", '"', '\\', '$', '`', ' ', '\n', '*', '!', '~', '#', '-', 'é'),
  });
  fc.assert(
    fc.property(fc.array(fc.oneof(word, shellish), { minLength: 1, maxLength: 30 }), (words) => {
      const { stdout } = runSync(sh`printf '%s\0' ${words} ${'end'}`, { stdout: PIPE, text: true, errors: 'strict' });
      const expected = [...words, 'end'].map((text) => text.replace(/\r\n?/g, '\n'));
      expect(stdout.split('\0').slice(0, -1)).toEqual(expected);
    }),
    { numRuns: 15 },
  );
});

test('a ShellCommand is kept as the command of the child, and shown as it is in errors', async () => {
  const line = sh`exit ${3}`;
  const child = new Popen(line);
  expect(child.args).toBe(line);
  await child.wait();
  expect(line).toBeInstanceOf(ShellCommand);
  await expect(run(line, { check: true })).rejects.toThrow("Command 'exit 3' returned non-zero exit status 3.");
});
