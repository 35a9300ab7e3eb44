// Long because each case is a program of two threads.
// From other threads to a loop: CPython's RunCoroutineThreadsafeTests, and what may go wrong on the way.
import {
  allTasks,
  type CoroutineLike,
  coroutine,
  createTask,
  currentTask,
  type EventLoop,
  type ExceptionContext,
  getEventLoop,
  newEventLoop,
  run,
  runCoroutineThreadsafe,
  sleep,
} from '@prac/asyncio';
import { ThreadPoolExecutor } from '@prac/futures';
import { SimpleQueue } from '@prac/queue';
import { Event, Thread } from '@prac/sync';
import { waitUntil } from '@prac/testing';
import { afterAll, describe, expect, test } from 'vitest';

const executor = new ThreadPoolExecutor({ maxWorkers: 2 });
afterAll(() => executor.shutdown());

/** What is wrong with a call: name and text. */
async function refusal(call: () => unknown): Promise<string> {
  try {
    await call();
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
  return 'nothing';
}

type How = 'returns' | 'fails' | 'cancels itself';

/** Python: the test's `add`. */
async function add(a: number, b: number, how: How): Promise<number> {
  await sleep(0.01);
  if (how === 'fails') throw new RangeError('Fail!');
  if (how === 'cancels itself') {
    currentTask()!.cancel();
    await sleep(0);
  }
  return a + b;
}

/** Python: the test's `target`. */
function target(loop: EventLoop, how: How, timeout: number | null): number {
  const future = runCoroutineThreadsafe(coroutine(add)(1, 2, how), loop);
  try {
    return future.resultSync({ timeout });
  } finally {
    future.done() || future.cancel();
  }
}

/** What the loop's exception handler is told meanwhile. */
async function toldWhile(body: () => Promise<void>): Promise<ExceptionContext[]> {
  const told: ExceptionContext[] = [];
  const loop = getEventLoop();
  loop.setExceptionHandler((context) => told.push(context));
  try {
    await body();
  } finally {
    loop.setExceptionHandler(null);
  }
  return told;
}

describe('runCoroutineThreadsafe, as in CPython', () => {
  test('the result comes to the thread', async () => {
    await run(async () => expect(await executor.submit(target, getEventLoop(), 'returns', null)).toBe(3));
  });

  test('so does what is thrown', async () => {
    await run(async () =>
      expect(await refusal(() => executor.submit(target, getEventLoop(), 'fails', null))).toBe('RangeError: Fail!'),
    );
  });

  test('a future whose time was up can be cancelled: its task is', async () => {
    await run(async () => {
      expect(await refusal(() => executor.submit(target, getEventLoop(), 'returns', 0))).toMatch(/^TimeoutError/);
      while (allTasks().size > 1) await sleep(0.001);
      expect(allTasks().size).toBe(1); // this one
    });
  });

  test('a task that is cancelled cancels the future', async () => {
    await run(async () =>
      expect(await refusal(() => executor.submit(target, getEventLoop(), 'cancels itself', null))).toMatch(
        /^CancelledError/,
      ),
    );
  });

  test('what a task factory throws comes to the thread, and to the exception handler', async () => {
    await run(async () => {
      const loop = getEventLoop();
      const result = executor.submit(target, loop, 'returns', null);
      const told = await toldWhile(async () => {
        loop.setTaskFactory(() => {
          throw new RangeError('no tasks today');
        });
        try {
          expect(await refusal(() => result)).toBe('RangeError: no tasks today');
        } finally {
          loop.setTaskFactory(null);
        }
      });
      expect(told.map(({ exception }) => (exception as Error).message)).toEqual(['no tasks today']);
    });
  });
});

const put = (queue: SimpleQueue<string>, ...items: string[]): void => queue.putNowait(items.join(' '));

describe('callSoonThreadsafe', () => {
  test('from the same thread, the function is not called now', async () => {
    const log: string[] = [];
    await run(async () => {
      const handle = getEventLoop().callSoonThreadsafe((text: string) => void log.push(text), 'hello');
      log.push('time to go');
      expect([handle.cancelled(), String(handle)]).toEqual([false, '<Handle <lambda>()>']);
      await sleep(0);
    });
    expect(log).toEqual(['time to go', 'hello']);
  });

  test('from another thread, in the order of the calls; one that was cancelled is not made', async () => {
    const queue = new SimpleQueue<string>();
    await run(async () => {
      const call = (loop: EventLoop, queue: SimpleQueue<string>, put: (...args: never[]) => void): string => {
        for (let i = 0; i < 100; i++) {
          const handle = loop.callSoonThreadsafe(put as never, queue, 'call', String(i));
          if (i % 2 === 1) handle.cancel();
          if (handle.cancelled() !== (i % 2 === 1)) return 'wrong';
        }
        loop.callSoonThreadsafe(put as never, queue, 'end');
        return String(loop.isRunning());
      };
      expect(await executor.submit(call, getEventLoop(), queue, put)).toBe('true');
      const seen = new Set<string>();
      for (let item = await queue.get(); item !== 'end'; item = await queue.get()) seen.add(item);
      const even = Array.from({ length: 50 }, (_, i) => `call ${2 * i}`);
      // Those that are to be cancelled may have been made by then: the others have, in their order.
      expect([...seen].filter((item) => Number(item.slice(5)) % 2 === 0)).toEqual(even);
    });
  });

  test('from many threads at once: none is lost', async () => {
    await run(async () => {
      const ask = (loop: EventLoop, n: number): number => {
        const twice = coroutine(async (n: number) => {
          await sleep(0);
          return 2 * n;
        });
        const all = Array.from({ length: 50 }, (_, i) => runCoroutineThreadsafe(twice(100 * n + i), loop));
        return all.reduce((sum, future) => sum + future.resultSync(), 0);
      };
      const sums = await Promise.all([0, 1, 2, 3].map((n) => executor.submit(ask, getEventLoop(), n)));
      expect(sums).toEqual([0, 1, 2, 3].map((n) => 2 * (50 * 100 * n + 1225)));
    });
  });
});

describe('the future in the other thread', () => {
  test('can be awaited there, and keeps the thread', async () => {
    await run(async () => {
      const results = new SimpleQueue<unknown>();
      const thread = new Thread({
        target: async (loop: EventLoop, results: SimpleQueue<unknown>) => {
          const futures = [1, 2, 3].map((n) =>
            runCoroutineThreadsafe(async () => {
              await sleep(0.01);
              return n;
            }, loop),
          );
          results.putNowait(await Promise.all(futures));
          results.putNowait(await runCoroutineThreadsafe(async () => 'again', loop));
        },
        args: [getEventLoop(), results],
      });
      thread.start();
      expect([await results.get(), await results.get()]).toEqual([[1, 2, 3], 'again']);
      await thread.join();
    });
  });

  test('a thread that has left a future alone ends', async () => {
    await run(async () => {
      const thread = new Thread({
        target: async (loop: EventLoop) => {
          const future = runCoroutineThreadsafe(() => sleep(3600), loop);
          await new Promise((resolve) => setImmediate(resolve));
          future.cancel();
        },
        args: [getEventLoop()],
      });
      thread.start();
      await thread.join();
      while (allTasks().size > 1) await sleep(0.001);
    });
  });
});

describe('what goes wrong', () => {
  test('bad input is an error of the call', async () => {
    const loop = getEventLoop();
    const calls: [call: () => unknown, text: string][] = [
      [() => runCoroutineThreadsafe(5 as never, loop), 'TypeError: A coroutine object is required, got 5'],
      [() => runCoroutineThreadsafe(sleep(0) as never, loop), 'TypeError: A coroutine object is required, got'],
      [() => runCoroutineThreadsafe(async () => 1, {} as never), 'TypeError: loop must be an EventLoop, got {}'],
      [() => loop.callSoonThreadsafe(5 as never), 'TypeError: a callable object was expected, got 5'],
    ];
    for (const [call, text] of calls) expect((await refusal(call)).slice(0, text.length)).toBe(text);
  });

  test('another thread may not do with a loop what is of its own thread', async () => {
    await run(async () => {
      const attempt = (loop: EventLoop): string[] => {
        const calls = [
          () => loop.callSoon(() => {}),
          () => loop.callLater(1, () => {}),
          () => loop.createTask(async () => {}),
          () => loop.close(),
          () => loop.callSoonThreadsafe(5 as never),
        ];
        return calls.map((call) => {
          try {
            return String(call());
          } catch (error) {
            return (error as Error).message;
          }
        });
      };
      const foreign = 'Non-thread-safe operation invoked on an event loop other than the current one';
      const texts = await executor.submit(attempt, getEventLoop());
      expect(texts).toEqual([foreign, foreign, foreign, foreign, 'a callable object was expected, got 5']);
    });
  });

  test('a loop that comes home is itself, and the same there each time', async () => {
    await run(async () => {
      const loop = getEventLoop();
      expect(await executor.submit((loop: EventLoop) => ({ loop }), loop)).toEqual({ loop });
      const isSame = (a: EventLoop, b: { readonly loop: EventLoop }): boolean => a === b.loop;
      expect(await executor.submit(isSame, loop, { loop })).toBe(true);
    });
  });

  test('what cannot travel is refused before anything is sent', async () => {
    await run(async () => {
      const attempt = async (loop: EventLoop): Promise<string[]> => {
        const texts: string[] = [];
        const later = createTask(async () => {});
        for (const call of [
          () => loop.callSoonThreadsafe(console.log, later),
          () => runCoroutineThreadsafe(async () => String(later), loop),
        ]) {
          try {
            call();
          } catch (error) {
            texts.push((error as Error).name);
          }
        }
        return [...texts, await runCoroutineThreadsafe(async () => 'goes on', loop)];
      };
      expect(await executor.submit(attempt, getEventLoop())).toEqual(['PicklingError', 'PicklingError', 'goes on']);
    });
  });

  test('what cannot be opened in the loop is an error of its own future, or is told', async () => {
    await run(async () => {
      const told = await toldWhile(async () => {
        const attempt = async (loop: EventLoop): Promise<string[]> => {
          const reduce = Symbol.for('prac.pickle.reduce');
          const bomb = {
            [reduce]: () => [
              () => {
                throw new RangeError('bang');
              },
              [],
            ],
          };
          const texts: string[] = [];
          loop.callSoonThreadsafe(console.log, bomb);
          try {
            await runCoroutineThreadsafe(async () => bomb, loop);
          } catch (error) {
            texts.push((error as Error).message);
          }
          return [...texts, await runCoroutineThreadsafe(async () => 'goes on', loop)];
        };
        const [text, last] = await executor.submit(attempt, getEventLoop());
        expect([text, last]).toEqual([expect.stringContaining('bang'), 'goes on']);
      });
      expect(told.map(({ message }) => message)).toEqual(['A call from another thread cannot be opened']);
    });
  });

  test('a result that cannot travel is an error of the future', async () => {
    await run(async () => {
      const attempt = (loop: EventLoop): unknown =>
        runCoroutineThreadsafe(async () => ({ task: currentTask() }), loop).resultSync();
      expect(await refusal(() => executor.submit(attempt, getEventLoop()))).toMatch(/^PicklingError/);
    });
  });

  test('an outcome that cannot be opened, or not even be told, is an error of its own future', async () => {
    await run(async () => {
      const opens = async (): Promise<object> => ({
        [Symbol.for('prac.pickle.reduce')]: () => [
          () => {
            throw new RangeError('bang');
          },
          [],
        ],
      });
      const untold = async (): Promise<never> => {
        const { proxy, revoke } = Proxy.revocable({}, {});
        revoke();
        throw proxy;
      };
      const blocking = (loop: EventLoop, opens: () => unknown, untold: () => unknown): string[] =>
        [opens, untold].flatMap((fn) => {
          const future = runCoroutineThreadsafe(fn as never, loop);
          const error = future.exceptionSync() as Error;
          return [error.message, String(future.done())];
        });
      const waiting = async (loop: EventLoop, opens: () => unknown, untold: () => unknown): Promise<string[]> => {
        const all = [opens, untold].map((fn) => runCoroutineThreadsafe(fn as never, loop).exception());
        return (await Promise.all(all)).map((error) => (error as Error).message);
      };
      const told = await toldWhile(async () => {
        const [first, isDone, second, isDoneToo] = await executor.submit(blocking, getEventLoop(), opens, untold);
        expect([first, isDone, second, isDoneToo]).toEqual([
          expect.stringContaining('bang'),
          'true',
          expect.stringContaining('unprintable'),
          'true',
        ]);
        const [third, fourth] = await executor.submit(waiting, getEventLoop(), opens, untold);
        expect([third, fourth]).toEqual([expect.stringContaining('bang'), expect.stringContaining('unprintable')]);
      });
      expect(told).toEqual([]);
    });
  });

  test('who waits while the loop is closed is told; later calls are refused', async () => {
    const loop = newEventLoop();
    const isWaiting = new Event();
    const never = new Event();
    const wait = (loop: EventLoop, isWaiting: Event, never: Event): string[] => {
      const future = runCoroutineThreadsafe(async () => {
        isWaiting.set();
        await never.wait();
      }, loop);
      const texts: string[] = [];
      for (const call of [
        () => future.resultSync(),
        () => runCoroutineThreadsafe(async () => 1, loop),
        () => loop.callSoonThreadsafe(console.log),
        () => loop.callSoon(console.log),
      ])
        try {
          call();
        } catch (error) {
          texts.push((error as Error).message);
        }
      return [...texts, String(loop.isClosed())];
    };
    const result = executor.submit(wait, loop, isWaiting, never);
    await isWaiting.wait();
    loop.close();
    const closed = 'Event loop is closed';
    expect(await result).toEqual([closed, closed, closed, closed, 'true']);
    never.set();
    expect(await refusal(() => runCoroutineThreadsafe(async () => 1, loop))).toBe(`RuntimeError: ${closed}`);
    await waitUntil(() => allTasks().size === 0);
  });

  test('a thread whose loop it was ends: who waits is told', async () => {
    await run(async () => {
      const loops = new SimpleQueue<{ readonly loop: EventLoop }>();
      const isWaiting = new Event();
      const owner = new Thread({
        target: async (loops: SimpleQueue<{ readonly loop: EventLoop }>, isWaiting: Event) => {
          loops.putNowait({ loop: getEventLoop() });
          await isWaiting.wait();
          setImmediate(() => process.exit());
        },
        args: [loops, isWaiting],
      });
      owner.start();
      const { loop } = await loops.get();
      const later: CoroutineLike<void> = async () => {
        isWaiting.set();
        await sleep(3600);
      };
      // A closure would take this test's event by value.
      const future = runCoroutineThreadsafe(later, loop);
      expect(await refusal(() => future)).toBe('RuntimeError: Event loop is closed');
      await owner.join();
    });
  });
});
