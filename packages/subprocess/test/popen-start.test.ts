import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FileNotFoundError, NotADirectoryError, OSError, PermissionError, PIPE, Popen } from '@prac/subprocess';
import { describe, expect, test } from 'vitest';
import { testOf } from './helpers/engine.ts';
import { program, temporaryFolder } from './helpers/folder.ts';
import { starters } from './helpers/forms.ts';

describe.each(starters)('$name throws at once', ({ start }) => {
  test.each(['nonexistent', './nonexistent', '/nonexistent/program'])('if there is no program %s', async (name) => {
    const error = await failureOf(start([name, 'x']));
    expect(error).toBeInstanceOf(FileNotFoundError);
    expect(error).toMatchObject({ errno: 2, code: 'ENOENT', filename: name });
    expect(error.message).toBe(`[Errno 2] No such file or directory: '${name}'`);
  });

  test.each(['/etc/passwd', '/etc'])('if %s cannot be executed', async (file) => {
    const error = await failureOf(start([file]));
    expect(error).toBeInstanceOf(PermissionError);
    expect(error.message).toBe(`[Errno 13] Permission denied: '${file}'`);
  });

  testOf('exec format errors', 'if the file is no program', async () => {
    const script = program(temporaryFolder(), 'no-interpreter', 'echo a script without #!\n');
    const error = await failureOf(start([script]));
    expect(error).toBeInstanceOf(OSError);
    expect(error.message).toBe(`[Errno 8] Exec format error: '${script}'`);
  });

  test('if a part of its path is no folder', async () => {
    const error = await failureOf(start(['/etc/passwd/program']));
    expect(error).toBeInstanceOf(NotADirectoryError);
    expect(error.filename).toBe('/etc/passwd/program');
  });

  test('if its name is longer than a path may be', async () => {
    await expect(start([`/${'x'.repeat(5000)}`])).rejects.toMatchObject({ errno: 36, code: 'ENAMETOOLONG' });
  });

  test('with the name of the working folder, if that is the trouble', async () => {
    const missing = await failureOf(start(['true'], { cwd: '/nonexistent' }));
    expect(missing.message).toBe("[Errno 2] No such file or directory: '/nonexistent'");
    const noFolder = await failureOf(start(['true'], { cwd: '/etc/passwd' }));
    expect(noFolder.message).toBe("[Errno 20] Not a directory: '/etc/passwd'");
  });

  test('with the name of `executable`, if that is missing', async () => {
    await expect(start(['true'], { executable: '/nonexistent' })).rejects.toMatchObject({ filename: '/nonexistent' });
  });

  test('if the arguments are more than the system takes', async () => {
    await expect(start(['true', 'x'.repeat(200_000)])).rejects.toMatchObject({ errno: 7, code: 'E2BIG' });
  });
});

describe('the program', () => {
  test('is looked for in PATH', async () => {
    const folder = temporaryFolder();
    program(folder, 'here-it-is', '#!/bin/sh\necho found');
    const env = { PATH: `/nonexistent:${folder}:/bin` };
    expect(await outputOf(['here-it-is'], { env })).toBe('found');
  });

  test('is looked for in /bin and /usr/bin if the environment has no PATH', async () => {
    expect(await outputOf(['echo', 'x'], { env: {} })).toBe('x');
  });

  test('is taken from a later folder of PATH if an earlier one has it without permission', async () => {
    const [first, second] = [temporaryFolder(), temporaryFolder()];
    writeFileSync(join(first, 'twice'), 'data', { mode: 0o644 });
    program(second, 'twice', '#!/bin/sh\necho second');
    expect(await outputOf(['twice'], { env: { PATH: `${first}:${second}` } })).toBe('second');
  });

  test('without permission in the only folder that has it is a PermissionError', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'locked'), 'data', { mode: 0o644 });
    expect(() => new Popen(['locked'], { env: { PATH: `/nonexistent:${folder}` } })).toThrow(
      new PermissionError(13, null, 'locked'),
    );
  });

  test('with a relative path is looked for in the working folder of the child', async () => {
    const folder = temporaryFolder();
    program(folder, 'local', '#!/bin/sh\necho local');
    expect(await outputOf(['./local'], { cwd: folder })).toBe('local');
    expect(() => new Popen(['./local'])).toThrow(FileNotFoundError);
  });

  test('in a relative folder of PATH is looked for from there too', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'sub'));
    program(join(folder, 'sub'), 'local', '#!/bin/sh\necho local');
    expect(await outputOf(['local'], { cwd: folder, env: { PATH: 'sub' } })).toBe('local');
  });

  test('can be another one than the first argument, which it sees as its name', async () => {
    const args = ['a name', '-c', 'echo $0'];
    expect(await outputOf(args, { executable: '/bin/sh' })).toBe('a name');
  });

  test('can be a string, a URL or bytes', async () => {
    const folder = temporaryFolder();
    const script = program(folder, 'say yes', '#!/bin/sh\necho yes "$@"');
    expect(await outputOf(script)).toBe('yes');
    expect(await outputOf(pathToFileURL(script))).toBe('yes');
    expect(await outputOf([Buffer.from(script), new URL('file:///a%20b'), Buffer.from('ü')])).toBe('yes /a b ü');
  });

  test('can be reached through a link', async () => {
    const folder = temporaryFolder();
    symlinkSync('/bin/echo', join(folder, 'say'));
    expect(await outputOf([join(folder, 'say'), 'x'])).toBe('x');
  });

  test('has as many arguments as are given, empty ones included', async () => {
    expect(await outputOf(['sh', '-c', 'echo $#', 'name', '', 'a b', ''])).toBe('3');
  });

  test('sees arguments that are no shell language as they are', async () => {
    const text = '$HOME `ls` "\'\\ *\n;é😀';
    expect(await outputOf(['printf', '%s', text])).toBe(text);
  });

  testOf('bytes as they are', 'sees bytes that are no text as they are', async () => {
    const args = ['sh', '-c', 'printf %s "$1" | od -An -tx1', 'sh', Buffer.from([0xff, 0x41, 0xe9])];
    expect(await outputOf(args)).toBe('ff 41 e9');
    expect(await outputOf([...args.slice(0, 4), '\udcffA\udce9'])).toBe('ff 41 e9');
  });
});

async function outputOf(...args: ConstructorParameters<typeof Popen>): Promise<string> {
  const [command, options] = args;
  const [output] = await new Popen(command, { ...options, stdout: PIPE, text: true }).communicate();
  return output.trim();
}

/** What the promise rejects with. */
async function failureOf(start: Promise<unknown>): Promise<OSError> {
  return start.then(
    () => expect.unreachable('it started'),
    (error) => error,
  );
}
