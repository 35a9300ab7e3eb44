// What happens in the middle of something: workers that end, callbacks that wait, ends that come early.
import { spawnSync } from 'node:child_process';
import { getEventListeners } from 'node:events';
import {
  type ExecutorMap,
  Future,
  ProcessPoolExecutor,
  RuntimeError,
  ThreadPoolExecutor,
  TimeoutError,
  WorkerLostError,
  wait,
} from '@prac/futures';
import { Event } from '@prac/sync';
import { waitUntil } from '@prac/testing';
import { expect, expectTypeOf, test, vi } from 'vitest';

const square = (n: number): number => n * n;
const loop = (): never => {
  for (;;);
};

test('shutdown waits for what is left, also if workers end meanwhile', async () => {
  const processes = new ProcessPoolExecutor({ maxWorkers: 1, maxTasksPerChild: 1 });
  const all = [1, 2, 3].map((n) => processes.submit(square, n));
  await processes.shutdown();
  expect(all.map((future) => future.resultSync())).toEqual([1, 4, 9]);
  const threads = new ThreadPoolExecutor({ maxWorkers: 1 });
  const [lost, timed, last] = [
    threads.submit(() => process.exit(0)),
    threads.withOptions({ timeout: 0.05 }).submit(loop),
    threads.submit(square, 4),
  ];
  await threads.shutdown();
  expect(lost.exceptionSync()).toBeInstanceOf(WorkerLostError);
  expect(timed.exceptionSync()).toBeInstanceOf(TimeoutError);
  expect(last.resultSync()).toBe(16);
});

test('a worker that takes long to end does not keep others waiting', async () => {
  await using executor = new ProcessPoolExecutor({ maxWorkers: 1, maxTasksPerChild: 1 });
  const slow = (): void => {
    process.on('exit', () => {
      for (const end = Date.now() + 300; Date.now() < end; );
    });
  };
  const [first, second] = [executor.submit(slow), executor.submit(square, 3)];
  await first;
  expect(await second.result(20)).toBe(9);
});

test('callbacks may wait for others: of tasks that could not be sent, took too long, were ended', async () => {
  const executor = new ThreadPoolExecutor({ maxWorkers: 1 });
  const got: unknown[] = [];
  const look = (other: () => Future<unknown>) => () => void got.push(other().done() || other().exceptionSync(10));
  const endless = executor.withOptions({ timeout: 0.1 }).submit(loop);
  const [wrong, right] = [
    executor.submit((value: unknown) => value, new WeakMap() as never),
    executor.submit(square, 2),
  ];
  endless.addDoneCallback(look(() => right));
  wrong.addDoneCallback(look(() => right));
  await wait([endless, wrong, right]);
  const [a, b] = [executor.submit(loop), executor.submit(square, 1)];
  await waitUntil(() => a.running());
  a.addDoneCallback(look(() => b));
  executor.terminateWorkers();
  await wait([a, b]);
  expect([got.length, got.filter((it) => it !== null && it !== true)]).toEqual([3, []]);
  expect([b.cancelled(), (a.exceptionSync() as Error).name]).toEqual([true, 'WorkerLostError']);
  await executor.shutdown();
});

test('a signal: aborted before, and given up with the task', async () => {
  await using executor = new ThreadPoolExecutor({ maxWorkers: 1 });
  const reason = Object.freeze(new Error('enough'));
  const late = executor.withOptions({ signal: AbortSignal.abort(reason) }).submit(square, 1);
  await expect(late).rejects.toBe(reason);
  expect(executor.statistics().queued).toBe(0);
  const controller = new AbortController();
  const options = executor.withOptions({ signal: controller.signal });
  const end = new Event();
  const held = executor.submit((end: Event) => end.waitSync(), end);
  const futures = Array.from({ length: 5 }, () => options.submit(square, 1));
  for (const future of futures) future.cancel();
  end.set();
  await held;
  await executor.submit(square, 1);
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
});

test('what the caller has made stays as it is', async () => {
  await using executor = new ProcessPoolExecutor({ maxWorkers: 1 });
  const controller = new AbortController();
  const looping = executor.withOptions({ signal: controller.signal }).submit(loop);
  await waitUntil(() => looping.running());
  const mine = Object.freeze(new Error('mine'));
  controller.abort(mine);
  await expect(looping).rejects.toBe(mine);
  expect(mine.cause).toBeUndefined();
  expect(await executor.submit(square, 5)).toBe(25);
});

test('a loop that is left submits nothing more, and closes its lists', async () => {
  await using executor = new ThreadPoolExecutor({ maxWorkers: 1 });
  let [taken, isClosed] = [0, false];
  function* items(): Generator<number> {
    try {
      for (;;) yield taken++;
    } finally {
      isClosed = true;
    }
  }
  const mapped = executor.map(square, items(), { buffersize: 1 });
  const next = mapped.next();
  await mapped.return();
  await next;
  await executor.submit(square, 1);
  expect([taken, isClosed]).toEqual([1, true]);
});

test('an async callback that fails is told of', async () => {
  const written = vi.spyOn(console, 'error').mockImplementation(() => {});
  await using executor = new ThreadPoolExecutor({ maxWorkers: 1 });
  executor.submit(square, 1).addDoneCallback(async () => {
    throw new Error('later');
  });
  await waitUntil(() => written.mock.calls.length > 0);
  expect(written.mock.calls[0]![0]).toContain('later');
  written.mockRestore();
});

test('a process of a pool may have processes of its own', async () => {
  await using executor = new ProcessPoolExecutor({ maxWorkers: 1 });
  const nested = async (fn: (n: number) => number): Promise<number> => {
    const inner = new ProcessPoolExecutor({ maxWorkers: 1 });
    try {
      return await inner.submit(fn, 6);
    } finally {
      await inner.shutdown();
    }
  };
  expect(await executor.submit(nested, square)).toBe(36);
});

test('a negative time limit has ended, as in Python', async () => {
  const future = new Future();
  await expect(future.result(-1)).rejects.toThrow(TimeoutError);
  expect(() => future.resultSync({ timeout: -1 })).toThrow(TimeoutError);
  expect(await wait([future], { timeout: -1 })).toEqual({ done: new Set(), notDone: new Set([future]) });
});

test.each([
  ['wait', () => wait([], 5 as never), 'Expected an object of options'],
  ['shutdown', () => new ThreadPoolExecutor().shutdown({ wat: true } as never), 'Unknown option'],
  ['shutdown', () => new ThreadPoolExecutor().shutdown({ wait: 'no' } as never), 'Expected wait to be a boolean'],
  ['map', async () => new ThreadPoolExecutor().map(square, undefined as never), 'Expected a list'],
  ['withOptions', async () => new ThreadPoolExecutor().withOptions({ timeout: 1e300 }), 'timeout value is too large'],
  ['withOptions', async () => new ThreadPoolExecutor().withOptions({ timeout: -1 }), 'timeout must be non-negative'],
])('%s refuses what it does not know (%#)', async (_, call, text) => {
  await expect(call()).rejects.toThrow(text);
});

test('types: of map with options and without, of initializers', () => {
  using executor = new ThreadPoolExecutor({ initializer: (text: string) => void text, initargs: ['x'] });
  expectTypeOf(executor.map((n) => n * 2, [1, 2], { timeout: 1 })).toEqualTypeOf<ExecutorMap<number>>();
  expectTypeOf(executor.map((a: number, b?: number) => `${a}${b}`, [1])).toEqualTypeOf<ExecutorMap<string>>();
  expectTypeOf(executor.map((a, b) => a + b, [1], [2], { chunksize: 1 })).toEqualTypeOf<ExecutorMap<number>>();
  expectTypeOf(executor.map(async (a: number, ...rest: string[]) => [a, rest], [1], ['b'], ['c'], ['d'])).not.toBeAny();
  // @ts-expect-error: these are no numbers
  void executor.map(square, ['a']);
});

test('an idle pool is there for whoever comes late; after the end nothing is taken', () => {
  const program = `
    import { ProcessPoolExecutor } from '@prac/futures';
    const executor = new ProcessPoolExecutor({ maxWorkers: 1 });
    await executor.submit(() => 1);
    process.once('beforeExit', async () => console.log('late', await executor.submit(() => 2)));
    process.on('exit', () => {
      try {
        executor.submit(() => 3);
      } catch (error) {
        console.log(String(error));
      }
    });`;
  const run = spawnSync(process.execPath, ['--conditions=@prac/source', '--input-type=module', '-e', program], {
    encoding: 'utf8',
    cwd: import.meta.dirname,
    timeout: 60_000,
  });
  expect([run.status, run.stderr]).toEqual([0, '']);
  expect(run.stdout).toBe('late 2\nRuntimeError: cannot schedule new futures after interpreter shutdown\n');
  expect(RuntimeError.name).toBe('RuntimeError');
});
