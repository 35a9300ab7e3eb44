// What the compiler says: checked by `pnpm check`.
import type { Socket } from 'node:net';
import { type Condition, type Event, Lock, local, SharedArray, SharedValue, Thread } from '@prac/sync';
import { expectTypeOf, test } from 'vitest';

test('arguments fit the target', () => {
  const target = (n: number, lock: Lock): number => (lock.locked() ? n : -n);
  expectTypeOf(new Thread({ target, args: [1, new Lock()] })).toExtend<Thread>();
  // @ts-expect-error: a string is no number
  new Thread({ target, args: ['1', new Lock()] });
  // @ts-expect-error: the lock is missing
  new Thread({ target, args: [1] });
});

test('what cannot travel is refused by the compiler', () => {
  const socket = undefined as unknown as Socket;
  // @ts-expect-error: a socket stays where it is
  new Thread({ target: (_: Socket) => {}, args: [socket] });
  // @ts-expect-error: so does a promise
  new Thread({ target: (_: Promise<number>) => {}, args: [Promise.resolve(1)] });
});

test('waits give what they find', () => {
  expectTypeOf<Lock['acquire']>().returns.toEqualTypeOf<Promise<boolean>>();
  expectTypeOf<Lock['acquireSync']>().returns.toEqualTypeOf<boolean>();
  expectTypeOf<Event['waitSync']>().returns.toEqualTypeOf<boolean>();
  expectTypeOf(undefined as unknown as Condition['waitFor']).toBeCallableWith(() => 5, 1);
});

test('values have the type of their letter', () => {
  expectTypeOf(new SharedValue('i', 1).value).toEqualTypeOf<number>();
  expectTypeOf(new SharedValue('q', 1n).value).toEqualTypeOf<bigint>();
  // @ts-expect-error: 64-bit integers are bigint
  expectTypeOf(() => new SharedValue('q', 1)).toBeFunction();
  expectTypeOf(new SharedArray('d', 2).obj).toEqualTypeOf<Float64Array<SharedArrayBuffer>>();
  expectTypeOf(new local().anything).toEqualTypeOf<unknown>();
});
