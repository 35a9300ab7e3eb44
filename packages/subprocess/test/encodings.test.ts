import {
  LookupError,
  PIPE,
  Popen,
  type PopenOptions,
  runSync,
  UnicodeDecodeError,
  UnicodeEncodeError,
} from '@prac/subprocess';
import { hasPython, python } from '@prac/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Codec } from '../src/internal/codec.ts';
import { translateNewlines } from '../src/internal/text-mode.ts';

const HANDLERS = ['strict', 'ignore', 'replace', 'backslashreplace', 'surrogateescape'] as const;
const ENCODINGS = ['utf-8', 'ascii', 'latin-1', 'utf-16', 'utf-16-le', 'utf-16-be', 'utf-32', 'utf-32-be', 'utf-32-le'];

/** Bytes, in hexadecimal, that are wrong in one encoding or another. */
const BYTES = [
  '',
  '61620a63',
  '61c3a9e282acf09f9880',
  '61ff62',
  'c361',
  'e28261',
  'f09f98',
  'eda080',
  'c0af',
  'f4908080',
  '80bf',
  'e2e282ac',
  'fffe61000a00',
  'feff0061000a',
  '3dd800de',
  '00d83dd8',
  '61006200',
  '610062',
  '00000061',
  '0000d800',
  '00110000',
  'fffe000061000000',
  'efbbbf61',
  '0d0a0d61',
  '6100',
];

// Thousands of cases, so without children: what follows shows that children's text takes the same way.
describe.skipIf(!hasPython())('reading, as in CPython,', () => {
  test.each(HANDLERS)('with the error handler %s in every encoding', async (errors) => {
    // Of bytes that are no whole unit CPython escapes single ones and goes on between the units: nothing to build on.
    const encodings = errors === 'surrogateescape' ? ENCODINGS.slice(0, 3) : ENCODINGS;
    const cases = encodings.flatMap((encoding) => BYTES.map((hex) => ({ encoding, errors, hex })));
    const ours: string[] = [];
    for (const { encoding, hex } of cases) ours.push(textOf(() => decode(hex, new Codec(encoding, errors))));
    const theirs = python<string[]>(READ_ALL, cases);
    expect(cases.map((case_, i) => [case_, ours[i]])).toEqual(cases.map((case_, i) => [case_, theirs[i]]));
  });
});

// What communicate() does in CPython; its streams want a byte order mark of UTF-16, which is a matter of taste.
const READ_ALL = `
def read(encoding, errors, hex):
    try:
        return bytes.fromhex(hex).decode(encoding, errors).replace('\\r\\n', '\\n').replace('\\r', '\\n')
    except UnicodeError as error:
        return str(error)
answer = [read(**case) for case in data]`;

describe.skipIf(!hasPython())('writing, as in CPython,', () => {
  test.each(HANDLERS)('with the error handler %s in every encoding', async (errors) => {
    const texts = ['abc', 'é', '€', '😀', 'a\udcffb', '\ud800', 'x\r\ny'];
    const cases = ENCODINGS.flatMap((encoding) => texts.map((text) => ({ encoding, errors, text })));
    const ours: string[] = [];
    for (const { encoding, text } of cases) ours.push(textOf(() => encode(text, new Codec(encoding, errors))));
    const theirs = python<string[]>(ENCODE, cases);
    expect(cases.map((case_, i) => [case_, ours[i]])).toEqual(cases.map((case_, i) => [case_, theirs[i]]));
  });
});

const ENCODE = `
def encode(encoding, errors, text):
    try:
        return text.encode('utf-16-le', 'surrogatepass').decode('utf-16-le', 'surrogatepass').encode(encoding, errors).hex()
    except UnicodeError as error:
        return str(error)
answer = [encode(**case) for case in data]`;

test.each(['utf-16', 'utf-32-be', 'latin-1'])('%s goes out and comes in', async (encoding) => {
  const child = new Popen(['cat'], { stdin: PIPE, stdout: PIPE, encoding });
  await child.stdin.write('é\n');
  await child.stdin.write('x');
  expect(await child.communicate()).toEqual(['é\nx', null]);
});

test('an encoding of the platform can be read', async () => {
  expect(readAll('80e9', { encoding: 'cp1252' })).toBe('€é');
  expect(readAll('a4e9', { encoding: 'iso-8859-15' })).toBe('€é');
  expect(readAll('82a0', { encoding: 'shift_jis' })).toBe('あ');
});

test('but not written', () => {
  const child = new Popen(['cat'], { stdin: PIPE, encoding: 'cp1252' });
  onTestFinished(() => child[Symbol.asyncDispose]());
  return expect(child.stdin.write('x')).rejects.toBeInstanceOf(LookupError);
});

test.each(['UTF8', 'utf_8', 'U8', 'Latin_1', 'ISO-8859-1', 'us-ascii', 'UTF_16_LE'])(
  'Python’s name %s is understood',
  async (encoding) => {
    expect(readAll('6100', { encoding })).toMatch(/^a/);
  },
);

test('the errors are UnicodeDecodeError and UnicodeEncodeError', async () => {
  const child = new Popen(['printf', '\\377'], { stdin: PIPE, stdout: PIPE, encoding: 'ascii' });
  onTestFinished(() => child[Symbol.asyncDispose]().catch(() => {}));
  await expect(child.stdin.write('é')).rejects.toBeInstanceOf(UnicodeEncodeError);
  await expect(child.stdout.read()).rejects.toBeInstanceOf(UnicodeDecodeError);
});

/** What is read of a child that writes these bytes. */
function readAll(hex: string, options: PopenOptions): string {
  const octal = hex.replace(/../g, (byte) => `\\${Number.parseInt(byte, 16).toString(8).padStart(3, '0')}`);
  return runSync(['printf', octal], { ...options, stdout: PIPE, text: true }).stdout;
}

function decode(hex: string, codec: Codec): string {
  return translateNewlines(codec.decode(Buffer.from(hex, 'hex')));
}

function encode(text: string, codec: Codec): string {
  return Buffer.from(codec.encode(text)).toString('hex');
}

/** The answer, or what the refusal says. */
function textOf(call: () => string): string {
  try {
    return call();
  } catch (error) {
    return (error as Error).message;
  }
}
