// Random calls, against a list: what a ring around the end of its memory, or a stack, could get wrong.

import { toMessage } from '@prac/pickle';
import { LifoQueue, Queue } from '@prac/queue';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const ITEM = fc.oneof(
  fc.integer(),
  fc.string({ maxLength: 20 }),
  fc.nat(6000).map((length) => 'x'.repeat(length)),
  fc.array(fc.double({ noNaN: true }), { maxLength: 300 }),
  fc.constant('function'),
);
const CALL = fc.oneof(
  { weight: 5, arbitrary: ITEM.map((item) => ({ item })) },
  { weight: 4, arbitrary: fc.constant('get' as const) },
  { weight: 1, arbitrary: fc.constant('share' as const) },
);

describe.each([
  ['Queue', (size: number) => new Queue(size), (list: unknown[]) => list.shift()],
  ['LifoQueue', (size: number) => new LifoQueue(size), (list: unknown[]) => list.pop()],
] as const)('%s', (_, make, next) => {
  test.each([0, 3])('maxsize %i: gives out what a list gives', (maxsize) => {
    fc.assert(
      fc.property(fc.array(CALL, { maxLength: 150 }), (calls) => {
        const queue = make(maxsize);
        const list: unknown[] = [];
        for (const call of calls) {
          if (call === 'share') toMessage<unknown>(queue);
          else if (call === 'get') {
            if (list.length === 0) expect(() => queue.getNowait()).toThrow();
            else expect(queue.getNowait()).toEqual(next(list));
          } else if (maxsize > 0 && list.length >= maxsize) expect(() => queue.putNowait(call.item)).toThrow();
          else {
            queue.putNowait(call.item);
            list.push(call.item);
          }
          expect([queue.qsize(), queue.full()]).toEqual([list.length, maxsize > 0 && list.length >= maxsize]);
        }
        while (list.length > 0) expect(queue.getNowait()).toEqual(next(list));
      }),
      { numRuns: 100 },
    );
  });
});
