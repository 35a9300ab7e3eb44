import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import * as pickle from '@prac/pickle';
import * as codec from '@prac/pickle/codec';
import { describe, expect, expectTypeOf, test } from 'vitest';

test('the package exports what its README lists', () => {
  const functions = [
    'dumps',
    'loads',
    'loadsSync',
    'toMessage',
    'fromMessage',
    'fromMessageAsync',
    'canPickle',
    'explain',
    'hasPrivateState',
  ];
  const saying = ['register', 'reduce', 'reference', 'byValue', 'isMain'];
  const classes = ['Pickler', 'Unpickler', 'PickleError', 'PicklingError', 'UnpicklingError'];
  expect(Object.keys(pickle).sort()).toEqual([...functions, ...saying, ...classes].sort());
  expect(Object.keys(codec).sort()).toEqual(['Decoder', 'Encoder', 'NOT_PLAIN', 'NO_ROOM', 'UnpicklingError']);
});

describe('types', () => {
  const check = <T>(_value: T & pickle.Pickleable<T>): void => {};

  test('what can travel is accepted as it is', () => {
    class Point {
      x = 1;
      move(): void {}
    }
    check({ a: 1, b: ['x', null], c: new Map([['k', new Date()]]), d: new Set([1n]) });
    check([new Point(), Point, (n: number) => n, /a/, new Error('x'), new URL('http://a.example')]);
    check(new Float64Array(2));
    check(undefined as unknown);
    check(JSON.parse('1'));
    check(Symbol.for('a'));
    const args: [number, { f: () => void }] = [1, { f: () => {} }];
    check(args);
    expectTypeOf<pickle.PickleableArgs<[number, string?]>>().toEqualTypeOf<[number, string?]>();
  });

  test('types that hold themselves are accepted', () => {
    type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
    type Nested = Map<string, Nested>;
    interface Tree {
      readonly left?: Tree;
      readonly children: readonly Tree[];
    }
    check([1, { a: [null] }] as Json);
    check(new Map() as Nested);
    check({ children: [] } as Tree);
    const generic = <T>(value: T): Uint8Array => pickle.dumps<unknown>(value);
    expect(generic(1)).toBeInstanceOf(Uint8Array);
  });

  test('what cannot is an error of the compiler, which says why', () => {
    // @ts-expect-error a promise: await it first
    check({ a: Promise.resolve(1) });
    // @ts-expect-error an EventEmitter
    check([undefined as unknown as Socket]);
    // @ts-expect-error an EventEmitter
    check(undefined as unknown as { deep: { emitter: EventEmitter } });
    // @ts-expect-error a weak collection
    check(new WeakMap());
    // @ts-expect-error a running generator
    check((function* () {})());
    // @ts-expect-error a collection of what cannot be pickled
    check(new Map([['k', Promise.resolve()]]));
    // @ts-expect-error an iterator
    check([1].values());
    // @ts-expect-error a stream
    check({ body: new ReadableStream() });
    // @ts-expect-error bound to this thread
    check({ signal: new AbortController().signal });
    expectTypeOf<pickle.Pickleable<Promise<1>>>().toEqualTypeOf<pickle.CannotTravel<'a promise: await it first'>>();
  });
});

describe('@prac/pickle/codec', () => {
  test('writes into given memory, and says what does not fit', () => {
    const memory = new Uint8Array(new SharedArrayBuffer(256));
    const [encoder, decoder] = [new codec.Encoder(), new codec.Decoder(true)];
    const row = { id: 1, name: 'a', tags: [1, 2, 3, 4] };
    const first = encoder.encodeInto(row, memory);
    expect(decoder.decode(memory.subarray(0, first))).toEqual(row);
    const second = encoder.encodeInto(row, memory);
    expect(second).toBeLessThan(first); // the names are known
    expect(decoder.decode(memory.subarray(0, second))).toEqual(row);
    expect(encoder.encodeInto({ other: 'x'.repeat(300) }, memory)).toBe(codec.NO_ROOM);
    expect(encoder.encodeInto({ other: () => 1 }, memory)).toBe(codec.NOT_PLAIN);
    expect(encoder.encode(() => 1)).toBeNull();
    expect(decoder.decode(encoder.encode({ other: 'y' })!)).toEqual({ other: 'y' });
  });

  test('reads from any offset', () => {
    const encoder = new codec.Encoder();
    const written = encoder.encode([1.5, 2.5, 3.5, 4.5, 'abc'])!;
    const memory = new Uint8Array(200);
    for (const offset of [0, 1, 4, 7]) {
      memory.set(written, offset);
      expect(new codec.Decoder(true).decode(memory.subarray(offset, offset + written.length))).toEqual([
        1.5,
        2.5,
        3.5,
        4.5,
        'abc',
      ]);
    }
  });
});

describe('two that remember', () => {
  test('a function is written once, and is the same function there', () => {
    const [pickler, unpickler] = [new pickle.Pickler({ remember: true }), new pickle.Unpickler({ remember: true })];
    const k = 5;
    const helper = (n: number): number => n * k;
    const fn = (n: number): number => helper(n) + 1;
    const first = pickler.dumps({ fn });
    const second = pickler.dumps({ fn, again: true });
    expect(second.length).toBeLessThan(first.length / 2);
    const [a, b] = [unpickler.loadsSync(first), unpickler.loadsSync(second)] as { fn: typeof fn }[];
    expect(a!.fn(2)).toBe(11);
    expect(b!.fn).toBe(a!.fn);
    expect(() => pickle.loadsSync(second)).toThrow('a function is named that has not come before');
  });

  test('a function that has captured what may change is written again', () => {
    const [pickler, unpickler] = [new pickle.Pickler({ remember: true }), new pickle.Unpickler({ remember: true })];
    let changing = 1;
    const state = { n: 1 };
    const fn = (): number => changing + state.n;
    const call = (): number => (unpickler.loadsSync(pickler.dumps(fn)) as typeof fn)();
    expect(call()).toBe(2);
    changing = 10;
    expect(call()).toBe(11);
    state.n = 20;
    expect(call()).toBe(30);
  });

  test('a function is written again if what it uses has changed: a property, a prototype, a parameter', () => {
    const [pickler, unpickler] = [new pickle.Pickler({ remember: true }), new pickle.Unpickler({ remember: true })];
    const copyOf = <Fn>(fn: Fn): Fn => unpickler.loadsSync(pickler.dumps(fn)) as Fn;
    const settings: { (): number; k?: number } = () => 0;
    const reads = (): unknown => settings.k;
    expect(copyOf(reads)()).toBe(undefined);
    settings.k = 5;
    expect(copyOf(reads)()).toBe(5);
    // biome-ignore lint/complexity/useArrowFunction: it has a prototype
    const Old = function () {} as unknown as { new (): { m?: () => number }; prototype: { m?: () => number } };
    const makes = (): { m?: () => number } => new Old();
    expect(copyOf(makes)().m).toBe(undefined);
    Old.prototype.m = () => 6;
    expect(copyOf(makes)().m!()).toBe(6);
    const state = { n: 1 };
    const take = { n: 0 };
    const bound = function (this: typeof take): number {
      return this.n;
    }.bind(take);
    const calls = (): number => bound();
    const make = (fc: typeof state) => (): number => fc.n; // `fc` is also an import elsewhere
    const made = make(state);
    expect([copyOf(calls)(), copyOf(made)()]).toEqual([0, 1]);
    [take.n, state.n] = [7, 8];
    expect([copyOf(calls)(), copyOf(made)()]).toEqual([7, 8]);
  });

  test('what was left out of an error has not been sent', () => {
    const pickler = new pickle.Pickler({ remember: true });
    const fn = (n: number): number => n + 1;
    pickler.dumps(Object.assign(new Error('x'), { context: [fn, Promise.resolve()] }));
    expect((pickle.loadsSync(pickler.dumps(fn)) as typeof fn)(1)).toBe(2);
  });

  test('loops and new properties are seen', () => {
    const [pickler, unpickler] = [new pickle.Pickler({ remember: true }), new pickle.Unpickler({ remember: true })];
    let item: number;
    const fn = (): number => item;
    const seen: number[] = [];
    for (item of [1, 2, 3]) seen.push((unpickler.loadsSync(pickler.dumps(fn)) as typeof fn)());
    expect(seen).toEqual([1, 2, 3]);
    const plain = (n: number): number => n;
    pickler.dumps(plain);
    Object.assign(plain, { label: 'l' });
    expect(unpickler.loadsSync(pickler.dumps(plain))).toHaveProperty('label', 'l');
  });

  test('a function has arrived, although what it came with could not be read', () => {
    const [pickler, unpickler] = [new pickle.Pickler({ remember: true }), new pickle.Unpickler({ remember: true })];
    const fn = (n: number): number => n + 1;
    const missing = pickle.reference(() => {}, new URL('programs/library.mjs', import.meta.url), 'nothing');
    expect(() => unpickler.loadsSync(pickler.dumps([missing, fn]))).toThrow('has no nothing here');
    expect((unpickler.loadsSync(pickler.dumps(fn)) as typeof fn)(1)).toBe(2);
  });

  test('what was refused has not been sent', () => {
    const pickler = new pickle.Pickler({ remember: true });
    const fn = (n: number): number => n + 1;
    expect(() => pickler.dumps([fn, Promise.resolve()])).toThrow(pickle.PicklingError);
    expect((pickle.loadsSync(pickler.dumps(fn)) as typeof fn)(1)).toBe(2);
  });
});
