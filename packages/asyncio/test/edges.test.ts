// What is easy to get wrong, and was.
import { AsyncLocalStorage } from 'node:async_hooks';
import {
  CancelledError,
  coroutine,
  createTask,
  currentTask,
  Event,
  Future,
  gather,
  getRunningLoop,
  Lock,
  Queue,
  run,
  shield,
  sleep,
  TaskGroup,
  timeout,
  wait,
  waitFor,
} from '@prac/asyncio';
import { BaseExceptionGroup, SystemExit, TimeoutError } from '@prac/exceptions';
import { Lock as ThreadLock } from '@prac/sync';
import { expect, test } from 'vitest';

test('ten thousand tasks that end at once need no deep stack', async () => {
  await run(async () => {
    const future = new Future<number>();
    const tasks = Array.from({ length: 10_000 }, () => createTask(() => future));
    const sleepers = Array.from({ length: 10_000 }, () => createTask(() => sleep(0.001)));
    await sleep(0);
    future.setResult(1);
    await wait([...tasks, ...sleepers]);
    expect(tasks.every((task) => task.result() === 1)).toBe(true);
  });
});

test('then, catch and finally of the program let nobody else run, and are no wait of the task', async () => {
  await run(async () => {
    const log: string[] = [];
    const task = createTask(() => sleep(0.01, 'slept'));
    await sleep(0);
    getRunningLoop().callSoon(() => log.push('called'));
    const caught = task.catch(() => 'caught');
    const chained = task.then((text) => text.length).finally(() => log.push('finally'));
    log.push('after');
    expect(log).toEqual(['after']);
    const done = new Future<number>();
    done.setResult(1);
    done.then(() => log.push('handler'));
    log.push('first');
    const other = createTask(async () => {
      void task.then(() => {});
      await sleep(3600);
    });
    await sleep(0);
    other.cancel(); // its sleep, not the task that it once asked something of
    await other.catch(() => {});
    expect([await caught, await chained]).toEqual(['slept', 5]);
    expect(log).toEqual(['after', 'first', 'handler', 'called', 'finally']);
  });
});

test('what a program makes of a future is cancelled with it', async () => {
  await run(async () => {
    const future = new Future<number>();
    const task = createTask(async () => await future.then((n) => n + 1));
    await sleep(0);
    task.cancel('enough');
    await expect(task).rejects.toThrow(new CancelledError('enough'));
    expect(future.cancelled()).toBe(true);
  });
});

test('waitFor, wait and timeout given to gather are tasks of their own', async () => {
  await run(async () => {
    const results = await gather(
      waitFor(sleep(1), 0.02),
      waitFor(sleep(0.04, 'y'), 5),
      timeout(5, async () => 'z'),
      { returnExceptions: true },
    );
    expect([(results[0] as unknown as Error).name, results[1], results[2]]).toEqual(['TimeoutError', 'y', 'z']);
    expect(currentTask()!.cancelling()).toBe(0);
  });
});

test('waitFor a foreign promise: it is not waited for any longer', async () => {
  await run(async () => {
    const foreign = new Promise(() => {});
    await expect(waitFor(foreign, 0.01)).rejects.toThrow(TimeoutError);
    expect(() => waitFor(foreign, '5' as never)).toThrow(TypeError);
    expect(() => waitFor(5 as never, 1)).toThrow(TypeError);
    expect(() => timeout(1, foreign as never)).toThrow('Expected a function');
  });
});

test('two programs at once are refused, and one leaves the tasks alone that were there before', async () => {
  const before = createTask(() => sleep(0.02, 'still there'));
  const first = run(() => sleep(0.005));
  await expect(run(() => sleep(0))).rejects.toThrow('cannot be called from a running event loop');
  await first;
  expect(await before).toBe('still there');
});

test('anything can be thrown', async () => {
  await run(async () => {
    const raise = (it: unknown) => async (): Promise<never> => {
      throw it;
    };
    expect(await gather(raise(undefined), raise(null), raise('text'), { returnExceptions: true })).toEqual([
      undefined,
      null,
      'text',
    ]);
    expect(await shield(raise(null)).then(undefined, (error) => error)).toBe(null);
    const group = await TaskGroup.run(async (it) => {
      it.createTask(raise('text'));
      it.createTask(raise(null));
    }).catch((error) => error);
    expect(group).toBeInstanceOf(BaseExceptionGroup);
    expect(group.exceptions.map((error: Error) => error.message)).toEqual(['text', 'null']);
    const evil = {
      get message(): string {
        throw new Error('no');
      },
    };
    Object.setPrototypeOf(evil, Error.prototype);
    expect(await createTask(raise(evil)).then(undefined, (error) => error === evil)).toBe(true);
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const task = createTask(raise(proxy));
    expect((await wait([task])).done.size).toBe(1);
  });
});

test('a callback that is async is of no task, also later', async () => {
  await run(async () => {
    const seen: unknown[] = [];
    const storage = new AsyncLocalStorage<string>();
    const future = new Future<void>();
    const ended = new Future<void>();
    future.addDoneCallback(async () => {
      seen.push(currentTask());
      await Promise.resolve();
      seen.push(currentTask());
      ended.setResult();
    });
    createTask(() => storage.run('other', async () => future.setResult()));
    await ended;
    expect(seen).toEqual([null, null]);
  });
});

test('a cancellation is delivered once: waits that were begun together are one', async () => {
  await run(async () => {
    const log: string[] = [];
    const task = createTask(async () => {
      try {
        await Promise.all([sleep(5), new Event().wait()]);
      } finally {
        await new Promise((resolve) => setTimeout(resolve, 1));
        await sleep(0.001);
        log.push('tidied up');
      }
    });
    await sleep(0);
    task.cancel();
    await expect(task).rejects.toThrow(CancelledError);
    expect(log).toEqual(['tidied up']);
  });
});

test('cancelling reaches waits of other packages beside ours; what is left over at the end takes nothing', async () => {
  await run(async () => {
    const lock = new ThreadLock();
    await lock.acquire();
    const task = createTask(() => Promise.all([lock.acquire(), sleep(5)]));
    await sleep(0.001);
    task.cancel();
    await expect(task).rejects.toThrow(CancelledError);
    lock.release();
    await sleep(0.001);
    expect(lock.locked()).toBe(false);
    const queue = new Queue<number>();
    await createTask(() => Promise.race([queue.get(), sleep(0)]));
    queue.putNowait(1);
    await sleep(0);
    expect(queue.qsize()).toBe(1);
  });
});

test('a generator that yields a coroutine runs it itself', async () => {
  await run(async () => {
    const who = coroutine(async () => currentTask()!.getName());
    const neighbour = createTask(() => sleep(0), { name: 'neighbour' });
    const task = createTask(
      function* () {
        return (yield who()) as string;
      },
      { name: 'mine' },
    );
    await neighbour;
    expect(await task).toBe('mine');
  });
});

test('a SystemExit in any task ends the program', async () => {
  const log: string[] = [];
  const running = run(async () => {
    createTask(() => {
      throw new SystemExit(3);
    });
    try {
      await sleep(3600);
    } finally {
      log.push('main tidied up');
    }
  });
  await expect(running).rejects.toThrow(SystemExit);
  expect(log).toEqual(['main tidied up']);
});

test('waits that nobody awaits end with their task, in silence', async () => {
  await run(async () => {
    const lock = new Lock();
    await lock.acquire();
    const queue = new Queue<number>();
    queue.putNowait(1);
    const task = createTask(async () => {
      void lock.with(() => {});
      void queue.join();
      void new Event().wait();
      void new Future().then(() => {});
      await sleep(3600);
    });
    await sleep(0);
    task.cancel();
    await task.catch(() => {});
    await new Promise((resolve) => setImmediate(resolve));
  });
});

test('tasks that wait for each other have texts', async () => {
  const a: ReturnType<typeof createTask> = createTask(async () => void (await b));
  const b: ReturnType<typeof createTask> = createTask(async () => void (await a));
  await createTask(() => sleep(0.001));
  expect(String(a)).toContain('wait_for=<Task');
});

test('what is no option, and no exception, is refused', () => {
  expect(() => createTask(async () => {}, { nam: 'x' } as never)).toThrow('Unknown option');
  expect(() => gather(async () => 1, undefined as never)).toThrow(TypeError);
  expect(() => new Future().setException(undefined)).toThrow(TypeError);
});
