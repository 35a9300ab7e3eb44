// Functions and values of all kinds, what they are called with, and what comes of it. Where this file is the main program
// (or is bundled, or transformed), it is a main program's functions that travel.
import fs, { readFileSync } from 'node:fs';
import * as path from 'node:path';
import data from './data.json' with { type: 'json' };
import { AppError, add, double, default as named, ops, Point, throughHidden } from './library.mjs';

const k = 7;
let counter = 0;
const table = new Map([['a', 1]]);
function helper(n) {
  return n + k;
}
function even(n) {
  return n === 0 || odd(n - 1);
}
function odd(n) {
  return n !== 0 && even(n - 1);
}
class Base {
  greet() {
    return 'base';
  }
}
class Derived extends Base {
  static count = k;
  greet() {
    return `derived ${super.greet()} ${helper(1)}`;
  }
}
function makeAdder(by) {
  const twice = by * 2;
  return (n) => n + twice;
}
const withMethods = {
  factor: 3,
  times(n) {
    return n * this.factor;
  },
  async later(n) {
    return n + k;
  },
  *many(n) {
    for (let i = 0; i < n; i++) yield i * k;
  },
};
const circle = { n: 5, f: (n) => circle.n + n };
circle.self = circle;

class Left {
  other() {
    return new Right().name();
  }
  name() {
    return 'left';
  }
}
class Right {
  other() {
    return new Left().name();
  }
  name() {
    return 'right';
  }
}
class Single {
  static get() {
    return single;
  }
  kind = 'single';
}
const single = new Single();
class Counter {
  own = 1;
  static count = 0;
  static twice = (n) => helper(n) * 2;
}
Counter.count = 5;
function Old(n) {
  this.n = n;
}
Old.prototype.get = function () {
  return this.n + k;
};
const Self = class {
  again() {
    return new Self() instanceof Self;
  }
};

/** Name, function (called by the receiver), arguments, what it returns there. */
export const cases = [
  ['a lambda with a captured constant', (x) => x * k, [3], 21],
  ['a closure of a closure', makeAdder(5), [1], 11],
  ['helpers and captured collections', (x) => helper(x) + table.get('a'), [3], 11],
  ['mutual recursion', even, [4], true],
  ['assignment to a captured variable', () => ++counter + ++counter, [], 3],
  [
    'imports: named, default, namespace, of Node',
    (x) => path.join(x, 'b') + typeof readFileSync + typeof fs.statSync,
    ['a'],
    `${path.join('a', 'b')}functionfunction`,
  ],
  ['imports of a module', (n) => double(add(n, 1)) + ops.triple(1), [1], 7],
  ['an exported function', double, [4], 8],
  ['a default export', named, ['b'], path.join('a', 'b')],
  ['a function inside an export', ops.deep.half, [4], 2],
  ['a static method', Point.origin, [], { x: 0, y: 0 }],
  ['a function that uses what its module hides', throughHidden[0], [1], 101],
  ['a method that uses this', (o, n) => o.times(n), [withMethods, 4], 12],
  ['an async method', (o, n) => o.later(n), [withMethods, 4], 11],
  ['a generator method', (o, n) => [...o.many(n)], [withMethods, 3], [0, 7, 14]],
  ['an async function', async (n) => n + k, [1], 8],
  ['a function with defaults and patterns', ({ a, b: [c] }, d = a + k) => [a, c, d], [{ a: 1, b: [2] }], [1, 2, 8]],
  ['an instance', (p) => p.length, [new Point(3, 4)], 5],
  ['an instance of a hidden class with a superclass', (d) => d.greet(), [new Derived()], 'derived base 8'],
  ['a hidden class', (D) => new D().greet() + D.count, [Derived], 'derived base 87'],
  [
    'an error',
    (e) => [e instanceof AppError, e instanceof Error, e.name, e.code, e.cause.message],
    [Object.assign(new AppError('m', 42), { cause: new TypeError('inner') })],
    [true, true, 'AppError', 42, 'inner'],
  ],
  ['a bound function', ((a, b) => a + b).bind(null, 5), [1], 6],
  ['intrinsics', (max, f) => [max(1, 2), f(3)], [Math.max, Number.isInteger], [2, true]],
  ['functions in data', (m) => m.get('f')(2), [new Map([['f', (n) => n * k]])], 14],
  ['a circle through a function', (c) => [c.f(1), c.self === c], [circle], [6, true]],
  ['classes that need each other', (l, r) => [l.other(), r.other()], [new Left(), new Right()], ['right', 'left']],
  ['a class and its only instance', (S) => S.get().kind, [Single], 'single'],
  ['a class expression that names itself', (s) => s.again(), [new Self()], true],
  ['static fields as they are now', (C) => [C.count, C.twice(1)], [Counter], [5, 16]],
  ['a constructor function and its prototype', (o) => o.get(), [new Old(1)], 8],
  [
    'a getter of a plain object',
    (o) => [o.a, o.f()],
    [
      {
        get a() {
          return k;
        },
        f: () => 1,
      },
    ],
    [7, 1],
  ],
  ['class extends null', (C) => Object.getPrototypeOf(C.prototype), [class extends null {}], null],
  ['JSON', () => data.name, [], 'data'],
  ['a whole module', () => Object.keys(path).includes('join'), [], true],
  ['dynamic import', async (n) => (await import('./library.mjs')).double(n), [2], 4],
  ['import.meta', () => typeof import.meta.url, [], 'string'],
  [
    'a class expression with a computed superclass',
    (o) => o.twice(),
    [
      new (class extends (() => Base)() {
        twice() {
          return this.greet() + this.greet();
        }
      })(),
    ],
    'basebase',
  ],
];
