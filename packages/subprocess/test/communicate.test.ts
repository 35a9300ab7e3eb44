import { PIPE, Popen, STDOUT, TimeoutExpired, UnicodeDecodeError, ValueError } from '@prac/subprocess';
import { describe, expect, test } from 'vitest';
import { can } from './helpers/engine.ts';
import { forms } from './helpers/forms.ts';
import { leavesNothing } from './helpers/leaves-nothing.ts';
import { varied } from './helpers/varied.ts';

const ALL = { stdin: PIPE, stdout: PIPE, stderr: PIPE } as const;

describe.each(forms)('communicate, $name', (form) => {
  test('gives null for what is no pipe', async () => {
    expect(await form.communicate(new Popen(['true']))).toEqual([null, null]);
  });

  test('keeps the two outputs apart', async () => {
    const child = new Popen(['sh', '-c', 'printf out; printf err >&2; cat >&2'], ALL);
    expect(await form.communicate(child, { input: '+in' })).toEqual([Buffer.from('out'), Buffer.from('err+in')]);
    expect(child.returncode).toBe(0);
  });

  test('gives empty output as empty, not null', async () => {
    expect(await form.communicate(new Popen(['true'], ALL))).toEqual([Buffer.alloc(0), Buffer.alloc(0)]);
    expect(await form.communicate(new Popen(['true'], { ...ALL, text: true }))).toEqual(['', '']);
  });

  test('gives stderr in its place among stdout', async () => {
    const child = new Popen(['sh', '-c', 'for i in 1 2 3; do echo o$i; echo e$i >&2; done'], {
      stdout: PIPE,
      stderr: STDOUT,
      text: true,
    });
    expect(await form.communicate(child)).toEqual(['o1\ne1\no2\ne2\no3\ne3\n', null]);
  });

  test.each([undefined, null, ''])('with %o as input closes stdin', async (input) => {
    const child = new Popen(['cat'], ALL);
    expect(await form.communicate(child, { input })).toEqual([Buffer.alloc(0), Buffer.alloc(0)]);
    expect(child.stdin.closed).toBe(true);
  });

  test('closes the pipes it has read', async () => {
    const child = new Popen(['true'], ALL);
    await form.communicate(child);
    expect([child.stdin, child.stdout, child.stderr].map(({ closed }) => closed)).toEqual([true, true, true]);
  });

  test('moves more than the pipes hold in all three directions at once', async () => {
    const input = Buffer.alloc(1_600_000, '0123456789abcde\n');
    const child = new Popen(['awk', '{ print; print > "/dev/stderr" }'], ALL);
    const [out, err] = await form.communicate(child, { input });
    expect([out.equals(input), err.equals(input)]).toEqual([true, true]);
  });

  test('translates line ends and decodes in text mode', async () => {
    const child = new Popen(['printf', 'a\\r\\nb\\rc\\n\\r\\n\\303\\251\\r'], { ...ALL, text: true });
    expect(await form.communicate(child)).toEqual(['a\nb\nc\n\né\n', '']);
  });

  test('throws if the output is no text, and the pipes are closed all the same', async () => {
    const child = new Popen(['printf', 'a\\377'], { stdout: PIPE, text: true });
    await expect(form.communicate(child)).rejects.toBeInstanceOf(UnicodeDecodeError);
    expect(child.returncode).toBe(0);
    child.stdout.close();
  });

  test('ignores that the child reads nothing', async () => {
    const child = new Popen(['sh', '-c', 'exec <&-; echo done'], ALL);
    const [out] = await form.communicate(child, { input: Buffer.alloc(1_000_000) });
    expect(out.toString()).toBe('done\n');
  });

  test('is refused input without a pipe for it', async () => {
    const child = new Popen(['true'], { stdout: PIPE });
    await expect(form.communicate(child, { input: 'x' })).rejects.toBeInstanceOf(ValueError);
    await form.communicate(child);
  });

  test('begins with what was read ahead by readline', async () => {
    const child = new Popen(['printf', 'one\\ntwo\\nthree'], { stdout: PIPE });
    expect((await form.readline(child.stdout)).toString()).toBe('one\n');
    expect(await form.communicate(child)).toEqual([Buffer.from('two\nthree'), null]);
  });

  test('sends what was written before it, then its input', async () => {
    const child = new Popen(['cat'], { ...ALL, bufsize: 100 });
    await form.write(child.stdin, 'first ');
    const [out] = await form.communicate(child, { input: 'second' });
    expect(out.toString()).toBe('first second');
  });

  test('works when stdin was closed before', async () => {
    const child = new Popen(['cat'], ALL);
    await form.write(child.stdin, 'x');
    await form.close(child.stdin);
    expect(await form.communicate(child)).toEqual([Buffer.from('x'), Buffer.alloc(0)]);
  });

  test('waits for a child that has closed its output', async () => {
    const child = new Popen(['sh', '-c', 'exec >&- 2>&-; read x; exit 3'], ALL);
    await form.communicate(child, { input: 'x\n' });
    expect(child.returncode).toBe(3);
  });

  test('leaves nothing behind', async () => {
    await leavesNothing(() => form.communicate(new Popen(['cat'], ALL), { input: 'x' }));
  });
});

describe.each(forms)('communicate with a time limit, $name', (form) => {
  test('throws what came so far, then goes on without losing anything', async () => {
    const child = new Popen(['sh', '-c', 'printf early; read x; printf late'], { stdin: PIPE, stdout: PIPE });
    await form.read(child.stdout, 0);
    const error = await form.communicate(child, { timeout: 0.2, input: hang() }).catch((e) => e);
    expect(error).toBeInstanceOf(TimeoutExpired);
    expect(error).toMatchObject({ timeout: 0.2, cmd: child.args, stderr: null });
    expect(String(error.output)).toBe('early');
    child.kill();
    expect(String((await form.communicate(child))[0])).toBe('early');
  });

  test('gives a large output as it is at the time, and the whole of it later', async () => {
    const expected = varied(5_000_000);
    const child = new Popen(['sh', '-c', 'cat; sleep 0.4; echo end'], { stdin: PIPE, stdout: PIPE });
    const error = await form.communicate(child, { input: expected, timeout: 0.2 }).catch((e) => e);
    expect(error).toBeInstanceOf(TimeoutExpired);
    expect(expected.subarray(0, error.output.length).equals(error.output)).toBe(true);
    error.output.fill(0); // it is the caller's
    const [out] = await form.communicate(child);
    expect(out.equals(Buffer.concat([expected, Buffer.from('end\n')]))).toBe(true);
  });

  test('can be called again until the child ends, and then gives the same each time', async () => {
    const child = new Popen(['sh', '-c', 'echo a; sleep 0.5; echo b'], { stdout: PIPE, text: true });
    await expect(form.communicate(child, { timeout: 0.15 })).rejects.toBeInstanceOf(TimeoutExpired);
    expect(await form.communicate(child, { timeout: 20 })).toEqual(['a\nb\n', null]);
    expect(await form.communicate(child)).toEqual(['a\nb\n', null]);
    expect(await form.communicate(child, { timeout: 0 })).toEqual(['a\nb\n', null]);
  });

  test('goes on in the middle of the input', async () => {
    const input = Buffer.alloc(1_000_000, 'input..\n');
    const child = new Popen(['sh', '-c', 'sleep 0.4; exec cat'], { stdin: PIPE, stdout: PIPE });
    await expect(form.communicate(child, { input, timeout: 0.1 })).rejects.toBeInstanceOf(TimeoutExpired);
    const [out] = await form.communicate(child);
    expect(out.equals(input)).toBe(true);
  });

  test('is refused other input when it is called again', async () => {
    const child = new Popen(['cat'], { stdin: PIPE, stdout: PIPE });
    await form.communicate(child, { input: 'x' });
    await expect(form.communicate(child, { input: 'y' })).rejects.toThrow(
      new ValueError('Cannot send input after starting communication'),
    );
  });

  test('has text in the error in text mode, also where it stops within a character', async () => {
    const child = new Popen(['sh', '-c', "printf 'gr\\303\\274\\303'; exec sleep 60"], { stdout: PIPE, text: true });
    const error = await form.communicate(child, { timeout: 0.3 }).catch((e) => e);
    expect(error.output).toMatch(/^grü/);
    child.kill();
    await form.wait(child);
    child.stdout.close();
  });

  test('throws at once for a limit of 0 if the child runs', async () => {
    const child = new Popen(['sleep', '60'], { stdout: PIPE });
    await expect(form.communicate(child, { timeout: 0 })).rejects.toThrow(
      "Command '['sleep', '60']' timed out after 0 seconds",
    );
    child.kill();
    expect(await form.communicate(child)).toEqual([Buffer.alloc(0), null]);
  });
});

describe('communicate', () => {
  test('ends with the reason of its signal, and can be taken up again', async () => {
    const child = new Popen(['sh', '-c', 'echo a; read x; echo b'], { stdin: PIPE, stdout: PIPE, text: true });
    const abort = new AbortController();
    const first = child.communicate({ signal: abort.signal, input: hang() });
    abort.abort(new Error('enough'));
    await expect(first).rejects.toThrow('enough');
    child.kill();
    expect((await child.communicate())[0]).toMatch(/^(a\n)?$/);
  });

  test('is refused while a read is under way', async () => {
    const child = new Popen(['cat'], { stdin: PIPE, stdout: PIPE });
    const read = child.stdout.read();
    await expect((async () => child.communicate())()).rejects.toThrow('another operation on this stream has not ended');
    await child.stdin.close();
    expect(await read).toEqual(Buffer.alloc(0));
    await child.wait();
  });

  test.runIf(can('blocking pipes'))('can begin in one form and end in the other', async () => {
    const child = new Popen(['sh', '-c', 'echo a; sleep 0.3; echo b'], { stdout: PIPE });
    await expect(child.communicate({ timeout: 0.1 })).rejects.toBeInstanceOf(TimeoutExpired);
    expect(child.communicateSync()[0].toString()).toBe('a\nb\n');
    expect((await child.communicate())[0].toString()).toBe('a\nb\n');
  });
});

/** Input that is more than a child that reads nothing lets into the pipe, without a line end. */
function hang(): Buffer {
  return Buffer.alloc(2_000_000, 'x');
}
