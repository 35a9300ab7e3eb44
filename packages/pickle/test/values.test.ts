import { AssertionError } from 'node:assert';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { KeyboardInterrupt, ValueError } from '@prac/exceptions';
import { dumps, fromMessage, fromMessageAsync, loads, loadsSync, reduce, toMessage } from '@prac/pickle';
import { describe, expect, test } from 'vitest';

class Animal {
  name: string;
  constructor(name: string) {
    this.name = name;
  }
  speak(): string {
    return `${this.name} speaks`;
  }
}
class Dog extends Animal {
  tricks: string[] = [];
  override speak(): string {
    return `${super.speak()}: wau`;
  }
}
class NotFound extends Error {
  override name = 'NotFound';
  code: number;
  constructor(message: string, code: number, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
class Named extends Map<string, number> {
  label = 'l';
  twice(key: string): number {
    return 2 * this.get(key)!;
  }
}

/** Each way there and back. */
const WAYS: readonly [string, (value: unknown) => Promise<unknown>][] = [
  ['bytes', (value) => loads(dumps(value))],
  ['bytes, at once', async (value) => loadsSync(dumps(value))],
  ['a message', async (value) => fromMessage(structuredClone(toMessage(value).message))],
  ['a message, waiting', async (value) => fromMessageAsync(structuredClone(toMessage(value).message))],
];

describe.each(WAYS)('through %s', (_, there) => {
  const copyOf = async <Value>(value: Value): Promise<Value> => (await there(value)) as Value;

  test('an instance keeps its class and its fields, and its constructor is not called', async () => {
    const dog = new Dog('Rex');
    dog.tricks.push('roll');
    const copy = await copyOf(dog);
    expect(copy).toBeInstanceOf(Dog);
    expect(copy).toStrictEqual(dog);
    expect(copy.speak()).toBe('Rex speaks: wau');
    expect(copy.constructor).toBe(Dog);
  });

  test('an error keeps class, message, stack, code, cause and fields', async () => {
    const error = new NotFound('no such dog', 404, { cause: new RangeError('out of kennels') });
    const copy = await copyOf(error);
    expect(copy).toBeInstanceOf(NotFound);
    expect([copy.message, copy.code, copy.name, copy.stack]).toEqual(['no such dog', 404, 'NotFound', error.stack]);
    expect(copy.cause).toBeInstanceOf(RangeError);
    expect(Object.keys(copy)).toEqual(Object.keys(error));
  });

  test.each([
    ['AggregateError', new AggregateError([new TypeError('a')], 'many')],
    [
      'a system error',
      Object.assign(new Error('ENOENT: gone'), { code: 'ENOENT', errno: -2, syscall: 'open', path: '/x' }),
    ],
    ['a class of @prac/exceptions', new ValueError('bad')],
    ['KeyboardInterrupt', new KeyboardInterrupt()],
    ['AssertionError', new AssertionError({ message: 'differs', actual: 1, expected: 2, operator: 'strictEqual' })],
    ['SyntaxError', new SyntaxError('x')],
  ])('%s arrives as what it was', async (_, error) => {
    const copy = await copyOf<Error>(error);
    expect(copy.constructor).toBe(error.constructor);
    expect(copy).toStrictEqual(error);
    expect(copy.stack).toBe(error.stack);
  });

  test('an error travels even if what it carries cannot', async () => {
    const error = Object.assign(new Error('m'), { socket: new WeakMap(), kept: 1, list: [1, () => new WeakMap()] });
    const copy = (await copyOf(error)) as Error & { kept: number; socket?: unknown };
    expect([copy.message, copy.kept, 'socket' in copy]).toEqual(['m', 1, false]);
  });

  test('a DOMException keeps its name and its stack', async () => {
    const error = new DOMException('stop', 'AbortError');
    const copy = await copyOf(error);
    expect([copy instanceof DOMException, copy.name, copy.message]).toEqual([true, 'AbortError', 'stop']);
    expect(copy.stack).toBe(error.stack);
  });

  test('an error of Node itself, or of a class that cannot travel, keeps the nearest class that can', async () => {
    let thrown: NodeJS.ErrnoException | undefined;
    try {
      Buffer.alloc('x' as never);
    } catch (error) {
      thrown = error as NodeJS.ErrnoException;
    }
    const copy = await copyOf(thrown!);
    expect([copy instanceof TypeError, copy.name, copy.code, copy.stack]).toEqual([
      true,
      'TypeError',
      'ERR_INVALID_ARG_TYPE',
      thrown!.stack,
    ]);
    const cache = new WeakMap();
    class Bound extends RangeError {
      cached = cache.has(this);
    }
    const bound = await copyOf(new Bound('m'));
    expect([bound instanceof RangeError, bound.name, bound.cached]).toEqual([true, 'Bound', false]);
  });

  test('properties that cannot be enumerated are kept, as what they are', async () => {
    const dog = Object.defineProperty(new Dog('Rex'), 'id', { value: 7 });
    const copy = (await copyOf(dog)) as Dog & { id: number };
    expect(Object.getOwnPropertyDescriptor(copy, 'id')).toEqual(Object.getOwnPropertyDescriptor(dog, 'id'));
    const fn = Object.defineProperty(() => 1, 'length', { value: 5 });
    expect((await copyOf(fn)).length).toBe(5);
  });

  test('a reducer may say that there is no state', async () => {
    for (const state of [null, undefined]) {
      const made = await copyOf({ [reduce]: () => [Map, [[[1, 2]]], state] });
      expect(made).toEqual(new Map([[1, 2]]));
    }
  });

  test('subclasses of collections keep contents, class and fields', async () => {
    const copy = await copyOf(new Named([['a', 2]]));
    expect([copy instanceof Named, copy.twice('a'), copy.label, copy.size]).toEqual([true, 4, 'l', 1]);
    class List extends Array<number> {
      total(): number {
        return this.reduce((a, b) => a + b, 0);
      }
    }
    const list = await copyOf(List.from([1, 2]) as List);
    expect([list.total(), list.length]).toEqual([3, 2]);
  });

  test('classes of the platform', async () => {
    const copy = await copyOf({
      url: new URL('http://a.example/b?c=d'),
      search: new URLSearchParams('a=1&a=2'),
      headers: new Headers({ a: 'b' }),
      buffer: Buffer.from('abc'),
    });
    expect([copy.url.href, copy.search.getAll('a'), copy.headers.get('a')]).toEqual([
      'http://a.example/b?c=d',
      ['1', '2'],
      'b',
    ]);
    expect([Buffer.isBuffer(copy.buffer), copy.buffer.toString()]).toEqual([true, 'abc']);
  });

  test('symbols of the registry and of the language, also as keys', async () => {
    const key = Symbol.for('prac.test');
    const copy = await copyOf({ [key]: 1, list: [key, Symbol.iterator] });
    expect([copy[key], copy.list]).toEqual([1, [key, Symbol.iterator]]);
  });

  test('arrays with other properties, holes, and objects without a prototype', async () => {
    const match = /(?<year>\d+)/.exec('in 1999')!;
    expect(await copyOf(match)).toStrictEqual(match);
    const mixed: unknown[] = [new Dog('a')];
    mixed[2] = 3;
    const copy = await copyOf(mixed);
    expect([copy.length, 1 in copy]).toEqual([3, false]);
    const bare = Object.assign(Object.create(null), { f: () => 1 }) as { f: () => number };
    expect(Object.getPrototypeOf(await copyOf(bare))).toBeNull();
  });

  test('identity and circles, through classes and functions', async () => {
    const dog = new Dog('Rex') as Dog & { self?: unknown; friends?: unknown[] };
    dog.self = dog;
    dog.friends = [dog, { dog }];
    const copy = await copyOf(dog);
    expect(copy.self).toBe(copy);
    expect(copy.friends).toEqual([copy, { dog: copy }]);
    const circle = { n: 1, get: () => circle.n };
    const other = await copyOf(circle);
    other.n = 5;
    expect(other.get()).toBe(5);
  });

  test('what the language has by name is the same there', async () => {
    const named = [Math, JSON, Math.max, Map, Array.prototype, globalThis, Number.isInteger, Promise.resolve];
    expect(await copyOf(named)).toEqual(named);
    for (const [i, value] of ((await copyOf(named)) as unknown[]).entries()) expect(value).toBe(named[i]);
  });

  test('a property called __proto__ stays a property', async () => {
    const value = JSON.parse('{"__proto__": {"polluted": true}, "dog": 1}') as Record<string, unknown>;
    const copy = (await copyOf({ value, dog: new Dog('a') })).value;
    expect(Object.hasOwn(copy, '__proto__')).toBe(true);
    expect((copy as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe('to a thread', () => {
  test('memory stays shared', () => {
    const words = new Int32Array(new SharedArrayBuffer(8));
    for (const value of [{ words }, { words, dog: new Dog('a') }]) {
      const { port1, port2 } = new MessageChannel();
      port1.postMessage(toMessage(value).message);
      const copy = fromMessage(receiveMessageOnPort(port2)!.message as never) as typeof value;
      copy.words[1] = 7;
      expect(words[1]).toBe(7);
      words[1] = 0;
      port1.close();
    }
  });

  test('plain data is not touched at all', () => {
    const value = { a: [1, 2], b: new Map([[1, new Date()]]) };
    expect(toMessage(value).message.value).toBe(value);
  });

  test('what is in the transfer list is handed over', () => {
    const buffer = new ArrayBuffer(8);
    const { port1, port2 } = new MessageChannel();
    const { message, transferList } = toMessage(
      { buffer, port: port2, dog: new Dog('a') },
      { transfer: [buffer, port2] },
    );
    const copy = fromMessage(structuredClone(message, { transfer: transferList as never })) as {
      buffer: ArrayBuffer;
      port: unknown;
    };
    expect([buffer.detached, copy.buffer.byteLength]).toEqual([true, 8]);
    port1.close();
  });

  test('a message may be opened several times', () => {
    const { message } = toMessage(new Dog('Rex'));
    const [a, b] = [fromMessage(message), fromMessage(message)] as [Dog, Dog];
    expect([a.name, b.name, a === b]).toEqual(['Rex', 'Rex', false]);
  });

  test('Blobs and keys go as structured cloning has them', async () => {
    const copy = fromMessage(structuredClone(toMessage({ blob: new Blob(['abc']), f: () => 1 }).message)) as {
      blob: Blob;
    };
    expect(await copy.blob.text()).toBe('abc');
  });

  test('what is no message is refused', () => {
    for (const bad of [null, 5, {}, 'abc'])
      expect(() => fromMessage(bad as never)).toThrow('Expected a message of toMessage()');
  });
});
