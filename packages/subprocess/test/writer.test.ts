import { BrokenPipeError, PIPE, Popen, type PopenOptions, ValueError } from '@prac/subprocess';
import { waitUntil } from '@prac/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { can, testOf } from './helpers/engine.ts';
import { forms } from './helpers/forms.ts';

describe.each(forms)('writing, $name', (form) => {
  test('sends text and bytes, and tells how much', async () => {
    const { stdin, stdout } = cat();
    expect(await form.write(stdin, 'grüße')).toBe(5);
    expect(await form.write(stdin, Buffer.from('ü'))).toBe(2);
    expect(await form.write(stdin, '')).toBe(0);
    await form.close(stdin);
    expect(String(await form.read(stdout))).toBe('grüßeü');
  });

  test('writelines adds no line ends', async () => {
    const { stdin, stdout } = cat();
    await form.writelines(stdin, ['a', Buffer.from('b\n'), 'c']);
    await form.close(stdin);
    expect(String(await form.read(stdout))).toBe('ab\nc');
  });

  test('encodes text as the text mode says, without changing line ends', async () => {
    const { stdin, stdout } = child(['od', '-An', '-tx1'], { encoding: 'latin-1' });
    await form.write(stdin, 'é\r\n');
    await form.close(stdin);
    expect(String(await form.read(stdout)).trim()).toBe('e9 0d 0a');
  });

  test('everything written is at the child at once if nothing is said of a buffer', async () => {
    const { stdin, stdout } = cat();
    await form.write(stdin, 'x');
    expect(String(await form.read(stdout, 1))).toBe('x');
  });

  test('a large bufsize keeps small writes back until flush', async () => {
    const { stdin, stdout } = cat({ bufsize: 100 });
    await form.write(stdin, 'kept');
    await form.flush(stdin);
    expect(String(await form.read(stdout, 4))).toBe('kept');
    await form.write(stdin, 'x'.repeat(101));
    expect(await form.read(stdout, 101)).toHaveLength(101);
  });

  test('close sends what the buffer keeps', async () => {
    const { stdin, stdout } = cat({ bufsize: 100 });
    await form.write(stdin, 'kept');
    await form.close(stdin);
    expect(String(await form.read(stdout))).toBe('kept');
  });

  test('in text mode a bufsize of 1 sends line by line', async () => {
    const { stdin, stdout } = cat({ bufsize: 1, text: true });
    await form.write(stdin, 'li');
    await form.write(stdin, 'ne\n');
    expect(String(await form.readline(stdout))).toBe('line\n');
  });

  test('a closed stdin refuses writes, and may be closed again', async () => {
    const { stdin } = cat();
    await form.close(stdin);
    await form.close(stdin);
    expect(stdin.closed).toBe(true);
    await expect(form.write(stdin, 'x')).rejects.toThrow(new ValueError('write to closed file'));
    expect(() => stdin.fileno()).toThrow(new ValueError('I/O operation on closed file.'));
    expect(() => stdin.stream).toThrow(ValueError);
  });

  // CPython: io.open(w, 'wb').flush() after close().
  test('a closed stdin refuses flush', async () => {
    const { stdin } = cat();
    await form.close(stdin);
    await expect(form.flush(stdin)).rejects.toBeInstanceOf(ValueError);
  });

  test.each([3, null, undefined, ['x']])('%o is refused', async (data) => {
    const { stdin } = cat();
    await expect(form.write(stdin, data as unknown as string)).rejects.toThrow(TypeError);
  });

  testOf('real pipes', 'to a child that has gone is a BrokenPipeError, every time', async () => {
    const gone = new Popen(['true'], { stdin: PIPE });
    await form.wait(gone);
    for (let i = 0; i < 2; i++) {
      const error = await form.write(gone.stdin, 'x').catch((e) => e);
      expect(error).toBeInstanceOf(BrokenPipeError);
      expect(error.message).toBe('[Errno 32] Broken pipe');
    }
    await expect(form.flush(gone.stdin)).rejects.toBeInstanceOf(BrokenPipeError);
    await expect(form.close(gone.stdin)).rejects.toBeInstanceOf(BrokenPipeError);
    expect(gone.stdin.closed).toBe(true);
  });

  testOf('real pipes', 'into the buffer of a child that has gone fails at close', async () => {
    const gone = new Popen(['true'], { stdin: PIPE, bufsize: 100 });
    await form.wait(gone);
    expect(await form.write(gone.stdin, 'x')).toBe(1);
    await expect(form.close(gone.stdin)).rejects.toBeInstanceOf(BrokenPipeError);
  });
});

describe('writes', () => {
  test('that are not awaited keep their order', async () => {
    const { stdin, stdout } = cat();
    const parts = Array.from({ length: 40 }, (_, i) => `${i}:`.padEnd(10_000, '.'));
    for (const part of parts) stdin.write(part);
    stdin.close();
    expect((await stdout.read()).toString()).toBe(parts.join(''));
  });

  test('wait while the pipe is full', async () => {
    const { stdin, stdout } = cat();
    let ended = false;
    const write = stdin.write(Buffer.alloc(4_000_000)).then(() => {
      ended = true;
    });
    await stdout.read(1);
    expect(ended).toBe(false);
    const rest = stdout.read(3_999_999);
    await write;
    expect(await rest).toHaveLength(3_999_999);
  });

  test('that fail while nobody awaits them do not end the process', async () => {
    const gone = new Popen(['true'], { stdin: PIPE });
    await gone.wait();
    for (let i = 0; i < 100; i++) gone.stdin.write(Buffer.alloc(10_000));
    await gone.stdin.flush().catch(() => {});
    gone.stdin.close();
    await waitUntil(() => gone.stdin.closed);
  });

  test('can be given up by a signal', async () => {
    const stuck = new Popen(['sleep', '60'], { stdin: PIPE });
    const abort = new AbortController();
    const write = stuck.stdin.write(Buffer.alloc(1_000_000), { signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(write).rejects.toThrow('enough');
    stuck.kill();
    await stuck.stdin.close().catch(() => {});
    await stuck.wait();
  });

  test('take the bytes as they are when the call is made, if they fit', async () => {
    const { stdin, stdout } = cat();
    const bytes = Buffer.from('abc');
    await stdin.write(bytes);
    bytes.fill('x');
    expect((await stdout.read(3)).toString()).toBe('abc');
  });
});

describe('a writer', () => {
  test.runIf(can('real pipes'))('has a descriptor, and says so', async () => {
    const { stdin } = cat();
    expect(String(stdin)).toBe(`<subprocess.PipeWriter fd=${stdin.fileno()}>`);
    await stdin.close();
    expect(String(stdin)).toBe('<subprocess.PipeWriter closed>');
  });

  test('closes at the end of an `await using` block', async () => {
    const { stdin, stdout } = cat();
    {
      await using writer = stdin;
      await writer.write('x');
    }
    expect(String(await stdout.read())).toBe('x');
  });
});

function child<const O extends PopenOptions>(args: readonly string[], options: O) {
  const started = new Popen(args, { ...options, stdin: PIPE, stdout: PIPE });
  onTestFinished(async () => {
    started.kill();
    await started[Symbol.asyncDispose]().catch(() => {});
  });
  return started;
}

function cat(options: PopenOptions = {}) {
  return child(['cat'], options);
}
