import {
  ALL_COMPLETED,
  asCompleted,
  asCompletedSync,
  FIRST_COMPLETED,
  FIRST_EXCEPTION,
  Future,
  type ReturnWhen,
  ThreadPoolExecutor,
  TimeoutError,
  wait,
  waitSync,
} from '@prac/futures';
import { expect, expectTypeOf, test } from 'vitest';

const future = () => new Future<number>();
function finished(value = 1): Future<number> {
  const it = future();
  it.setResult(value);
  return it;
}
function failed(): Future<number> {
  const it = future();
  it.setException(new Error('failed'));
  return it;
}
function cancelled(): Future<number> {
  const it = future();
  it.cancel();
  it.setRunningOrNotifyCancel();
  return it;
}

test.each<[ReturnWhen, (later: Future<number>) => Future<number>[], boolean]>([
  [FIRST_COMPLETED, (later) => [later, finished()], true],
  [FIRST_COMPLETED, (later) => [later, cancelled()], true],
  [FIRST_COMPLETED, (later) => [later], false],
  [FIRST_EXCEPTION, (later) => [later, failed()], true],
  [FIRST_EXCEPTION, (later) => [later, finished(), cancelled()], false],
  [FIRST_EXCEPTION, () => [finished(), cancelled()], true],
  [ALL_COMPLETED, (later) => [later, finished()], false],
  [ALL_COMPLETED, () => [finished(), failed(), cancelled()], true],
  [ALL_COMPLETED, () => [], true],
  [FIRST_COMPLETED, () => [], true],
])('%s is over when it says (%#)', async (returnWhen, make, isOver) => {
  const later = future();
  const all = make(later);
  const begun = wait(all, { returnWhen });
  const first = await Promise.race([
    begun.then(() => true),
    new Promise<false>((resolve) => setTimeout(resolve, 5, false)),
  ]);
  expect(first).toBe(isOver);
  const now = waitSync(all, { returnWhen, timeout: 0 });
  expect(now.done.size + now.notDone.size).toBe(all.length);
  later.setResult(1);
  const { done } = await begun;
  expect(done.size).toBeGreaterThanOrEqual(isOver ? 0 : 1);
});

test('after the time limit some are not done; what stands there twice counts once', async () => {
  const [early, late] = [finished(), future()];
  const { done, notDone } = await wait([early, early, late], { timeout: 0.001 });
  expect([[...done], [...notDone]]).toEqual([[early], [late]]);
  expect(waitSync([early, late], { timeout: 0.001 }).notDone).toEqual(new Set([late]));
  const aborted = wait([late], { signal: AbortSignal.timeout(1) });
  await expect(aborted).rejects.toThrow('timeout');
  expectTypeOf(done).toEqualTypeOf<Set<Future<number>>>();
});

test('wait refuses what is no future, and no condition', async () => {
  await expect(wait([1 as never])).rejects.toThrow('Expected a Future, got 1');
  await expect(wait(5 as never)).rejects.toThrow(TypeError);
  await expect(wait([], { returnWhen: 'LATER' as never })).rejects.toThrow("Invalid return condition: 'LATER'");
  await expect(wait([], { timeOut: 1 } as never)).rejects.toThrow(TypeError);
});

test('asCompleted gives the futures themselves, as they are done', async () => {
  const [a, b, c, d] = [future(), finished(2), future(), cancelled()];
  const got: Future<number>[] = [];
  setTimeout(() => c.setResult(3), 1);
  setTimeout(() => a.setResult(1), 5);
  for await (const it of asCompleted([a, b, c, d, b])) {
    expectTypeOf(it).toEqualTypeOf<Future<number>>();
    got.push(it);
  }
  expect(got).toEqual([b, d, c, a]);
});

test('asCompleted has a limit for all of them together', async () => {
  const got: unknown[] = [];
  const iterate = async (): Promise<void> => {
    for await (const it of asCompleted([finished(), future(), future()], 0.005)) got.push(it.resultSync());
  };
  await expect(iterate()).rejects.toThrow(new TimeoutError('2 (of 3) futures unfinished'));
  expect(got).toEqual([1]);
  expect(() => [...asCompletedSync([future()], 0.001)]).toThrow(new TimeoutError('1 (of 1) futures unfinished'));
  const left = asCompleted([finished(), future()]);
  for await (const _ of left) break;
  expect(await left.next()).toEqual({ done: true, value: undefined });
});

test('a blocked thread waits for futures of several executors', () => {
  using a = new ThreadPoolExecutor({ maxWorkers: 1 });
  using b = new ThreadPoolExecutor({ maxWorkers: 1 });
  const square = (n: number): number => n * n;
  const all = [1, 2, 3, 4].map((n) => (n % 2 === 0 ? a : b).submit(square, n));
  expect([...asCompletedSync(all)].map((it) => it.resultSync()).sort((x, y) => x - y)).toEqual([1, 4, 9, 16]);
  expect(waitSync(all).notDone.size).toBe(0);
});
