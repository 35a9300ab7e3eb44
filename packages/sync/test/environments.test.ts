// Every way in which a program may have come into the process, and Node's options that matter to threads.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { BuildOptions } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { bundle } from './helpers/bundle.ts';
import { type Ended, folder, node, program } from './helpers/program.ts';

const FINE: Ended = { code: 0, signal: null, stdout: 'fine\n', stderr: '' };
/** Where nothing is installed, and nothing says where sources are. */
const AWAY = { cwd: folder(), env: { NODE_OPTIONS: '', NODE_PATH: '' } };
const text = (name: string): string => readFileSync(program(name), 'utf8');

describe.concurrent('threads work in', () => {
  test('modules', async () => {
    expect(await node([program('modules.mjs')])).toEqual(FINE);
  });

  test('CommonJS', async () => {
    expect(await node([program('script.cjs')])).toEqual(FINE);
  });

  test('TypeScript that Node strips', async () => {
    expect(await node([program('typescript.ts')])).toEqual(FINE);
  });

  test('TypeScript under tsx', async () => {
    const tsx = import.meta.resolve('tsx');
    expect(await node(['--import', tsx, program('typescript.ts')])).toEqual(FINE);
  });

  test('-e, as a script', async () => {
    expect(await node(['-e', text('script.cjs')])).toEqual(FINE);
  });

  test('-e, with require in the thread', async () => {
    const code = `const { Thread } = require('@prac/sync');
      const thread = new Thread({ target: () => console.log(require('node:os').EOL === '\\n' && 'fine') });
      thread.start();`;
    expect(await node(['-e', code])).toEqual(FINE);
  });

  test('programs with preloaded modules: they are in threads, too; nothing else is', async () => {
    const preloads = ['--import', pathToFileURL(program('preloaded.mjs')).href, '--require', program('preloaded.cjs')];
    const { stdout, stderr } = await node([...preloads, program('surroundings.mjs')]);
    expect([JSON.parse(stdout), stderr]).toEqual([[['require', 'import'], [], 'mine'], '']);
  });

  test('tsx, with what Node does not take', async () => {
    const { stdout, stderr } = await node(['--import', import.meta.resolve('tsx'), program('tsx.mts')]);
    expect([stdout, stderr]).toEqual(['Green\n', '']);
  });

  test('-e, as a module', async () => {
    const code = `import { Thread } from '@prac/sync';
      const thread = new Thread({ target: () => console.log('fine') });
      thread.start();`;
    expect(await node(['--input-type=module', '-e', code])).toEqual(FINE);
  });

  test('a plain Worker, which is a main thread of its own', async () => {
    const { stdout, stderr } = await node([program('in-worker.mjs')]);
    expect([stdout, stderr]).toEqual(['fine\n1 MainThread\nfine\n1 MainThread\nexit 0\n', '']);
  });

  test('vitest with the pool threads', async () => {
    const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
    const root = fileURLToPath(new URL('..', import.meta.url));
    const args = ['run', '--root', root, '--pool=threads', 'test/shared-values.test.ts', '-t', 'in all threads'];
    const { stdout } = await node([vitest, ...args], { env: { VITEST: '', FORCE_COLOR: '0', NO_COLOR: '1' } });
    expect(stdout).toMatch(/Tests +2 passed/);
  });
});

describe.concurrent('a bundle runs where nothing is installed', () => {
  test.each([
    ['as a module', {}],
    ['minified', { minify: true }],
  ] satisfies [string, BuildOptions][])('%s', async (name, options) => {
    const file = join(folder(), `${name}.mjs`);
    await bundle(program('bundled.mjs'), file, options);
    expect(await node([file], AWAY)).toEqual(FINE);
  });

  test('with SystemExit in a thread', async () => {
    const file = join(folder(), 'system-exit.mjs');
    await bundle(program('system-exit.ts'), file, { inject: [program('use-bundle.ts')] });
    expect(await node([file], AWAY)).toEqual({ ...FINE, stdout: '1\n' });
  });

  test('as a script', async () => {
    const file = join(folder(), 'script.cjs');
    await bundle(program('bundled.mjs'), file, { format: 'cjs' });
    expect(await node([file], AWAY)).toEqual(FINE);
  });

  test('or says what it needs', async () => {
    const file = join(folder(), 'without.mjs');
    await bundle(program('modules.mjs'), file);
    const { code, stderr } = await node([file], AWAY);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/useAcorn|useBundle/)]);
  });
});

describe.concurrent('threads bear', () => {
  test('options of V8 and of the process, which no worker takes', async () => {
    const options = [
      '--expose-gc',
      '--max-old-space-size=300',
      '--title=x',
      '--stack-trace-limit=20',
      '--trace-uncaught',
    ];
    expect(await node([...options, program('modules.mjs')])).toEqual(FINE);
  });

  test('preloaded modules: they are loaded in each thread', async () => {
    const file = join(folder(), 'preload.cjs');
    writeFileSync(file, 'globalThis.preloaded = (globalThis.preloaded ?? 0) + 1;');
    const code = `const { Thread } = require('@prac/sync');
      const thread = new Thread({ target: () => console.log(globalThis.preloaded) });
      thread.start(); thread.joinSync(); console.log(globalThis.preloaded);`;
    expect((await node(['-r', file, '-e', code])).stdout).toBe('1\n1\n');
  });

  test('a debugger', async () => {
    const { stdout, code } = await node(['--inspect=127.0.0.1:0', program('modules.mjs')]);
    expect([stdout, code]).toEqual(['fine\n', 0]);
  });

  test('few permissions, if workers are among them', async () => {
    const allowed = ['--permission', '--allow-fs-read=*', '--allow-worker', '--allow-inspector'];
    const { stdout, code } = await node([...allowed, program('modules.mjs')]);
    expect([stdout, code]).toEqual(['fine\n', 0]);
  });

  test('not to be allowed: start() says so, and nothing is left', async () => {
    const code = `const { activeCount, Thread } = require('@prac/sync');
      const thread = new Thread({ target: () => Math.max(1, 2) });
      for (let i = 0; i < 2; i++) try { thread.start(); } catch ({ code }) { console.log(code); }
      console.log(thread.isAlive(), activeCount());`;
    const { stdout } = await node(['--permission', '--allow-fs-read=*', '--allow-inspector', '-e', code]);
    expect(stdout).toBe('ERR_ACCESS_DENIED\nERR_ACCESS_DENIED\nfalse 1\n');
  });

  test('code that talks to the parent of a worker', async () => {
    const code = `const { Thread } = require('@prac/sync');
      const target = () => {
        const { parentPort } = process.getBuiltinModule('worker_threads');
        for (const message of [null, 'text', { kind: 'start' }]) parentPort.postMessage(message);
      };
      for (let i = 0; i < 2; i++) { const thread = new Thread({ target }); thread.start(); thread.joinSync(); }
      console.log('fine');`;
    expect(await node(['-e', code])).toEqual(FINE);
  });

  test('arguments: they are those of the program', async () => {
    const code = `const { Thread } = require('@prac/sync');
      const show = () => console.log(process.argv.slice(1).join(), process.cwd());
      const thread = new Thread({ target: show }); thread.start(); thread.joinSync(); show();`;
    const [thread, main] = (await node(['-e', code, 'a', 'b c'])).stdout.split('\n');
    expect([thread, main]).toEqual([expect.stringMatching(/^a,b c /), thread]);
  });
});
