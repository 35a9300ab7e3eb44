// biome-ignore-all lint/complexity/noStaticOnlyClass: what they are made of is what is looked at.
// Classes that are not exported, and what has become of them since they were written: name, what is sent, what comes of it.
import { inherits } from 'node:util';

function Animal() {}
Animal.prototype.hi = () => 'hi';
function Dog() {}
Object.setPrototypeOf(Dog.prototype, Animal.prototype);
Dog.prototype.bark = () => 'wau';
const dog = new Dog();

function Shape(sides) {
  this.sides = sides;
}
Shape.prototype = { constructor: Shape, count: (shape) => shape.sides };
function Square() {
  Shape.call(this, 4);
}
inherits(Square, Shape);
Object.defineProperty(Square.prototype, 'corners', {
  get() {
    return this.sides;
  },
});

function Child() {}
Child.prototype = Object.create(Shape.prototype);
Child.prototype.constructor = Child;
Object.setPrototypeOf(Child, Shape);
Shape.kind = 'shape';
function Twin() {}
Twin.prototype = Shape.prototype;

function* numbers() {
  yield 1;
}
numbers.prototype.double = function () {
  return [...this].map((n) => 2 * n);
};

class Counter {
  static #n = 0;
  static #last = null;
  static self = new Counter();
  static inc() {
    Counter.#last = Counter;
    return ++Counter.#n;
  }
  static last() {
    return Counter.#last === Counter;
  }
}
Counter.inc();
Counter.inc();

class Changed {
  static [Symbol.for('k')] = 1;
  static m() {
    return 1;
  }
  static dropped() {}
  static field = 1;
  gone() {}
}
Changed[Symbol.for('k')] = 2;
Changed.m = () => 2;
delete Changed.dropped;
delete Changed.field;
delete Changed.prototype.gone;
Object.defineProperty(Changed, 'hidden', { value: 3 });
Object.defineProperty(Changed, 'computed', { get: () => 4 });

class Config {
  static rate = 1;
  static #secret = 1;
  static set(n) {
    Config.#secret = n;
  }
  static get() {
    return [Config.rate, Config.#secret, Config.extra];
  }
}

class A {
  static b() {
    return B.x;
  }
  static y = 1;
}
class B {
  static x = A.y + 1;
  static a = A;
}
let runs = 0;
class Once {
  static started = ++runs;
  static cache = new WeakMap();
  static {
    Once.table = new WeakMap();
  }
  static {
    Once.runs = ++runs;
  }
  static state() {
    return [Once.started, Once.runs, Once.cache instanceof WeakMap, Once.table instanceof WeakMap, runs];
  }
}

class Pool {
  #items = [];
  constructor(size, label) {
    this.#items = [size, label];
  }
  items() {
    return this.#items;
  }
}
class UsesPool {
  static size = 1;
  static #label = 'a';
  static {
    UsesPool.unit = 'kB';
  }
  static pool = new Pool(UsesPool.size, UsesPool.#label + UsesPool.unit);
  static gone = 1;
  static items() {
    return [...UsesPool.pool.items(), UsesPool.size, 'gone' in UsesPool];
  }
  static {
    UsesPool.size = 2;
    UsesPool.#label = 'b';
  }
}
delete UsesPool.gone;

const KIND = 'run';
const SYMBOL = Symbol.for('prac.symbol');
class Task {
  [KIND]() {
    return 1;
  }
  static [`${KIND}ning`]() {
    return 2;
  }
  get [SYMBOL]() {
    return 3;
  }
  *[Symbol.iterator]() {
    yield 4;
  }
}
let key = 'a';
const next = (name) => {
  key = name;
  return name;
};
globalThis.readsKey = () => key;
class Keyed {
  [key]() {}
  static [next('c')]() {}
}
key = 'b';

class P {
  constructor() {
    Object.defineProperty(this, 'id', { value: 7 });
  }
}
const tagged = Object.defineProperty(() => 1, 'tag', { value: 8 });
let rate = 1;
class Reads {
  static rate() {
    return rate;
  }
}
class Tables {
  static table = Tables.make();
  static make() {
    return new WeakMap([[tableKey(), 5]]);
  }
  static has() {
    return Tables.table.get(tableKey());
  }
}
function tableKey() {
  return globalThis;
}
class Named {
  static name() {
    return 'static';
  }
}
class Outer {
  static make = () => new Outer();
  static first = new Outer();
  n = 1;
}

export const cases = [
  ['what a prototype inherits from arrives', (send) => send((d) => [d.bark(), d.hi()], dog), ['wau', 'hi']],
  [
    'prototypes by util.inherits arrive, with accessors that were put on them',
    (send) => send(() => [new Square().corners, new Square().count({ sides: 3 }), new Square() instanceof Shape]),
    [4, 3, true],
  ],
  [
    'a prototype that was put in the place of another arrives, and what the function itself inherits from',
    (send) =>
      send(() => [
        new Child() instanceof Shape,
        Child.kind,
        new Child().constructor === Child,
        Child.prototype.count.name,
      ]),
    [true, 'shape', true, 'count'],
  ],
  [
    'a prototype that two functions share is one',
    (send) => send(() => [Twin.prototype === Shape.prototype, new Twin() instanceof Shape]),
    [true, true],
  ],
  [
    'a prototype by itself is that of its function',
    (send) => send((p) => p === Shape.prototype, Shape.prototype),
    true,
  ],
  ['what is on the prototype of a generator function arrives', (send) => send(() => numbers().double()), [2]],
  [
    'private static fields arrive as they are',
    (send) => send(() => [Counter.last(), Counter.inc(), Counter.self instanceof Counter]),
    [true, 3, true],
  ],
  [
    'a class arrives with what was changed, put on and deleted: symbols, methods, accessors, fields',
    (send) =>
      send(() => [
        Changed[Symbol.for('k')],
        Changed.m(),
        'dropped' in Changed,
        'field' in Changed,
        'gone' in Changed.prototype,
        Changed.hidden,
        Object.keys(Changed).includes('hidden'),
        Changed.computed,
      ]),
    [2, 2, false, false, false, 3, false, 4],
  ],
  [
    'a class that is sent again has the state of the last time',
    async (send) => {
      const seen = [];
      Config.extra = 'x';
      seen.push(await send(() => Config.get()));
      Config.rate = 2;
      Config.set(2);
      delete Config.extra;
      seen.push(await send(() => Config.get()));
      return seen;
    },
    [
      [1, 1, 'x'],
      [2, 2, null],
    ],
  ],
  [
    'a class that is sent again has the variables of the last time',
    async (send) => {
      const seen = [await send(() => Reads.rate())];
      rate = 2;
      return [...seen, await send(() => Reads.rate())];
    },
    [1, 2],
  ],
  ['static fields of classes that need each other', (send) => send(() => [A.b(), B.a === A]), [2, true]],
  [
    'what has made the state of a class does not run again, except for what cannot travel',
    (send) => send(() => Once.state()),
    [1, 2, true, true, 2],
  ],
  [
    'what has to run again finds the state that the class has',
    (send) => send(() => UsesPool.items()),
    [2, 'bkB', 2, false],
  ],
  [
    'members whose names were computed have those names',
    (send) => send(() => [new Task().run(), Task.running(), new Task()[SYMBOL], [...new Task()]]),
    [1, 2, 3, [4]],
  ],
  [
    'members whose names were computed from what has changed since',
    (send) => send(() => [Object.getOwnPropertyNames(Keyed.prototype), Object.hasOwn(Keyed, 'c')]),
    [['constructor', 'a'], true],
  ],
  [
    'properties that cannot be enumerated',
    (send) => send((p, f) => [p.id, Object.keys(p), f.tag], new P(), tagged),
    [7, [], 8],
  ],
  ['an initialiser that runs again finds the functions that it needs', (send) => send(() => Tables.has()), 5],
  ['a static method called name', (send) => send(() => Named.name()), 'static'],
  [
    'a static function that uses its class',
    (send) => send(() => [Outer.make().n, Outer.first.n, Outer.make() !== Outer.first]),
    [1, 1, true],
  ],
];
