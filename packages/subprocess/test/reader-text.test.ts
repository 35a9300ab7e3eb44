import { PIPE, Popen, type PopenOptions, UnicodeDecodeError } from '@prac/subprocess';
import { describe, expect, onTestFinished, test } from 'vitest';
import { forms } from './helpers/forms.ts';

describe.each(forms)('reading text, $name', (form) => {
  test('read(n) counts characters', async () => {
    const out = written('gr\\303\\274\\303\\237e');
    expect([await form.read(out, 3), await form.read(out, 1), await form.read(out)]).toEqual(['grü', 'ß', 'e']);
  });

  test('readline ends at \\n, \\r\\n and \\r, and gives \\n', async () => {
    const out = written('a\\nb\\r\\nc\\rd');
    const lines = [];
    for (let i = 0; i < 5; i++) lines.push(await form.readline(out));
    expect(lines).toEqual(['a\n', 'b\n', 'c\n', 'd', '']);
  });

  test('readlines and lines do so too', async () => {
    expect(await form.readlines(written('a\\r\\n\\r\\nb\\r'))).toEqual(['a\n', '\n', 'b\n']);
    expect(await form.lines(written('a\\r\\n\\r\\nb\\rc'))).toEqual(['a', '', 'b', 'c']);
  });

  test('readline(n) counts characters', async () => {
    const out = written('\\303\\274\\303\\274\\303\\274\\n');
    expect([await form.readline(out, 2), await form.readline(out, 2)]).toEqual(['üü', 'ü\n']);
  });

  test('a character whose bytes come one by one is one character', async () => {
    const { stdin, stdout } = cat({ text: true });
    const bytes = Buffer.from('😀é');
    for (const byte of bytes) await form.write(stdin, Uint8Array.of(byte));
    await form.close(stdin);
    expect(await form.read(stdout, 2)).toBe('😀');
    expect(await form.read(stdout)).toBe('é');
  });

  test('leaving lines early leaves the other lines', async () => {
    const out = written('a\\r\\n\\303\\274\\r\\nc\\nd');
    expect(await form.lines(out, 1)).toEqual(['a']);
    expect(await form.readline(out)).toBe('ü\n');
    expect(await form.lines(out, 1)).toEqual(['c']);
    expect(await form.read(out)).toBe('d');
  });

  test('strict decoding throws and names the place', async () => {
    const error = await form.read(written('ab\\377c')).catch((e) => e);
    expect(error).toBeInstanceOf(UnicodeDecodeError);
    expect(error.message).toBe("'utf-8' codec can't decode byte 0xff in position 2: invalid start byte");
  });

  test('a character that the end of the output cuts off is an error', async () => {
    await expect(form.read(written('a\\303'))).rejects.toThrow(
      "'utf-8' codec can't decode byte 0xc3 in position 1: unexpected end of data",
    );
    expect(await form.read(written('a\\303', { errors: 'replace' }))).toBe('a\ufffd');
  });

  test('a \\r at the very end is a line end', async () => {
    expect(await form.readlines(written('a\\r'))).toEqual(['a\n']);
  });

  test('a UTF-8 byte order mark stays, as in Python', async () => {
    expect(await form.read(written('\\357\\273\\277x'))).toBe('\ufeffx');
  });
});

describe('reading text piece by piece', () => {
  test('read1 does not take the beginning of a character for the end of the output', async () => {
    const { stdin, stdout } = cat({ text: true });
    await stdin.write(Uint8Array.of(0xc3));
    const first = stdout.read1();
    await stdin.write(Uint8Array.of(0xa9));
    expect(await first).toBe('é');
  });

  test('a line end split between two pieces is one line end', async () => {
    const { stdin, stdout } = cat({ text: true });
    await stdin.write('a\r');
    expect(await stdout.read(1)).toBe('a');
    const rest = stdout.read(2);
    await stdin.write('\nb');
    expect(await rest).toBe('\nb');
  });

  test('async iteration gives strings', async () => {
    const lines: string[] = [];
    for await (const line of written('a\\r\\nb')) lines.push(line);
    expect(lines).toEqual(['a\n', 'b']);
  });

  test('the reader tells its encoding', () => {
    expect(written('').encoding).toBe('utf-8');
    expect(String(written('', { encoding: 'latin-1' }))).toMatch(/ encoding='latin-1'>$/);
  });
});

type TextOptions = Pick<PopenOptions, 'encoding' | 'errors'>;

function written(format: string, options: TextOptions = {}) {
  const child = new Popen(['printf', format], { ...options, stdout: PIPE, text: true });
  onTestFinished(() => child[Symbol.asyncDispose]());
  return child.stdout;
}

function cat(options: TextOptions & { readonly text: true }) {
  const child = new Popen(['cat'], { ...options, stdin: PIPE, stdout: PIPE });
  onTestFinished(() => child[Symbol.asyncDispose]());
  return child;
}
