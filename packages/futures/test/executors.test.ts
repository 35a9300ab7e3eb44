// Long because all that an executor promises is tried with threads and with processes.
import { spawnSync } from 'node:child_process';
import {
  BrokenProcessPool,
  BrokenThreadPool,
  CancelledError,
  type Executor,
  type Future,
  InterpreterPoolExecutor,
  ProcessPoolExecutor,
  RuntimeError,
  ThreadPoolExecutor,
  TimeoutError,
  WorkerLostError,
  wait,
} from '@prac/futures';
import { currentProcess, Event as ProcessEvent } from '@prac/pool';
import { currentThread, Event } from '@prac/sync';
import { waitUntil } from '@prac/testing';
import { describe, expect, expectTypeOf, onTestFinished, test } from 'vitest';

const square = (n: number): number => n * n;
const pow = (a: number, b: number): number => a ** b;
const fail = (message: string): never => {
  throw new RangeError(message);
};

const KINDS = [
  ['ThreadPoolExecutor', ThreadPoolExecutor, () => new Event()],
  ['ProcessPoolExecutor', ProcessPoolExecutor, () => new ProcessEvent()],
] as const;

describe.each(KINDS)('%s', (_, Type, newEvent) => {
  function made(
    options: { maxWorkers?: number; initializer?: () => unknown; initargs?: readonly unknown[] } = { maxWorkers: 2 },
  ) {
    const executor = new Type(options as never);
    onTestFinished(() => {
      executor.terminateWorkers();
      return executor.shutdown();
    });
    return executor;
  }

  /** A task that is under way, and what ends it. */
  function busy(executor: ThreadPoolExecutor | ProcessPoolExecutor) {
    const [began, end] = [newEvent() as Event, newEvent() as Event];
    const hold = (began: Event, end: Event): string => {
      began.set();
      end.waitSync();
      return 'held';
    };
    return { future: executor.submit(hold, began, end), began, end };
  }

  test('submit: the result, or what was thrown, of any function', async () => {
    const executor = made();
    const factor = 3;
    const future = executor.submit((n: number) => n * factor, 5);
    expectTypeOf(future).toEqualTypeOf<Future<number>>();
    expect([
      await future,
      executor.submit(pow, 2, 10).resultSync(),
      await executor.submit(async () => 'later'),
    ]).toEqual([15, 1024, 'later']);
    const failed = executor.submit(fail, 'on purpose');
    await expect(failed).rejects.toThrow(new RangeError('on purpose'));
    expect(failed.exceptionSync()).toBeInstanceOf(RangeError);
    if (Type === (ProcessPoolExecutor as never))
      expect(String((failed.exceptionSync() as Error).cause)).toMatch(
        /^_RemoteTraceback: \n"""\nRangeError: on purpose\n +at /,
      );
    expect(() => executor.submit(fail, 'again').resultSync()).toThrow('again');
    expect(() => executor.submit(5 as never)).toThrow(TypeError);
    // @ts-expect-error: the argument is no text
    void executor.submit(square, 'x');
  });

  test('what cannot travel fails its own task', async () => {
    const executor = made();
    await expect(executor.submit((value: unknown) => value, new WeakMap() as never)).rejects.toMatchObject({
      name: 'PicklingError',
    });
    await expect(executor.submit(() => new WeakMap())).rejects.toMatchObject({ name: 'PicklingError' });
    const unopenable = (): unknown =>
      Object.defineProperty({}, Symbol.for('prac.pickle.reduce'), { value: () => [decodeURIComponent, ['%']] });
    await expect(executor.submit(unopenable)).rejects.toThrow();
    await expect(executor.submit((value: unknown) => value, unopenable() as never)).rejects.toThrow();
    expect(await executor.submit(square, 3)).toBe(9);
  });

  test('pending, running, finished; what nobody has begun with can be cancelled', async () => {
    const executor = made({ maxWorkers: 1 });
    const { future, began, end } = busy(executor);
    await began.wait();
    const behind = [1, 2, 3].map((n) => executor.submit(square, n));
    expect([future.running(), behind[0]!.running(), String(behind[1])]).toEqual([
      true,
      false,
      expect.stringContaining('pending'),
    ]);
    expect([future.cancel(), behind[1]!.cancel(), behind[1]!.cancelled()]).toEqual([false, true, true]);
    await expect(behind[1]).rejects.toThrow(CancelledError);
    expect(executor.statistics()).toMatchObject({ workers: 1, queued: 2, running: 1 });
    end.set();
    expect([await future, await behind[0], await behind[2]]).toEqual(['held', 1, 9]);
    const { queued, running, finished, waitTime, runTime } = executor.statistics();
    expect([queued, running, finished, waitTime.count, runTime.count]).toEqual([0, 0, 3, 3, 3]);
    expect(runTime.max).toBeGreaterThanOrEqual(runTime.p50);
  });

  test('workers are started on demand, and used again', async () => {
    const executor = made({ maxWorkers: 5 });
    expect(executor.statistics().workers).toBe(0);
    for (let i = 0; i < 4; i++) await executor.submit(square, i);
    expect(executor.statistics().workers).toBe(1);
    const held = [busy(executor), busy(executor), busy(executor)];
    for (const { began } of held) await began.wait();
    expect(executor.statistics().workers).toBe(3);
    for (const { end } of held) end.set();
    await wait(held.map(({ future }) => future));
  });

  test('map: in order, lazily, of several lists', async () => {
    const executor = made();
    const results: number[] = [];
    const mapped = executor.map(pow, [2, 3, 4], [5, 2, 3, 9]);
    for await (const result of mapped) {
      expectTypeOf(result).toEqualTypeOf<number>();
      results.push(result);
    }
    expect(results).toEqual([32, 9, 64]);
    expect([...executor.mapSync(square, [1, 2, 3])]).toEqual([1, 4, 9]);
    expect([...executor.mapSync(square, Array(20).keys(), { chunksize: 7 })]).toEqual(
      [...Array(20).keys()].map(square),
    );
    expect([...executor.mapSync(square, [])]).toEqual([]);
    const broken = executor.map((n: number) => (n === 2 ? fail('two') : n), [1, 2, 3]);
    expect(await broken.next()).toEqual({ done: false, value: 1 });
    await expect(broken.next()).rejects.toThrow('two');
    expect(await broken.next()).toEqual({ done: true, value: undefined });
  });

  test('map tells of its progress', async () => {
    const executor = made();
    const told: [number, number][] = [];
    const progress = (done: number, submitted: number): void => void told.push([done, submitted]);
    for await (const _ of executor.map(square, [1, 2, 3, 4, 5], { chunksize: 2, progress }));
    expect(told.map(([done]) => done).at(-1)).toBe(5);
    expect(told).toHaveLength(3);
    expect(() => executor.map(square, [1], { progress: 5 as never })).toThrow(TypeError);
  });

  test('map: a time limit, a buffer, a loop that is left', async () => {
    const executor = made({ maxWorkers: 1 });
    const { began, end } = busy(executor);
    await began.wait();
    await expect(executor.map(square, [1], { timeout: 0.01 }).next()).rejects.toThrow(TimeoutError);
    expect(() => executor.mapSync(square, [1], { timeout: 0.01 }).next()).toThrow(TimeoutError);
    end.set();
    let taken = 0;
    function* endless(): Generator<number> {
      for (;;) yield taken++;
    }
    const got: number[] = [];
    for await (const n of executor.map(square, endless(), { buffersize: 3 })) {
      got.push(n);
      if (got.length === 5) break;
    }
    expect([got, taken]).toEqual([[0, 1, 4, 9, 16], 8]);
    await waitUntil(() => executor.statistics().queued === 0);
    const all = executor.map(square, [1, 2, 3]);
    expect(await Promise.all([all.next(), all.next(), all.next(), all.next()])).toMatchObject([
      { value: 1 },
      { value: 4 },
      { value: 9 },
      { done: true },
    ]);
  });

  test.each<[string, (executor: Executor) => unknown, string | (new (...args: never[]) => Error)]>([
    ['what is no function', (e) => e.map(5 as never, [1]), TypeError],
    ['what is no list', (e) => e.map(square, 5 as never), TypeError],
    ['an unknown option', (e) => e.map(square, [1], { chunkSize: 1 } as never), 'Unknown option'],
    ['chunks of nothing', (e) => e.map(square, [1], { chunksize: 0 }), 'chunksize must be >= 1.'],
    ['half a chunk', (e) => e.map(square, [1], { chunksize: 0.5 }), TypeError],
    ['a buffer of nothing', (e) => e.map(square, [1], { buffersize: 0 }), 'buffersize must be None or > 0'],
    ['a time that is none', (e) => e.map(square, [1], { timeout: '1' as never }), TypeError],
  ])('map refuses %s at the call', (_, call, error) => {
    const executor = made();
    expect(() => call(executor)).toThrow(error as never);
  });

  test('shutdown: nothing new, all that was submitted', async () => {
    const executor = new Type({ maxWorkers: 2 });
    const futures = [1, 2, 3, 4, 5].map((n) => executor.submit(square, n));
    await executor.shutdown();
    expect(futures.map((future) => future.resultSync())).toEqual([1, 4, 9, 16, 25]);
    expect(() => executor.submit(square, 1)).toThrow(new RuntimeError('cannot schedule new futures after shutdown'));
    await executor.shutdown();
    executor.shutdownSync();
    {
      using blocking = new Type({ maxWorkers: 1 });
      blocking.submit(square, 1);
    }
    await using unused = new Type();
    expect(unused.statistics().workers).toBe(0);
  });

  test('shutdown: without waiting, and with cancelling', async () => {
    const executor = made({ maxWorkers: 1 });
    const { future, began, end } = busy(executor);
    await began.wait();
    const behind = executor.submit(square, 2);
    await executor.shutdown({ wait: false });
    expect(future.done()).toBe(false);
    await executor.shutdown({ wait: false, cancelFutures: true });
    expect(behind.cancelled()).toBe(true);
    end.set();
    expect(await future).toBe('held');
    await executor.shutdown();
  });

  test('initializer: in each worker; one that fails breaks the executor', async () => {
    const executor = made({
      maxWorkers: 2,
      initializer: ((value: string) => void Object.assign(globalThis, { given: value })) as never,
      initargs: ['given'],
    });
    expect(await executor.submit(() => (globalThis as { given?: string }).given)).toBe('given');
    const broken = made({ maxWorkers: 1, initializer: () => fail('initializer') });
    const error = Type === (ThreadPoolExecutor as never) ? BrokenThreadPool : BrokenProcessPool;
    const futures = [1, 2].map((n) => broken.submit(square, n));
    for (const future of futures) await expect(future).rejects.toThrow(error);
    expect(() => broken.submit(square, 1)).toThrow(error);
  });

  test('withOptions: a signal, a time limit, a priority', async () => {
    const executor = made({ maxWorkers: 1 });
    const loop = (): never => {
      for (;;);
    };
    const controller = new AbortController();
    const looping = executor.withOptions({ signal: controller.signal }).submit(loop);
    const waiting = executor.withOptions({ signal: controller.signal }).submit(square, 1);
    const behind = executor.submit(square, 3);
    await waitUntil(() => looping.running());
    controller.abort(new Error('enough'));
    await expect(looping).rejects.toThrow('enough');
    await expect(waiting).rejects.toThrow('enough');
    expect(await behind).toBe(9);
    await expect(executor.withOptions({ timeout: 0.05 }).submit(loop)).rejects.toThrow(TimeoutError);
    const { began, end } = busy(executor);
    await began.wait();
    const order: string[] = [];
    const note = (name: string) => (future: Future<unknown>) => void order.push(`${name} ${future.done()}`);
    const later = executor.submit(square, 1);
    later.addDoneCallback(note('later'));
    const urgent = executor.withOptions({ priority: 1 }).submit(square, 1);
    urgent.addDoneCallback(note('urgent'));
    end.set();
    await wait([later, urgent]);
    expect(order).toEqual(['urgent true', 'later true']);
    for (const options of [{ sgnal: 1 }, { priority: Number.NaN }, { signal: 5 }, null])
      expect(() => executor.withOptions(options as never)).toThrow(TypeError);
  });

  test('terminateWorkers: what is under way, and what is left, fails', async () => {
    const executor = made({ maxWorkers: 1 });
    const { future, began } = busy(executor);
    await began.wait();
    const behind = executor.submit(square, 1);
    executor.terminateWorkers();
    await expect(behind).rejects.toThrow();
    await expect(future).rejects.toThrow();
    expect(() => executor.submit(square, 1)).toThrow(RuntimeError);
  });

  test.each<[object, string | (new (...args: never[]) => Error)]>([
    [{ maxWorkers: 0 }, 'max_workers must be greater than 0'],
    [{ maxWorkers: -1 }, 'max_workers must be greater than 0'],
    [{ maxWorkers: 1.5 }, TypeError],
    [{ workers: 1 }, 'Unknown option'],
    [{ initializer: 5 }, 'initializer must be a callable'],
    [{ initargs: 5 }, TypeError],
  ])('%o is refused', (options, error) => {
    expect(() => new Type(options as never)).toThrow(error as never);
  });
});

test('a process may handle the SIGTERM of terminateWorkers, and not the SIGKILL of killWorkers', async () => {
  const executor = new ProcessPoolExecutor({ maxWorkers: 1 });
  const [began, asked] = [new ProcessEvent(), new ProcessEvent()];
  const stubborn = async (began: ProcessEvent, asked: ProcessEvent): Promise<never> => {
    process.on('SIGTERM', () => asked.set());
    began.set();
    return new Promise(() => {
      setInterval(() => {}, 1000);
    });
  };
  const future = executor.submit(stubborn, began, asked);
  await began.wait();
  executor.terminateWorkers();
  await expect(future).rejects.toThrow();
  expect(await asked.wait()).toBe(true);
  expect(executor.statistics().workers).toBe(1);
  executor.killWorkers();
  await executor.shutdown();
  expect(executor.statistics().workers).toBe(0);
});

test('threads have names; processes have theirs', async () => {
  await using threads = new ThreadPoolExecutor({ maxWorkers: 1, threadNamePrefix: 'mine' });
  expect(await threads.submit(() => currentThread().name)).toBe('mine_0');
  await using usual = new InterpreterPoolExecutor({ maxWorkers: 1 });
  expect(await usual.submit(() => currentThread().name)).toMatch(/^InterpreterPoolExecutor-\d+_0$/);
  await using processes = new ProcessPoolExecutor({ maxWorkers: 1 });
  expect(await processes.submit(() => [currentProcess().name, process.pid !== 0])).toEqual(['SpawnProcess-1', true]);
});

test('a process that is killed breaks its pool; a thread that ends fails its task', async () => {
  await using processes = new ProcessPoolExecutor({ maxWorkers: 2 });
  const pid = await processes.submit(() => process.pid);
  process.kill(pid, 'SIGHUP');
  const text = 'A process in the process pool was terminated abruptly while the future was running or pending.';
  await waitUntil(async () => {
    try {
      return (await processes.submit(square, 1).exception()) !== null;
    } catch {
      return true;
    }
  });
  const unusable = 'A child process terminated abruptly, the process pool is not usable anymore';
  expect(() => processes.submit(square, 1)).toThrow(new BrokenProcessPool(unusable));
  await using exiting = new ProcessPoolExecutor({ maxWorkers: 1 });
  const [first, second] = [exiting.submit(() => process.exit(3)), exiting.submit(square, 1)];
  for (const future of [first, second]) await expect(future).rejects.toThrow(text);
  await using threads = new ThreadPoolExecutor({ maxWorkers: 1 });
  const [ending, next] = [threads.submit(() => process.exit(3)), threads.submit(square, 4)];
  await expect(ending).rejects.toThrow(WorkerLostError);
  expect(await next).toBe(16);
});

test('a process ends after so many tasks', async () => {
  await using executor = new ProcessPoolExecutor({ maxWorkers: 1, maxTasksPerChild: 2 });
  const pids = [];
  for (let i = 0; i < 4; i++) pids.push(await executor.submit(() => process.pid));
  expect([pids[0] === pids[1], pids[1] === pids[2], pids[2] === pids[3]]).toEqual([true, false, true]);
  for (const maxTasksPerChild of [0, -1])
    expect(() => new ProcessPoolExecutor({ maxTasksPerChild })).toThrow('must be >= 1');
  expect(() => new ProcessPoolExecutor({ maxTasksPerChild: 1.5 })).toThrow(TypeError);
});

test('threads are handed array buffers; processes are not', async () => {
  await using threads = new ThreadPoolExecutor({ maxWorkers: 1 });
  const bytes = new Uint8Array(8);
  const length = threads.withOptions({ transfer: [bytes.buffer] }).submit((given: Uint8Array) => given.length, bytes);
  expect([await length, bytes.length]).toEqual([8, 0]);
  await using processes = new ProcessPoolExecutor({ maxWorkers: 1 });
  expect(() => processes.withOptions({ transfer: [] })).toThrow('only threads can be handed something');
});

test.each([
  ['at the end of the program', ''],
  ['at an exit', 'process.exit(0);'],
])('what was submitted is done %s', (_, end) => {
  const program = `
    import { writeSync } from 'node:fs';
    import { ProcessPoolExecutor, ThreadPoolExecutor } from '@prac/futures';
    const say = (text) => { writeSync(1, text + '\\n'); };
    for (const Type of [ThreadPoolExecutor, ProcessPoolExecutor]) {
      const executor = new Type({ maxWorkers: 1 });
      for (const n of [1, 2, 3]) executor.submit(say, 'task ' + n);
    }
    ${end}`;
  const run = spawnSync(process.execPath, ['--conditions=@prac/source', '--input-type=module', '-e', program], {
    encoding: 'utf8',
    cwd: import.meta.dirname,
    timeout: 60_000,
  });
  expect([run.status, run.stderr]).toEqual([0, '']);
  expect(run.stdout.split('\n').sort().join(' ').trim()).toBe('task 1 task 1 task 2 task 2 task 3 task 3');
});
