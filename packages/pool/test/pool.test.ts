// Long because all that a pool promises is tried with processes and with threads.
import {
  AsyncResult,
  currentProcess,
  Event,
  Lock,
  MaybeEncodingError,
  Pool,
  type PoolOptions,
  ThreadPool,
  TimeoutError,
  Value,
  ValueError,
  WorkerLostError,
} from '@prac/pool';
import { currentThread, Lock as ThreadLock } from '@prac/sync';
import { waitUntil } from '@prac/testing';
import { describe, expect, expectTypeOf, onTestFinished, test } from 'vitest';

const square = (n: number): number => n * n;
const pow = (a: number, b: number): number => a ** b;
const fail = (message: string): never => {
  throw new RangeError(message);
};

describe.each([
  ['Pool', (options?: PoolOptions) => new Pool(options)],
  ['ThreadPool', (options?: PoolOptions) => new ThreadPool(options)],
] as const)('%s', (kind, create) => {
  /** One that is ended when the test is over. */
  function made(options: PoolOptions = { processes: 2 }): Pool | ThreadPool {
    const pool = create(options);
    onTestFinished(async () => {
      pool.terminate();
      await pool.join();
    });
    return pool;
  }

  test('functions are called elsewhere, with what they have captured', async () => {
    const pool = made();
    const factor = 6;
    expect(await pool.apply((n: number) => n * factor, [7])).toBe(42);
    expect(await pool.apply(async (n: number) => n + factor, [7])).toBe(13);
    expect(await pool.apply((a: number, { b }: { b: number }) => a + b, [1] as never, { kwds: { b: 2 } })).toBe(3);
    const [pid, name] = await pool.apply(() => [process.pid, currentProcess().name] as const);
    if (kind === 'Pool')
      expect([pid === process.pid, name]).toEqual([false, expect.stringMatching(/^SpawnPoolWorker-\d+$/)]);
    else
      expect([pid === process.pid, await pool.apply(() => currentThread().name)]).toEqual([
        true,
        expect.stringMatching(/^ThreadPoolWorker-\d+$/),
      ]);
  });

  test('what was captured is as it is when the call is made', async () => {
    const pool = made({ processes: 1 });
    let n = 1;
    const read = (): number => n;
    expect(await pool.apply(read)).toBe(1);
    n = 2;
    expect(await pool.apply(read)).toBe(2);
  });

  test('values of all kinds come back as they were', async () => {
    const pool = made();
    const same = (value: unknown): unknown => value;
    const values = [
      1,
      -0,
      'text',
      null,
      undefined,
      true,
      2n ** 70n,
      [1, [2]],
      { a: { b: 1 } },
      new Map([[1, new Set([2])]]),
      new Date(5),
      /x/g,
      new Uint8Array([1, 2]),
    ];
    for (const value of values) expect(await pool.apply(same, [value])).toEqual(value);
    const double = (await pool.apply(same, [(n: number) => 2 * n])) as (n: number) => number;
    expect(double(21)).toBe(42);
  });

  test('map keeps the order, whatever the chunks', async () => {
    const pool = made();
    const items = Array.from({ length: 50 }, (_, i) => i);
    const squares = items.map(square);
    expect(await pool.map(square, items)).toEqual(squares);
    expect(await pool.map(square, new Set(items), { chunksize: 1 })).toEqual(squares);
    expect(await pool.map(square, items, { chunksize: 7 })).toEqual(squares);
    expect(await pool.map(square, items, { chunksize: 1000 })).toEqual(squares);
    expect(await pool.map(square, [])).toEqual([]);
    expect(
      await pool.starmap(
        pow,
        items.map((i) => [i, 2] as const),
      ),
    ).toEqual(squares);
    expect(await pool.map(async (n: number) => n + 1, [1, 2])).toEqual([2, 3]);
  });

  test('the blocking forms', () => {
    const pool = made();
    expect(pool.applySync(pow, [2, 5])).toBe(32);
    expect(pool.mapSync(square, [1, 2, 3])).toEqual([1, 4, 9]);
    expect(
      pool.starmapSync(pow, [
        [2, 3],
        [3, 2],
      ]),
    ).toEqual([8, 9]);
    expect([...pool.imapSync(square, [1, 2, 3])]).toEqual([1, 4, 9]);
    expect([...pool.imapUnorderedSync(square, [1, 2, 3])].sort()).toEqual([1, 4, 9]);
    expect(pool.imapSync(square, [4]).next(20)).toEqual({ done: false, value: 16 });
    const values: number[] = [];
    pool.mapAsync(square, [1, 2], { callback: (value) => values.push(...value) }).waitSync();
    expect(values).toEqual([1, 4]);
    expect(() => pool.applySync(fail, ['no'])).toThrow(new RangeError('no'));
    expect(pool.applyAsync(square, [3]).getSync(20)).toBe(9);
  });

  test('results that are still to come', async () => {
    const pool = made();
    const [go, calls] = [new Event(), [] as unknown[]];
    const wait = async (go: Event): Promise<string> => {
      await go.wait();
      return 'went';
    };
    const result = pool.applyAsync(wait, [go], { callback: (value) => calls.push(value) });
    expect(result).toBeInstanceOf(AsyncResult);
    expect([result.ready(), await result.wait(0.001), result.waitSync(0.001)]).toEqual([false, false, false]);
    expect(() => result.successful()).toThrow(new ValueError('<AsyncResult pending> not ready'));
    await expect(result.get(0.001)).rejects.toThrow(TimeoutError);
    expect(() => result.getSync(0.001)).toThrow(TimeoutError);
    const controller = new AbortController();
    const aborted = result.get({ signal: controller.signal });
    controller.abort('enough');
    await expect(aborted).rejects.toBe('enough');
    go.set();
    expect([await result, await result.get(), result.ready(), result.successful(), calls]).toEqual([
      'went',
      'went',
      true,
      true,
      ['went'],
    ]);
  });

  test('errors come with their class, message and fields; callbacks are told', async () => {
    const pool = made();
    const errors: unknown[] = [];
    const result = pool.applyAsync(
      (code: string) => {
        throw Object.assign(new RangeError('out of it'), { code });
      },
      ['E1'],
      { errorCallback: (error) => errors.push(error) },
    );
    const error = await result.get().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RangeError);
    expect(error).toMatchObject({ message: 'out of it', code: 'E1' });
    expect([errors, result.successful()]).toEqual([[error], false]);
    const called = new Value('i');
    const odd = (n: number, called: Value<'i'>): number => {
      called.withSync(() => {
        called.value += 1;
      });
      if (n % 2 === 1) throw new RangeError(`odd: ${n}`);
      return n;
    };
    await expect(
      pool.starmap(
        odd,
        [0, 1, 2, 3, 4].map((n) => [n, called] as const),
        { chunksize: 1 },
      ),
    ).rejects.toThrow('odd: 1');
    expect(called.value).toBe(5); // all were called
  });

  test('imap gives results in their order, imapUnordered as they come; errors in their places', async () => {
    const pool = made();
    const unlessThree = (n: number): number => (n === 3 ? fail('three') : n);
    const results = pool.imap(unlessThree, [1, 2, 3, 4]);
    expect([await results.next(), await results.next()]).toEqual([
      { done: false, value: 1 },
      { done: false, value: 2 },
    ]);
    await expect(results.next()).rejects.toThrow('three');
    expect(await results.next(20)).toEqual({ done: false, value: 4 });
    expect(await results.next()).toEqual({ done: true, value: undefined });
    const [go, order] = [new Event(), [] as number[]];
    const wait = async (n: number, go: Event): Promise<number> => {
      if (n === 0) await go.wait();
      return n;
    };
    for await (const n of pool.imapUnordered(([n, go]: readonly [number, Event]) => wait(n, go), [
      [0, go],
      [1, go],
      [2, go],
    ] as const)) {
      order.push(n);
      if (order.length === 2) go.set();
    }
    expect(order.slice(-1)).toEqual([0]);
    const late = pool.imap(() => wait(0, go), [1]);
    go.clear();
    await expect(pool.imap((go: Event) => go.wait(20), [go]).next(0.001)).rejects.toThrow(TimeoutError);
    go.set();
    expect((await late.next()).done).toBe(false);
  });

  test('the items of imap are taken as workers have room; their own error is the last', async () => {
    const pool = made();
    let taken = 0;
    function* items(): Generator<number> {
      for (;;) {
        taken++;
        if (taken > 20) throw new Error('no more');
        yield taken;
      }
    }
    const results = pool.imap(square, items());
    expect((await results.next()).value).toBe(1);
    const got: unknown[] = [];
    await expect(
      (async () => {
        for await (const value of results) got.push(value);
      })(),
    ).rejects.toThrow('no more');
    expect(got).toHaveLength(19);
    expect(await results.next()).toEqual({ done: true, value: undefined });
  });

  test('what cannot travel is told to who asked, and nobody else', async () => {
    const pool = made();
    await expect(pool.apply((value: unknown) => value, [new WeakMap()])).rejects.toThrow(/WeakMap/);
    await expect(pool.apply(() => new WeakMap())).rejects.toThrow(MaybeEncodingError);
    await expect(pool.apply(() => new WeakMap())).rejects.toThrow(
      /^Error sending result: '<WeakMap object>'\. Reason: 'PicklingError/,
    );
    const unopenable = (): unknown =>
      Object.defineProperty({}, Symbol.for('prac.pickle.reduce'), { value: () => [decodeURIComponent, ['%']] });
    await expect(pool.apply(unopenable)).rejects.toThrow();
    await expect(pool.apply((value: unknown) => value, [unopenable()])).rejects.toThrow();
    await expect(
      pool.apply(() => {
        throw Object.assign(new Error('odd'), { socket: new WeakMap() });
      }),
    ).rejects.toThrow('odd');
    expect(await pool.map(square, [1, 2, 3])).toEqual([1, 4, 9]);
  });

  test('a worker that exits in the middle of a task fails that one, and is replaced', async () => {
    const pool = made();
    const results = Array.from({ length: 10 }, (_, n) =>
      pool.applyAsync((n: number) => (n === 4 ? process.exit(3) : n), [n]),
    );
    const outcomes = await Promise.allSettled(results);
    expect(outcomes.map(({ status }) => status)).toEqual(results.map((_, n) => (n === 4 ? 'rejected' : 'fulfilled')));
    const { reason } = outcomes[4] as PromiseRejectedResult;
    expect(reason).toBeInstanceOf(WorkerLostError);
    expect(String(reason)).toMatch(/^WorkerLostError: worker (process|thread) \S+ .*ended.* while it ran the task$/);
    expect(await pool.map(square, [1, 2, 3, 4])).toEqual([1, 4, 9, 16]);
    expect(() => pool.applySync(() => process.exit(3))).toThrow(WorkerLostError);
    expect(pool.applySync(square, [5])).toBe(25);
  });

  test('an error that nobody handles ends the worker, and its task', async () => {
    const pool = made();
    const later = (): Promise<never> => {
      setTimeout(() => {
        throw new Error('in a timer (this is expected)');
      });
      return new Promise(() => {});
    };
    await expect(pool.apply(later)).rejects.toThrow(WorkerLostError);
    expect(await pool.apply(square, [2])).toBe(4);
  });

  test('timers of tasks that are over go on', async () => {
    const pool = made({ processes: 1 });
    const fired = new Event();
    await pool.apply((fired: Event) => void setTimeout(() => fired.set(), 20), [fired]);
    expect(await fired.wait(20)).toBe(true);
    expect(await pool.apply(square, [2])).toBe(4);
  });

  test('the initializer runs before the first task, once in each worker', async () => {
    const begun = new Value('i');
    const initializer = (begun: Value<'i'>, word: string): void => {
      begun.withSync(() => {
        begun.value += 1;
      });
      Object.assign(globalThis, { word });
    };
    const pool = made({ processes: 2, initializer, initargs: [begun, 'hello'] } as never);
    const words = await pool.map(() => (globalThis as unknown as { word: string }).word, [1, 2, 3, 4], {
      chunksize: 1,
    });
    expect(words).toEqual(Array(4).fill('hello'));
    await waitUntil(() => begun.value === 2);
  });

  test('if it fails, so does all that is asked of the pool', async () => {
    const pool = made({ processes: 2, initializer: fail, initargs: ['cannot begin'] } as never);
    await expect(pool.apply(square, [2])).rejects.toThrow('cannot begin');
    expect(() => pool.applyAsync(square, [2])).toThrow('Pool not running');
  });

  test('close: what there is is done, and nothing more; join waits for the workers', async () => {
    const pool = made();
    const results = pool.mapAsync(
      square,
      Array.from({ length: 100 }, (_, i) => i),
      { chunksize: 1 },
    );
    await expect(pool.join()).rejects.toThrow(new ValueError('Pool is still running'));
    expect(() => pool.joinSync()).toThrow('Pool is still running');
    pool.close();
    pool.close();
    for (const act of [
      () => pool.applyAsync(square, [1]),
      () => pool.mapAsync(square, [1]),
      () => pool.imap(square, [1]),
    ])
      expect(act).toThrow(new ValueError('Pool not running'));
    await expect(pool.apply(square, [1])).rejects.toThrow('Pool not running');
    await pool.join();
    expect((await results.get())[99]).toBe(9801);
    await pool.join();
    expect(String(pool)).toBe(`<pool.${kind} state=CLOSE pool_size=2>`);
    pool.terminate();
    expect(String(pool)).toBe(`<pool.${kind} state=TERMINATE pool_size=2>`);
  });

  test('close and join, blocking', () => {
    const pool = made();
    const results = pool.mapAsync(square, [1, 2, 3], { chunksize: 1 });
    pool.close();
    pool.joinSync();
    expect(results.getSync(0)).toEqual([1, 4, 9]);
  });

  test('terminate: what is not done fails', async () => {
    const pool = made({ processes: 1 });
    const [begun, go] = [new Event(), new Event()];
    const wait = (begun: Event, go: Event): void => {
      begun.set();
      go.waitSync();
    };
    const [first, second] = [pool.applyAsync(wait, [begun, go]), pool.applyAsync(square, [2])];
    await begun.wait();
    pool.terminate();
    pool.terminate();
    await expect(first.get()).rejects.toThrow(new WorkerLostError('the pool was terminated'));
    await expect(second.get()).rejects.toThrow('the pool was terminated');
    go.set();
    await pool.join();
  });

  test('what is wrong is told at the call', () => {
    const pool = made();
    expect(() => pool.applyAsync(5 as never)).toThrow(TypeError);
    expect(() => pool.applyAsync(square, 5 as never)).toThrow(TypeError);
    expect(() => pool.mapAsync(square, 5 as never)).toThrow('Expected items to be iterable, got 5');
    expect(() => pool.mapAsync(square, [1], { chunksize: 0 })).toThrow(new ValueError('Chunksize must be 1+, not 0'));
    expect(() => pool.imap(square, [1], { chunksize: 1.5 })).toThrow(TypeError);
    expect(() => pool.imap(square, [1], { chunkSize: 1 } as never)).toThrow("Unknown option 'chunkSize'");
    expect(() => pool.applyAsync(square, [1], { callback: 5 } as never)).toThrow(TypeError);
    for (const options of [{ processes: 1.5 }, { initializer: 5 }, { initargs: 5 }, { workers: 5 }])
      expect(() => create(options as never)).toThrow(TypeError);
    expect(() => create({ processes: 0 })).toThrow(new ValueError('Number of processes must be at least 1'));
  });

  test('who leaves an endless imap ends it, and so does terminate', async () => {
    const pool = made();
    const left: number[] = [];
    function* endless(id: number): Generator<number> {
      try {
        for (let n = 0; ; n++) yield n;
      } finally {
        left.push(id);
      }
    }
    for await (const n of pool.imap(square, endless(1))) if (n > 100) break;
    for (const n of pool.imapSync(square, endless(2))) if (n > 100) break;
    expect(left).toEqual([1, 2]);
    const results = pool.imap(square, endless(3));
    expect((await results.next()).value).toBe(0);
    pool.terminate();
    await expect(
      (async () => {
        for await (const _ of results) {
        }
      })(),
    ).rejects.toThrow('the pool was terminated');
    expect(left).toEqual([1, 2, 3]);
  });

  test('callbacks may call the pool, and wait for results that are there already', () => {
    const pool = made();
    const seen: number[] = [];
    const results: AsyncResult<number>[] = [];
    for (let n = 0; n < 20; n++) {
      const callback = (value: number): void => {
        if (n < 19) seen.push(value + results[n + 1]!.getSync(20));
      };
      results.push(pool.applyAsync(square, [n], { callback }));
    }
    expect(results.map((result) => result.getSync(20))).toEqual(results.map((_, n) => n * n));
    expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 19 }, (_, n) => n * n + (n + 1) ** 2));
    expect(pool.applySync(pow, [2, 3])).toBe(8);
  });

  test('nothing waits behind a task that waits for it', async () => {
    const pool = made();
    await pool.map(
      square,
      Array.from({ length: 500 }, (_, n) => n),
      { chunksize: 1 },
    ); // quick: many are given at a time
    const go = new Event();
    const results = [
      pool.applyAsync((go: Event) => go.waitSync(), [go]),
      ...Array.from({ length: 30 }, (_, n) => pool.applyAsync(square, [n])),
      pool.applyAsync((go: Event) => go.set(), [go]),
    ];
    await Promise.all(results.map((result) => (result as AsyncResult<unknown>).get(20)));
  });

  test('an error of a callback is the program’s, and the pool goes on', async () => {
    const pool = made();
    const errors: unknown[] = [];
    const before = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', (error) => errors.push(error));
    onTestFinished(() => {
      process.removeAllListeners('uncaughtException');
      for (const listener of before) process.on('uncaughtException', listener);
    });
    const progress = (): never => fail('in progress');
    expect(await pool.map(square, [1, 2, 3], { chunksize: 1, progress })).toEqual([1, 4, 9]);
    expect(await pool.applyAsync(square, [2], { callback: () => fail('in callback') })).toBe(4);
    await waitUntil(() => errors.length === 4);
    expect(errors.map(String).at(-1)).toBe('RangeError: in callback');
  });

  test('many results at once', async () => {
    const pool = made();
    const results = await Promise.all(Array.from({ length: 3000 }, (_, n) => pool.applyAsync(square, [n])));
    expect(results).toEqual(Array.from({ length: 3000 }, (_, n) => n * n));
  });
});

test('a worker that is killed fails its task, and is replaced', async () => {
  const pool = new Pool({ processes: 2 });
  onTestFinished(() => pool.terminate());
  const running = new Value('i');
  const wait = (running: Value<'i'>): void => {
    running.value = process.pid;
    new Event().waitSync();
  };
  const lost = pool.applyAsync(wait, [running]);
  const rest = pool.mapAsync(square, [1, 2, 3, 4, 5, 6], { chunksize: 1 });
  await waitUntil(() => running.value !== 0);
  process.kill(running.value, 'SIGKILL');
  await expect(lost.get()).rejects.toThrow(/ended with exit code -9 while it ran the task$/);
  expect(await rest).toEqual([1, 4, 9, 16, 25, 36]);
  expect(await pool.map((process_) => process_, [1, 2])).toEqual([1, 2]);
});

test('a worker that is killed while the pool rests is replaced when it is needed', async () => {
  const pool = new Pool({ processes: 1 });
  onTestFinished(() => pool.terminate());
  const pid = await pool.apply(() => process.pid);
  await new Promise((resolve) => setTimeout(resolve, 100)); // it listens to nothing now
  process.kill(pid, 'SIGKILL');
  expect(await pool.apply(square, [3])).toBe(9);
  expect(pool.applySync(square, [4], { timeout: 20 })).toBe(16);
  const spin = (): never => {
    for (;;);
  };
  expect(() => pool.applySync(spin, [], { timeout: 0.2 })).toThrow(TimeoutError);
  expect(pool.applySync(square, [5])).toBe(25);
});

test('a worker is replaced after so many tasks', async () => {
  const pool = new Pool({ processes: 2, maxtasksperchild: 3 });
  onTestFinished(() => pool.terminate());
  const pids = await pool.map(
    () => process.pid,
    Array.from({ length: 12 }, (_, i) => i),
    { chunksize: 1 },
  );
  const counts = Map.groupBy(pids, (pid) => pid);
  expect(pids).toHaveLength(12);
  expect(Math.max(...[...counts.values()].map((all) => all.length))).toBe(3);
  expect(() => new Pool({ maxtasksperchild: 0 })).toThrow('maxtasksperchild must be a positive int or None');
  expect(() => new ThreadPool({ maxtasksperchild: 1 } as never)).toThrow("Unknown option 'maxtasksperchild'");
});

test('a pool that nobody asks anything keeps no program alive; await using ends it', async () => {
  const { run } = await import('@prac/subprocess');
  const program = new URL('fixtures/pools.ts', import.meta.url).pathname;
  const { stdout, returncode } = await run([process.execPath, program], {
    captureOutput: true,
    text: true,
    timeout: 15,
  });
  expect([stdout, returncode]).toEqual(['[ 1, 4 ]\n[ 9 ]\nend\n', 0]);
});

test.each(['an abort', 'a time limit'])('%s ends a task that never would, and its worker', async (by) => {
  const pool = new Pool({ processes: 2 });
  onTestFinished(() => pool.terminate());
  const running = new Value('i');
  const controller = new AbortController();
  const spin = (running: Value<'i'>): never => {
    running.value = process.pid;
    for (;;);
  };
  const limits = by === 'an abort' ? { signal: controller.signal } : { timeout: 0.3 };
  const result = pool.applyAsync(spin, [running], limits);
  const others = pool.mapAsync(square, [1, 2, 3, 4], { chunksize: 1 });
  await waitUntil(() => running.value !== 0 || result.ready());
  if (by === 'an abort') {
    controller.abort('enough');
    await expect(result.get()).rejects.toBe('enough');
  } else await expect(result.get()).rejects.toThrow(TimeoutError);
  expect(await others).toEqual([1, 4, 9, 16]);
  expect(await pool.map(square, [5, 6, 7], { chunksize: 1 })).toEqual([25, 36, 49]);
});

test('a task that is called off before it has begun is never called', async () => {
  const pool = new ThreadPool({ processes: 1 });
  onTestFinished(() => pool.terminate());
  const [go, called] = [new Event(), new Value('i')];
  const first = pool.applyAsync((go: Event) => go.waitSync(), [go]);
  const controller = new AbortController();
  const call = (called: Value<'i'>): void => {
    called.value = 1;
  };
  const second = pool.applyAsync(call, [called], { signal: controller.signal });
  controller.abort('never mind');
  await expect(second.get()).rejects.toBe('never mind');
  await expect(pool.apply(call, [called], { signal: AbortSignal.abort('too late') })).rejects.toBe('too late');
  go.set();
  await first;
  await pool.apply(square, [1]);
  expect(called.value).toBe(0);
});

test('what is more urgent is begun first', async () => {
  const pool = new ThreadPool({ processes: 1 });
  onTestFinished(() => pool.terminate());
  const go = new Event();
  const first = pool.applyAsync((go: Event) => go.waitSync(), [go]);
  const order: number[] = [];
  const callback = (n: number): void => void order.push(n);
  const rest = [1, 3, 2, 3].map((priority, i) =>
    pool.applyAsync((n: number) => n, [10 * priority + i], { priority, callback }),
  );
  go.set();
  await first;
  await Promise.all(rest);
  expect(order).toEqual([31, 33, 22, 10]);
  expect(() => pool.applyAsync(square, [1], { priority: 'high' } as never)).toThrow(TypeError);
  expect(() => pool.applyAsync(square, [1], { timeout: -1 })).toThrow('Expected timeout to be a number of seconds');
});

test('the progress of a map is told', async () => {
  const pool = new ThreadPool({ processes: 2 });
  onTestFinished(() => pool.terminate());
  const told: [number, number][] = [];
  await pool.map(square, [1, 2, 3, 4, 5], { chunksize: 2, progress: (done, total) => told.push([done, total]) });
  expect(told.map(([, total]) => total)).toEqual([5, 5, 5]);
  expect(told.at(-1)).toEqual([5, 5]);
});

test('locks and values go along', async () => {
  const pool = new Pool({ processes: 3 });
  onTestFinished(() => pool.terminate());
  const [lock, sum] = [new Lock(), new Value('i')];
  const add = ([n, lock, sum]: readonly [number, Lock, Value<'i'>]): void =>
    lock.withSync(() => {
      sum.value += n;
    });
  await pool.map(
    add,
    Array.from({ length: 100 }, (_, n) => [n, lock, sum] as const),
    { chunksize: 1 },
  );
  expect(sum.value).toBe(4950);
});

test('types follow from the function', () => {
  const pool = undefined as unknown as Pool;
  expectTypeOf(() => pool.map(square, [1])).returns.toEqualTypeOf<Promise<number[]>>();
  expectTypeOf(() => pool.apply(async (text: string) => text, ['a'])).returns.toEqualTypeOf<Promise<string>>();
  // @ts-expect-error: a text is no number
  void (() => pool.apply(square, ['a']));
});

describe('threads get what no process can get', () => {
  test('memory that is shared, and locks of threads: as arguments, captured, as results', async () => {
    await using pool = new ThreadPool({ processes: 2 });
    const [shared, lock] = [new Int32Array(new SharedArrayBuffer(4)), new ThreadLock()];
    const add = (words: Int32Array, lock: ThreadLock) => lock.withSync(() => void words[0]!++);
    await pool.starmap(
      add,
      Array.from({ length: 20 }, () => [shared, lock] as const),
    );
    await Promise.all(Array.from({ length: 20 }, () => pool.apply(() => lock.withSync(() => void shared[0]!++))));
    expect(shared[0]).toBe(40);
    const same = await pool.apply((words: Int32Array) => words, [shared]);
    shared[0] = 7;
    expect(same[0]).toBe(7);
    expect(pool.applySync((words: Int32Array) => words, [shared])[0]).toBe(7);
    expect((await pool.apply((lock: ThreadLock) => lock, [lock])) === lock).toBe(true);
  });

  test('what is handed over is gone here', async () => {
    await using pool = new ThreadPool({ processes: 2 });
    const bytes = new Uint8Array([1, 2, 3]);
    const sum = (bytes: Uint8Array) => bytes.reduce((a, b) => a + b, 0);
    const results = [1, 2, 3].map(() => pool.apply(sum, [new Uint8Array([1, 2])]));
    expect(await pool.apply(sum, [bytes], { transfer: [bytes.buffer] })).toBe(6);
    expect(bytes.length).toBe(0);
    expect(await Promise.all(results)).toEqual([3, 3, 3]);
    await expect(pool.apply(sum, [bytes], { transfer: [bytes.buffer] })).rejects.toThrow();
    expect(() => pool.applyAsync(sum, [bytes], { transfer: 5 as never })).toThrow(TypeError);
  });

  test('a process refuses both', async () => {
    await using pool = new Pool({ processes: 1 });
    const bytes = new Uint8Array(1);
    expect(() => pool.applyAsync((b: Uint8Array) => b.length, [bytes], { transfer: [bytes.buffer] })).toThrow(
      'a process gets copies',
    );
    await expect(pool.apply((lock: ThreadLock) => lock.locked(), [new ThreadLock()])).rejects.toThrow('args[0]');
  });
});

test('a function that changes is sent again; one that cannot be opened fails each time', async () => {
  await using pool = new ThreadPool({ processes: 1 });
  const state = { n: 1 };
  const changing = (): number => state.n;
  expect(await pool.apply(changing)).toBe(1);
  state.n = 2;
  expect(await pool.apply(changing)).toBe(2);
  const made = Array.from({ length: 1200 }, (_, i) => (n: number) => n + i);
  for (const [i, fn] of made.entries()) expect(await pool.apply(fn, [1])).toBe(i + 1);
  const again = made.slice(0, 50).map((fn) => pool.apply(fn, [1]));
  expect(await Promise.all(again)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
});

test('a thread that loops for ever is ended by an abort, and by a time limit; another takes its place', async () => {
  await using pool = new ThreadPool({ processes: 1 });
  const loop = (): never => {
    for (;;);
  };
  const controller = new AbortController();
  const begun = pool.applyAsync(() => currentThread().name);
  const first = await begun.get();
  const looping = pool.apply(loop, [], { signal: controller.signal });
  const behind = pool.apply(() => currentThread().name);
  controller.abort(new Error('enough'));
  await expect(looping).rejects.toThrow('enough');
  expect(await behind).not.toBe(first);
  await expect(pool.apply(loop, [], { timeout: 0.05 })).rejects.toThrow(TimeoutError);
  expect(pool.applySync(square, [3])).toBe(9);
  expect(() => pool.applySync(loop, [], { timeout: 0.05 })).toThrow(TimeoutError);
  expect(await pool.map(square, [1, 2])).toEqual([1, 4]);
});
