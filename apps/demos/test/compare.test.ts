import { mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compareScenario, inStep } from '../src/framework/compare-scenario.ts';
import { inAnyOrder } from '../src/framework/expectation.ts';
import { applyMasks } from '../src/framework/mask.ts';
import { practical, SAMPLE } from './helpers/command.ts';
import { hasPython } from './helpers/python.ts';

describe.skipIf(!hasPython)('practical compare', () => {
  test('says when a program and its twin print the same, but for what varies', async () => {
    const { stdout, exitCode } = await practical(SAMPLE, ['compare', 'sample/greets']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^✔ sample\/1 greets: the same TypeScript .* s, Python .* s\n {4}hello <pid>\n {4}hosts: none\n/,
    );
  });

  test('shows the lines that differ, and ends with 1', async () => {
    const { stdout, exitCode } = await practical(SAMPLE, ['compare', 'sample/fails']);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^✖ sample\/2 fails: different/);
    expect(stdout).toContain('  - about to fail\n');
    expect(stdout).toContain('  + about to fail, in other words\n');
  });
});

test.skipIf(!hasPython)('lines that may be mixed may come in another order, on standard error too', async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'compare-'));
  writeFileSync(join(folder.path, 'mixes.ts'), "console.error('a');\nconsole.error('b');\n");
  writeFileSync(join(folder.path, 'mixes.py'), "import sys\nprint('b', 'a', sep='\\n', file=sys.stderr)\n");
  const expected = { stdout: [], stderr: [inAnyOrder('a', 'b')] };
  const mixes = { name: 'mixes', title: '', explanation: '', mutation: { replace: '', by: '' }, expect: expected };
  expect(await compareScenario(folder.path, mixes)).toMatchObject({ same: true });
  const inOrder = { ...mixes, expect: { stdout: [], stderr: ['a', 'b'] } };
  expect(await compareScenario(folder.path, inOrder)).toMatchObject({ same: false });
});

test('practical compare says so when python3 is missing, and ends with 2', async () => {
  // A PATH with nothing in it: node is started by its whole name.
  const run = await practical(SAMPLE, ['compare', 'sample/greets'], {
    env: { PATH: ['/nonexistent', '/empty'].join(delimiter) },
  });
  expect(run).toMatchObject({ exitCode: 2, stdout: '' });
  expect(run.stderr).toMatch(/^error: cannot compare: python3 is not on this machine .* Python 3\.11 or newer\n$/);
});

describe('masks', () => {
  test('hide sizes, times and owners of listed files, and keep their names', () => {
    const first =
      'total 16K\n-rw-r--r-- 1 root root  119 Nov 22 10:16 a file.txt\ndrwxr-xr-x 2 me us 4.0K Jan  1  2024 ./\n';
    const second = 'total 4\n-rw-r--r-- 1 you them 20 Mar  2 09:00 a file.txt\ndrwxr-xr-x 12 me us 8 Jan  1 11:11 ./\n';
    expect(applyMasks(first)).toBe(applyMasks(second));
    expect(applyMasks(first)).toBe('total <size>\n<listed> a file.txt\n<listed> ./\n');
  });

  test('leave other text alone', () => {
    expect(applyMasks('returncode: 0\nCHILD 12: x')).toBe('returncode: 0\nCHILD 12: x');
    expect(applyMasks('CHILD 12: x', [{ pattern: /CHILD \d+/, by: 'CHILD <pid>' }])).toBe('CHILD <pid>: x');
  });
});

test('two lists of lines are put in step', () => {
  const lines = inStep(['a', 'b', 'c'], ['a', 'x', 'c', 'd']);
  const marks = { both: ' ', typescript: '-', python: '+' };
  expect(lines.map(({ from, text }) => marks[from] + text).join()).toBe(' a,-b,+x, c,+d');
});
