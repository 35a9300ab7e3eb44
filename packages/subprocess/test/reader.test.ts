import { PIPE, type PipeReader, Popen, ValueError } from '@prac/subprocess';
import { describe, expect, onTestFinished, test } from 'vitest';
import { can, testOf } from './helpers/engine.ts';
import { forms } from './helpers/forms.ts';

describe.each(forms)('reading bytes, $name', (form) => {
  test('read takes everything up to the end, then nothing', async () => {
    const out = written('one\\ntwo');
    expect(await form.read(out)).toEqual(Buffer.from('one\ntwo'));
    expect(await form.read(out)).toEqual(Buffer.alloc(0));
    expect(await form.read(out, 5)).toEqual(Buffer.alloc(0));
  });

  test.each([null, -1, undefined])('read(%o) takes everything', async (size) => {
    expect(await form.read(written('abc'), size)).toEqual(Buffer.from('abc'));
  });

  test('read(n) waits for n bytes; fewer come only at the end', async () => {
    const out = output('printf ab; printf cd; printf e');
    expect(await texts(form.read(out, 0), form.read(out, 4), form.read(out, 4), form.read(out, 4))).toEqual([
      '',
      'abcd',
      'e',
      '',
    ]);
  });

  test('read1 takes what is there', async () => {
    const { stdin, stdout } = cat();
    await form.write(stdin, 'abc');
    expect((await form.read1(stdout)).toString()).toBe('abc');
    await form.write(stdin, 'defg');
    expect((await form.read1(stdout, 3)).toString()).toBe('def');
    expect((await form.read1(stdout)).toString()).toBe('g');
    await form.close(stdin);
    expect((await form.read1(stdout)).length).toBe(0);
  });

  test('readline takes one line with its end; the last may have none', async () => {
    const out = written('one\\n\\ntwo\\r\\nthree');
    const lines = [out, out, out, out, out].map((reader) => form.readline(reader));
    expect(await texts(...lines)).toEqual(['one\n', '\n', 'two\r\n', 'three', '']);
  });

  test('readline(n) takes at most n bytes of a line', async () => {
    const out = written('abcdef\\nxy\\n');
    const lines = [4, 0, 4, 1, 9, 9].map((size) => form.readline(out, size));
    expect(await texts(...lines)).toEqual(['abcd', '', 'ef\n', 'x', 'y\n', '']);
  });

  test('readlines takes all lines', async () => {
    expect(await texts(...(await form.readlines(written('a\\nb\\nc'))))).toEqual(['a\n', 'b\n', 'c']);
  });

  test('readlines(hint) stops after the line that reaches the hint', async () => {
    const out = written('aaa\\nbb\\nc\\nd');
    expect(await texts(...(await form.readlines(out, 5)))).toEqual(['aaa\n', 'bb\n']);
    expect(await texts(...(await form.readlines(out, 0)))).toEqual(['c\n', 'd']);
  });

  test('lines gives text without line ends', async () => {
    expect(await form.lines(written('one\\n\\ntwo\\r\\n\\303\\251\\377\\nend'))).toEqual([
      'one',
      '',
      'two',
      'é\ufffd',
      'end',
    ]);
  });

  test('lines gives nothing for no output, and one empty line for an empty line', async () => {
    expect(await form.lines(output('true'))).toEqual([]);
    expect(await form.lines(written('\\n'))).toEqual(['']);
  });

  test.each([1, 2, 3])('leaving lines after %d leaves the others to every other way of reading', async (count) => {
    const all = ['one', 'zwö', 'three', 'four'];
    const out = written('one\\nzw\\303\\266\\nthree\\nfour');
    expect(await form.lines(out, count)).toEqual(all.slice(0, count));
    const rest = all.slice(count);
    expect((await form.readline(out)).toString()).toBe(rest[0] + (rest.length > 1 ? '\n' : ''));
    expect(await form.lines(out, 1)).toEqual(rest.slice(1, 2));
    expect((await form.read(out)).toString()).toBe(rest.slice(2).join('\n'));
  });

  test('the ways of reading can be mixed', async () => {
    const out = written('abc\\ndef\\nghi\\njkl\\nm');
    expect((await form.read(out, 2)).toString()).toBe('ab');
    expect((await form.readline(out)).toString()).toBe('c\n');
    expect(await form.lines(out, 1)).toEqual(['def']);
    expect((await form.read(out, 1)).toString()).toBe('g');
    expect(await texts(...(await form.readlines(out, 1)))).toEqual(['hi\n']);
    expect((await form.read(out)).toString()).toBe('jkl\nm');
  });

  test('a line longer than the pipe holds, and without an end, is one line', async () => {
    const script = 'head -c 300000 /dev/zero | tr "\\0" x';
    expect((await form.readline(output(script))).length).toBe(300_000);
    const [line, ...others] = await form.lines(output(`${script}; echo; printf end`));
    expect([line?.length, ...others]).toEqual([300_000, 'end']);
  });

  test('many lines cross the pieces of the pipe unharmed', async () => {
    const lines = await form.lines(output('seq 100000'));
    expect(lines).toEqual(Array.from({ length: 100_000 }, (_, i) => String(i + 1)));
  });

  test('output is there after the child has ended', async () => {
    const child = new Popen(['printf', 'late'], { stdout: PIPE });
    onTestFinished(() => child.stdout.close());
    await form.wait(child);
    expect((await form.read(child.stdout)).toString()).toBe('late');
  });

  test.each(['3', 1.5, Number.NaN, {}])('the size %o is refused', async (size) => {
    const out = output('echo x');
    const refusal = /Expected size to be an integer or null/;
    await expect(form.read(out, size as number)).rejects.toThrow(refusal);
    await expect(form.readline(out, size as number)).rejects.toThrow(refusal);
    expect((await form.read(out)).toString()).toBe('x\n');
  });
});

describe('asynchronous reading', () => {
  test('async iteration gives lines as readline does', async () => {
    const lines: string[] = [];
    for await (const line of written('one\\ntwo\\r\\nthree')) lines.push(line.toString());
    expect(lines).toEqual(['one\n', 'two\r\n', 'three']);
  });

  test('leaving the iteration early leaves the other lines', async () => {
    const out = written('one\\ntwo\\nthree');
    for await (const line of out) {
      expect(line.toString()).toBe('one\n');
      break;
    }
    expect((await out.read()).toString()).toBe('two\nthree');
  });

  test('reads that are not awaited come one after another, in the order of the calls', async () => {
    const out = written('abcdef\\nghi');
    expect(await texts(out.read(2), out.readline(), out.read(1), out.read())).toEqual(['ab', 'cdef\n', 'g', 'hi']);
  });

  test('a read waits for what the child has not written yet', async () => {
    const { stdin, stdout } = cat();
    const line = stdout.readline();
    await stdin.write('be');
    await stdin.write('gun\nnext');
    expect((await line).toString()).toBe('begun\n');
  });

  test('an aborted read rejects with the reason and loses nothing', async () => {
    const { stdin, stdout } = cat();
    await stdin.write('begun');
    expect((await stdout.read(1)).toString()).toBe('b');
    const abort = new AbortController();
    const line = stdout.readline(-1, { signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(line).rejects.toThrow('enough');
    await stdin.write(' again\n');
    expect((await stdout.readline()).toString()).toBe('egun again\n');
  });

  testOf('blocking pipes', 'a blocking read is refused while an asynchronous one is under way', async () => {
    const { stdin, stdout } = cat();
    const read = stdout.read(1);
    expect(() => stdout.readSync(1)).toThrow('another operation on this stream has not ended');
    await stdin.write('x');
    await read;
  });

  testOf('blocking pipes', 'the forms can take turns', async () => {
    const out = written('a\\nb\\nc\\nd');
    expect((await out.readline()).toString()).toBe('a\n');
    expect(out.readlineSync().toString()).toBe('b\n');
    expect((await out.read(1)).toString()).toBe('c');
    expect(out.readSync().toString()).toBe('\nd');
  });
});

describe.each(forms)('a closed reader, $name', (form) => {
  test('refuses every read', async () => {
    const out = output('echo x');
    out.close();
    out.close();
    expect(out.closed).toBe(true);
    const refusal = new ValueError('I/O operation on closed file.');
    for (const read of [form.read, form.read1, form.readline, form.readlines, form.lines]) {
      await expect(read(out)).rejects.toThrow(refusal);
    }
    expect(() => out.fileno()).toThrow(refusal);
    expect(() => out.stream).toThrow(refusal);
  });

  test('that was read to its end is still open', async () => {
    const out = output('echo x');
    await form.read(out);
    expect(out.closed).toBe(false);
    out.close();
    expect(out.closed).toBe(true);
  });
});

describe('a reader', () => {
  test.runIf(can('real pipes'))('has a descriptor, and says so', () => {
    const out = output('true');
    expect(out.fileno()).toBeGreaterThan(2);
    expect(String(out)).toBe(`<subprocess.PipeReader fd=${out.fileno()}>`);
    out.close();
    expect(String(out)).toBe('<subprocess.PipeReader closed>');
  });

  test('closes at the end of a `using` block', () => {
    const out = output('true');
    {
      using reader = out;
      expect(reader.closed).toBe(false);
    }
    expect(out.closed).toBe(true);
  });

  test('that is closed ends the reads that wait for it', async () => {
    const { stdout } = cat();
    const read = stdout.read();
    stdout.close();
    await expect(Promise.race([read.then(String, String)])).resolves.toBeDefined();
  });
});

/** The output of a shell script. */
function output(script: string): PipeReader {
  const child = new Popen(['sh', '-c', script], { stdout: PIPE });
  onTestFinished(() => child[Symbol.asyncDispose]());
  return child.stdout;
}

/** The output of printf. */
function written(format: string): PipeReader {
  return output(`printf '${format}'`);
}

/** A child that echoes. */
function cat() {
  const child = new Popen(['cat'], { stdin: PIPE, stdout: PIPE });
  onTestFinished(() => child[Symbol.asyncDispose]());
  return child;
}

/** The bytes as text, waited for one after another. */
async function texts(...values: (Buffer | Promise<Buffer>)[]): Promise<string[]> {
  const all: string[] = [];
  for (const value of values) all.push((await value).toString());
  return all;
}
