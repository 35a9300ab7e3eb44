import { statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PIPE, type PopenOptions } from '@prac/subprocess';
import { describe, expect, onTestFinished, test } from 'vitest';
import { testOf } from './helpers/engine.ts';
import { temporaryFolder } from './helpers/folder.ts';
import { runForms } from './helpers/forms.ts';

describe.each(runForms)('$name', ({ call }) => {
  async function output(script: string, options: PopenOptions = {}): Promise<string> {
    const { stdout } = await call(['/bin/sh', '-c', script], { ...options, stdout: PIPE, text: true as const });
    return String(stdout).trim();
  }

  describe('the environment', () => {
    test('is that of this process, with the changes made to process.env', async () => {
      process.env.PRAC_FRUIT = 'pear';
      onTestFinished(() => {
        delete process.env.PRAC_FRUIT;
      });
      expect(await output('echo $PRAC_FRUIT')).toBe('pear');
      delete process.env.PRAC_FRUIT;
      expect(await output('printenv PRAC_FRUIT || echo none')).toBe('none');
    });

    test('is what is given, and nothing else', async () => {
      const { stdout } = await call(['/usr/bin/env'], {
        env: { A: '1', B: 'x=y z', C: '', É: 'ü' },
        stdout: PIPE,
        text: true,
      });
      expect(stdout.split('\n').filter(Boolean).sort()).toEqual(['A=1', 'B=x=y z', 'C=', 'É=ü']);
    });

    test('can be empty', async () => {
      const { stdout } = await call(['/usr/bin/env'], { env: {}, stdout: PIPE, text: true });
      expect(stdout).toBe('');
    });

    test('leaves out what is undefined', async () => {
      expect(await output('printenv A; echo "$B"', { env: { A: undefined, B: 'b' } })).toBe('b');
    });

    testOf('bytes as they are', 'carries bytes that are no text as surrogates', async () => {
      expect(await output('printf %s "$A" | /usr/bin/od -An -tx1', { env: { A: '\udcff' } })).toBe('ff');
    });
  });

  describe('the working folder', () => {
    test('is that of this process', async () => {
      expect(await output('pwd')).toBe(process.cwd());
    });

    test('is what is given as text, a URL or bytes', async () => {
      const folder = temporaryFolder();
      for (const cwd of [folder, pathToFileURL(folder), Buffer.from(folder)]) {
        expect(await output('pwd -P', { cwd })).toBe(folder);
      }
    });

    test('is that of this process again for the next child', async () => {
      await output('pwd', { cwd: '/' });
      expect(await output('pwd')).toBe(process.cwd());
    });
  });

  describe('the umask', () => {
    test('is what is given', async () => {
      const file = join(temporaryFolder(), 'file');
      await call(['touch', file], { umask: 0o053 });
      expect(statSync(file).mode & 0o777).toBe(0o624);
      expect(await output('umask', { umask: 0 })).toBe('0000');
    });

    test('is that of this process for -1', async () => {
      expect(await output('umask', { umask: -1 })).toBe(await output('umask'));
    });

    test('comes with the same errors, arguments and return codes', async () => {
      await expect(call(['nonexistent'], { umask: 0 })).rejects.toMatchObject({
        code: 'ENOENT',
        filename: 'nonexistent',
      });
      await expect(call(['/etc/passwd'], { umask: 0 })).rejects.toMatchObject({
        code: 'EACCES',
        filename: '/etc/passwd',
      });
      expect((await call(['sh', '-c', 'exit 4'], { umask: 0 })).returncode).toBe(4);
      expect((await call(['sh', '-c', 'kill -9 $$'], { umask: 0 })).returncode).toBe(-9);
      const { stdout } = await call(['printf', '%s|', "it's", 'a b', ''], { umask: 0, stdout: PIPE, text: true });
      expect(stdout).toBe("it's|a b||");
    });
  });

  describe.runIf(process.getuid?.() === 0)('the identity', () => {
    test.each<[string, PopenOptions, string]>([
      ['user by number', { user: 65534 }, '65534 0'],
      ['user by name', { user: 'nobody' }, '65534 0'],
      ['group by number', { group: 65534 }, '0 65534'],
      ['group by name', { group: 'nogroup' }, '0 65534'],
      ['both', { user: 1, group: 2 }, '1 2'],
    ])('%s', async (_, options, ids) => {
      expect(await output('echo $(id -u) $(id -g)', options)).toBe(ids);
    });

    test('extraGroups are the supplementary groups', async () => {
      const groups = async (extraGroups: (string | number)[]) => {
        const text = await output('grep Groups: /proc/self/status', { extraGroups });
        return text.replace('Groups:', '').trim();
      };
      expect(await groups([])).toBe('');
      expect(await groups([5, 'daemon', 7])).toBe('1 5 7');
    });

    testOf('real pipes', 'a program that the user may not execute is a PermissionError', async () => {
      const folder = temporaryFolder();
      const { chmodSync, copyFileSync } = process.getBuiltinModule('node:fs');
      copyFileSync('/bin/true', join(folder, 'mine'));
      chmodSync(join(folder, 'mine'), 0o700);
      await expect(call([join(folder, 'mine')], { user: 65534 })).rejects.toMatchObject({ code: 'EACCES' });
    });
  });
});
