import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { hasNodeFfi } from './helpers/backends.ts';
import { run } from './helpers/run.ts';

const OPEN = 'open.ts';
const folder = mkdtempSync(join(tmpdir(), 'libc-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('libc', () => {
  test('chooses koffi', () => {
    expect(run(OPEN, [], { PRAC_LIBC: '' }).stdout).toBe('true koffi true');
  });

  test('PRAC_LIBC chooses', () => {
    expect(run(OPEN, [], { PRAC_LIBC: 'koffi' }).stdout).toBe('true koffi true');
    const answer = run(OPEN, [], { PRAC_LIBC: 'node:ffi' }).stdout;
    if (hasNodeFfi) expect(answer).toBe('true node:ffi true');
    else expect(answer).toContain('node:ffi: this Node.js has no node:ffi');
  });

  test.each([
    ['none', 'C library calls are switched off (PRAC_LIBC=none)'],
    ['toString', 'Expected PRAC_LIBC to be koffi, node:ffi or none, got "toString"'],
  ])('PRAC_LIBC=%s makes it throw', (PRAC_LIBC, text) => {
    expect(run(OPEN, [], { PRAC_LIBC }).stdout).toBe(`false true LibcUnavailableError: ${text}`);
  });

  test('another platform makes it throw', () => {
    const text = `C library calls need a 64-bit little-endian Linux, this is darwin ${process.arch}`;
    expect(run(OPEN, ['darwin']).stdout).toBe(`false true LibcUnavailableError: ${text}`);
  });

  test('without koffi it is node:ffi, or an error that says what to do', () => {
    // A copy, far from any node_modules.
    cpSync(new URL('../src', import.meta.url), join(folder, 'src'), { recursive: true });
    const program = `import { libc } from './src/index.ts';
      try { console.log(libc().backend); } catch (error) { console.log(String(error)); }`;
    writeFileSync(join(folder, 'program.mjs'), program);
    const answer = (PRAC_LIBC: string) => run(join(folder, 'program.mjs'), [], { PRAC_LIBC, NODE_PATH: '' }).stdout;
    if (hasNodeFfi) expect(answer('')).toBe('node:ffi');
    expect(answer(hasNodeFfi ? 'koffi' : '')).toMatch(
      /^LibcUnavailableError: No foreign function interface .*koffi: Cannot find module 'koffi'.*Install koffi: npm install koffi$/,
    );
  });

  test('addons that are not allowed make it throw', () => {
    const { stdout } = run(OPEN, [], { PRAC_LIBC: 'koffi', NODE_OPTIONS: `${process.env.NODE_OPTIONS} --no-addons` });
    expect(stdout).toMatch(/^false true LibcUnavailableError: No foreign .*koffi: Cannot load native addon/);
  });

  test('importing the package loads no native code', () => {
    expect(run('import-only.ts').stdout).toBe('null []');
  });
});
