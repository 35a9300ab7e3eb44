import { cmd, ShellCommand, sh, type TemplateValue } from '@prac/subprocess';
import { hasPython, python } from '@prac/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

describe('cmd', () => {
  test.each<[string, string[], string[]]>([
    [
      'splits at white space',
      cmd`git  log\t-1
       HEAD`,
      ['git', 'log\\t-1', 'HEAD'],
    ],
    ['never splits a value', cmd`ls ${'two words; $(no shell)'}`, ['ls', 'two words; $(no shell)']],
    ['joins a value with the text that touches it', cmd`a --n=${3}px ${'x'}${'y'}`, ['a', '--n=3px', 'xy']],
    ['makes one argument of each item of an array', cmd`rm ${['a b', 2, 3n]} c`, ['rm', 'a b', '2', '3', 'c']],
    ['makes no argument of an empty array', cmd`ls ${[]} x`, ['ls', 'x']],
    ['keeps an empty value', cmd`printf ${''} ''`, ['printf', '', '']],
    ['groups by quotes', cmd`a "b c" 'd "e' f"g h"i`, ['a', 'b c', 'd "e', 'fg hi']],
    ['takes an escaped character as it is', cmd`a\ b \"c "d\"e" '\n'`, ['a b', '"c', 'd"e', '\\n']],
    ['leaves what the program escapes', cmd`printf %s\n x`, ['printf', '%s\\n', 'x']],
    ['puts a value inside quotes', cmd`a "b ${'c"d'} e"`, ['a', 'b c"d e']],
    ['gives nothing for nothing', cmd`  `, []],
  ])('%s', (_, words, expected) => {
    expect(words).toEqual(expected);
  });

  test('refuses a quote that is not closed', () => {
    expect(() => cmd`a "b`).toThrow(new SyntaxError('Unclosed " in a cmd template'));
  });

  test.each([
    () => cmd`a${['b']}`,
    () => cmd`${['b']}a`,
    () => cmd`"${['b']}"`,
    () => cmd`${['a']}${['b']}`.length > 9,
  ])('refuses an array that touches text: case %#', (template) => {
    let answer: unknown;
    try {
      answer = template();
    } catch (error) {
      expect(error).toEqual(new TypeError('Expected white space around an array in a cmd template'));
      return;
    }
    expect(answer).toBe(false); // two arrays side by side
  });

  test.each([undefined, null, {}, true, [null]])('refuses the value %o', (value) => {
    expect(() => cmd`a ${value as unknown as TemplateValue}`).toThrow(TypeError);
    expect(() => sh`a ${value as unknown as TemplateValue}`).toThrow(TypeError);
  });

  test.skipIf(!hasPython())("splits as Python's shlex does, where their grammars agree", () => {
    // No backslashes: what cmd escapes and what it leaves to the program is its own rule (above).
    const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\t', '\n', '"', "'", '-'), maxLength: 12 });
    const texts = fc.sample(text, { numRuns: 1000, seed: 3 });
    const program = `
import shlex
def split(text):
    try:
        return shlex.split(text)
    except ValueError:
        return None
answer = [split(text) for text in data]`;
    expect(texts.map(split)).toEqual(python(program, texts));
  });
});

describe('sh', () => {
  test('quotes values, and only where they need it', () => {
    const line = sh`echo ${'a b'} ${'plain-1.txt'} ${["it's", 2]} ${''} | wc`;
    expect(line).toBeInstanceOf(ShellCommand);
    expect(String(line)).toBe(`echo 'a b' plain-1.txt 'it'"'"'s' 2 '' | wc`);
    expect(line.command).toBe(String(line));
  });

  test('keeps backslashes of the template', () => {
    expect(String(sh`printf 'a\n'`)).toBe("printf 'a\\n'");
  });

  test.skipIf(!hasPython())("quotes as Python's shlex.quote does", () => {
    const values = fc.sample(fc.string(), { numRuns: 1000, seed: 5 });
    const ours = values.map((value) => sh`${value}`.command);
    expect(ours).toEqual(python('import shlex\nanswer = [shlex.quote(text) for text in data]', values));
  });
});

/** The text as a template without values; null where a quote is not closed. */
function split(text: string): string[] | null {
  try {
    return cmd(Object.assign([text], { raw: [text] }));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
