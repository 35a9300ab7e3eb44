// Locks and the like between real processes: what holds, and what is left when one of them is killed.
import {
  AssertionError,
  Barrier,
  BoundedSemaphore,
  BrokenBarrierError,
  Condition,
  Event,
  getContext,
  Lock,
  type LockOptions,
  RawArray,
  RawValue,
  RLock,
  Semaphore,
  Array as SharedArray,
  Value,
  ValueError,
} from '@prac/pool';
import { sleepSync } from '@prac/sync';
import { waitUntil } from '@prac/testing';
import { describe, expect, test } from 'vitest';
import { crew, ended } from './helpers/crew.ts';

const ROUNDS = 300;

describe.each([
  ['Lock', (options?: LockOptions) => new Lock(options)],
  ['RLock', (options?: LockOptions) => new RLock(options)],
])('%s', (name, create) => {
  test.each([
    [
      'blocking',
      (lock: Lock | RLock, sum: SharedArray<'i'>, rounds: number) => {
        for (let i = 0; i < rounds; i++) lock.withSync(() => sum.set(0, sum.at(0) + 1));
      },
    ],
    [
      'async',
      async (lock: Lock | RLock, sum: SharedArray<'i'>, rounds: number) => {
        const task = async (): Promise<void> => {
          for (let i = 0; i < rounds / 10; i++)
            await lock.with(async () => {
              const before = sum.at(0);
              if (i % 8 === 0) await null;
              sum.set(0, before + 1);
            });
        };
        await Promise.all(Array.from({ length: 10 }, task));
      },
    ],
  ])('one at a time, of three processes and this one (%s)', async (_, work) => {
    const [lock, sum] = [create(), new SharedArray('i', 1)];
    const all = crew(3, work as never, [lock, sum, ROUNDS] as never);
    await work(lock, sum, ROUNDS);
    expect(await ended(all)).toEqual([0, 0, 0]);
    expect(sum.at(0)).toBe(4 * ROUNDS);
    expect(lock.statistics()).toMatchObject({ locked: false, waiting: 0 });
  });

  test('a holder that is killed leaves it locked, and is seen to be dead', async () => {
    const [lock, ready] = [create(), new Event()];
    const hold = (lock: Lock | RLock, ready: Event): void => {
      lock.acquireSync();
      ready.set();
      new Event().waitSync();
    };
    const [holder] = crew(1, hold, [lock, ready]);
    await ready.wait();
    expect([lock.locked(), lock.ownerDied]).toEqual([true, false]);
    expect(String(lock)).toMatch(
      name === 'Lock' ? '<Lock(owner=SomeOtherProcess)>' : '<RLock(SomeOtherProcess, nonzero)>',
    );
    expect(lock.tryAcquire()).toBe(false);
    holder!.kill();
    await holder!.join();
    expect([lock.locked(), lock.ownerDied]).toEqual([true, true]);
    expect(lock.acquireSync({ timeout: 0.01 })).toBe(false);
  });

  test('a waiter that is killed takes no wake-up along', async () => {
    for (let round = 0; round < 5; round++) {
      const [lock, done] = [create({ robust: true }), new Value('i')]; // it may be killed while it has it
      lock.acquireSync();
      const take = (lock: Lock | RLock, done: Value<'i'>): void =>
        lock.withSync(() => {
          done.value += 1;
        });
      const [first, second] = crew(2, take, [lock, done]);
      await waitUntil(() => lock.statistics().waiting === 2);
      if (round % 2 === 0) {
        first!.kill();
        lock.release();
      } else {
        lock.release();
        first!.kill();
      }
      await second!.join(20);
      expect(second!.exitcode).toBe(0);
    }
  });
});

test('a robust lock is taken over from a process that was killed, by a waiter in any form', async () => {
  for (const form of ['sync', 'async', 'waiting']) {
    const [lock, ready] = [new Lock({ robust: true }), new Event()];
    const hold = (lock: Lock, ready: Event): void => {
      lock.acquireSync();
      ready.set();
      new Event().waitSync();
    };
    const [holder] = crew(1, hold, [lock, ready]);
    await ready.wait();
    const waiting = form === 'waiting' ? lock.acquire({ timeout: 20 }) : undefined;
    holder!.kill();
    await holder!.join();
    const taken = waiting ?? (form === 'sync' ? lock.acquireSync({ timeout: 20 }) : lock.acquire({ timeout: 20 }));
    expect([await taken, lock.ownerDied]).toEqual([true, true]);
    lock.release();
    expect(lock.ownerDied).toBe(false);
  }
});

test('what is wrong with a release is said as in Python', () => {
  expect(() => new Lock().release()).toThrow(new ValueError('semaphore or lock released too many times'));
  expect(() => new RLock().release()).toThrow(
    new AssertionError('attempt to release recursive lock not owned by thread'),
  );
  expect(() => new BoundedSemaphore(2).release()).toThrow(new ValueError('semaphore or lock released too many times'));
  expect(() => new Condition().waitSync()).toThrow(new AssertionError('must acquire() condition before using wait()'));
  expect(() => new Condition().notify()).toThrow(new AssertionError('lock is not owned'));
});

test('texts are those of Python', () => {
  const [lock, rlock] = [new Lock(), new RLock()];
  expect([lock, rlock].map(String)).toEqual(['<Lock(owner=None)>', '<RLock(None, 0)>']);
  lock.withSync(() =>
    rlock.withSync(() =>
      rlock.withSync(() => {
        expect([lock, rlock].map(String)).toEqual(['<Lock(owner=MainProcess)>', '<RLock(MainProcess, 2)>']);
      }),
    ),
  );
  expect([new Semaphore(2), new BoundedSemaphore(2), new Condition()].map(String)).toEqual([
    '<Semaphore(value=2)>',
    '<BoundedSemaphore(value=2, maxvalue=2)>',
    '<Condition(<RLock(None, 0)>, 0)>',
  ]);
  expect(String(new Event())).toMatch(/^<Event at 0x[0-9a-f]+ unset>$/);
  expect(String(new Barrier(2))).toMatch(/^<Barrier at 0x[0-9a-f]+: waiters=0\/2>$/);
});

test('a semaphore has so many permits, in all processes together', async () => {
  const [seats, inside, most] = [new Semaphore(2), new Value('i'), new Value('i')];
  const work = async (seats: Semaphore, inside: Value<'i'>, most: Value<'i'>): Promise<void> => {
    for (let i = 0; i < 20; i++) {
      if (i % 2 === 0) await seats.acquire();
      else seats.acquireSync();
      inside.withSync(() => {
        inside.value += 1;
        most.value = Math.max(most.value, inside.value);
      });
      sleepSync(0.001);
      inside.withSync(() => {
        inside.value -= 1;
      });
      seats.release();
    }
  };
  expect(await ended(crew(4, work, [seats, inside, most]))).toEqual([0, 0, 0, 0]);
  expect([seats.getValue(), inside.value]).toEqual([2, 0]);
  expect(most.value).toBeLessThanOrEqual(2);
});

test.each(['sync', 'async'])('an event is seen by all who wait (%s)', async (form) => {
  const [go, seen] = [new Event(), new Semaphore(0)];
  const wait = async (go: Event, seen: Semaphore, form: string): Promise<void> => {
    if (form === 'sync') go.waitSync();
    else await go.wait();
    seen.release();
  };
  const all = crew(3, wait, [go, seen, form]);
  await waitUntil(() => go.statistics().waiting === 3);
  expect(seen.getValue()).toBe(0);
  go.set();
  for (let i = 0; i < 3; i++) await seen.acquire();
  expect(await ended(all)).toEqual([0, 0, 0]);
  expect(await go.wait(0)).toBe(true);
});

test.each(['sync', 'async'])('a condition wakes as many as were notified (%s)', async (form) => {
  const [changed, woken] = [new Condition(), new Value('i')];
  const wait = async (changed: Condition, woken: Value<'i'>, form: string): Promise<void> => {
    const note = (): void => {
      woken.value += 1;
    };
    if (form === 'sync')
      changed.withSync(() => {
        changed.waitSync();
        note();
      });
    else
      await changed.with(async () => {
        await changed.wait();
        note();
      });
  };
  const all = crew(3, wait, [changed, woken, form]);
  await waitUntil(() => changed.statistics().waiting === 3);
  changed.withSync(() => changed.notify());
  await waitUntil(() => woken.value === 1);
  expect(changed.statistics().waiting).toBe(2);
  changed.withSync(() => changed.notifyAll());
  expect(await ended(all)).toEqual([0, 0, 0]);
  expect(woken.value).toBe(3);
});

test('a notification that a killed process was given goes to another', async () => {
  const changed = new Condition();
  const wait = (changed: Condition): void => changed.withSync(() => void changed.waitSync());
  const [first, second] = crew(2, wait, [changed]);
  await waitUntil(() => changed.statistics().waiting === 2);
  changed.withSync(() => {}); // who waits has let it go, and cannot be stopped while it has it
  process.kill(first!.pid!, 'SIGSTOP'); // it cannot go on
  process.kill(second!.pid!, 'SIGSTOP');
  changed.withSync(() => changed.notify());
  process.kill(first!.pid!, 'SIGKILL');
  process.kill(second!.pid!, 'SIGCONT');
  await first!.join();
  // Whoever of them was notified: if it was the first, the second inherits that; if not, it goes on by itself.
  await second!.join(20);
  expect(second!.exitcode).toBe(0);
});

test('a barrier lets go when all have come, each with a number of its own', async () => {
  const [barrier, numbers] = [new Barrier(4), new SharedArray('i', 4)];
  const meet = async (barrier: Barrier, numbers: SharedArray<'i'>): Promise<void> => {
    for (let i = 0; i < 10; i++) {
      const number = i % 2 === 0 ? barrier.waitSync() : await barrier.wait();
      numbers.withSync(() => numbers.set(number, numbers.at(number) + 1));
    }
  };
  const all = crew(3, meet, [barrier, numbers]);
  await meet(barrier, numbers);
  expect(await ended(all)).toEqual([0, 0, 0]);
  expect([...numbers]).toEqual([10, 10, 10, 10]);
});

test('who waits at a barrier that is broken is told', async () => {
  const [barrier, broken] = [new Barrier(3), new Semaphore(0)];
  const meet = (barrier: Barrier, broken: Semaphore): void => {
    try {
      barrier.waitSync();
    } catch (error) {
      if ((error as Error).name === 'BrokenBarrierError') broken.release();
    }
  };
  const all = crew(2, meet, [barrier, broken]);
  await waitUntil(() => barrier.nWaiting === 2);
  barrier.abort();
  expect(await ended(all)).toEqual([0, 0]);
  expect(broken.getValue()).toBe(2);
  await expect(barrier.wait()).rejects.toThrow(BrokenBarrierError);
});

test('values and arrays are the same in all processes', async () => {
  const [big, share, text] = [new Value('q', 2n ** 40n), new Value('d', 0.5), new SharedArray('B', [1, 2, 3])];
  const change = (big: Value<'q'>, share: Value<'d'>, text: SharedArray<'B'>): void => {
    big.value += 1n;
    share.value *= 3;
    text.obj.reverse();
  };
  expect(await ended(crew(1, change, [big, share, text]))).toEqual([0]);
  expect([big.value, share.value, [...text]]).toEqual([2n ** 40n + 1n, 1.5, [3, 2, 1]]);
  expect(() => new Value('x' as never)).toThrow(/x/);
  expect(() => new SharedArray('i', -1)).toThrow('size must be >= 0');
  expect(() => new SharedArray('i', [1.5])).toThrow(TypeError);
});

test('raw values have no lock, and are the same in all processes', async () => {
  const [flag, numbers] = [new RawValue('i', 5), new RawArray('d', [1, 2])];
  const change = (flag: RawValue<'i'>, numbers: RawArray<'d'>): void => {
    flag.value += 1;
    numbers.set(-1, numbers.at(0) + 0.5);
  };
  expect(await ended(crew(1, change, [flag, numbers]))).toEqual([0]);
  expect([flag.value, [...numbers], numbers.length]).toEqual([6, [1, 1.5], 2]);
  expect([String(flag), String(numbers)]).toEqual(["<RawValue 'i': 6>", "<RawArray 'd': [1, 1.5]>"]);
  expect(() => numbers.at(2)).toThrow('array index out of range');
  expect(getContext().RawValue).toBe(RawValue);
  expect(() => getContext('fork' as never)).toThrow('a JavaScript engine cannot be forked');
});

test('one object stands for a lock, wherever it comes from', async () => {
  const { fromMessage, toMessage } = await import('@prac/pickle');
  const [lock, condition] = [new Lock(), new Condition(new Lock())];
  expect(fromMessage(toMessage<unknown>(lock).message as never)).toBe(lock);
  const again = fromMessage<{ a: Condition; b: Condition }>(
    toMessage<unknown>({ a: condition, b: condition }).message as never,
  );
  expect(again.a).toBe(condition);
});

test('a subclass of a lock is refused: it would arrive as a Lock', async () => {
  const { dumps } = await import('@prac/pickle');
  class Mine extends Lock {}
  expect(() => dumps<unknown>(new Mine())).toThrow('it would arrive as a Lock');
});
