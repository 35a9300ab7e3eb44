import { CalledProcessError, DEVNULL, PIPE, STDOUT, TimeoutExpired } from '@prac/subprocess';
import { describe, expect, test } from 'vitest';
import { runForms } from './helpers/forms.ts';

describe.each(runForms)('$name', ({ call }) => {
  test('gives the return code and no output if nothing is captured', async () => {
    const result = await call(['sh', '-c', 'exit 3']);
    expect({ ...result }).toEqual({ args: ['sh', '-c', 'exit 3'], returncode: 3, stdout: null, stderr: null });
  });

  test('captures both streams as bytes', async () => {
    const { stdout, stderr } = await call(['sh', '-c', 'printf out; printf err >&2'], { captureOutput: true });
    expect(stdout).toEqual(Buffer.from('out'));
    expect(stderr).toEqual(Buffer.from('err'));
  });

  test('captures only what is asked for', async () => {
    const options = { stdout: PIPE, stderr: DEVNULL } as const;
    const { stdout, stderr } = await call(['sh', '-c', 'printf out; printf err >&2'], options);
    expect([stdout.toString(), stderr]).toEqual(['out', null]);
  });

  test('stderr joins stdout in the order of the writes', async () => {
    const script = 'printf 1; printf 2 >&2; printf 3; printf 4 >&2';
    const { stdout, stderr } = await call(['sh', '-c', script], { stdout: PIPE, stderr: STDOUT, text: true });
    expect([stdout, stderr]).toEqual(['1234', null]);
  });

  test.each([{ text: true }, { universalNewlines: true }, { encoding: 'utf-8' }, { errors: 'strict' }] as const)(
    '%o gives text with its line ends translated',
    async (mode) => {
      const { stdout } = await call(['printf', 'a\\r\\nb\\rc\\n\\303\\251'], { ...mode, stdout: PIPE });
      expect(stdout).toBe('a\nb\nc\né');
    },
  );

  test.each<[string, string | Uint8Array]>([
    ['text', 'grüße\n'],
    ['bytes', Buffer.from('grüße\n')],
    ['a Uint8Array', new TextEncoder().encode('grüße\n')],
    ['nothing', ''],
  ])('gives the child %s as its input', async (_, input) => {
    const { stdout } = await call('cat', { input, stdout: PIPE });
    expect(stdout.toString()).toBe(String(Buffer.from(input as string)));
  });

  test('text input is encoded as the output is decoded', async () => {
    const { stdout } = await call(['od', '-An', '-tx1'], { input: 'é', stdout: PIPE, encoding: 'latin-1' });
    expect(stdout.trim()).toBe('e9');
  });

  test('a child that reads none of its input is no error', async () => {
    const { returncode } = await call(['true'], { input: Buffer.alloc(1_000_000) });
    expect(returncode).toBe(0);
  });

  test('more than a pipe holds goes in and out at once', async () => {
    const input = Buffer.alloc(3_000_000, 'abcdefgh');
    const { stdout } = await call('cat', { input, stdout: PIPE });
    expect(stdout.equals(input)).toBe(true);
  });

  test('a signal that ends the child is a negative return code', async () => {
    expect((await call(['sh', '-c', 'kill -9 $$'])).returncode).toBe(-9);
  });

  test('with check a failure throws what the child wrote', async () => {
    const script = 'echo out; echo err >&2; exit 2';
    const error = await call(['sh', '-c', script], { check: true, captureOutput: true, text: true }).catch((e) => e);
    expect(error).toBeInstanceOf(CalledProcessError);
    expect(error).toMatchObject({ returncode: 2, output: 'out\n', stdout: 'out\n', stderr: 'err\n' });
    expect(error.cmd).toEqual(['sh', '-c', script]);
  });

  test('with check a success is returned', async () => {
    expect((await call(['true'], { check: true })).returncode).toBe(0);
  });

  test('at its time limit the child is killed and what it wrote is kept', async () => {
    const script = 'printf partial; printf bad >&2; exec sleep 60';
    const error = await call(['sh', '-c', script], { captureOutput: true, text: true, timeout: 0.4 }).catch((e) => e);
    expect(error).toBeInstanceOf(TimeoutExpired);
    expect(error).toMatchObject({ timeout: 0.4, output: 'partial', stderr: 'bad', cmd: ['sh', '-c', script] });
    expect(error.message).toBe(`Command '['sh', '-c', '${script}']' timed out after 0.4 seconds`);
  });

  test('what was not captured, or not written, is null at a time limit', async () => {
    const error = await call(['sleep', '60'], { stdout: PIPE, timeout: 0.1 }).catch((e) => e);
    expect(error).toMatchObject({ output: null, stderr: null });
  });

  test('a time limit that is not reached changes nothing', async () => {
    const { stdout } = await call(['echo', 'quick'], { stdout: PIPE, timeout: 20, text: true });
    expect(stdout).toBe('quick\n');
  });
});
