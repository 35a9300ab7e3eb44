// Who owns an RLock: tasks, their parts, and what becomes of what a part has acquired. Beyond CPython, whose owner is the thread.
import { AsyncLocalStorage } from 'node:async_hooks';
import { currentTask } from '@prac/park';
import { RLock, runAsTask, SharedArray, Thread } from '@prac/sync';
import { waitUntil } from '@prac/testing';
import { describe, expect, test } from 'vitest';
import { collected } from './helpers/garbage.ts';
import { refusal } from './helpers/refusal.ts';

const NOT_OWNED = 'RuntimeError: cannot release un-acquired lock';
const CANNOT_TELL =
  'RuntimeError: the lock is held outside of any task, where async functions cannot be told apart: use lock.with(fn) or runAsTask(fn)';
const NEVER_ENDS =
  'RuntimeError: another task of this thread holds the lock, and cannot release it while the thread is blocked: await acquire(), or give a timeout';

describe('owners of an RLock', () => {
  test('runAsTask opens a task: others of the thread wait, its own calls do not', async () => {
    const lock = new RLock();
    const order: string[] = [];
    const task = (name: string) =>
      runAsTask(async () => {
        await lock.acquire();
        await lock.acquire({ timeout: 5 });
        order.push(`${name} ${lock.statistics().count}`);
        lock.release();
        await new Promise((resolve) => setImmediate(resolve));
        order.push(`${name} out`);
        lock.release();
      });
    await Promise.all([task('a'), task('b'), task('c')]);
    expect(order).toEqual(['a 2', 'a out', 'b 2', 'b out', 'c 2', 'c out']);
  });

  test('two calls of with() in one task, neither inside the other, exclude each other', () =>
    runAsTask(async () => {
      const lock = new RLock();
      const log: string[] = [];
      const inside = (name: string) => async (): Promise<void> => {
        log.push(`${name} in`);
        await new Promise((resolve) => setImmediate(resolve));
        log.push(`${name} out`);
      };
      await Promise.all([lock.with(inside('a')), lock.with(inside('b'))]);
      expect(log).toEqual(['a in', 'a out', 'b in', 'b out']);
    }));

  test('with() in a task that holds it is inside of that: it does not wait, and what it released is held on', () =>
    runAsTask(async () => {
      const lock = new RLock();
      await lock.acquire();
      const seen = await lock.with(() => lock.with(() => [lock.isOwned(), lock.statistics().count]));
      expect(seen).toEqual([true, 3]);
      expect([lock.isOwned(), lock.statistics().count]).toEqual([true, 1]);
      lock.release();
      expect(lock.locked()).toBe(false);
    }));

  test('a task whose with() is still running waits for it like anybody else', () =>
    runAsTask(async () => {
      const lock = new RLock();
      const end = Promise.withResolvers<void>();
      const inside = lock.with(() => end.promise);
      await waitUntil(() => lock.locked());
      expect([lock.isOwned(), lock.tryAcquire()]).toEqual([false, false]);
      expect(refusal(() => lock.release())).toBe(NOT_OWNED);
      const acquired = lock.acquire();
      end.resolve();
      expect(await acquired).toBe(true);
      await inside;
      lock.release();
    }));

  test('with() side by side under an outer with() exclude each other, and the outer one is held on', async () => {
    const lock = new RLock();
    const log: string[] = [];
    const inside = (name: string) => async (): Promise<void> => {
      log.push(`${name} in ${lock.statistics().count}`);
      await new Promise((resolve) => setImmediate(resolve));
      await lock.with(() => new Promise((resolve) => setImmediate(resolve)));
      log.push(`${name} out`);
    };
    await lock.with(async () => {
      await Promise.all([lock.with(inside('a')), lock.with(inside('b')), lock.with(inside('c'))]);
      log.push(`outer ${lock.isOwned()} ${lock.statistics().count}`);
    });
    expect(log).toEqual(['a in 2', 'a out', 'b in 2', 'b out', 'c in 2', 'c out', 'outer true 1']);
    expect(lock.statistics()).toMatchObject({ locked: false, count: 0, waiting: 0 });
  });

  test('a task acquires it again after a with() in it that still runs, and may release its own meanwhile', () =>
    runAsTask(async () => {
      const lock = new RLock();
      await lock.acquire();
      const end = Promise.withResolvers<void>();
      const inside = lock.with(() => end.promise);
      await waitUntil(() => lock.statistics().count === 2);
      expect([lock.isOwned(), lock.tryAcquire()]).toEqual([false, false]);
      expect(refusal(() => lock.acquireSync())).toBe(NEVER_ENDS);
      const again = lock.acquire();
      lock.release();
      expect(refusal(() => lock.release())).toBe(NOT_OWNED);
      expect(lock.statistics()).toMatchObject({ locked: true, count: 1, waiting: 1 });
      end.resolve();
      await inside;
      expect(await again).toBe(true);
      lock.release();
      expect(lock.locked()).toBe(false);
    }));

  test('a with() that ends before one that was begun in it releases its own', async () => {
    const lock = new RLock();
    const end = Promise.withResolvers<void>();
    let inner: Promise<void> | undefined;
    await lock.with(() => {
      inner = lock.with(() => end.promise);
    });
    expect(lock.statistics()).toMatchObject({ locked: true, count: 1 });
    const other = lock.with(() => 'other');
    end.resolve();
    await inner;
    expect(await other).toBe('other');
    expect(lock.statistics()).toMatchObject({ locked: false, count: 0, waiting: 0 });
  });

  test('what is acquired in the body of a with() and not released there is its task', () =>
    runAsTask(async () => {
      const [lock, other] = [new RLock(), new RLock()];
      await other.with(() => lock.acquire());
      await lock.with(() => lock.acquire());
      expect([lock.isOwned(), lock.statistics().count]).toEqual([true, 2]);
      await lock.acquire();
      for (const _ of [1, 2, 3]) lock.release();
      expect(lock.locked()).toBe(false);
    }));

  test('outside of tasks it is the thread that releases what the body of a with() has left acquired', async () => {
    const lock = new RLock();
    await lock.with(() => lock.acquire());
    expect([lock.isOwned(), lock.statistics().count]).toEqual([true, 1]);
    expect(refusal(() => lock.tryAcquire())).toBe(CANNOT_TELL);
    lock.release();
    expect(lock.locked()).toBe(false);
  });

  test('who waits for a body that ends with the lock goes on, if the lock is then its own', () =>
    runAsTask(async () => {
      const [lock, other] = [new RLock(), new RLock()];
      const end = Promise.withResolvers<void>();
      const leaving = other.with(async () => {
        await lock.acquire();
        await end.promise; // and leaves it acquired
      });
      await waitUntil(() => lock.locked());
      const waiting = lock.with(() => lock.statistics().count);
      await waitUntil(() => lock.statistics().waiting === 1);
      end.resolve();
      expect(await waiting).toBe(2);
      await leaving;
      lock.release();
      expect(lock.locked()).toBe(false);
    }));

  test('a body that ends lets nobody in whose task does not own the lock', async () => {
    const [lock, other] = [new RLock(), new RLock()];
    const left = runAsTask(async () => {
      await other.with(() => lock.acquire());
      expect(await runAsTask(() => lock.acquire({ timeout: 0.02 }))).toBe(false);
      const stranger = runAsTask(() => lock.with(() => 'in'));
      await waitUntil(() => lock.statistics().waiting === 1);
      lock.release();
      return stranger;
    });
    expect(await left).toBe('in');
  });

  test('what a body has begun and left running goes on as a part of the task', () =>
    runAsTask(async () => {
      const [lock, other] = [new RLock(), new RLock()];
      const go = Promise.withResolvers<void>();
      let background = Promise.resolve();
      await other.with(() => {
        background = go.promise.then(async () => {
          expect(await lock.acquire()).toBe(true);
          lock.release();
        });
      });
      await lock.acquire();
      go.resolve();
      await background;
      lock.release();
    }));

  test('a wait that is aborted behind a part of its task leaves no trace', () =>
    runAsTask(async () => {
      const lock = new RLock();
      await lock.acquire();
      const end = Promise.withResolvers<void>();
      const first = lock.with(() => end.promise);
      const abort = new AbortController();
      const aborted = lock.with(() => 'never', { signal: abort.signal });
      const third = lock.with(() => 'third');
      await waitUntil(() => lock.statistics().waiting === 2);
      abort.abort(new Error('enough'));
      await expect(aborted).rejects.toThrow('enough');
      end.resolve();
      await first;
      expect(await third).toBe('third');
      expect(lock.statistics()).toMatchObject({ count: 1, waiting: 0 });
      lock.release();
    }));

  test("two plain async functions in a thread's function: the second is refused", async () => {
    const refused = new SharedArray('i', 1);
    const thread = new Thread({
      target: async (lock: RLock, refused: SharedArray<'i'>) => {
        const plain = async (): Promise<void> => {
          await lock.acquire();
          await new Promise((resolve) => setImmediate(resolve));
          lock.release();
        };
        const ends = await Promise.allSettled([plain(), plain()]);
        refused.set(0, ends.filter(({ status }) => status === 'rejected').length);
      },
      args: [new RLock(), refused],
    });
    thread.start();
    await thread.join();
    expect(refused.at(0)).toBe(1);
  });

  test('calls that are begun in the body of the one before do not keep the tasks that have ended', async () => {
    const lock = new RLock();
    const tasks: WeakRef<object>[] = [];
    const end = Promise.withResolvers<void>();
    let last: unknown;
    const step = (left: number): void => {
      void lock.with(() => {
        tasks.push(new WeakRef(currentTask()!));
        // Begun while this one still runs, and a part of it.
        if (left > 0) queueMicrotask(() => step(left - 1));
        else {
          last = AsyncLocalStorage.snapshot();
          setImmediate(end.resolve);
        }
      });
    };
    step(100);
    await end.promise;
    for (const task of tasks.slice(0, 90)) await collected(task);
    expect(last).toBeDefined(); // it holds the last one
  });
});
