import {
  dumps,
  fromMessageAsync,
  loads,
  loadsSync,
  Pickler,
  PicklingError,
  toMessage,
  Unpickler,
  UnpicklingError,
} from '@prac/pickle';
import { describe, expect, test } from 'vitest';
import { node } from './helpers/run.ts';

const dataOnly = new Unpickler({ functions: false });
declare global {
  var pracPickleRan: number | undefined;
}

class Local {
  x = 1;
}
/** A promise calls it. */
const THEN = 'then';
const NUMBERS = Array.from({ length: 20_000 }, (_, i) => i);
const SEEDS: readonly unknown[] = [
  { id: 1, name: 'abc', list: [1, 2, 3, 4, 5], nested: { a: null, b: undefined, c: true } },
  [1.5, 2.5, 3.5, 4.5, 'ü€', 10n ** 30n, new Date(0), /a+/gi, new Map([['k', new Set([1])]])],
  [new Float64Array([1, 2]), new Uint8Array(5), Buffer.from('abc'), new ArrayBuffer(8), Object(5)],
  Object.assign([], { length: 1000, 500: 'x' }),
  new TypeError('message', { cause: new RangeError('inner') }),
  new URL('http://a.example/b'),
  [new Local(), (n: number) => n + 1, Local, Math.max, Symbol.for('a')],
  Array.from({ length: 20 }, (_, i) => ({ id: i, value: `v${i}` })),
];

/** Numbers that look random, the same ones in each run. */
function* random(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    yield (state >>> 8) / 2 ** 24;
  }
}

function mutated(bytes: Uint8Array, numbers: Generator<number, never>): Uint8Array {
  const next = (limit: number): number => Math.floor(numbers.next().value * limit);
  const kind = next(10);
  if (kind === 0) return bytes.slice(0, next(bytes.length));
  if (kind === 1) return Uint8Array.from([...bytes, ...bytes.subarray(next(bytes.length))]);
  const copy = Uint8Array.from(bytes);
  for (let i = next(4); i >= 0; i--) {
    const at = next(copy.length);
    copy[at] = kind < 6 ? next(256) : kind < 8 ? copy[at]! ^ (1 << next(8)) : [0, 255, 127, 128][next(4)]!;
  }
  return copy;
}

describe('damaged and hostile bytes', () => {
  test('give a value or an UnpicklingError, and run nothing: 120,000 mutations', () => {
    const numbers = random(7);
    let read = 0;
    const others: unknown[] = [];
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0; // stacks take most of the time
    for (const seed of SEEDS) {
      const bytes = dumps(seed);
      for (let i = 0; i < 120_000 / SEEDS.length; i++) {
        try {
          dataOnly.loadsSync(mutated(bytes, numbers));
          read++;
        } catch (error) {
          if (!(error instanceof UnpicklingError)) others.push(error);
        }
      }
    }
    Error.stackTraceLimit = limit;
    expect(others).toEqual([]);
    expect(read).toBeGreaterThan(1000); // a changed character is still a string
  }, 60_000);

  /** Bytes that say they are a graph, with this in them. */
  const graph = (value: object): Uint8Array => {
    const bytes = dumps<unknown>(value);
    bytes[5]! |= 1;
    return bytes;
  };
  const long = Object.assign([], { length: 4_294_967_295 });

  test.each([
    ['a list without end', { root: [0], nodes: [{ t: 'map', e: { length: Number.POSITIVE_INFINITY } }] }],
    ['symbols without end', { root: [0], nodes: [{ t: 'object', s: { length: Number.POSITIVE_INFINITY } }] }],
    ['very many nodes', { root: 1, nodes: long }],
    ['very many elements', { root: [0], nodes: [{ t: 'array', a: long }] }],
    ['a Buffer of nothing', { root: [0], nodes: [{ t: 'buffer', v: { buffer: { length: 2e8 } } }] }],
    ['an import of nothing', { root: [0], nodes: [{ t: 'import', u: 'x' }] }],
    ['an import of a number', { root: [0], nodes: [{ t: 'import', u: 5, p: [5] }] }],
    ['no nodes', { root: [0] }],
    ['a node that is none', { root: [0], nodes: [5] }],
    ['an unknown node', { root: [0], nodes: [{ t: 'constructor' }] }],
    ['a circle of makings', { root: [0], nodes: [{ t: 'new', c: 'URL', a: [[0]] }] }],
    ['a class of the wrong kind', { root: [0], nodes: [{ t: 'instance', c: [1] }, { t: 'object' }] }],
    ['a constructor of Object', { root: [0], nodes: [{ t: 'new', c: 'constructor', a: [] }] }],
  ])('a graph with %s is an UnpicklingError', (_, value) => {
    expect(() => dataOnly.loadsSync(graph(value))).toThrow(UnpicklingError);
  });

  test.each([
    ['a list', { t: 'array', a: NUMBERS }],
    ['holes', { t: 'array', a: [], h: NUMBERS }],
    ['the entries of a map', { t: 'map', e: NUMBERS }],
    ['symbols', { t: 'object', s: NUMBERS }],
    ['properties', { t: 'object', o: Object.fromEntries(NUMBERS.map((n) => [`k${n}`, n])) }],
    ['what an error hides', { t: 'error', c: null, n: 'E', i: { ...NUMBERS } }],
    ['a path', { t: 'import', u: 'node:fs', p: NUMBERS.map(String) }],
    ['a long address', { t: 'new', c: 'URL', a: [`http://a.example/${'x'.repeat(200_000)}`] }],
  ])('many nodes that share %s are refused before they take the memory of all of it', (_, shared) => {
    const nodes: object[] = [{ t: 'array', a: [] }];
    for (let i = 1; i < 5_000; i++) {
      (nodes[0] as { a: unknown[] }).a.push([i]);
      // The list is the same object in all of them, and written once.
      nodes.push(i % 2 === 1 ? shared : { ...shared });
    }
    const text =
      shared.t === 'import' ? /says much more than it is long|not allowed/ : 'says much more than it is long';
    expect(() => dataOnly.loadsSync(graph({ root: [0], nodes }))).toThrow(text);
  });

  test('texts that are lists are refused before they become texts', () => {
    for (const node of [
      { t: 'error', c: null, n: 'E', k: NUMBERS },
      { t: 'error', c: null, n: 'E', m: NUMBERS },
      { t: 'error', c: null, n: NUMBERS },
      { t: 'symbol', k: NUMBERS },
      { t: 'intrinsic', p: [NUMBERS] },
      { t: 'object', p: ['key', NUMBERS, 1, undefined] },
    ]) {
      expect(() => dataOnly.loadsSync(graph({ root: [0], nodes: [node] }))).toThrow(UnpicklingError);
    }
  });

  test('objects with very long names leave nothing behind', async () => {
    const code = `import { dumps, loadsSync } from '@prac/pickle';
      const heap = () => (gc(), process.memoryUsage().heapUsed);
      const read = (i) => {
        const key = String(i).padStart(500_000, 'k');
        loadsSync(dumps(Array.from({ length: 18 }, () => ({ [key]: 1 }))), { functions: false });
      };
      const before = heap();
      for (let i = 0; i < 120; i++) read(i);
      console.log(heap() - before < 100_000_000 || heap() - before); // V8 holds the last ones for a while
    `;
    expect(await node(['--expose-gc', '--input-type=module', '-e', code])).toBe('true\n');
  });

  test('arrays that go on behind the end take no memory', () => {
    const words = new Int32Array(2 + 1_500 + 100_000);
    words.set(new Int32Array(dumps([]).buffer).subarray(0, 2));
    words.fill(11 | (100_000 << 5), 2, 1_502);
    expect(() => dataOnly.loadsSync(new Uint8Array(words.buffer))).toThrow(UnpicklingError);
  });

  test('a list of what is allowed says nothing of other modules’ packages', () => {
    const value = { root: [0], nodes: [{ t: 'import', u: 'mylib', f: 'file:///evil/x.mjs', p: ['Point'] }] };
    const reader = new Unpickler({ functions: false, allow: ['mylib#Point'] });
    expect(() => reader.loadsSync(graph(value))).toThrow('mylib#Point is not allowed here');
  });

  test('without copying, no view reaches beyond its buffer', () => {
    for (const [offset, length] of [
      [-16, 8],
      [0, 64],
      [4, 8],
    ]) {
      const bytes = dumps({ view: new Uint8Array(8) });
      const words = new Int32Array(bytes.buffer);
      // The last two values: the offset and the length.
      words[words.length - 2] = 4 | (offset! << 5);
      words[words.length - 1] = 4 | (length! << 5);
      expect(() => loadsSync(bytes, { zeroCopy: true })).toThrow(UnpicklingError);
    }
  });

  test('truncation is noticed at every length', () => {
    for (const seed of SEEDS.slice(0, 4)) {
      const bytes = dumps(seed);
      for (let length = 0; length < bytes.length; length++) {
        expect(() => loadsSync(bytes.subarray(0, length))).toThrow(UnpicklingError);
      }
    }
  });

  test.each([
    ['a closure', () => (n: number) => n + SEEDS.length],
    ['a class and an instance', () => new Local()],
    ['a reference', () => Array.prototype.map],
    ['a bound function', () => Math.max.bind(null, 1)],
    ['a reducer', () => ({ [Symbol.for('prac.pickle.reduce')]: () => [Math.max, [1, 2]] })],
    ['the global object', () => globalThis],
    ['Function', () => Function],
    ['process', () => process],
  ])('%s is refused by a reader of data', (_, make) => {
    expect(() => dataOnly.loadsSync(dumps<unknown>([make()]))).toThrow(UnpicklingError);
  });

  test('a reader of data gets no class itself, not even those that it makes values of', () => {
    for (const type of [Error, Map, Array, Object, TypeError]) {
      expect(() => dataOnly.loadsSync(dumps({ a: [type] }))).toThrow(`${type.name} is not allowed here`);
    }
    expect(dataOnly.loadsSync(dumps([new TypeError('m'), Object.assign(new Map(), { x: 1 })]))).toHaveLength(2);
  });

  test('a value with a method `then` is refused where it would be waited for', async () => {
    await expect(dataOnly.loads(dumps({ [THEN]: Array }))).rejects.toThrow('Array is not allowed here');
    const thenable = { [THEN]: () => (globalThis.pracPickleRan = 3) };
    await expect(loads(dumps(thenable))).rejects.toThrow('cannot give a value with a method `then`: use loadsSync');
    await expect(fromMessageAsync(toMessage(thenable).message)).rejects.toThrow(UnpicklingError);
    expect(loadsSync(dumps(thenable))).toHaveProperty('then');
    expect(await loads(dumps({ inner: thenable }))).toHaveProperty('inner.then');
    expect(globalThis.pracPickleRan).toBeUndefined();
  });

  test('a reader of data runs no code that bytes bring along', () => {
    const bytes = dumps({
      fn: () => (globalThis.pracPickleRan = 1),
      m: { [Symbol.for('prac.pickle.reduce')]: () => [mark, []] },
    });
    expect(() => dataOnly.loadsSync(bytes)).toThrow(UnpicklingError);
    expect(globalThis.pracPickleRan).toBeUndefined();
  });

  test('a reader of data reads data: errors, urls, collections', async () => {
    const value = [new TypeError('m'), new URL('http://a.example/'), new Map([[1, Buffer.from('x')]])];
    expect(await dataOnly.loads(dumps(value))).toEqual(value);
  });

  test('what is deeply nested is an error on both sides', () => {
    let deep: unknown[] = [];
    for (let i = 0; i < 100_000; i++) deep = [deep];
    expect(() => dumps(deep)).toThrow(PicklingError);
    const nested = new Int32Array(2 + 1_000_000).fill(11 | (1 << 5)); // an array of one array of one array …
    nested.set(new Int32Array(dumps([]).buffer).subarray(0, 2));
    expect(() => loadsSync(new Uint8Array(nested.buffer))).toThrow(UnpicklingError);
  });

  test.each([
    ['nothing', new Uint8Array(0), 'pickle data was truncated'],
    ['something else', new Uint8Array(64), 'this is no pickle'],
    [
      'a later version',
      Uint8Array.from(dumps(1)).map((byte, i) => (i === 4 ? 99 : byte)),
      'unsupported pickle protocol: 99',
    ],
  ])('%s is no pickle', (_, bytes, text) => {
    expect(() => loadsSync(bytes)).toThrow(text);
  });
});

function mark(): object {
  globalThis.pracPickleRan = 2;
  return {};
}

describe('signed pickles', () => {
  const signed = dumps({ a: [1, 2] }, { key: 'secret' });

  test('are read with their key, and without', () => {
    expect(loadsSync(signed, { key: 'secret' })).toEqual({ a: [1, 2] });
    expect(loadsSync(signed)).toEqual({ a: [1, 2] });
    expect(
      loadsSync(
        dumps(() => 5, { key: Buffer.from('secret') }),
        { key: 'secret' },
      ),
    ).toBeTypeOf('function');
  });

  test('are refused if unsigned, signed otherwise, or changed anywhere', async () => {
    const text = 'the pickle is not signed with this key';
    await expect(loads(dumps(1), { key: 'secret' })).rejects.toThrow(text);
    expect(() => loadsSync(signed, { key: 'other' })).toThrow(text);
    for (let i = 0; i < signed.length; i++) {
      const changed = Uint8Array.from(signed);
      changed[i]! ^= 1;
      expect(() => loadsSync(changed, { key: 'secret' })).toThrow(UnpicklingError);
    }
  });
});

describe('bad input', () => {
  test.each([
    [() => loadsSync('abc' as never), "Expected a Uint8Array, got 'abc'"],
    [() => new Pickler({ function: 'auto' } as never), "unknown option 'function'"],
    [
      () => new Pickler({ functions: 'sometimes' } as never),
      "Expected functions to be 'auto', 'reference' or 'value', got 'sometimes'",
    ],
    [() => new Unpickler({ functions: false, allowed: [] } as never), "unknown option 'allowed'"],
    [() => dumps(1, 5 as never), 'Expected an object of options, got 5'],
    [() => new Unpickler({ functions: 'false' } as never), "Expected functions to be a boolean, got 'false'"],
    [() => new Unpickler({ allow: [] }), 'allow needs functions: false'],
    [() => new Unpickler({ allow: () => true, functions: true }), 'allow needs functions: false'],
    [() => dumps(1, { key: '' }), "Expected key to be a string or bytes, and not empty, got ''"],
    [() => new Unpickler({ key: new Uint8Array(0) }), 'Expected key to be a string or bytes, and not empty'],
    [() => new Unpickler({ key: 5 } as never), 'Expected key to be a string or bytes, and not empty, got number'],
    [() => new Unpickler({ allow: 5 } as never), 'Expected allow to be a list of references, or a function, got 5'],
    [
      () => toMessage(1, { transfer: [() => 1] } as never),
      'Expected transfer to hold array buffers, ports or streams, got an anonymous function',
    ],
    [() => toMessage(1, { transfer: [new Uint8Array(1)] } as never), 'Expected transfer to hold array buffers'],
    [() => toMessage(1, { transfer: 5 } as never), 'Expected transfer to be a list, got 5'],
    [
      () => toMessage(1, { functions: 'nope' } as never),
      "Expected functions to be 'auto', 'reference' or 'value', got 'nope'",
    ],
  ])('%o is refused', (call, text) => {
    expect(call).toThrow(TypeError);
    expect(call).toThrow(text);
  });
});
