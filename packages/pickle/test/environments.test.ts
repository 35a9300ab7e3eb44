// Every way in which code may have come into the process. Each program sends all its cases to a thread, to a process, and to
// itself; it says what went wrong, and how many were right.
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { rollup } from 'rollup';
import { afterAll, describe, expect, test } from 'vitest';
import { node, program } from './helpers/run.ts';

const ALL = /^(\d+) of \1\n$/;
const folder = mkdtempSync(join(program(''), 'out-'));
afterAll(() => rmSync(folder, { recursive: true }));
cpSync(program('library.mjs'), join(folder, 'library.mjs'));

describe('functions travel from', () => {
  test('modules', async () => {
    expect(await node([program('run-cases.mjs')])).toMatch(ALL);
  });

  test('CommonJS', async () => {
    expect(await node([program('cases.cjs')])).toMatch(ALL);
    expect(await node(['-e', `require(${JSON.stringify(program('cases.cjs'))})`])).toMatch(ALL);
  });

  test('TypeScript, stripped and compiled', async () => {
    const said = "25 [ 'a', 21 ] true\n";
    expect(await node([program('typescript.ts')])).toBe(said);
    expect(await node(['--import', import.meta.resolve('tsx'), program('typescript.ts')])).toBe(said);
  });

  test('tsx', async () => {
    expect(await node(['--import', import.meta.resolve('tsx'), program('run-cases.mjs')])).toMatch(ALL);
  });

  test.each([
    ['readable', {}],
    ['minified', { minify: true }],
    ['minified, with names', { minify: true, keepNames: true }],
    ['with code splitting', { splitting: true }],
  ] satisfies [string, BuildOptions][])('a bundle of esbuild: %s', async (name, options) => {
    const file = name.replaceAll(/\W+/g, '-');
    await build({
      entryPoints: { [file]: program('run-cases.mjs') },
      outdir: folder,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      platform: 'node',
      format: 'esm',
      conditions: ['@prac/source'],
      ...options,
    });
    expect(await node([join(folder, `${file}.mjs`)])).toMatch(ALL);
  });

  test('a bundle that has its parser with it, where nothing is installed', async () => {
    const away = mkdtempSync(join(tmpdir(), 'prac-pickle-'));
    const build_ = (contents: string, name: string): Promise<unknown> =>
      build({
        stdin: { contents, resolveDir: program('') },
        outfile: join(away, name),
        bundle: true,
        platform: 'node',
        format: 'esm',
        conditions: ['@prac/source'],
      });
    const code = `import { dumps, loadsSync } from '@prac/pickle'; const k = 2; console.log(loadsSync(dumps((n) => n * k))(4));`;
    await build_(`import { useAcorn } from '@prac/pickle/acorn'; useAcorn(); ${code}`, 'with.mjs');
    await build_(code, 'without.mjs');
    expect(await node([join(away, 'with.mjs')])).toBe('8\n');
    expect(await node([join(away, 'without.mjs')], { NODE_PATH: '' })).toContain(
      'in a bundle: call useAcorn() of @prac/pickle/acorn',
    );
    rmSync(away, { recursive: true });
  });

  test('a bundle in CommonJS', async () => {
    const contents = `import { join } from 'node:path'; import fs from 'node:fs'; import { dumps, loadsSync } from '@prac/pickle';
      import { useAcorn } from '@prac/pickle/acorn';
      useAcorn();
      console.log(loadsSync(dumps((n) => join(n, 'b') + typeof fs.statSync))('a'));`;
    await build({
      stdin: { contents, resolveDir: program('') },
      outfile: join(folder, 'bundle.cjs'),
      bundle: true,
      platform: 'node',
      format: 'cjs',
      conditions: ['@prac/source'],
      logLevel: 'silent',
    });
    expect(await node([join(folder, 'bundle.cjs')])).toBe(`${join('a', 'b')}function\n`);
  });

  test('TypeScript that tsx makes CommonJS of: default imports of modules of Node', async () => {
    const away = mkdtempSync(join(folder, 'commonjs-'));
    writeFileSync(join(away, 'package.json'), '{}');
    mkdirSync(join(away, 'node_modules/@prac'), { recursive: true });
    symlinkSync(join(program(''), '../..'), join(away, 'node_modules/@prac/pickle'));
    writeFileSync(join(away, 'other.ts'), 'export const k: number = 7; export default (n: number): number => n * k;');
    writeFileSync(
      join(away, 'main.ts'),
      `import assert from 'node:assert'; import crypto from 'node:crypto'; import fs from 'node:fs'; import http from 'node:http';
      import process from 'node:process'; import times, { k } from './other';
      import { dumps, loadsSync } from '@prac/pickle';
      const fn = () => [fs.existsSync('/'), typeof http.createServer, typeof crypto.createHash, process.pid > 0, assert(true), times(k)];
      console.log(JSON.stringify((loadsSync(dumps(fn)) as typeof fn)()));
      console.log((loadsSync(dumps(() => fs)) as () => unknown)() === fs);`,
    );
    expect(await node(['--import', import.meta.resolve('tsx'), join(away, 'main.ts')])).toBe(
      '[true,"function","function",true,null,49]\ntrue\n',
    );
  });

  test('a bundle of rollup', async () => {
    const bundle = await rollup({ input: program('cases.mjs'), external: [/^node:/, /data\.json$/] });
    await bundle.write({ file: join(folder, 'rollup', 'cases.mjs'), format: 'es', importAttributesKey: 'with' });
    for (const name of ['run-cases.mjs', 'library.mjs', 'data.json'])
      cpSync(program(name), join(folder, 'rollup', name));
    expect(await node([join(folder, 'rollup', 'run-cases.mjs')])).toMatch(ALL);
  });

  test('a program under a debugger, and under coverage', async () => {
    expect(await node(['--inspect=127.0.0.1:0', program('run-cases.mjs')])).toMatch(/^(\d+) of \1$/m);
    expect(await node([program('run-cases.mjs')], { NODE_V8_COVERAGE: join(folder, 'coverage') })).toMatch(ALL);
  });

  test.each(['threads', 'vmThreads'])('vitest with the pool %s', async (pool) => {
    const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
    const args = [vitest, 'run', '--root', join(program(''), '../..'), `--pool=${pool}`, 'test/functions.test.ts'];
    expect(await node(args, { VITEST: '', FORCE_COLOR: '0', NO_COLOR: '1' })).toMatch(/Test Files +1 passed/);
  });

  test('code that was rewritten as it was loaded: it travels as it was written', async () => {
    const original = 'module.exports = () => 6 * 7;';
    const rewritten = 'const hits = { f: 0 };\n/* rewritten */ module.exports = () => (hits.f++, 6 * 7);';
    const code = `const m = require('@prac/pickle');
      const fn = require('node:vm').runInThisContext('(function (module) {' + ${JSON.stringify(rewritten)} + '\\nreturn module.exports })', 'x.js')({});
      const text = () => Buffer.from(m.dumps(fn)).toString('latin1');
      console.log(text().includes('hits.f++'));
      globalThis[Symbol.for('prac.source')] = ({ url }) => url === 'x.js'
        ? { source: ${JSON.stringify(original)}, locate: () => ({ line: 0, column: ${original.indexOf('()')} }) } : undefined;
      console.log(text().includes('hits.f++'), m.loadsSync(m.dumps(fn))());`;
    expect(await node(['-e', code])).toBe('true\nfalse 42\n');
  });

  test('a program that uses little of Node: no more of it is loaded', async () => {
    expect(await node([program('lazy-globals.mjs')])).toBe('false\ntrue true,true,true,true,true\n');
  });

  test('-e, as module and as script', async () => {
    const script = `const k = 2; const f = (n) => n * k; console.log(m.loadsSync(m.dumps(f))(4));`;
    expect(await node(['-e', `const m = require('@prac/pickle'); ${script}`])).toBe('8\n');
    expect(await node(['--input-type=module', '-e', `import * as m from '@prac/pickle'; ${script}`])).toBe('8\n');
  });

  test('a worker of code', async () => {
    const code = `const m = require('@prac/pickle'); const k = 2; console.log(m.loadsSync(m.dumps((n) => n * k))(4));`;
    const main = `new (require('node:worker_threads').Worker)(${JSON.stringify(code)}, { eval: true })`;
    expect(await node(['-e', main])).toBe('8\n');
  });

  test('a program that may do little: with the inspector all, without it what captures nothing', async () => {
    const allowed = ['--permission', '--allow-fs-read=*', '--allow-worker', '--allow-child-process'];
    const receiver = { PRAC_RECEIVER_ARGS: ['--conditions=@prac/source', '--no-warnings', ...allowed].join(' ') };
    expect(await node([...allowed, '--allow-inspector', program('run-cases.mjs')], receiver)).toMatch(ALL);
    const code = `const m = require('@prac/pickle'); const k = 2;
      console.log(m.loadsSync(m.dumps((n) => n * Math.max(2, 1)))(4));
      console.log(m.explain((n) => n * k).reason, m.explain((n) => n * k).advice);`;
    const said = (await node([...allowed, '-e', code])).split('\n');
    expect(said[0]).toBe('8');
    expect(said[1]).toContain(
      'it uses k, and the inspector, which tells what a function has captured, is not available',
    );
    expect(said[1]).toContain("reference(fn, import.meta.url, 'name')");
  });
});
