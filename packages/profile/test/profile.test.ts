// Long because each kind of call and of program is a short case of its own.
// What a profiler counts, and when: calls, callers, recursion, functions that wait, errors; with a clock of the test's own.
import { KeyError, ValueError } from '@prac/exceptions';
import { Profile, profile, SortKey, Stats } from '@prac/profile';
import { afterEach, describe, expect, test } from 'vitest';
import { load } from './helpers/instrumented.ts';

/** A clock that the instrumented code moves. */
let seconds = 0;
const timer = (): number => seconds;
(globalThis as { work?: (time: number) => void }).work = (time) => {
  seconds += time;
};

const profilers: Profile[] = [];
afterEach(() => {
  for (const profiler of profilers.splice(0)) profiler.disable();
});

function profiler(): Profile {
  const made = new Profile({ timer });
  profilers.push(made);
  return made;
}

/** By name: calls, primitive calls, own time, cumulative time; callers with the same. */
function numbers(of: Profile): Record<string, unknown> {
  return Object.fromEntries(
    of.getStats().map(({ func, calls, primitiveCalls, tottime, cumtime, callers }) => {
      const ofCallers = Object.fromEntries([...callers.values()].map(({ func, numbers }) => [func[2], numbers]));
      return [func[2], [calls, primitiveCalls, tottime, cumtime, ofCallers]];
    }),
  );
}

describe('calls', () => {
  test('with their callers, own and cumulative time', () => {
    const { a } = load<{ a: () => void }>(`
      function a() { work(1); b(); b(); c(); }
      function b() { work(2); c(); }
      const c = () => work(4);
      return { a };`);
    const of = profiler();
    of.runCall(a);
    expect(numbers(of)).toEqual({
      a: [1, 1, 1, 17, {}],
      b: [2, 2, 4, 12, { a: [2, 2, 4, 12] }],
      c: [3, 3, 12, 12, { a: [1, 1, 4, 4], b: [2, 2, 8, 8] }],
    });
  });

  test('of themselves, directly and not', () => {
    const { down, even } = load<{ down: (n: number) => void; even: (n: number) => void }>(`
      function down(n) { work(1); if (n > 0) down(n - 1); }
      function even(n) { work(1); return n === 0 || odd(n - 1); }
      function odd(n) { work(2); return n !== 0 && even(n - 1); }
      return { down, even };`);
    const of = profiler();
    of.runCall(down, 3);
    of.runCall(even, 3);
    expect(numbers(of)).toEqual({
      down: [4, 1, 4, 4, { down: [3, 1, 3, 3] }],
      even: [2, 1, 2, 6, { odd: [1, 1, 1, 3] }],
      odd: [2, 1, 4, 5, { even: [2, 1, 4, 5] }],
    });
  });

  test('that end with an error', () => {
    const { f, g } = load<{ f: () => void; g: () => void }>(`
      function f() { work(1); throw new Error('f'); }
      function g() { try { f(); } catch { work(2); h(); } finally { work(4); } }
      function h() { work(8); }
      return { f, g };`);
    const of = profiler();
    expect(() => of.runCall(f)).toThrow('f');
    of.runCall(g);
    expect(numbers(of)).toEqual({
      f: [2, 2, 2, 2, { g: [1, 1, 1, 1] }],
      g: [1, 1, 6, 15, {}],
      h: [1, 1, 8, 8, { g: [1, 1, 8, 8] }],
    });
  });

  test('of methods, accessors, constructors, arrows, defaults: by their names', () => {
    const { run } = load<{ run: () => void }>(`
      const run = () => {
        class A { constructor() { this.v = 1; } m() {} #p() {} get g() { return this.#p(); } set g(v) {} static s() {} async a() {} *i() {} ['c' + 1]() {} f = () => {} }
        const a = new A(); a.m(); a.g; a.g = 1; A.s(); a.a(); [...a.i()]; a.c1(); a.f();
        const o = { m() {}, get g() { return 1; }, f: function () {}, n: () => {} };
        o.m(); o.g; o.f(); o.n();
        (function named() {})(); (() => {})(); (function () {})();
        (({ x = () => 1 } = {}) => x())();
        let later; later = () => {}; later();
      };
      return { run };`);
    const of = profiler();
    of.runCall(run);
    expect(of.getStats().map(({ func }) => func[2])).toEqual([
      'run',
      'A.constructor',
      'A.m',
      'A.get g',
      'A.#p',
      'A.set g',
      'A.s',
      'A.a',
      'A.i',
      "A.['c' + 1]",
      'A.f',
      'm',
      'get g',
      'f',
      'n',
      'named',
      '<lambda>',
      '<anonymous>',
      '<lambda>',
      'x',
      'later',
    ]);
  });
});

describe('functions that wait', () => {
  test('are not charged for it, and go on where they were', async () => {
    const { outer } = load<{ outer: (gate: Promise<void>) => Promise<void> }>(`
      async function outer(gate) { work(1); await Promise.all([inner(gate, 2), inner(gate, 4)]); work(8); leaf(); }
      async function inner(gate, time) { work(time); await gate; work(time); leaf(); }
      function leaf() { work(16); }
      return { outer };`);
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const of = profiler();
    const running = of.runCall(outer, gate);
    seconds += 100; // nobody runs
    open();
    await running;
    expect(numbers(of)).toEqual({
      outer: [1, 1, 9, 69, {}],
      inner: [2, 2, 12, 44, { outer: [2, 2, 12, 44] }],
      leaf: [3, 3, 48, 48, { outer: [1, 1, 16, 16], inner: [2, 2, 32, 32] }],
    });
    expect(of.getStats().map(({ func, resumes, walltime }) => [func[2], resumes, walltime])).toEqual([
      ['outer', 1, 169],
      ['inner', 2, 266],
      ['leaf', 0, 0],
    ]);
  });

  test('that are told of an error', async () => {
    const { f } = load<{ f: () => Promise<void> }>(`
      async function f() { try { await g(); } catch { work(1); h(); } finally { work(2); } await i().catch(() => work(32)); }
      async function g() { work(4); await null; throw new Error('g'); }
      function h() { work(8); }
      async function i() { await null; work(16); throw new Error('i'); }
      return { f };`);
    const of = profiler();
    await of.runCall(f);
    expect(numbers(of)).toMatchObject({
      f: [1, 1, 3, 31, {}],
      g: [1, 1, 4, 4, { f: [1, 1, 4, 4] }],
      h: [1, 1, 8, 8, { f: [1, 1, 8, 8] }],
      i: [1, 1, 16, 16, { f: [1, 1, 16, 16] }],
    });
  });

  test('generators: run below whoever asks first, and are left in the middle', () => {
    const { f } = load<{ f: () => void }>(`
      function f() { work(1); for (const x of numbers()) { work(2); if (x === 2) break; } const it = delegate(); it.next(); it.next(); work(1); }
      function* numbers() { try { work(4); yield 1; work(8); yield 2; work(16); } finally { work(32); } }
      function* delegate() { work(64); yield* [0]; yield* numbers(); }
      return { f };`);
    const of = profiler();
    of.runCall(f);
    expect(numbers(of)).toEqual({
      f: [1, 1, 6, 118, {}],
      numbers: [2, 2, 48, 48, { f: [1, 1, 44, 44], delegate: [1, 1, 4, 4] }],
      delegate: [1, 1, 64, 68, { f: [1, 1, 64, 68] }],
    });
  });

  test('generators that go through themselves', async () => {
    const { f, g } = load<{ f: () => number[]; g: () => Promise<number[]> }>(`
      function f() { return [...walk(5)]; }
      function* walk(n) { work(1); if (n === 0) return n; yield n; yield* walk(n - 1); }
      async function g() { const all = []; for await (const n of late(3)) all.push(n); return all; }
      async function* late(n) { work(1); if (n === 0) return; yield n; yield* late(n - 1); }
      return { f, g };`);
    const of = profiler();
    expect([of.runCall(f), await of.runCall(g)]).toEqual([
      [5, 4, 3, 2, 1],
      [3, 2, 1],
    ]);
    expect(numbers(of)).toMatchObject({
      walk: [6, 1, 6, 6, { f: [1, 1, 1, 6], walk: [5, 1, 5, 5] }],
      late: [4, 1, 4, 4, { g: [1, 1, 1, 4], late: [3, 1, 3, 3] }],
    });
  });

  test('a loop that is left waits for its end', async () => {
    const { f, other } = load<{ f: (later: Promise<void>) => Promise<void>; other: () => void }>(`
      async function f(later) { for await (const _ of items(later)) { work(1); break; } work(2); }
      async function* items(later) { try { yield 1; } finally { await later; work(4); } }
      function other() { work(8); }
      return { f, other };`);
    const of = profiler();
    let finish: () => void = () => {};
    const done = of.runCall(f, new Promise((resolve) => (finish = resolve)));
    await new Promise((resolve) => setImmediate(resolve));
    other();
    finish();
    await done;
    expect(numbers(of)).toMatchObject({ f: [1, 1, 3, 7, {}], items: [1, 1, 4, 4, {}], other: [1, 1, 8, 8, {}] });
  });

  test('for await: between its turns nobody is charged', async () => {
    const { f } = load<{ f: (rest: () => Promise<void>) => Promise<void> }>(`
      async function f(rest) { outer: for await (const x of ticks(rest)) { work(1); if (x === 1) continue outer; if (x === 3) break; g(); } work(2);
        for await (const x of [1, Promise.resolve(2)]) g(); if (true) for await (const x of []) {} else g(); }
      async function* ticks(rest) { for (let i = 0; i < 9; i++) { await rest(); work(4); yield i; } }
      function g() { work(8); }
      return { f };`);
    const rest = async (): Promise<void> => {
      await null;
      seconds += 1000;
    };
    const of = profiler();
    await of.runCall(f, rest);
    expect(numbers(of)).toEqual({
      f: [1, 1, 6, 54, {}],
      ticks: [1, 1, 16, 16, { f: [1, 1, 16, 16] }],
      g: [4, 4, 32, 32, { f: [4, 4, 32, 32] }],
    });
  });

  test("two at once do not get each other's calls", async () => {
    const { a, b } = load<{ a: () => Promise<void>; b: () => Promise<void> }>(`
      async function a() { for (let i = 0; i < 5; i++) { leaf(1); await null; } }
      async function b() { for (let i = 0; i < 3; i++) { leaf(2); await null; } }
      function leaf(time) { work(time); }
      return { a, b };`);
    const of = profiler().enable();
    await Promise.all([a(), b()]);
    of.disable();
    expect(numbers(of)).toEqual({
      a: [1, 1, 0, 5, {}],
      b: [1, 1, 0, 6, {}],
      leaf: [8, 8, 11, 11, { a: [5, 5, 5, 5], b: [3, 3, 6, 6] }],
    });
  });
});

describe('enable and disable', () => {
  const { f, g } = load<{ f: (inner?: () => void) => void; g: () => void }>(`
    function f(inner) { work(1); inner?.(); g(); }
    function g() { work(2); }
    return { f, g };`);

  test('in the middle: what was entered before is not counted', () => {
    const of = profiler();
    f(() => of.enable());
    f();
    f(() => of.disable());
    expect(numbers(of)).toEqual({
      f: [2, 2, 2, 4, {}],
      g: [2, 2, 4, 4, { f: [1, 1, 2, 2] }],
    });
  });

  test('go on, and begin anew', () => {
    const of = profiler();
    of.runCall(g);
    g();
    of.runCall(g);
    expect(numbers(of)).toEqual({ g: [2, 2, 4, 4, {}] });
    of.enable();
    g();
    of.clear();
    g();
    of.disable();
    of.disable();
    expect(numbers(of)).toEqual({ g: [1, 1, 2, 2, {}] });
  });

  test('a frame of one profiler means nothing to the next', async () => {
    const { wait } = load<{ wait: (gate: Promise<void>) => Promise<void> }>(`
      async function wait(gate) { await gate; work(1); }
      return { wait };`);
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const first = profiler().enable();
    const waiting = wait(gate);
    first.disable();
    const second = profiler().enable();
    g();
    open();
    await waiting;
    g();
    second.disable();
    expect(numbers(second)).toEqual({ g: [2, 2, 4, 4, {}] });
  });

  test('using, in a block', () => {
    const of = profiler();
    {
      using _profiling = of.enable();
      g();
    }
    g();
    expect([numbers(of), Profile.isActive]).toEqual([{ g: [1, 1, 2, 2, {}] }, false]);
  });

  test('one profiler at a time', () => {
    const of = profiler().enable();
    expect(() => new Profile().enable()).toThrow(new ValueError('Another profiling tool is already active'));
    expect(of.enable()).toBe(of);
  });

  test('what is wrong is said', () => {
    expect(() => new Profile({ timer: 1 as never })).toThrow(new TypeError('Expected timer to be a function, got 1'));
    expect(() => new Profile({ timeunit: -1 })).toThrow(TypeError);
    expect(() => new Profile({ speed: 1 } as never)).toThrow(/^Unknown option 'speed'/);
    expect(() => new Profile().runCall(1 as never)).toThrow(TypeError);
    expect(() => new Profile().printStats()).toThrow(TypeError); // nothing was profiled
  });
});

describe('what becomes of it', () => {
  const { f } = load<{ f: () => number }>('function f() { work(0.25); return 7; } return { f };', '/src/sample.js');

  function printed(print: (stream: { write(part: string): void }) => unknown): string {
    const parts: string[] = [];
    print({ write: (part) => void parts.push(part) });
    return parts.join('');
  }

  test('a table', () => {
    const of = profiler();
    of.runCall(f);
    expect(printed((stream) => of.printStats([SortKey.TIME, SortKey.NAME], stream))).toBe(
      `         1 function calls in 0.250 seconds

   Ordered by: internal time, function name

   ncalls  tottime  percall  cumtime  percall filename:lineno(function)
        1    0.250    0.250    0.250    0.250 sample.js:1(f)


`,
    );
    expect(() => of.printStats('speed')).toThrow(KeyError);
  });

  test('Stats', () => {
    const of = profiler();
    of.runCall(f);
    expect(new Stats(of).stats.size).toBe(1);
  });

  test('a clock of another unit', () => {
    const of = new Profile({ timer, timeunit: 0.001 });
    of.runCall(f);
    expect(of.getStats()[0]!.tottime).toBeCloseTo(0.00025, 9);
  });

  test('profile(): a function that prints its table', async () => {
    let text = printed((stream) => expect(profile(f, { timer, stream })()).toBe(7));
    expect(text).toContain('0.250    0.250 sample.js:1(f)');
    const later = async (): Promise<number> => f();
    const parts: string[] = [];
    const profiled = profile(later, { timer, sort: 'time', stream: { write: (part) => parts.push(part) } });
    expect([profiled.name, profiled.length, await profiled()]).toEqual(['later', 0, 7]);
    expect(parts.join('')).toContain('Ordered by: internal time');
    const fails = profile(
      () => {
        f();
        throw new Error('no');
      },
      { timer, stream: { write: (part) => parts.push(part) } },
    );
    parts.length = 0;
    expect(fails).toThrow('no');
    expect(parts.join('')).toContain('sample.js:1(f)');
    text = printed((stream) => profiler().runCall(() => profile(f, { timer, stream })()));
    expect(text).toBe(''); // another one is active
    expect(() => profile(1 as never)).toThrow(TypeError);
    expect(() => profile(f, { timer: 1 as never })).toThrow(TypeError);
  });

  test('@profile: a method', () => {
    const parts: string[] = [];
    const stream = { write: (part: string): void => void parts.push(part) };
    const decorate = profile({ timer, stream });
    const methods = { twice: (n: number): number => n * f() };
    const twice = decorate(methods.twice, { kind: 'method', addInitializer() {} } as never);
    expect(twice.call(methods as never, 2)).toBe(14);
    expect(parts.join('')).toContain('sample.js:1(f)');
  });
});

test('waits are printed: how often functions went on, and how long it took; added up, and without folders', async () => {
  const { f, g, plain } = load<{ f: (n: number) => Promise<void>; g: () => Iterable<number>; plain: () => void }>(
    `async function f(n) { for (let i = 0; i < n; i++) { await null; work(1); } }
function* g() { work(0.5); yield 1; yield 2; }
function plain() { work(4); }
return { f, g, plain };`,
    '/folder/waits.js',
  );
  const printed = (...profiles: Profile[]): string => {
    let text = '';
    const stats = new Stats(...profiles, { stream: { write: (part: string) => (text += part) } });
    stats.stripDirs().sortStats('name').printWaits();
    return text;
  };
  const [first, second, third] = [profiler(), profiler(), profiler()];
  await first.runCall(f, 3);
  first.runCall(() => [...g()]);
  first.runCall(plain);
  await second.runCall(f, 1);
  third.runCall(plain);
  expect(printed(first, second)).toBe(`   Ordered by: function name

   ncalls  resumes walltime  percall filename:lineno(function)
        2        4    4.000    2.000 waits.js:1(f)
        1        2    0.500    0.500 waits.js:2(g)


`);
  expect(printed(third)).toBe('');
});
