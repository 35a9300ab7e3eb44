import {
  abortable,
  allTasks,
  CancelledError,
  coroutine,
  createTask,
  currentTask,
  Future,
  gather,
  InvalidStateError,
  isCoroutine,
  isCoroutineFunction,
  run,
  sleep,
  type Task,
} from '@prac/asyncio';
import { RuntimeError, ValueError } from '@prac/exceptions';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { sleeper } from './helpers/sleeper.ts';

describe('Future', () => {
  test('has a result, an exception, or was cancelled', async () => {
    const [a, b, c] = [new Future<number>(), new Future<number>(), new Future<number>()];
    expect(() => a.result()).toThrow(new InvalidStateError('Result is not set.'));
    expect(() => a.exception()).toThrow(new InvalidStateError('Exception is not set.'));
    a.setResult(1);
    b.setException(ValueError);
    expect([c.cancel('why'), c.cancel()]).toEqual([true, false]);
    expect([a.done(), a.result(), a.exception(), a.cancelled()]).toEqual([true, 1, null, false]);
    expect(b.exception()).toBeInstanceOf(ValueError);
    expect(() => b.result()).toThrow(ValueError);
    expect(() => c.result()).toThrow(new CancelledError('why'));
    expect(() => a.setResult(2)).toThrow(InvalidStateError);
    await expect(c).rejects.toThrow(CancelledError);
  });

  test('callbacks are called by the loop, in their order, each once, unless they were removed', async () => {
    const future = new Future<string>();
    const calls: string[] = [];
    const removed = (): void => void calls.push('removed');
    future.addDoneCallback((it) => calls.push(`1 ${it.result()}`));
    future.addDoneCallback(removed);
    future.addDoneCallback(() => calls.push(`2 ${currentTask()}`));
    expect(future.removeDoneCallback(removed)).toBe(1);
    future.setResult('x');
    expect(calls).toEqual([]);
    await run(() => sleep(0));
    future.addDoneCallback(() => calls.push('late'));
    await run(() => sleep(0));
    expect(calls).toEqual(['1 x', '2 null', 'late']);
  });

  test('says what it is', async () => {
    const [a, b, c] = [new Future<unknown>(), new Future<unknown>(), new Future<unknown>()];
    expect(String(a)).toBe('<Future pending>');
    function whenDone(): void {}
    a.addDoneCallback(whenDone);
    expect(String(a)).toBe('<Future pending cb=[whenDone()]>');
    a.setResult([1, 'x']);
    b.setException(new ValueError('no'));
    c.cancel();
    b.exception();
    expect([a, b, c].map(String)).toEqual([
      "<Future finished result=[1, 'x']>",
      "<Future finished exception=ValueError('no')>",
      '<Future cancelled>',
    ]);
  });

  test('is a thenable as others: then, catch, finally', async () => {
    const [a, b] = [new Future<number>(), new Future<number>()];
    const chained = a.then((n) => n + 1).then((n) => n * 2);
    const caught = b.catch((error: Error) => error.message);
    const last = a.finally(() => {});
    a.setResult(20);
    b.setException(new Error('b'));
    expect(await Promise.all([chained, caught, last])).toEqual([42, 'b', 20]);
  });
});

describe('Task', () => {
  test('runs an async function, a function, a coroutine or a generator', async () => {
    const twice = coroutine(async (n: number) => 2 * n);
    await run(async () => {
      const a = createTask(async () => 1);
      expectTypeOf(a).toEqualTypeOf<Task<number>>();
      const b = createTask(() => 'two');
      const c = createTask(twice(21));
      const d = createTask(function* () {
        yield* sleep(0);
        const n: number = yield* a;
        return n + (yield* twice(1));
      });
      expect([await a, await b, await c, await d]).toEqual([1, 'two', 42, 3]);
    });
    expect([isCoroutine(twice(1)), isCoroutineFunction(twice), isCoroutineFunction(() => {})]).toEqual([
      true,
      true,
      false,
    ]);
  });

  test('a promise is refused with advice, and so is what is nothing', () => {
    expect(() => createTask(Promise.resolve(1) as never)).toThrow(/a coroutine was expected.*give the function/);
    expect(() => createTask(5 as never)).toThrow(TypeError);
  });

  test('cancel: the CancelledError comes out of the await, with its message; what tidies up may await', async () => {
    await run(async () => {
      const log: string[] = [];
      const task = createTask(async () => {
        try {
          await sleep(3600);
        } catch (error) {
          log.push((error as Error).message);
          await sleep(0);
          log.push('after');
          throw error;
        }
      });
      await sleep(0);
      expect(task.cancel('stop')).toBe(true);
      await expect(task).rejects.toThrow(new CancelledError('stop'));
      expect([task.cancelled(), log, task.cancel()]).toEqual([true, ['stop', 'after'], false]);
    });
  });

  test('a task that is cancelled before it begins does not begin', async () => {
    await run(async () => {
      let hasBegun = false;
      const task = createTask(() => {
        hasBegun = true;
      });
      task.cancel();
      await expect(task).rejects.toThrow(CancelledError);
      expect(hasBegun).toBe(false);
    });
  });

  test('a foreign promise holds a cancellation up until the next wait; one that listens to the signal does not', async () => {
    await run(async () => {
      const foreign = Promise.withResolvers<void>();
      const log: string[] = [];
      const deaf = createTask(async () => {
        await foreign.promise;
        log.push('foreign is there');
        await sleep(0);
        log.push('not reached');
      });
      const listening = createTask(async () => {
        const { signal } = currentTask()!;
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      });
      await sleep(0);
      deaf.cancel();
      listening.cancel('heard');
      await expect(listening).rejects.toThrow(new CancelledError('heard'));
      expect(deaf.done()).toBe(false);
      foreign.resolve();
      await expect(deaf).rejects.toThrow(CancelledError);
      expect(log).toEqual(['foreign is there']);
    });
  });

  test('abortable: cancelling aborts the foreign work', async () => {
    await run(async () => {
      let reason: unknown;
      const task = createTask(() =>
        abortable(
          (signal) =>
            new Promise<never>((_, reject) => {
              signal.addEventListener('abort', () => {
                reason = signal.reason;
                reject(signal.reason);
              });
            }),
        ),
      );
      await sleep(0);
      task.cancel('enough');
      await expect(task).rejects.toThrow(new CancelledError('enough'));
      expect(reason).toBeInstanceOf(CancelledError);
    });
  });

  test('cancelling reaches all that a task awaits at once', async () => {
    await run(async () => {
      const log: string[] = [];
      const part = async (name: string): Promise<void> => {
        try {
          await new Future<void>();
        } finally {
          log.push(name);
        }
      };
      const task = createTask(() => Promise.all([part('a'), part('b')]));
      await sleep(0);
      task.cancel();
      await expect(task).rejects.toThrow(CancelledError);
      expect(log).toEqual(['a', 'b']);
    });
  });

  test('names, and who runs', async () => {
    await run(async () => {
      const task = createTask(async () => currentTask()!.getName(), { name: 'mine' });
      expect(allTasks()).toContain(task);
      expect(await task).toBe('mine');
      task.setName('other');
      expect(String(task)).toBe("<Task finished name='other' coro=<<lambda>() done> result='mine'>");
      const waiting = sleeper();
      await sleep(0);
      expect(String(waiting)).toMatch(
        /^<Task pending name='Task-\d+' coro=<.*\(\) running> wait_for=<Future pending cb=\[Task.task_wakeup\(\)\]>>$/,
      );
      waiting.cancel();
      expect(allTasks()).not.toContain(task);
    });
    expect(currentTask()).toBe(null);
  });

  test('eagerStart: the first step runs at once', async () => {
    await run(async () => {
      const log: string[] = [];
      const task = createTask(
        async () => {
          log.push('in');
          await sleep(0);
          log.push('end');
        },
        { eagerStart: true },
      );
      log.push('out');
      await task;
      expect(log).toEqual(['in', 'out', 'end']);
    });
  });

  test('no task gets in between two awaits that need not wait', async () => {
    await run(async () => {
      const log: string[] = [];
      const helper = async (name: string): Promise<void> => void log.push(name);
      const task = (name: string) => async (): Promise<void> => {
        await helper(`${name}1`);
        await Promise.resolve();
        await helper(`${name}2`);
      };
      await gather(task('a'), task('b'));
      expect(log).toEqual(['a1', 'a2', 'b1', 'b2']);
    });
  });

  test('a task cannot await itself', async () => {
    await run(async () => {
      const task: Task<unknown> = createTask(async (): Promise<unknown> => task);
      await expect(task).rejects.toThrow(RuntimeError);
    });
  });

  test('what is left un-awaited in a task that is cancelled does not end the process', async () => {
    await run(async () => {
      const { Queue } = await import('@prac/asyncio');
      const queue = new Queue<number>();
      const task = createTask(async () => {
        void queue.get();
        await sleep(3600);
      });
      await sleep(0);
      task.cancel();
      await expect(task).rejects.toThrow(CancelledError);
    });
  });

  test('timers and foreign promises have their turn, however busy the tasks are', async () => {
    await run(async () => {
      let isOver = false;
      setTimeout(() => {
        isOver = true;
      }, 1);
      while (!isOver) await sleep(0);
    });
  });
});
