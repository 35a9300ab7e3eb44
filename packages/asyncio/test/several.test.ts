import {
  ALL_COMPLETED,
  asCompleted,
  CancelledError,
  createTask,
  currentTask,
  ensureFuture,
  FIRST_COMPLETED,
  Future,
  gather,
  isFuture,
  run,
  shield,
  sleep,
  TaskGroup,
  timeout,
  timeoutAt,
  wait,
  waitFor,
} from '@prac/asyncio';
import { ExceptionGroup, TimeoutError, ValueError } from '@prac/exceptions';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { sleeper } from './helpers/sleeper.ts';

describe('waiting for several', () => {
  test('gather: results in order, by type; the first error; errors as results', async () => {
    await run(async () => {
      const all = gather(sleep(0.01, 'a'), async () => 7, Promise.resolve(true));
      expectTypeOf(all).toEqualTypeOf<Future<[string, number, boolean]>>();
      expect(await all).toEqual(['a', 7, true]);
      const fail = async (): Promise<never> => {
        throw new ValueError('no');
      };
      await expect(gather(fail, () => sleep(0))).rejects.toThrow('no');
      const [error, x] = await gather(fail, async () => 'x', { returnExceptions: true });
      expect([(error as Error).message, x]).toEqual(['no', 'x']);
      expect(await gather()).toEqual([]);
      let calls = 0;
      const count = async (): Promise<number> => ++calls;
      const once = createTask(count);
      expect(await gather(once, once, count, count)).toEqual([1, 1, 2, 3]);
    });
    expect(() => gather(() => 1, { returnException: true } as never)).toThrow('Unknown option');
  });

  test('gather: cancelling it cancels all', async () => {
    await run(async () => {
      const log: string[] = [];
      const tasks = [sleeper(log), sleeper(log)];
      const all = gather(...tasks);
      await sleep(0);
      all.cancel();
      await expect(all).rejects.toThrow(CancelledError);
      expect(log).toEqual(['tidied up', 'tidied up']);
    });
  });

  test('wait: the first, all, or until the time is up', async () => {
    await run(async () => {
      const [quick, slow] = [createTask(() => sleep(0)), sleeper()];
      const first = await wait([quick, slow], { returnWhen: FIRST_COMPLETED });
      expect([first.done.has(quick as never), first.pending.has(slow as never)]).toEqual([true, true]);
      expect((await wait([slow], { timeout: 0.01 })).done.size).toBe(0);
      slow.cancel();
      expect((await wait([slow], { returnWhen: ALL_COMPLETED })).done.size).toBe(1);
      expect(() => wait([])).toThrow(ValueError);
      expect(() => wait([async () => {}] as never)).toThrow('use tasks explicitly');
      expect(() => wait([quick], { returnWhen: 'SOME' as never })).toThrow('Invalid return_when');
    });
  });

  test('asCompleted: the futures themselves, as they are done', async () => {
    await run(async () => {
      const [a, b] = [new Future<string>(), new Future<string>()];
      const got: unknown[] = [];
      const reader = createTask(async () => {
        const all = asCompleted([a, b]);
        for (let next = await all.next(); !next.done; next = await all.next()) got.push(next.value);
      });
      await sleep(0);
      b.setResult('b');
      await sleep(0);
      a.setResult('a');
      await reader;
      expect(got[0] === b && got[1] === a).toBe(true);
      const results: string[] = [];
      for (const next of asCompleted([createTask(() => 'x')])) results.push(await next());
      expect(results).toEqual(['x']);
      await expect(asCompleted([new Future()], { timeout: 0.01 }).next()).rejects.toThrow(TimeoutError);
    });
  });

  test('shield: what is shielded goes on', async () => {
    await run(async () => {
      const inner = new Future<string>();
      const outer = createTask(() => shield(inner));
      await sleep(0);
      outer.cancel();
      await expect(outer).rejects.toThrow(CancelledError);
      inner.setResult('kept');
      expect(await inner).toBe('kept');
    });
  });
});

describe('time limits', () => {
  test('timeout: cancels the part, not the task; nests; can be moved', async () => {
    await run(async () => {
      const log: string[] = [];
      await expect(timeout(0.01, () => sleeper(log))).rejects.toThrow(TimeoutError);
      expect([log, currentTask()!.cancelling()]).toEqual([['tidied up'], 0]);
      await expect(timeout(3600, () => timeout(0.01, () => sleep(3600)))).rejects.toThrow(TimeoutError);
      const it = timeout(0.01, async (limit) => {
        limit.reschedule(null);
        expect(limit.when()).toBe(null);
        await sleep(0.02);
        return limit.expired();
      });
      expect(await it).toBe(false);
      await expect(timeoutAt(0, () => sleep(1))).rejects.toThrow(TimeoutError);
      expect(await timeout(null, async () => 5)).toBe(5);
    });
    await expect(timeout(1, async () => {})).rejects.toThrow('inside a task');
  });

  test('waitFor', async () => {
    await run(async () => {
      expect(await waitFor(async () => 5, 1)).toBe(5);
      expect(await waitFor(sleep(0, 'x'), null)).toBe('x');
      const log: string[] = [];
      await expect(waitFor(sleeper(log), 0.01)).rejects.toThrow(TimeoutError);
      await expect(waitFor(() => sleep(3600), 0)).rejects.toThrow(TimeoutError);
      expect(log).toEqual(['tidied up']);
    });
  });
});

describe('TaskGroup', () => {
  test('waits for its tasks', async () => {
    await run(async () => {
      const log: string[] = [];
      const result = await TaskGroup.run(async (group) => {
        for (const name of ['a', 'b'])
          group.createTask(async () => {
            await sleep(0);
            log.push(name);
          });
        return 'body';
      });
      expect([result, log]).toEqual(['body', ['a', 'b']]);
    });
  });

  test('one that fails ends the others, and the body', async () => {
    await run(async () => {
      const log: string[] = [];
      const running = TaskGroup.run(async (group) => {
        group.createTask(async () => {
          throw new ValueError('first');
        });
        group.createTask(async () => {
          try {
            await sleep(3600);
          } finally {
            log.push('other');
          }
        });
        try {
          await sleep(3600);
        } finally {
          log.push('body');
        }
      });
      const error = await running.then(
        () => undefined,
        (it: unknown) => it,
      );
      expect(error).toBeInstanceOf(ExceptionGroup);
      expect(String(error)).toBe('ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)');
      expect(log.sort()).toEqual(['body', 'other']);
      expect(currentTask()!.cancelling()).toBe(0);
    });
  });

  test('misuse, and cancel()', async () => {
    await expect(TaskGroup.run(async () => {})).rejects.toThrow('cannot determine the parent task');
    await run(async () => {
      const group = new TaskGroup();
      expect(() => group.createTask(async () => {})).toThrow('has not been entered');
      await group.run(async () => {});
      await expect(group.run(async () => {})).rejects.toThrow('has already been entered');
      expect(() => group.createTask(async () => {})).toThrow('is finished');
      const log: string[] = [];
      await TaskGroup.run(async (it) => {
        it.createTask(async () => {
          try {
            await sleep(3600);
          } finally {
            log.push('ended');
          }
        });
        await sleep(0);
        it.cancel();
        await sleep(3600);
      });
      expect([log, currentTask()!.cancelling()]).toEqual([['ended'], 0]);
    });
  });
});

test('ensureFuture takes anything that can be waited for', async () => {
  await run(async () => {
    const future = new Future<number>();
    expect(ensureFuture(future) === future).toBe(true);
    expect(await ensureFuture(async () => 1)).toBe(1);
    expect(await ensureFuture(Promise.resolve(2))).toBe(2);
    expect([isFuture(future), isFuture(Promise.resolve())]).toEqual([true, false]);
    future.cancel();
  });
  expect(() => ensureFuture(5 as never)).toThrow(TypeError);
});
