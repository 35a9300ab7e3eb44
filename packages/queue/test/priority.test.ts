import { toMessage } from '@prac/pickle';
import { PriorityQueue } from '@prac/queue';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { thrown } from './helpers/text.ts';

function local(compare?: (a: never, b: never) => number): PriorityQueue {
  return new PriorityQueue(0, { compare: compare as never });
}

function shared(compare?: (a: never, b: never) => number): PriorityQueue {
  const queue = local(compare);
  toMessage<unknown>(queue);
  return queue;
}

function drained(queue: PriorityQueue): unknown[] {
  const items: unknown[] = [];
  while (!queue.empty()) items.push(queue.getNowait());
  return items;
}

describe.each([
  ['in one thread', local],
  ['in shared memory', shared],
])('PriorityQueue, %s', (_, make) => {
  test.each([
    ['numbers by value: 9 before 10', [10, 9, 1e300, -1, 0.5, 100n, true], [-1, 0.5, true, 9, 10, 100n, 1e300]],
    [
      'strings by code points',
      ['b', 'a', '\u{1f600}', '\uffee', 'ab', ''],
      ['', 'a', 'ab', 'b', '\uffee', '\u{1f600}'],
    ],
    [
      'arrays by their first elements that differ',
      [[2, 'b'], [10, 'a'], [2, 'a'], [2], []],
      [[], [2], [2, 'a'], [2, 'b'], [10, 'a']],
    ],
    [
      'nested arrays',
      [
        [1, [2, 3]],
        [1, [2]],
        [1, [1, 9]],
      ],
      [
        [1, [1, 9]],
        [1, [2]],
        [1, [2, 3]],
      ],
    ],
    ['dates by their time', [new Date(2), new Date(1)], [new Date(1), new Date(2)]],
  ])('%s', (_name, items, order) => {
    const queue = make();
    for (const item of items) queue.putNowait(item);
    expect(drained(queue)).toEqual(order);
  });

  test('of those that are equal the first in comes first', () => {
    const queue = make(((a: { p: number }, b: { p: number }) => a.p - b.p) as never);
    for (let n = 0; n < 50; n++) queue.putNowait({ p: n % 3, n });
    const items = drained(queue) as { p: number; n: number }[];
    for (let i = 1; i < items.length; i++) {
      const [a, b] = [items[i - 1]!, items[i]!];
      expect(a.p < b.p || (a.p === b.p && a.n < b.n)).toBe(true);
    }
  });

  test('what cannot be compared is refused by put, and nothing has changed', async () => {
    const queue = make();
    for (const n of [3, 1, 2]) queue.putNowait(n);
    for (const item of ['text', { p: 1 }, [1]])
      expect(await thrown(() => queue.put(item))).toMatch(
        /^TypeError: '<' not supported between .* give the queue a compare function$/,
      );
    expect(drained(queue)).toEqual([1, 2, 3]);
    expect(queue.unfinishedTasks).toBe(3);
  });

  test('an error of the compare function is that of put', async () => {
    const queue = make((() => {
      throw new RangeError('no order');
    }) as never);
    queue.putNowait(1);
    expect(await thrown(() => queue.put(2))).toBe('RangeError: no order');
    expect(drained(queue)).toEqual([1]);
  });

  test('random calls: as a list that is sorted (numbers)', () =>
    randomCalls(make, fc.integer({ min: 0, max: 9 }), (a, b) => a - b));

  test('random calls: as a list that is sorted (arrays of different size)', () =>
    randomCalls(
      make,
      fc.tuple(fc.integer({ min: 0, max: 3 }), fc.string({ maxLength: 400 })),
      (a, b) => a[0] - b[0] || (a[1] === b[1] ? 0 : [...a[1]].join() === [...b[1]].join() ? 0 : codePoints(a[1], b[1])),
    ));
});

function codePoints(a: string, b: string): number {
  const [x, y] = [Array.from(a, (c) => c.codePointAt(0)!), Array.from(b, (c) => c.codePointAt(0)!)];
  const at = x.findIndex((c, i) => c !== y[i]);
  return at < 0 || at >= y.length ? x.length - y.length : x[at]! - y[at]!;
}

function randomCalls<T>(make: () => PriorityQueue, item: fc.Arbitrary<T>, compare: (a: T, b: T) => number): void {
  fc.assert(
    fc.property(fc.array(fc.option(item, { nil: undefined }), { maxLength: 120 }), (calls) => {
      const queue = make();
      let list: T[] = [];
      for (const call of calls) {
        if (call !== undefined) {
          queue.putNowait(call);
          list = [...list, call].sort(compare); // stable: ties in order of arrival
        } else if (list.length > 0) expect(queue.getNowait()).toEqual(list.shift());
        expect(queue.qsize()).toBe(list.length);
      }
      expect(drained(queue)).toEqual(list);
    }),
    { numRuns: 60 },
  );
}
