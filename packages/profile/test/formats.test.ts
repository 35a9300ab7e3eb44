// Profiles for other tools, run() and runctx().
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { ValueError } from '@prac/exceptions';
import { Profile, run, runctx, Stats } from '@prac/profile';
import { Profile as PprofProfile } from 'pprof-format';
import { describe, expect, test } from 'vitest';
import { load } from './helpers/instrumented.ts';
import { temporaryFolder } from './helpers/profiles.ts';

const folder = temporaryFolder();
let seconds = 0;
(globalThis as { work?: (time: number) => void }).work = (time) => {
  seconds += time;
};

function example(): Profile {
  const { a } = load<{ a: () => void }>(
    `function a() { work(1); b(); b(); }
function b() { work(2); c(1); }
const c = (n) => { work(0.5); if (n) c(n - 1); };
return { a };`,
    '/src/x.js',
  );
  const profiler = new Profile({ timer: () => seconds });
  profiler.runCall(a);
  return profiler;
}

describe('a profile for', () => {
  test('flame graphs: a line for each stack', () => {
    expect(example().export('collapsed').split('\n').sort()).toEqual([
      '',
      '/src/x.js:1(a) 1000000',
      '/src/x.js:1(a);/src/x.js:2(b) 4000000',
      '/src/x.js:1(a);/src/x.js:2(b);/src/x.js:3(c) 1000000',
      '/src/x.js:1(a);/src/x.js:2(b);/src/x.js:3(c);/src/x.js:3(c) 1000000',
    ]);
  });

  test('speedscope', () => {
    const { shared, profiles } = JSON.parse(example().export('speedscope'));
    expect(shared.frames).toEqual([
      { name: 'a', file: '/src/x.js', line: 1 },
      { name: 'b', file: '/src/x.js', line: 2 },
      { name: 'c', file: '/src/x.js', line: 3 },
    ]);
    expect(profiles).toMatchObject([
      {
        type: 'sampled',
        unit: 'seconds',
        endValue: 7,
        samples: [[0], [0, 1], [0, 1, 2], [0, 1, 2, 2]],
        weights: [1, 4, 1, 1],
      },
    ]);
  });

  test('Chrome', () => {
    const { nodes, samples, timeDeltas, endTime } = JSON.parse(example().export('cpuprofile'));
    expect(nodes.map(({ id, children }: { id: number; children: number[] }) => [id, children])).toEqual([
      [1, [2]],
      [2, [3]],
      [3, [4]],
      [4, [5]],
      [5, []],
    ]);
    expect(nodes[2].callFrame).toEqual({
      functionName: 'b',
      scriptId: '0',
      url: '/src/x.js',
      lineNumber: 1,
      columnNumber: 0,
    });
    expect([samples, timeDeltas, endTime]).toEqual([[2, 3, 4, 5], [1e6, 4e6, 1e6, 1e6], 7e6]);
  });

  test('KCachegrind', () => {
    expect(example().export('callgrind')).toBe(`# callgrind format
version: 1
creator: @prac/profile
events: Microseconds

fl=/src/x.js
fn=a
1 1000000
cfi=/src/x.js
cfn=b
calls=2 2
1 6000000

fl=/src/x.js
fn=b
2 4000000
cfi=/src/x.js
cfn=c
calls=2 3
2 2000000

fl=/src/x.js
fn=c
3 2000000
cfi=/src/x.js
cfn=c
calls=2 3
3 1000000
`);
  });

  test('programs', () => {
    const rows = JSON.parse(example().export('json'));
    expect(rows[2]).toEqual({
      file: '/src/x.js',
      line: 3,
      name: 'c',
      calls: 4,
      primitiveCalls: 2,
      tottime: 2,
      cumtime: 2,
      resumes: 0,
      walltime: 0,
      callers: [
        { file: '/src/x.js', line: 2, name: 'b', numbers: [2, 2, 1, 2] },
        { file: '/src/x.js', line: 3, name: 'c', numbers: [2, 2, 1, 1] },
      ],
    });
  });

  test('pprof: calls and time of each stack', () => {
    const {
      sample,
      sampleType,
      location,
      function: functions,
      stringTable,
    } = PprofProfile.decode(gunzipSync(example().export('pprof')));
    const text = (at: number | bigint): string => stringTable.strings[Number(at)]!;
    const names = new Map(
      functions.map(({ id, name, filename, startLine }) => [id, `${text(filename)}:${startLine}(${text(name)})`]),
    );
    const places = new Map(location.map(({ id, line }) => [id, names.get(line[0]!.functionId)]));
    expect(sampleType.map(({ type, unit }) => [text(type), text(unit)])).toEqual([
      ['calls', 'count'],
      ['time', 'nanoseconds'],
    ]);
    const [a, b, c] = ['/src/x.js:1(a)', '/src/x.js:2(b)', '/src/x.js:3(c)'];
    expect(
      sample.map(({ locationId, value }) => [...locationId.map((id) => places.get(id)), ...value.map(Number)]),
    ).toEqual([
      [a, 1, 1e9],
      [b, a, 2, 4e9],
      [c, b, a, 2, 1e9],
      [c, c, b, a, 2, 1e9],
    ]);
  });

  test('nobody', () => {
    expect(() => example().export('svg' as never)).toThrow(
      new ValueError(
        "no such format: 'svg'; there are collapsed, speedscope, cpuprofile, callgrind, flamegraph, pprof, json",
      ),
    );
  });

  test('prac-profile --format', () => {
    const command = new URL('../src/bin/prac-profile.ts', import.meta.url).pathname;
    const program = new URL('fixtures/called.mjs', import.meta.url).pathname;
    const file = join(folder, 'called.json');
    const prac = (...args: string[]) => spawnSync(process.execPath, [command, ...args], { encoding: 'utf8' });
    expect(prac('-f', 'json', '-o', file, program)).toMatchObject({ status: 0, stdout: '', stderr: '' });
    const calls = JSON.parse(readFileSync(file, 'utf8')).map(({ name, calls }: { name: string; calls: number }) => [
      name,
      calls,
    ]);
    expect(calls).toEqual([
      ['<module>', 1],
      ['called', 3],
    ]);
    expect(prac('-f', 'collapsed', program).stdout).toMatch(
      /called\.mjs:1\(<module>\);.*called\.mjs:2\(called\) \d+\n/,
    );
    expect(prac('-f', 'svg', program)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('no such format: svg'),
    });
  });
});

describe('run', () => {
  const parts: string[] = [];
  const stream = { write: (part: string): number => parts.push(part) };
  const printed = (): string => parts.splice(0).join('');

  test('a text', () => {
    expect(run('function f(n) { return n ? f(n - 1) : 7; }\nf(3);', { sort: 'name', stream })).toBe(7);
    expect(printed()).toMatch(/ {6}4\/1 .* <string>:1\(f\)\n/);
  });

  test('a function, which may wait', async () => {
    const { f } = load<{ f: () => Promise<number> }>('async function f() { await null; return 1; } return { f };');
    expect(await run(f, { stream })).toBe(1);
    expect(printed()).toContain('sample.js:1(f)');
  });

  test('what fails is told of, too', () => {
    expect(() => run('function f() { throw new Error("oh"); }\nf();', { stream })).toThrow('oh');
    expect(printed()).toContain('<string>:1(f)');
  });

  test('into a file', () => {
    const filename = join(folder, 'run.prof');
    run('(() => 1)();', { filename });
    expect([...new Stats(filename).stats.values()].map(({ func }) => func[2])).toEqual(['<module>', '<lambda>']);
  });

  test('with globals of its own', () => {
    const globals = { n: 2, result: 0 };
    expect(runctx('const f = (x) => x * n;\nresult = f(21);', globals, { stream })).toBe(42);
    expect([globals.result, printed()]).toEqual([42, expect.stringContaining('<string>:1(f)')]);
  });

  test('what is wrong is said', () => {
    expect(() => run('function (', { stream })).toThrow(SyntaxError);
    expect(() => run(1 as never)).toThrow(TypeError);
    expect(() => run(() => 1, { speed: 1 } as never)).toThrow(/^Unknown option 'speed'/);
    expect(() => runctx('1', null as never)).toThrow(TypeError);
    expect(Profile.isActive).toBe(false);
  });
});
