// Instrumented code does what it did: samples of all syntax, and real programs.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { instrument } from '../src/internal/instrument.ts';
import { temporaryFolder } from './helpers/profiles.ts';

const REGISTER = new URL('../src/register.ts', import.meta.url).href;
const folder = temporaryFolder();

/** Bodies of async functions, which give what is compared. */
const SAMPLES: readonly string[] = [
  // Functions.
  'function f() {} return [f(), f.length, f.name];',
  'const f = (a, b = 1, ...c) => [a, b, c]; return [f(1), f(1, 2, 3), f.length, f.name];',
  'return (() => ({ a: 1 }))();',
  'return (() => (1, 2))();',
  'const f = x => y => z => x + y + z; return f(1)(2)(3);',
  'const f = a /* => */ => /* => */ a /* => */ ; return f(1);',
  'const f = async a => await a; return f(Promise.resolve(1));',
  'const f = async () => { return await 1 + await 2 }; return f();',
  '"use strict"; return (function () { return this; })() === undefined;',
  'return (function () { "use strict"; return this; })() === undefined;',
  "return (function () { 'use strict'\n return this; })() === undefined;",
  'function f(a) { arguments[0] = 2; return [a, arguments.length]; } return f(1, 2);',
  'function f() { return new.target !== undefined; } return [f(), new f() instanceof f];',
  'function f() { var a; function a() {} return typeof a; } return f();',
  'function f() { function a() { return 1; } function a() { return 2; } return a(); } return f();',
  'function f(a) { function a() {} return typeof a; } return f(1);',
  'function f() { return g(); function g() { return 1; } } return f();',
  'function f() { if (true) { function g() { return 1; } } return g(); } return f();',
  'function f(a = () => b, b = 2) { var b = 3; return [a(), b]; } return f();',
  'const o = { "a b"() { return 1; }, 3() { return 2; }, [`c`]: () => 3, async d() { return 4; }, *e() { yield 5; } }; return [o["a b"](), o[3](), o.c(), await o.d(), ...o.e()];',
  'const f = function g(n) { return n ? g(n - 1) : typeof g; }; return f(2);',
  'let x = 0; const f = () => void x++; f(); return x;',
  'const f = () => { }; return f();',
  'return [1, 2].map(x => { return { x } }).map(({ x }) => x);',
  'return ((a, b) => a in b)("x", { x: 1 });',
  'label: { (() => 1)(); break label; } return 1;',
  // Errors.
  'const f = () => { throw new Error("a"); }; try { f(); } catch ({ message }) { return message; }',
  'function f() { try { return 1; } finally { return 2; } } return f();',
  'function f() { for (;;) { try { break; } finally { } } return 3; } return f();',
  'async function f() { try { await Promise.reject(new Error("b")); } catch { return 1; } finally { await 2; } } return f();',
  'async function f() { throw new Error("c"); } return f().catch((e) => e.message);',
  'function f() { try { throw 1 } catch { } return 2 } return f();',
  // Classes.
  'class A { constructor(x) { this.x = x; } get y() { return this.x; } set y(v) { this.x = v; } static s() { return new this(1); } } const a = A.s(); a.y = 2; return [a.y, A.name];',
  'class A { m() { return 1; } } class B extends A { constructor() { super(); this.v = super.m(); } m() { return super.m() + 1; } } const b = new B(); return [b.v, b.m()];',
  'class A { #p = 1; #m() { return this.#p; } get #g() { return this.#m(); } static #s = 2; static t() { return A.#s; } r() { return this.#g; } } return [new A().r(), A.t()];',
  'class A { x = () => this; static { this.y = (() => 3)(); } } const a = new A(); return [a.x() === a, A.y];',
  'class A extends (() => Object)() { [(() => "k")()]() { return 1; } } return new A().k();',
  'class A { async *i() { yield 1; yield await 2; } } const out = []; for await (const x of new A().i()) out.push(x); return out;',
  'const o = { __proto__: { m() { return 1; } }, m() { return super.m() + 1; } }; return o.m();',
  // Generators.
  'function* g() { const a = yield 1; const b = yield a; return b; } const i = g(); return [i.next(), i.next(2), i.next(3), i.next()];',
  'function* g() { try { yield 1; } finally { yield 2; } } const i = g(); return [i.next(), i.return(5), i.next()];',
  'function* g() { try { yield 1; } catch (e) { yield e; } } const i = g(); i.next(); return [i.throw(7), i.next()];',
  'function* g() { yield* [1, 2]; const r = yield* h(); return r; } function* h() { yield 3; return 4; } return [[...g()], (() => { const i = g(); i.next(); i.next(); i.next(); return i.next(); })()];',
  'function* g() { yield; yield\n1; const x = yield; return [x]; } const i = g(); i.next(); i.next(); i.next(); return i.next(9);',
  'function* g() { return [yield 1, yield 2]; } const i = g(); i.next(); i.next("a"); return i.next("b");',
  'function* g() { yield yield yield 1; } return [...g()];',
  'async function* g() { yield Promise.resolve(1); yield* (async function* () { yield 2; })(); } const out = []; for await (const x of g()) out.push(x); return out;',
  'async function* g() { try { yield 1; yield 2; } finally { out.push("end"); } } const out = []; for await (const x of g()) { out.push(x); break; } return out;',
  // Waiting.
  'const out = []; for await (const x of [1, Promise.resolve(2)]) { if (x === 1) continue; out.push(x); } return out;',
  'const out = []; a: for await (const x of [1, 2, 3]) { for (const y of [1, 2]) { if (x === 2) continue a; if (y === 2) break; out.push([x, y]); } } return out;',
  'if (true) for await (const x of [1]) ; else return 2; return 3;',
  'async function f() { for await (const x of [1, 2]) return x; } return f();',
  'let left = false; const i = { [Symbol.asyncIterator]() { return { n: 0, async next() { return { done: this.n > 2, value: this.n++ }; }, async return() { left = true; return {}; } }; } }; for await (const x of i) if (x === 1) break; return left;',
  'for await (const [a, { b = 1 }] of [[1, {}]]) return [a, b];',
  'const order = []; const f = async (n) => { order.push(n); await null; order.push(n); }; await Promise.all([f(1), f(2)]); return order;',
  'const f = async () => { await 1; return (await import("node:path")).sep; }; return f();',
  'const a = async () => [await 1, await (async () => 2)()]; return a();',
  'return await (await (async () => async () => 1)())();',
  'const x = await Promise.resolve(1) + 1; return x;',
  'const o = { async f() { return await this.v?.(await 2); }, v: (n) => n }; return o.f();',
  'async function f(a = (async () => 1)()) { return await a; } return f();',
  '{ await using x = { async [Symbol.asyncDispose]() { } }; using y = { [Symbol.dispose]() { } }; } return 1;',
  // Calls.
  'const o = { n: 1, f() { return this.n; } }; return [o.f(), o["f"](), o[`f`](), o.f?.(), o?.f(), (o.f)(), o?.["f"]()];',
  'return [Math.max(1, 2), [3, 1].sort()[0], "a".toUpperCase(), 1..toFixed(1), 1.5.toFixed(1), /a/.test("a"), parseInt("7")];',
  'const k = []; const o = { get f() { k.push("get"); return () => k.push("call"); } }; o.f(k.push("argument")); return k;',
  'const k = []; const o = { f: () => k.push("call") }; o[{ toString() { k.push("key"); return "f"; } }](k.push("argument")); return k;',
  'try { const o = {}; o.f(1); } catch (e) { return e instanceof TypeError && /f is not a function$/.test(e.message); }',
  'const k = []; try { const o = {}; o.f(k.push(1)); } catch { return k; }',
  'try { let o; o.f(1); } catch (e) { return e.message; }',
  'return [1, 2].map(String).join("-") + [..."ab"].reverse().concat(["c"]).join("");',
  'const o = { a: { b: { c: (x) => x } } }; return o.a.b.c(o.a["b"].c(o["a"].b["c"](3)));',
  'const o = { f: () => 1, g: () => 2 }; return o /* a */ . f() + o. /* */ g() + o // b\n .g();',
  'class A { #p() { return 1; } static #q = () => 5; f() { return this.#p() + A.#q(); } } class B extends A { f() { return super.f() + super["f"](); } } return new B().f();',
  'return Reflect.apply(Math.min, undefined, [2, 1]) + Math.min.apply(null, [4, 3]) + Math.max.bind(null, 9)();',
  'return Function.prototype.call.call(function () { return Number(this); }, 5);',
  'const { max } = Math; return max(1, max(3, 2));',
  'return new (class { m() { return 1; } })().m() + new Date(0).getTime();',
  'const m = new Map([[1, 2]]); m.set(3, 4).set(5, 6); return [...m.entries()];',
  'const a = 5; return eval("a") + eval("(() => a)")();',
  `return \`\${[1].join()}\`.concat("b") + String.raw\`c\`.length;`,
  'const o = { async f() { return 1; }, *g() { yield 2; } }; return [await o.f(), ...o.g(), await Promise.resolve(3)];',
  'return [].concat([1])\n  .concat([2])\n  ["concat"]([3]);',
  'const o = { a: null }; return [o.a?.b.c(), o.a?.b(), o.a?.b["c"]().d()];',
  'let f = () => 1; const g = () => f(f = () => 2); return [g(), f()];',
  'return ((...a) => a.length)(...[1, 2], ...new Set([3]));',
  'return (async () => (await import("node:path")).join("a", "b"))();',
  'const s = Symbol("s"); return { [s]: () => 4 }[s]() + [0, 1].at(-1);',
  'const o = { f() { return arguments.length; } }; return o.f(...[1, 2], 3);',
  'return typeof structuredClone({ a: 1 }).a + Array.from("ab", (x) => x + x) + Object.entries({ a: 1 }).flat();',
  'const t = (x) => x; return t(t)(t)(1);',
  // Tokens.
  `const re = /=>/; const s = \`\${(() => \`=>\${1}\`)()}\`; return [re.source, s];`,
  `return [\`a\${[1].map((x) => \`b\${x}\`)}\`, (x => x)\`t\`[0]];`,
  'const f = (a) =>\n  a; return f(1) // => end',
  'let i = 0; const f = () => i++\nf()\nf()\nreturn i',
  'const o = { get: () => 1, set: () => 2, async: () => 3, static: () => 4 }; return [o.get(), o.set(), o.async(), o.static()];',
  'switch (1) { case (() => 1)(): return "yes"; }',
  'const f = () => 1, g = () => 2; return f() + g();',
  'return typeof eval("(() => 1)");',
];

test('samples of all syntax give what they gave', () => {
  const program = (samples: readonly string[]): string => `
const results = [];
for (const sample of [${samples.map((sample) => `async () => {${sample}\n}`).join(',\n')}]) {
  try { results.push(await sample()); } catch (error) { results.push(String(error)); }
}
console.log(JSON.stringify(results));`;
  const file = join(folder, 'samples.mjs');
  // Those of sloppy mode only, too.
  const script = join(folder, 'samples.cjs');
  writeFileSync(file, program(SAMPLES));
  writeFileSync(script, `(async () => {${program(SAMPLES)}\n})();`);
  const withBuiltIns = JSON.stringify({
    folder,
    mode: 'adaptive',
    threads: false,
    subprocesses: false,
    builtins: true,
  });
  for (const [path, asked] of [file, script].flatMap(
    (path) =>
      [
        [path, {}],
        [path, { PRAC_PROFILE: withBuiltIns }],
      ] as const,
  )) {
    const plain = spawnSync(process.execPath, [path], { encoding: 'utf8' });
    const env = { ...process.env, ...asked };
    const instrumented = spawnSync(process.execPath, ['--import', REGISTER, path], { encoding: 'utf8', env });
    expect([instrumented.status, instrumented.stderr]).toEqual([0, '']);
    const results = JSON.parse(plain.stdout) as unknown[];
    expect(results).toHaveLength(SAMPLES.length);
    for (const [i, result] of (JSON.parse(instrumented.stdout) as unknown[]).entries())
      expect([SAMPLES[i], result]).toEqual([SAMPLES[i], results[i]]);
  }
});

describe('real programs', () => {
  const require = createRequire(import.meta.url);

  test.each(['acorn'])('%s: is read by V8, and its lines are where they were', (name) => {
    const source = readFileSync(require.resolve(name), 'utf8');
    const edits = instrument(source, { isModule: false, runtime: '{}', define: () => 0 });
    const text = String(edits);
    new Script(
      `(function (exports, require, module) {${instrument(source, { isModule: false, builtIns: true, runtime: '{}', define: () => 0 })}\n})`,
    );
    new Script(`(function (exports, require, module) {${text}\n})`);
    const [before, after] = [source.split('\n'), text.split('\n')];
    expect(after.length).toBe(before.length + 1);
    for (const [i, line] of before.entries()) expect([after[i], isWithin(line, after[i]!)]).toEqual([after[i], true]);
  });

  test('a place in the result is found in the source', () => {
    const source = 'const f = (a) => a + 1; function g() { return f(2); }';
    const edits = instrument(source, { isModule: false, runtime: '{}', define: () => 0 });
    const text = String(edits);
    for (const word of ['const f', 'a + 1', 'function g', 'f(2)'])
      expect(source.slice(edits.original(text.lastIndexOf(word))).startsWith(word)).toBe(true);
  });
});

/** Whether all of a text is in another one, in its order. */
function isWithin(text: string, other: string): boolean {
  let at = 0;
  for (const letter of text) {
    at = other.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
