// Numbers in memory that threads share.
import { IndexError, ValueError } from '@prac/exceptions';
import { Lock, RLock, SharedArray, SharedValue, Array as SyncArray, Thread, type Typecode, Value } from '@prac/sync';
import { describe, expect, test } from 'vitest';
import { ask, thrown } from './helpers/ask.ts';
import { expectNoThreadsLeft } from './helpers/left.ts';

expectNoThreadsLeft();

test('Value and Array are other names of SharedValue and SharedArray', () => {
  expect([Value, SyncArray]).toEqual([SharedValue, SharedArray]);
});

describe('a value', () => {
  test('is 0 at first, or what it is given, and can be set', () => {
    const [zero, five] = [new Value('i'), new Value('d', 5.5)];
    expect([zero.value, five.value, zero.typecode]).toEqual([0, 5.5, 'i']);
    zero.value = -1;
    expect(zero.value).toBe(-1);
  });

  test.each<[Typecode, number | bigint, number | bigint]>([
    ['b', 200, -56],
    ['B', -1, 255],
    ['h', 40_000, -25_536],
    ['H', 65_537, 1],
    ['i', 2 ** 31, -(2 ** 31)],
    ['I', -1, 2 ** 32 - 1],
    ['l', 2n ** 63n, -(2n ** 63n)],
    ['L', -1n, 2n ** 64n - 1n],
    ['q', -5n, -5n],
    ['Q', 5n, 5n],
    ['f', 0.1, Math.fround(0.1)],
    ['d', 0.1, 0.1],
  ])('of typecode %s holds %s as %s', (typecode, given, held) => {
    const value = new Value<Typecode>(typecode, given as never);
    expect([value.value, new SyncArray<Typecode>(typecode, [given as never]).at(0)]).toEqual([held, held]);
  });

  test('is the same in all threads, which count exactly under its lock', async () => {
    const counter = new Value('i');
    const target = (counter: Value<'i'>): void => {
      for (let i = 0; i < 1000; i++) counter.withSync(() => void counter.value++);
    };
    const threads = Array.from({ length: 3 }, () => new Thread({ target, args: [counter] }));
    for (const thread of threads) thread.start();
    await target(counter);
    for (const thread of threads) await thread.join();
    expect(counter.value).toBe(4000);
  });

  test('is one object in a thread, and comes back as the same', async () => {
    const counter = new Value('i', 7);
    const [same, value, back] = await ask(
      (a: Value<'i'>, b: Value<'i'>) => [a === b, a.value++, b] as const,
      counter,
      counter,
    );
    expect([same, value, back === counter, counter.value]).toEqual([true, 7, true, 8]);
  });

  test('has a lock: an RLock, or the one it is given, which several may share', async () => {
    const lock = new Lock();
    const [own, a, b] = [new Value('i'), new Value('i', 0, { lock }), new SyncArray('i', 1, { lock })];
    expect(own.getLock()).toBeInstanceOf(RLock);
    expect([a.getLock(), b.getLock()]).toEqual([lock, lock]);
    expect([a.tryAcquire(), b.tryAcquire()]).toEqual([true, false]);
    a.release();
    expect(await b.acquire()).toBe(true);
    expect(
      await ask((a: Value<'i'>, b: SyncArray<'i'>) => [a.getLock() === b.getLock(), a.tryAcquire()], a, b),
    ).toEqual([true, false]);
    b.release();
    expect(a.acquireSync({ timeout: 1 })).toBe(true);
    a.release();
  });

  test('shows itself', () => {
    expect(String(new Value('i', 5))).toMatch(/^<sync\.SharedValue 'i' at 0x[0-9a-f]+: 5>$/);
    expect(String(new SyncArray('d', [1, 2.5]))).toMatch(/^<sync\.SharedArray 'd' at 0x[0-9a-f]+: \[1, 2\.5\]>$/);
  });

  test.each(['x', '', 'ii', 5, undefined, null, 'toString'])('refuses the typecode %j', (typecode) => {
    for (const Class of [Value, SyncArray])
      expect(thrown(() => new Class(typecode as 'i', 0))).toMatch(/^TypeError: Expected a typecode, one of b B h H/);
  });

  test.each([
    [() => new Value('i', 'x' as never)],
    [() => new Value('i', {} as never)],
    [() => new Value('i', 0, { lock: false } as never)],
    [() => new SyncArray('i', 'abc' as never)],
  ])('refuses what is no number, and no lock: %s', (make) => {
    expect(thrown(make)).toMatch(/^TypeError: /);
  });

  test('refuses options that it does not know', () => {
    expect(thrown(() => new Value('i', 0, { locked: true } as never))).toMatch(/^TypeError: Unknown option 'locked'/);
  });
});

describe('an array', () => {
  test('has a length and elements, from the end too', () => {
    const array = new SyncArray('i', 3);
    array.set(0, 1);
    array.set(-1, 3);
    expect([[...array], array.length, array.at(-1), array.at(1), array.slice(1)]).toEqual([[1, 0, 3], 3, 3, 0, [0, 3]]);
    expect([...new SyncArray('q', [1n, 2n])]).toEqual([1n, 2n]);
    expect([...new SyncArray('B', new Set([1, 2]))]).toEqual([1, 2]);
    expect(new SyncArray('i', 0).length).toBe(0);
  });

  test('has a typed array over the memory itself', async () => {
    const array = new SyncArray('i', [1, 2]);
    expect(array.obj).toBeInstanceOf(Int32Array);
    await ask((array: SyncArray<'i'>) => void Atomics.add(array.obj, 1, 40), array);
    expect([...array.obj]).toEqual([1, 42]);
  });

  test('is the same in all threads', async () => {
    const array = new SyncArray('d', [1, 2, 3]);
    await ask((array: SyncArray<'d'>) => {
      for (let i = 0; i < array.length; i++) array.set(i, array.at(i) ** 2);
    }, array);
    expect([...array]).toEqual([1, 4, 9]);
  });

  test('refuses indexes beyond its ends, and what is no index', () => {
    const array = new SyncArray('i', 2);
    for (const index of [2, -3, Number.POSITIVE_INFINITY]) {
      const said = [thrown(() => array.at(index)), thrown(() => array.set(index, 1))];
      const error = Number.isFinite(index) ? new IndexError('array index out of range') : /^TypeError/;
      for (const text of said) expect(text).toMatch(error instanceof RegExp ? error : String(error));
    }
    expect(thrown(() => array.at('0' as never))).toMatch(/^TypeError: Expected an index/);
    expect(thrown(() => array.at(0.5))).toBe('TypeError: Expected an index, got 0.5');
  });

  test('refuses sizes that are none', () => {
    expect(() => new SyncArray('i', -1)).toThrow(new ValueError('size must be >= 0'));
    for (const size of [1.5, Number.NaN, null, {}, undefined])
      expect(thrown(() => new SyncArray('i', size as never))).toMatch(/^TypeError: /);
  });
});
