import { PIPE, type PipeReader, Popen } from '@prac/subprocess';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Form, forms } from './helpers/forms.ts';

type Call =
  | { readonly name: 'read' | 'readline' | 'readlines'; readonly size: number }
  | { readonly name: 'lines'; readonly size: number };

const PIECE = fc.string({ unit: fc.constantFrom('a', 'b', '\n', '\r', '\r\n', 'é', '€', '😀'), maxLength: 12 });
const CALL: fc.Arbitrary<Call> = fc.record({
  name: fc.constantFrom('read', 'readline', 'readlines', 'lines'),
  size: fc.integer({ min: 0, max: 9 }),
});

describe.each(forms)('random reads of random pieces, $name,', (form) => {
  test.each([false, true])('give what a plain string would (text mode: %o)', async (text) => {
    await fc.assert(
      fc.asyncProperty(fc.array(PIECE, { maxLength: 5 }), fc.array(CALL, { maxLength: 12 }), async (pieces, calls) => {
        // A shell writes each piece with one write(2), so that they may come apart.
        const script = pieces.map((_, i) => `printf %s "$${i + 1}"`).join('\n');
        const options = { stdout: PIPE, text } as const;
        await using child = new Popen(['sh', '-c', script || ':', 'sh', ...pieces], options);
        const model = new Model(pieces.join(''), text);
        for (const call of [...calls, { name: 'read', size: -1 } as const]) {
          expect(await perform(form, child.stdout as PipeReader<Buffer>, call)).toEqual(model.perform(call));
        }
      }),
      { numRuns: 40 },
    );
  });
});

async function perform(form: Form, reader: PipeReader<Buffer>, { name, size }: Call): Promise<unknown> {
  if (name === 'lines') return size === 0 ? [] : form.lines(reader, size);
  if (name === 'readlines') return (await form.readlines(reader, size)).map(plain);
  return plain(await form[name](reader, size));
}

/** Bytes and text in one form that can be compared. */
function plain(value: Buffer | string): string {
  return typeof value === 'string' ? value : value.toString('latin1');
}

/** A reader over a string whose characters are the units: bytes, or translated text. */
class Model {
  #rest: string;
  readonly #text: boolean;

  constructor(output: string, text: boolean) {
    this.#text = text;
    this.#rest = text ? output.replace(/\r\n?/g, '\n') : Buffer.from(output).toString('latin1');
  }

  perform({ name, size }: Call): unknown {
    if (name === 'read') return this.#take(size < 0 ? this.#rest.length : size);
    if (name === 'readline') return this.#line(size);
    if (name === 'readlines') return this.#lines(size);
    return Array.from({ length: size }, () => this.#line()).flatMap((line) => (line === '' ? [] : [this.#bare(line)]));
  }

  #take(count: number): string {
    const taken = this.#rest.slice(0, count);
    this.#rest = this.#rest.slice(count);
    return taken;
  }

  #line(limit: number = Number.POSITIVE_INFINITY): string {
    const end = this.#rest.indexOf('\n');
    return this.#take(Math.min(limit, end < 0 ? this.#rest.length : end + 1));
  }

  #lines(hint: number): string[] {
    const lines: string[] = [];
    for (let size = 0; this.#rest !== '' && (hint <= 0 || size < hint); ) {
      lines.push(this.#line());
      size += lines.at(-1)!.length;
    }
    return lines;
  }

  /** As `lines` gives it: without its end, and decoded. */
  #bare(line: string): string {
    return this.#text
      ? line.replace(/\n$/, '')
      : Buffer.from(line, 'latin1')
          .toString()
          .replace(/\r?\n$|\r$/, '');
  }
}
