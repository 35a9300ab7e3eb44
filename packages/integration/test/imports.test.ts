import { execFileSync } from 'node:child_process';
import { publicPackages } from '@prac/integration';
import { describe, expect, test } from 'vitest';

/** The entries that are there to load the parser. */
const PARSER = new Set(['@prac/pickle/acorn', '@prac/sync/bundle']);
const entries = publicPackages()
  .flatMap(({ folder, entries }) => entries.map((entry) => ({ entry, folder })))
  .filter(({ entry }) => !PARSER.has(entry));

describe('an import loads neither native code nor a parser nor the inspector', () => {
  test.each(entries)('$entry', ({ entry, folder }) => {
    expect(loadedBy(`await import('${entry}');`, folder).filter(isHeavy)).toEqual([]);
  });

  test('and this would be seen', () => {
    const [libc] = publicPackages().filter(({ name }) => name === '@prac/libc');
    const load = (name: string) =>
      loadedBy(`import { createRequire } from 'node:module'; createRequire(import.meta.url)('${name}')`, libc!.folder);
    expect(load('koffi').some(isHeavy)).toBe(true);
    expect(load('node:inspector').some(isHeavy)).toBe(true);
  });
});

function isHeavy(module: string): boolean {
  const isOurs = module.startsWith('file:') && !module.includes('/node_modules/');
  return !isOurs && /\b(koffi|acorn|ffi|inspector)\b/.test(module);
}

/** What a program loads: modules by the hooks that see each resolution, builtin ones by Node's own list, libraries by its report. */
function loadedBy(program: string, cwd: string): string[] {
  const source = `
    import { registerHooks } from 'node:module';
    const seen = [];
    const before = new Set(process.moduleLoadList);
    registerHooks({ resolve(name, context, next) { const found = next(name, context); seen.push(found.url); return found; } });
    ${program}
    const builtin = process.moduleLoadList.filter((name) => !before.has(name));
    console.log(JSON.stringify([...seen, ...builtin, ...process.report.getReport().sharedObjects]));`;
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', source], { cwd, encoding: 'utf8' });
  return JSON.parse(output) as string[];
}
