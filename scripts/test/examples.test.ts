import { describe, expect, test } from 'vitest';
import { examplesOf } from '../lib/examples/doc-comments.ts';
import { danglingLinks } from '../lib/examples/links.ts';
import { keeps, type Program, promisedLines } from '../lib/examples/program.ts';
import { blocksOf } from '../lib/examples/readme.ts';
import { runAll } from '../lib/examples/run.ts';
import { compile, writeScratch } from '../lib/examples/scratch.ts';

describe('what a document promises', () => {
  test('stands behind console.log', () => {
    const text = ["console.log('a // b'); // a // b", 'console.log(pid); // for example 17', 'f(); // calls f'].join(
      '\n',
    );
    expect(promisedLines(text)).toEqual(['a // b']);
  });

  test('may leave a part open', () => {
    expect(keeps('<Future at 0x1 state=finished>', '<Future at 0x… state=finished>')).toBe(true);
    expect(keeps('<Future at 0x1 state=pending>', '<Future at 0x… state=finished>')).toBe(false);
  });
});

test('an example ends where the next tag or the comment ends', () => {
  const text = '/**\n * Adds.\n * @example\n * f();\n *\n * g();\n * @returns a sum\n */\nexport const f = 1;';
  expect(examplesOf(text, 'a.ts')).toEqual([{ file: 'a.ts', line: 4, text: 'f();\n\ng();\n', runs: true }]);
});

test('blocks of a README are programs, with what "It prints" shows', () => {
  const text = '# A\n\n```ts\nf();\n```\n\nIt prints\n\n```text\n1\n```\n\n```ts no-run\ng();\n```\n\n```sh\nls\n```\n';
  expect(blocksOf(text, 'README.md')).toEqual([
    { file: 'README.md', line: 4, text: 'f();\n', runs: true, output: '1\n' },
    { file: 'README.md', line: 14, text: 'g();\n', runs: false, output: undefined },
  ]);
});

test('a link leads to an export, a declaration of the file, or a member', () => {
  const index = { file: 'p/src/index.ts', text: "export { A } from './a.ts';" };
  const links = (...targets: string[]) => `/** ${targets.map((target) => `{@link ${target}}`).join(' ')} */`;
  const a = {
    file: 'p/src/a.ts',
    text: `export class A extends B { m() {} }\nclass B { n = 1 }\n${links('A', 'B', 'm', 'A.m', 'A.n', 'A.o', 'p')}`,
  };
  const b = { file: 'p/src/b.ts', text: links('A', 'A#m', 'B', 'https://example.org') };
  expect(danglingLinks([index, a, b])).toEqual([
    'p/src/a.ts:3: {@link A.o} leads nowhere',
    'p/src/a.ts:3: {@link p} leads nowhere',
    'p/src/b.ts:1: {@link B} leads nowhere',
  ]);
});

describe('a program is refused', () => {
  test.each([
    ['that has a type error', 'const n: number = "a";', /^doc\.md:1[01]:\d+: error TS2322/],
    ['that fails', 'throw new RangeError("no");', /^doc\.md:10: fails with 1: [\s\S]*RangeError: no/],
    [
      'that prints something else',
      'console.log(1 + 1); // 3',
      /^doc\.md:10: does not print "3" \(in this order\): \n {4}2$/,
    ],
    [
      'that prints in another order',
      'console.log(1);\nconsole.log(2); // 2\nconsole.log(1); // 2',
      /does not print "2"/,
    ],
  ])('%s', async (_, text, says) => {
    const found = await check([{ file: 'doc.md', line: 10, text, runs: true }]);
    expect(found).toEqual([expect.stringMatching(says)]);
  });

  test('whose whole output differs', async () => {
    const found = await check([{ file: 'doc.md', line: 1, text: 'console.log(1);', runs: true, output: '2\n' }]);
    expect(found).toEqual([expect.stringContaining('prints something else than the document says')]);
  });
});

test('a program that keeps its promises is accepted', async () => {
  const text = "import { greet } from '@prac/template';\nconsole.log(greet('you')); // Hello, you!";
  expect(await check([{ file: 'doc.md', line: 1, text, runs: true, output: 'Hello, you!\n' }])).toEqual([]);
});

async function check(programs: readonly Program[]): Promise<string[]> {
  using scratch = writeScratch(programs);
  const errors = compile(scratch, programs);
  return errors.length > 0 ? errors : await runAll(scratch, programs);
}
