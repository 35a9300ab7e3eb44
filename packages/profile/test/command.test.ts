// Long because each kind of call and of program is a short case of its own.
// prac-profile, and the hook: whole programs, as they are run.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type FunctionStats, Stats } from '@prac/profile';
import { hasPython } from '@prac/testing';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from './helpers/profiles.ts';

const COMMAND = fileURLToPath(new URL('../src/bin/prac-profile.ts', import.meta.url));
const REGISTER = new URL('../src/register.ts', import.meta.url).href;
const folder = temporaryFolder();

function write(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

function run(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...args], { encoding: 'utf8', cwd: folder });
  return { status, stdout, stderr };
}

/** Calls and primitive calls, and those by each caller, of functions by name. */
function counts(stats: Iterable<FunctionStats>): Record<string, unknown> {
  return Object.fromEntries(
    [...stats].map(({ func, calls, primitiveCalls, callers }) => {
      const ofCallers = [...callers.values()].map(({ func, numbers }) => [
        func[2],
        (numbers as readonly number[]).slice(0, 2),
      ]);
      return [func[2], [calls, primitiveCalls, Object.fromEntries(ofCallers)]];
    }),
  );
}

const PROGRAM = `
function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
function even(n) { return n === 0 || odd(n - 1); }
function odd(n) { return n !== 0 && even(n - 1); }
function ack(m, n) { return m === 0 ? n + 1 : n === 0 ? ack(m - 1, 1) : ack(m - 1, ack(m, n - 1)); }
function fails(n) { if (n === 0) throw new Error('no'); fails(n - 1); }
function caught(n) { try { fails(n); } catch { return helper(); } }
function helper() { return fib(5); }
function main() { fib(10); even(9); ack(2, 3); caught(4); helper(); }
main();
`;

const PYTHON = `
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
def even(n): return n == 0 or odd(n - 1)
def odd(n): return n != 0 and even(n - 1)
def ack(m, n): return n + 1 if m == 0 else ack(m - 1, 1) if n == 0 else ack(m - 1, ack(m, n - 1))
def fails(n):
    if n == 0: raise ValueError('no')
    fails(n - 1)
def caught(n):
    try: fails(n)
    except ValueError: return helper()
def helper(): return fib(5)
def main(): fib(10); even(9); ack(2, 3); caught(4); helper()
main()
`;

test.skipIf(!hasPython())('counts, primitive counts and callers are those of cProfile', () => {
  const theirs = join(folder, 'theirs.prof');
  spawnSync('python3', ['-m', 'cProfile', '-o', theirs, write('program.py', PYTHON)]);
  const ours = join(folder, 'ours.prof');
  expect(run('-o', ours, write('program.mjs', PROGRAM))).toEqual({ status: 0, stdout: '', stderr: '' });
  const own = counts(new Stats(theirs).stats.values());
  const names = ['fib', 'even', 'odd', 'ack', 'fails', 'caught', 'helper', 'main', '<module>'];
  const found = counts(new Stats(ours).stats.values());
  for (const name of names.slice(0, -1)) expect([name, found[name]]).toEqual([name, own[name]]);
  expect(Object.keys(found).sort()).toEqual([...names].sort());
});

describe('prac-profile', () => {
  test('prints the table when the program has ended', () => {
    const { stdout, status } = run('-s', 'calls', write('a.mjs', 'function f() {}\nf(); f(); console.log("done");'));
    expect([status, stdout]).toEqual([
      0,
      expect.stringMatching(
        /^done\n {9}3 function calls in 0\.\d{3} seconds\n\n {3}Ordered by: call count\n\n {3}ncalls .*\n {8}2 .* a\.mjs:1\(f\)\n {8}1 .* a\.mjs:1\(<module>\)\n\n\n$/,
      ),
    ]);
  });

  test('TypeScript, CommonJS, what they import; not what is in node_modules', () => {
    write('lib/b.ts', 'export function typed(n: number): number {\n  return n;\n}\n');
    write('lib/c.cjs', "'use strict'\nexports.common = () => 1;\nreturn;\n");
    write('node_modules/d/index.js', 'exports.d = () => 1;');
    const main = write(
      'main.ts',
      `import { typed } from './lib/b.ts';
import c from './lib/c.cjs';
import { d } from 'd';
enumerate<number>(2);
function enumerate<T>(n: T): void { typed(n as number); c.common(); d(); void import('./lib/e.mjs'); }`,
    );
    write('lib/e.mjs', 'export const later = (() => 1)();');
    const file = join(folder, 'types.prof');
    expect(run('-o', file, main)).toEqual({ status: 0, stdout: '', stderr: '' });
    const lines = [...new Stats(file).stripDirs().stats.values()].map(({ func }) => func.join(':')).sort();
    expect(lines).toEqual([
      'b.ts:1:<module>',
      'b.ts:1:typed',
      'c.cjs:1:<module>',
      'c.cjs:2:exports.common',
      'e.mjs:1:<lambda>',
      'e.mjs:1:<module>',
      'main.ts:1:<module>',
      'main.ts:5:enumerate',
    ]);
  });

  test('a program that fails: its exit code and its profile', () => {
    const file = join(folder, 'fails.prof');
    const { status, stderr } = run('-o', file, write('fails.mjs', 'function f() { throw new Error("oh"); }\nf();'));
    expect([status, stderr]).toEqual([1, expect.stringContaining('Error: oh')]);
    expect(new Stats(file).totalCalls).toBe(2);
    const exits = run('-s', 'time', write('exits.mjs', 'const f = () => process.exit(3); f();'));
    expect([exits.status, exits.stdout]).toEqual([3, expect.stringContaining('exits.mjs:1(f)')]);
    const dies = run(write('dies.mjs', 'process.kill(process.pid, "SIGTERM"); setTimeout(() => {}, 1e5);'));
    expect(dies.status).toBe(143);
  });

  test('functions that wait have a table of their own', () => {
    const { stdout } = run('-s', 'name', write('late.mjs', 'async function f() { await 1; await 2; }\nawait f();'));
    expect(stdout).toMatch(
      /\n {3}ncalls {2}resumes walltime {2}percall .*\n {8}1 +1 .* late\.mjs:1\(<module>\)\n {8}1 +2 .* late\.mjs:1\(f\)\n/,
    );
  });

  test('empty files, and files of directives only', () => {
    for (const [name, text] of [
      ['empty.mjs', ''],
      ['empty.cjs', ''],
      ['strict.cjs', "'use strict'"],
      ['hash.mjs', '#!/usr/bin/env node'],
      ['comment.mjs', '// nothing'],
    ] as const)
      expect([name, run('-s', '-1', write(name, text)).status]).toEqual([name, 0]);
  });

  test('errors at the top level: whoever goes on is where it belongs', () => {
    write('bad.mjs', 'throw new Error("bad");');
    const file = join(folder, 'goes-on.prof');
    const program = write(
      'goes-on.mjs',
      `try { await import('./bad.mjs'); } catch {}
try { await Promise.reject(1); } catch {}
function f() {}
f();
setTimeout(function later() { f(); }, 20);`,
    );
    expect(run('-o', file, program)).toEqual({ status: 0, stdout: '', stderr: '' });
    const stats = new Stats(file);
    const of = counts([...stats.stats.values()].filter(({ func }) => func[2] !== '<module>'));
    expect(of).toEqual({ f: [2, 2, { '<module>': [1, 1], later: [1, 1] }], later: [1, 1, {}] });
    expect(stats.totalTt).toBeLessThan(0.015); // the timer is nobody's
  });

  test('names that Node finds in the text of CommonJS modules, re-exported by compilers', () => {
    write('leaf.cjs', 'exports.foo = () => 1;');
    write(
      're-exports.cjs',
      `Object.defineProperty(exports, "__esModule", { value: true }); var m = require("./leaf.cjs");
Object.defineProperty(exports, "foo", { enumerable: true, get: function () { return m.foo; } });`,
    );
    write('whole.cjs', 'module.exports = require("./leaf.cjs");');
    const program = write(
      'named.mjs',
      "import { foo } from './re-exports.cjs';\nimport { foo as other } from './whole.cjs';\nconsole.log(foo() + other());",
    );
    for (const options of [[], ['--builtins']])
      expect(run(...options, '-o', join(folder, 'named.prof'), program)).toEqual({
        status: 0,
        stdout: '2\n',
        stderr: '',
      });
  });

  test('a function whose text is run elsewhere', () => {
    const program = write(
      'text.mjs',
      'function add(a) { return a + 1; }\nconsole.log(new Function("x", "return (" + add + ")(x)")(1));',
    );
    expect(run('-o', join(folder, 'text.prof'), program)).toEqual({ status: 0, stdout: '2\n', stderr: '' });
  });

  test('a program that ends by a signal: its profile, too', () => {
    const file = join(folder, 'signal.prof');
    const program = write(
      'signal.mjs',
      'function f() {}\nf();\nprocess.kill(process.pid, "SIGINT");\nsetTimeout(() => {}, 1e5);',
    );
    expect(run('-o', file, program)).toEqual({ status: 130, stdout: '', stderr: '' });
    expect(new Stats(file).totalCalls).toBe(2);
    const handles = write(
      'handles.mjs',
      'process.on("SIGTERM", () => process.exit(5));\nprocess.kill(process.pid, "SIGTERM");\nsetTimeout(() => {}, 1e5);',
    );
    expect(run('-o', file, handles).status).toBe(5);
  });

  test('a file that cannot be written is said before the program runs; a profile of nothing is said', () => {
    const program = write('writes.mjs', 'console.log("ran");');
    for (const options of [
      ['-o', join(folder, 'none', 'x.prof')],
      ['--flamegraph', join(folder, 'none', 'x.html')],
    ])
      expect(run(...options, program)).toEqual({
        status: 2,
        stdout: '',
        stderr: expect.stringMatching(/^prac-profile: cannot write /),
      });
    const silent = write('silent.mjs', 'process.removeAllListeners("exit");');
    expect(run(silent)).toEqual({ status: 0, stdout: '', stderr: 'prac-profile: nothing was recorded\n' });
  });

  test('waits are not charged', () => {
    const file = join(folder, 'waits.prof');
    run(
      '-o',
      file,
      write(
        'waits.mjs',
        'const nap = (ms) => new Promise((r) => setTimeout(r, ms));\nawait nap(300);\nasync function f() { await nap(300); }\nawait f();',
      ),
    );
    expect(new Stats(file).totalTt).toBeLessThan(0.2);
  });

  test('arguments are those of the program; options end where it begins', () => {
    const echo = write('echo.mjs', 'console.log(JSON.stringify(process.argv.slice(2)), import.meta.main ?? true);');
    const { stdout } = run('-o', join(folder, 'echo.prof'), echo, '-s', 'x', '--', '-o');
    expect(stdout).toBe('["-s","x","--","-o"] true\n');
  });

  test('what is wrong is said', () => {
    for (const [args, message] of [
      [[], 'a script is missing'],
      [['-s', 'speed', 'x.mjs'], 'no such key: speed'],
      [['--speed', 'x.mjs'], "Unknown option '--speed'"],
      [['-o'], "Option '-o, --outfile <value>' argument missing"],
    ] as const) {
      const { status, stderr, stdout } = run(...args);
      expect([status, stdout, stderr]).toEqual([2, '', expect.stringContaining(`prac-profile: ${message}`)]);
    }
    expect(run('--help')).toEqual({ status: 0, stdout: expect.stringMatching(/^Usage: prac-profile/), stderr: '' });
    expect(run(join(folder, 'nothing.mjs')).status).toBe(1);
  });
});

describe('node --import @prac/profile/register', () => {
  test('a program that profiles parts of itself', () => {
    const index = new URL('../src/index.ts', import.meta.url).href;
    const program = write(
      'self.mjs',
      `import { Profile } from '${index}';
function work() { inner(); }
function inner() {}
work();
const profile = new Profile();
profile.runCall(work);
await profile.runCall(async () => { work(); await null; work(); });
console.log(JSON.stringify(profile.getStats().map(({ func, calls }) => [func[2], calls])));`,
    );
    const { stdout, stderr } = spawnSync(process.execPath, ['--import', REGISTER, program], { encoding: 'utf8' });
    expect([stdout, stderr]).toEqual(['[["work",3],["inner",3],["<lambda>",1]]\n', '']);
  });

  test('functions still travel as they were written', () => {
    const pickle = new URL('../../pickle/src/index.ts', import.meta.url).href;
    const program = write(
      'travels.mjs',
      `import { dumps, loadsSync, toMessage } from '${pickle}';
import { Profile } from '${new URL('../src/profile.ts', import.meta.url).href}';
const k = 2;
const double = (n) => n * k; const other = async function named(n) { return await n; };
const text = (fn) => JSON.parse(JSON.stringify(toMessage(fn).message)).graph.nodes[0].x;
const arrived = loadsSync(dumps(double));
console.log(text(double), '|', text(arrived), '|', arrived(4), text(loadsSync(dumps(arrived))), '|', text(other));
const profiler = new Profile();
profiler.runCall(() => [1, 2, 3].map(arrived));
console.log(JSON.stringify(profiler.getStats().map(({ func, calls }) => [func[1], func[2], calls])));`,
    );
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', REGISTER, '--conditions=@prac/source', program],
      { encoding: 'utf8' },
    );
    expect([stdout, stderr]).toEqual([
      '(n) => n * k | (n) => n * k | 8 (n) => n * k | async function named(n) { return await n; }\n[[9,"<lambda>",1],[4,"double",3]]\n',
      '',
    ]);
  });
});

test('what is imported by its name is a package, also where it is a link; the program itself is not', () => {
  write('linked/package.json', '{"name": "linked", "type": "module", "exports": "./index.js"}');
  write('linked/index.js', "import { part } from './part.js';\nexport const whole = () => part();");
  write('linked/part.js', 'export const part = () => 1;');
  write(
    'own/package.json',
    '{"name": "own", "type": "module", "imports": {"#self": "./main.js"}, "exports": "./self.js"}',
  );
  write('own/self.js', 'export const self = () => 1;');
  mkdirSync(join(folder, 'own/node_modules'), { recursive: true });
  symlinkSync(join(folder, 'linked'), join(folder, 'own/node_modules/linked'));
  const main = write('own/main.js', "import { whole } from 'linked';\nimport { self } from 'own';\nwhole(); self();");
  const file = join(folder, 'linked.prof');
  expect(run('-o', file, main)).toEqual({ status: 0, stdout: '', stderr: '' });
  const names = [...new Stats(file).stripDirs().stats.values()].map(({ func }) => `${func[0]} ${func[2]}`).sort();
  expect(names).toEqual(['main.js <module>', 'self.js <module>', 'self.js self']);
});

test('threads and processes of the program are in the report, if they are wanted', () => {
  write('shared.mjs', 'export function square(n) { return n * n; }');
  write(
    'child.mjs',
    "import { square } from './shared.mjs';\nfor (let i = 0; i < 3; i++) square(i);\nprocess.exit(4);",
  );
  write(
    'worker.mjs',
    "import { square } from './shared.mjs';\nfunction inWorker() { for (let i = 0; i < 1500; i++) square(i); }\ninWorker();",
  );
  const program = write(
    'parent.mjs',
    `import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { square } from './shared.mjs';
square(2);
await once(new Worker(new URL('./worker.mjs', import.meta.url)), 'exit');
const file = new URL('./child.mjs', import.meta.url).pathname;
const [code] = await once(fork(file), 'exit');
console.log(code, spawnSync(process.execPath, [file]).status);`,
  );
  const callsWith = (...options: string[]): Record<string, unknown> => {
    const file = join(folder, 'all.json');
    const { stdout, stderr } = run(...options, '-f', 'json', '-o', file, program);
    expect([stdout, stderr]).toEqual(['4 4\n', '']);
    const rows = JSON.parse(readFileSync(file, 'utf8')) as { name: string; calls: number }[];
    return Object.fromEntries(rows.filter(({ name }) => name !== '<module>').map(({ name, calls }) => [name, calls]));
  };
  expect(callsWith()).toEqual({ square: 1 });
  expect(callsWith('--threads')).toEqual({ square: 1501, inWorker: 1 });
  expect(callsWith('--subprocesses')).toEqual({ square: 7 });
  expect(callsWith('--threads', '--subprocesses', '--mode', 'deterministic')).toEqual({ square: 1507, inWorker: 1 });
});

test('calls of built-in functions are in the report, if they are wanted, with their callers', () => {
  const program = write(
    'builtins.mjs',
    `function f(list) { list.sort((a, b) => compare(a, b)); return Math.max(...list) + parseInt('7') + [1].at(0); }
function compare(a, b) { return Math.sign(a - b); }
f([2, 1]); f([5]); new Map().set(1, 2);
const { max } = Math; max(1, 2); [].concat.call([1], 2);`,
  );
  const callsWith = (...options: string[]): Record<string, unknown> => {
    const file = join(folder, 'builtins.prof');
    expect(run(...options, '-o', file, program)).toEqual({ status: 0, stdout: '', stderr: '' });
    return counts([...new Stats(file).stats.values()].filter(({ func }) => func[2] !== '<module>'));
  };
  const own = {
    f: [2, 2, { '<module>': [2, 2] }],
    '<lambda>': [1, 1, { f: [1, 1] }],
    compare: [1, 1, { '<lambda>': [1, 1] }],
  };
  expect(callsWith()).toEqual(own);
  expect(callsWith('--builtins')).toEqual({
    ...own,
    '<lambda>': [1, 1, { "<method 'sort' of 'Array' objects>": [1, 1] }],
    "<method 'sort' of 'Array' objects>": [2, 2, { f: [2, 2] }],
    '<built-in method Math.max>': [2, 2, { f: [2, 2] }],
    '<built-in method max>': [1, 1, { '<module>': [1, 1] }],
    '<built-in method Math.sign>': [1, 1, { compare: [1, 1] }],
    '<built-in method parseInt>': [2, 2, { f: [2, 2] }],
    "<method 'at' of 'Array' objects>": [2, 2, { f: [2, 2] }],
    "<method 'set' of 'Map' objects>": [1, 1, { '<module>': [1, 1] }],
    '<built-in method concat.call>': [1, 1, { '<module>': [1, 1] }],
  });
  expect(run('--builtins', '-s', 'calls', program).stdout).toContain("{method 'sort' of 'Array' objects}");
});

test('threads and processes of the program are left alone', () => {
  const program = write(
    'starts.mjs',
    `import { fork } from 'node:child_process';
import { once } from 'node:events';
import { isMainThread, Worker } from 'node:worker_threads';
const text = String(function f() {});
if (process.send !== undefined) process.send(text);
else if (!isMainThread) console.log('thread', text);
else {
  await once(new Worker(new URL(import.meta.url)), 'exit');
  const [sent] = await once(fork(process.argv[1]), 'message');
  console.log('process', sent);
}`,
  );
  const { stdout, stderr } = run('-o', join(folder, 'starts.prof'), program);
  expect([stdout, stderr]).toEqual(['thread function f() {}\nprocess function f() {}\n', '']);
});
