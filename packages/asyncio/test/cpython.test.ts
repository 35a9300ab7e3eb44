// Ported from CPython 3.13, Lib/test/test_asyncio/test_locks.py and test_queues.py (PSF License Version 2): the cases whose order within one turn of
// the loop matters. Changed: written for this package.
import {
  Barrier,
  BrokenBarrierError,
  CancelledError,
  Condition,
  createTask,
  gather,
  getRunningLoop,
  Lock,
  Queue,
  run,
  Semaphore,
  sleep,
  type Task,
  TaskGroup,
  timeout,
  waitFor,
} from '@prac/asyncio';
import { expect, test } from 'vitest';

const N = 5;

test('Lock: test_cancel_release_race', () =>
  run(async () => {
    const lock = new Lock();
    let [locks, calls] = [0, 0];
    const lockIt = async (): Promise<void> => {
      calls++;
      await lock.acquire();
      locks++;
    };
    await lock.acquire();
    const [first, second, third] = [createTask(lockIt), createTask(lockIt), createTask(lockIt)];
    await sleep(0);
    getRunningLoop().callSoon(() => {
      first.cancel();
      lock.release();
    });
    await expect(first).rejects.toThrow(CancelledError);
    expect([locks, calls, first.cancelled(), second.done()]).toEqual([1, 3, true, true]);
    third.cancel();
    await sleep(0);
    expect(third.cancelled()).toBe(true);
  }));

test.each([false, true])('Condition: test_cancelled_wakeup, relock: %s', (relock) =>
  run(async () => {
    const condition = new Condition();
    let state = 0;
    const consume = (): Promise<void> =>
      condition.with(async () => {
        for (;;) {
          await condition.waitFor(() => state !== 0);
          if (state < 0) return;
          state--;
        }
      });
    const consumers = [createTask(consume), createTask(consume)] as const;
    await sleep(0);
    await condition.with(async () => {
      state++;
      condition.notify(1);
      if (relock) await sleep(0);
      consumers[0].cancel();
      await timeout(0.05, () => condition.waitFor(() => state === 0)).catch(() => {}); // nobody notifies
      expect(state).toBe(0);
      state = -1;
      condition.notifyAll();
    });
    await consumers[1];
  }),
);

test('Semaphore: test_acquire_cancel_before_awoken', () =>
  run(async () => {
    const semaphore = new Semaphore(0);
    const tasks = Array.from({ length: 4 }, () => createTask(() => semaphore.acquire()));
    await sleep(0);
    tasks[0]!.cancel();
    tasks[1]!.cancel();
    semaphore.release();
    await sleep(0);
    await sleep(0);
    expect([tasks[2]!.done(), tasks[3]!.done()]).toEqual([true, false]);
    tasks[3]!.cancel();
    await sleep(0);
  }));

test('Semaphore: test_acquire_hang', () =>
  run(async () => {
    const semaphore = new Semaphore(0);
    const [first, second] = [createTask(() => semaphore.acquire()), createTask(() => semaphore.acquire())];
    await sleep(0);
    first.cancel();
    semaphore.release();
    await sleep(0);
    await sleep(0);
    expect([semaphore.locked(), second.done()]).toEqual([true, true]);
  }));

test('Semaphore: test_acquire_no_hang', () =>
  run(async () => {
    const semaphore = new Semaphore(1);
    let second: Task<void> | undefined;
    const first = createTask(async () => {
      await semaphore.with(() => sleep(0));
      second!.cancel();
    });
    second = createTask(() => semaphore.with(() => expect.unreachable()));
    const results = await gather(first, second, { returnExceptions: true });
    expect([results[0], results[1]]).toEqual([undefined, expect.any(CancelledError)]);
    await waitFor(semaphore.acquire(), 1);
  }));

/** So many tasks of the same. */
async function crowd(fn: () => Promise<void>): Promise<void> {
  await gather(...Array.from({ length: N }, () => fn));
}

test('Barrier: test_draining_state', () =>
  run(async () => {
    const barrier = new Barrier(N);
    const results: boolean[] = [];
    await crowd(async () => {
      await barrier.wait();
      results.push(String(barrier).includes('draining'));
    });
    expect(results).toEqual([true, true, true, true, false]);
    expect([barrier.nWaiting, barrier.broken]).toEqual([0, false]);
  }));

test('Barrier: test_reset_barrier_while_tasks_draining', () =>
  run(async () => {
    const barrier = new Barrier(N);
    let [count, again, broken, last] = [0, 0, 0, 0];
    await crowd(async () => {
      await barrier.wait();
      if (++count === N) {
        await barrier.reset();
        await barrier.wait();
      } else {
        try {
          await barrier.wait();
          again++;
        } catch {
          broken++;
        }
      }
      await barrier.wait();
      last++;
    });
    expect([again, broken, last, barrier.nWaiting, barrier.broken]).toEqual([N - 1, 0, N, 0, false]);
  }));

test('Barrier: test_reset_barrier_when_tasks_half_draining_half_blocking', () =>
  run(async () => {
    const barrier = new Barrier(N);
    const blocking = Math.floor(N / 2);
    let [count, broken, blocked] = [0, 0, 0];
    await crowd(async () => {
      try {
        await barrier.wait();
      } catch (error) {
        if (!(error instanceof BrokenBarrierError)) throw error;
        broken++;
        await barrier.wait();
        return;
      }
      if (++count > blocking) {
        await barrier.reset();
        await barrier.wait();
        return;
      }
      try {
        await barrier.wait();
      } catch {
        blocked++;
      }
    });
    expect([broken, blocked, barrier.nWaiting, barrier.broken]).toEqual([blocking, 0, 0, false]);
    expect(String(barrier)).not.toContain('resetting');
  }));

test('Barrier: test_abort_barrier_when_tasks_half_draining_half_blocking', () =>
  run(async () => {
    const barrier = new Barrier(N);
    const blocking = Math.floor(N / 2);
    let [count, draining, drained] = [0, 0, 0];
    await crowd(async () => {
      try {
        await barrier.wait();
      } catch {
        draining++;
        return;
      }
      if (++count > blocking) {
        await barrier.abort();
        return;
      }
      try {
        await barrier.wait();
      } catch {
        drained++;
      }
    });
    expect([barrier.broken, draining, drained, barrier.nWaiting]).toEqual([true, blocking, N - blocking - 1, 0]);
  }));

test('Queue: test_get_cancel_drop_one_pending_reader', () =>
  run(async () => {
    const queue = new Queue<number>();
    const reader = createTask(() => queue.get());
    await sleep(0);
    queue.putNowait(1);
    queue.putNowait(2);
    reader.cancel();
    await expect(reader).rejects.toThrow(CancelledError);
    expect(await createTask(() => queue.get())).toBe(1);
  }));

test('Queue: test_get_cancel_drop_many_pending_readers', () =>
  run(async () => {
    const queue = new Queue<number>();
    const results = await TaskGroup.run(async (group) => {
      const readers = [1, 2, 3].map(() => group.createTask(() => queue.get())) as [
        Task<number>,
        Task<number>,
        Task<number>,
      ];
      await sleep(0);
      queue.putNowait(1);
      queue.putNowait(2);
      readers[0].cancel();
      await expect(readers[0]).rejects.toThrow(CancelledError);
      return [await readers[1], await readers[2]];
    });
    expect(results.sort()).toEqual([1, 2]);
  }));

test('Queue: test_put_cancel_drop', () =>
  run(async () => {
    const queue = new Queue<number>(1);
    queue.putNowait(1);
    const writer = createTask(() => queue.put(2));
    await sleep(0);
    expect(queue.getNowait()).toBe(1);
    writer.cancel();
    await expect(writer).rejects.toThrow(CancelledError);
    await createTask(() => queue.put(2));
    expect([queue.getNowait(), queue.qsize()]).toEqual([2, 0]);
  }));

test('Queue: test_repr', () =>
  run(async () => {
    const empty = new Queue<number>();
    const getter = createTask(() => empty.get());
    await sleep(0);
    expect(String(empty)).toMatch(/^<Queue at 0x[0-9a-f]+ maxsize=0 _getters\[1\]>$/);
    empty.putNowait(0);
    expect(await getter).toBe(0);
    const full = new Queue<number>(1);
    full.putNowait(1);
    const putter = createTask(() => full.put(2));
    await sleep(0);
    expect(String(full)).toContain('maxsize=1 _queue=[1] _putters[1] tasks=1>');
    full.getNowait();
    await putter;
  }));
