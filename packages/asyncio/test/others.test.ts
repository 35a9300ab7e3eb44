// Long because of what there is beside tasks, groups and streams.
import { AsyncLocalStorage } from 'node:async_hooks';
import { spawnSync } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import {
  BoundedSemaphore,
  CancelledError,
  Condition,
  Context,
  ContextVar,
  copyContext,
  coroutine,
  createTask,
  currentTask,
  Event,
  eagerTaskFactory,
  exceptStar,
  Future,
  getEventLoop,
  getRunningLoop,
  LifoQueue,
  Lock,
  newEventLoop,
  PriorityQueue,
  Queue,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  Runner,
  run,
  Semaphore,
  setEventLoop,
  sleep,
  TaskGroup,
  toThread,
  wrapFuture,
} from '@prac/asyncio';
import {
  type BaseExceptionGroup,
  ExceptionGroup,
  KeyboardInterrupt,
  LookupError,
  RuntimeError,
  ValueError,
} from '@prac/exceptions';
import { ThreadPoolExecutor } from '@prac/futures';
import { Queue as ThreadQueue } from '@prac/queue';
import { RLock } from '@prac/sync';
import { describe, expect, test, vi } from 'vitest';

test('what Node rejects with when a signal is aborted is a cancellation in the body of a group, too', async () => {
  await run(async () => {
    const { signal } = new AbortController();
    const task = createTask(() =>
      TaskGroup.run(() =>
        setTimeout(3_600_000, undefined, { signal: AbortSignal.any([currentTask()!.signal, signal]) }),
      ),
    );
    await sleep(0);
    task.cancel();
    await Promise.allSettled([task]);
    expect(task.cancelled()).toBe(true);
  });
});

test('an AbortError that no cancellation of the task has caused is an error, alone and in a group; the message of one that has is kept', async () => {
  const aborting = (signal: AbortSignal) => (): Promise<unknown> => setTimeout(3_600_000, undefined, { signal });
  await run(async () => {
    const foreign = AbortSignal.abort(new CancelledError('foreign'));
    const alone = createTask(aborting(foreign));
    const grouped = createTask(() => TaskGroup.run(aborting(foreign)));
    const mine = createTask(() => aborting(currentTask()!.signal)());
    await sleep(0);
    mine.cancel('why');
    await Promise.allSettled([alone, grouped, mine]);
    expect([alone, grouped, mine].map((task) => task.cancelled())).toEqual([false, false, true]);
    expect(() => mine.result()).toThrow('why');
    wasLooked(alone.exception(), grouped.exception());
  });
});

const wasLooked = (..._: unknown[]): void => {};

test('a loop that runs cannot be closed by a task; a coroutine whose task was cancelled before is no warning', async () => {
  await run(async () => {
    expect(() => getEventLoop().close()).toThrow('Cannot close a running event loop');
    const early = coroutine(async () => {})();
    const task = createTask(early);
    task.cancel();
    await Promise.allSettled([task]);
    await expect(early).rejects.toThrow('cannot reuse already awaited coroutine');
  });
});

describe('run and Runner', () => {
  test('timers of the program end with it, others do not', async () => {
    const log: string[] = [];
    const outside = getEventLoop();
    outside.callLater(0.02, () => log.push('outside'));
    const handle = await run(async () => {
      getEventLoop().callLater(0.001, () => log.push('early'));
      await sleep(0.005);
      return getEventLoop().callLater(0.01, () => log.push('late'));
    });
    expect(handle.cancelled()).toBe(true);
    await sleep(0.03);
    expect(log).toEqual(['early', 'outside']);
  });

  test('what is left is cancelled, and waited for', async () => {
    const log: string[] = [];
    const result = await run(async () => {
      createTask(async () => {
        try {
          await sleep(3600);
        } finally {
          await sleep(0.01);
          log.push('tidied up');
        }
      });
      await sleep(0);
      return 5;
    });
    expect([result, log]).toEqual([5, ['tidied up']]);
    await run(async () => {
      await expect(run(async () => {})).rejects.toThrow('cannot be called from a running event loop');
    });
  });

  test('errors that nobody has asked for are told at the end', async () => {
    const told: unknown[] = [];
    await run(async () => {
      getRunningLoop().setExceptionHandler((context) => told.push(context.message, String(context.exception)));
      createTask(async () => {
        throw new ValueError('lost');
      });
      await sleep(0);
      await sleep(0);
    });
    getEventLoop().setExceptionHandler(null);
    expect(told).toEqual(['Task exception was never retrieved', 'ValueError: lost']);
  });

  test('a Runner keeps its context', async () => {
    await using runner = new Runner();
    const variable = new ContextVar('n', { default: 0 });
    await runner.run(async () => void variable.set(5));
    expect(await runner.run(async () => variable.get())).toBe(5);
    expect(variable.get()).toBe(0);
    await runner.close();
    expect(() => runner.getLoop()).toThrow('Runner is closed');
  });

  test('SIGINT cancels the main task, and comes out as a KeyboardInterrupt', () => {
    const program = `
      import { run, sleep } from '@prac/asyncio';
      try {
        await run(async () => {
          setTimeout(() => process.kill(process.pid, 'SIGINT'), 1);
          try { await sleep(60); } finally { await sleep(0.01); console.log('tidied up'); }
        });
      } catch (error) { console.log(error.name); }`;
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      ['--no-warnings', ...process.execArgv, '--conditions=@prac/source', '--input-type=module', '-e', program],
      { cwd: import.meta.dirname, encoding: 'utf8', timeout: 30_000 },
    );
    expect([stdout, stderr, status]).toEqual(['tidied up\nKeyboardInterrupt\n', '', 0]);
    expect(new KeyboardInterrupt().name).toBe('KeyboardInterrupt');
  });
});

describe('the loop', () => {
  test('calls: soon, later, at a time; in their order; not when they were cancelled', async () => {
    const loop = newEventLoop();
    const log: string[] = [];
    loop.callLater(0.02, () => log.push('late'));
    loop.callAt(loop.time() + 0.01, (word: string) => log.push(word), 'at');
    loop.callSoon(() => log.push('soon'));
    const cancelled = loop.callLater(0.001, () => log.push('never'));
    cancelled.cancel();
    expect([cancelled.cancelled(), String(cancelled)]).toEqual([true, '<TimerHandle cancelled>']);
    await loop.runUntilComplete(sleep(0.03));
    expect(log).toEqual(['soon', 'at', 'late']);
    loop.close();
    expect(() => loop.callSoon(() => {})).toThrow('Event loop is closed');
    expect(loop.isClosed()).toBe(true);
    expect(() => getRunningLoop()).toThrow('no running event loop');
    setEventLoop(null);
  });

  test('an error in a callback is told to the handler', async () => {
    const loop = getEventLoop();
    const told: string[] = [];
    loop.setExceptionHandler((context) => told.push(context.message));
    loop.callSoon(function broken() {
      throw new Error('no');
    });
    await run(() => sleep(0));
    loop.setExceptionHandler(null);
    expect(told).toEqual(['Exception in callback <Handle broken()>']);
  });

  test('signal handlers are called by the loop; a task factory makes the tasks', async () => {
    await run(async () => {
      const loop = getRunningLoop();
      const got = new Future<string>();
      loop.addSignalHandler('SIGUSR2', (word: string) => got.setResult(word), 'usr2');
      process.kill(process.pid, 'SIGUSR2');
      expect(await got).toBe('usr2');
      expect([loop.removeSignalHandler('SIGUSR2'), loop.removeSignalHandler('SIGUSR2')]).toEqual([true, false]);
      expect(() => loop.addSignalHandler('SIGKILL', () => {})).toThrow('cannot be caught');
      expect(() => loop.addSignalHandler(9999, () => {})).toThrow(ValueError);
      const log: string[] = [];
      loop.setTaskFactory(eagerTaskFactory);
      const task = createTask(async () => void log.push('at once'));
      loop.setTaskFactory(null);
      expect([log, loop.getTaskFactory()]).toEqual([['at once'], null]);
      await task;
    });
  });

  test('debug mode tells of steps that take long', async () => {
    const write = vi.spyOn(console, 'error').mockImplementation(() => {});
    await run(
      async () => {
        const until = performance.now() + 120;
        while (performance.now() < until) {}
        await sleep(0);
      },
      { debug: true },
    );
    getEventLoop().setDebug(false);
    expect(write.mock.calls.flat().join()).toMatch(/^Executing <Task .* took 0\.1\d* seconds/);
    write.mockRestore();
  });

  test('executors: a thread of the loop, or one of yours', async () => {
    await run(async () => {
      expect(await toThread((a: number, b: number) => a + b, 40, 2)).toBe(42);
      await using executor = new ThreadPoolExecutor({ maxWorkers: 1 });
      expect(await getRunningLoop().runInExecutor(executor, (text: string) => text.length, 'abc')).toBe(3);
      const wrapped = wrapFuture(executor.submit(() => 'wrapped'));
      expect(await wrapped).toBe('wrapped');
    });
  });
});

describe('context variables', () => {
  test('a task has its own values, from those of who created it; callbacks, too', async () => {
    const variable = new ContextVar<string>('v');
    expect(() => variable.get()).toThrow(LookupError);
    await run(async () => {
      const token = variable.set('parent');
      const helper = async (): Promise<void> => void variable.set('helper');
      const child = createTask(async () => {
        const before = variable.get();
        variable.set('child');
        return before;
      });
      await helper(); // the same task: the same context
      expect([await child, variable.get()]).toEqual(['parent', 'helper']);
      const called = new Future<string>();
      getRunningLoop().callSoon(() => called.setResult(variable.get()));
      variable.set('later');
      expect(await called).toBe('helper');
      variable.reset(token);
      expect(variable.get('none')).toBe('none');
      expect(() => variable.reset(token)).toThrow('already been used');
    });
    const context = copyContext();
    expect(context.run(() => [variable.set('inside'), variable.get()][1])).toBe('inside');
    expect([context.get(variable), new Context().get(variable), variable.get('outside')]).toEqual([
      'inside',
      undefined,
      'outside',
    ]);
  });

  test("Node's own async contexts are inherited", async () => {
    const storage = new AsyncLocalStorage<string>();
    await run(() =>
      storage.run('here', async () => {
        const task = createTask(async () => {
          await sleep(0);
          return storage.getStore();
        });
        expect(await task).toBe('here');
      }),
    );
  });
});

describe('locks and queues', () => {
  test('work outside of tasks, and with a signal: an abort leaves no trace', async () => {
    const lock = new Lock();
    await lock.acquire();
    const controller = new AbortController();
    const aborted = lock.acquire({ signal: controller.signal });
    const next = lock.acquire();
    controller.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
    lock.release();
    expect(await next).toBe(true);
    expect(String(lock)).toMatch(/^<asyncio.locks.Lock object at 0x[0-9a-f]+ \[locked\]>$/);
    lock.release();
    expect(() => lock.release()).toThrow(new RuntimeError('Lock is not acquired.'));
    await expect(lock.acquire({ signal: 5 } as never)).rejects.toThrow(TypeError);
    await expect(lock.acquire({ timeout: 5 } as never)).rejects.toThrow('Unknown option');
    const queue = new Queue<number>();
    const gone = AbortSignal.abort(new Error('gone'));
    await expect(queue.get({ signal: gone })).rejects.toThrow('gone');
    await expect(new Event().wait({ signal: gone })).rejects.toThrow('gone');
  });

  test('a lock that an aborted waiter had been woken for goes to the next', async () => {
    const lock = new Lock();
    await lock.acquire();
    const controller = new AbortController();
    const first = lock.acquire({ signal: controller.signal });
    const second = lock.acquire();
    lock.release();
    controller.abort(new Error('too late?'));
    await expect(first).rejects.toThrow('too late?');
    expect(await second).toBe(true);
  });

  test('hold and with', async () => {
    const semaphore = new BoundedSemaphore(1);
    {
      await using _held = await semaphore.hold();
      expect(semaphore.locked()).toBe(true);
    }
    expect(await semaphore.with(async () => semaphore.locked())).toBe(true);
    expect(semaphore.locked()).toBe(false);
    expect(() => semaphore.release()).toThrow(new ValueError('BoundedSemaphore released too many times'));
    expect(() => new Semaphore(-1)).toThrow(ValueError);
    const condition = new Condition();
    await expect(condition.wait()).rejects.toThrow('cannot wait on un-acquired lock');
    expect(() => condition.notify()).toThrow('cannot notify on un-acquired lock');
  });

  test('queues: their order, their limits, and their end', async () => {
    const [queue, lifo, heap] = [new Queue<number>(2), new LifoQueue<number>(), new PriorityQueue<[number, string]>()];
    for (const n of [1, 2]) queue.putNowait(n);
    expect(() => queue.putNowait(3)).toThrow(QueueFull);
    expect([queue.getNowait(), queue.getNowait()]).toEqual([1, 2]);
    expect(() => queue.getNowait()).toThrow(QueueEmpty);
    for (const n of [1, 2]) await lifo.put(n);
    expect([await lifo.get(), await lifo.get()]).toEqual([2, 1]);
    for (const item of [
      [2, 'b'],
      [1, 'a'],
    ] as const)
      heap.putNowait([...item]);
    expect(heap.getNowait()).toEqual([1, 'a']);
    expect(new PriorityQueue<number>(0, { compare: (a, b) => b - a }).empty()).toBe(true);
    await expect(queue.put(Promise.resolve() as never)).rejects.toThrow('a promise cannot be an item');
    await run(async () => {
      const getting = createTask(() => queue.get());
      await sleep(0);
      queue.shutdown();
      await expect(getting).rejects.toThrow(QueueShutDown);
      expect(() => queue.putNowait(1)).toThrow(QueueShutDown);
      expect(String(queue)).toMatch(/^<Queue at 0x[0-9a-f]+ maxsize=2 tasks=2 shutdown>$/);
      const rest = new Queue<number>();
      for (const n of [1, 2]) rest.putNowait(n);
      rest.shutdown();
      const got: number[] = [];
      for await (const n of rest) {
        got.push(n);
        rest.taskDone();
      }
      await rest.join();
      expect(got).toEqual([1, 2]);
      expect(() => rest.taskDone()).toThrow(ValueError);
    });
  });

  test('waits that are given up leave nothing in the queue', async () => {
    await run(async () => {
      const queue = new Queue<number>();
      for (let i = 0; i < 10; i++) {
        const task = createTask(() => queue.get());
        await sleep(0);
        task.cancel();
        await task.catch(() => {});
      }
      expect(String(queue)).not.toContain('_getters');
      queue.putNowait(1);
      expect(await queue.get()).toBe(1);
    });
  });
});

describe('waits of other packages', () => {
  test('cancelling a task calls them off, and nothing is lost', async () => {
    await run(async () => {
      const queue = new ThreadQueue<string>();
      const task = createTask(() => queue.get());
      await sleep(0.001);
      task.cancel('enough');
      await expect(task).rejects.toThrow('enough');
      expect(queue.statistics().getting).toBe(0);
      queue.putNowait('kept');
      expect(await queue.get()).toBe('kept');
    });
  });

  test('a task owns the re-entrant locks that it has acquired', async () => {
    await run(async () => {
      const lock = new RLock();
      const log: string[] = [];
      const use = (name: string) => async (): Promise<void> => {
        await lock.acquire();
        await lock.acquire();
        log.push(`${name} in`);
        await sleep(0.001);
        log.push(`${name} out`);
        lock.release();
        lock.release();
      };
      const both = [createTask(use('a')), createTask(use('b'))];
      for (const task of both) await task;
      expect(log).toEqual(['a in', 'a out', 'b in', 'b out']);
    });
  });
});

test('exceptStar: class by class; what is left is thrown', () => {
  const group = new ExceptionGroup('all', [new ValueError('v'), new RangeError('r')]);
  const seen: string[] = [];
  const take = (it: BaseExceptionGroup): unknown => seen.push(it.exceptions.map(String).join());
  expect(() => exceptStar(group, [ValueError, take])).toThrow(ExceptionGroup);
  exceptStar(group, [ValueError, take], [RangeError, take]);
  exceptStar(new ValueError('alone'), [ValueError, take]);
  expect(seen).toEqual(['ValueError: v', 'ValueError: v', 'RangeError: r', 'ValueError: alone']);
  const alone = new TypeError('t');
  expect(() => exceptStar(alone, [ValueError, take])).toThrow(alone);
});
