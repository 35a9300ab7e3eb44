import { inspect } from 'node:util';
import { CancelledError, Future, InvalidStateError, RuntimeError, TimeoutError } from '@prac/futures';
import { dumps } from '@prac/pickle';
import { expect, expectTypeOf, test, vi } from 'vitest';

const made = {
  pending: () => new Future<unknown>(),
  running: () => {
    const future = new Future<unknown>();
    future.setRunningOrNotifyCancel();
    return future;
  },
  cancelled: () => {
    const future = new Future<unknown>();
    future.cancel();
    return future;
  },
  finished: () => {
    const future = new Future<unknown>();
    future.setResult(42);
    return future;
  },
  failed: () => {
    const future = new Future<unknown>();
    future.setException(new RangeError('on purpose'));
    return future;
  },
};

test.each<[keyof typeof made, string, boolean[]]>([
  ['pending', 'pending', [false, false, false]],
  ['running', 'running', [false, true, false]],
  ['cancelled', 'cancelled', [true, false, true]],
  ['finished', 'finished returned int', [false, false, true]],
  ['failed', 'finished raised RangeError', [false, false, true]],
])('a future that is %s says so', (state, text, [cancelled, running, done]) => {
  const future = made[state]();
  expect(String(future)).toMatch(new RegExp(`^<Future at 0x[0-9a-f]+ state=${text}>$`));
  expect(inspect(future)).toBe(String(future));
  expect([future.cancelled(), future.running(), future.done()]).toEqual([cancelled, running, done]);
});

test.each([
  [1.5, 'float'],
  ['a', 'str'],
  [null, 'NoneType'],
  [undefined, 'NoneType'],
  [[1], 'list'],
  [{}, 'dict'],
  [new Map(), 'dict'],
  [new Set(), 'set'],
  [true, 'bool'],
  [2n, 'int'],
  [new Date(0), 'Date'],
])('what was returned has its Python name: %o', (value, name) => {
  const future = new Future<unknown>();
  future.setResult(value);
  expect(String(future)).toContain(`finished returned ${name}>`);
});

test('the result, or what was thrown, is asked for in any form', async () => {
  const [finished, failed, cancelled] = [made.finished(), made.failed(), made.cancelled()];
  expect([
    await finished,
    await finished.result(),
    finished.resultSync(),
    finished.exceptionSync(),
    await finished.exception(),
  ]).toEqual([42, 42, 42, null, null]);
  await expect(failed).rejects.toThrow('on purpose');
  await expect(failed.result()).rejects.toThrow('on purpose');
  expect(() => failed.resultSync()).toThrow('on purpose');
  expect(failed.exceptionSync()).toBeInstanceOf(RangeError);
  for (const call of [() => cancelled.resultSync(), () => cancelled.exceptionSync()])
    expect(call).toThrow(CancelledError);
  await expect(cancelled).rejects.toThrow(CancelledError);
  await expect(cancelled.exception()).rejects.toThrow(CancelledError);
});

test('who waits is served when it is done, also with a limit', async () => {
  const future = made.running();
  const waiting = [future.result(), future.result(10), future.result({ timeout: 10 }), future.then((value) => value)];
  await expect(future.result(0.001)).rejects.toThrow(TimeoutError);
  await expect(future.exception({ timeout: 0.001 })).rejects.toThrow(TimeoutError);
  const aborted = future.result({ signal: AbortSignal.abort(new Error('enough')) });
  await expect(aborted).rejects.toThrow('enough');
  expect(() => future.resultSync(0.001)).toThrow(TimeoutError);
  expect(() => future.resultSync()).toThrow(RuntimeError);
  expect(() => future.exceptionSync()).toThrow('nobody can finish the future');
  future.setResult('done');
  expect(await Promise.all(waiting)).toEqual(Array(4).fill('done'));
});

test('cancel: what nobody has begun with', async () => {
  const future = made.pending();
  const waiting = expect(future).rejects.toThrow(CancelledError);
  expect([future.cancel(), future.cancel()]).toEqual([true, true]);
  expect(future.setRunningOrNotifyCancel()).toBe(false);
  await waiting;
  expect([made.running().cancel(), made.finished().cancel(), made.failed().cancel()]).toEqual([false, false, false]);
});

test('a state is entered once', () => {
  for (const state of ['cancelled', 'finished', 'failed'] as const) {
    const future = made[state]();
    expect(() => future.setResult(1)).toThrow(InvalidStateError);
    expect(() => future.setException(new Error())).toThrow(InvalidStateError);
  }
  expect(() => made.finished().setResult(1)).toThrow(/^FINISHED: <Future at 0x[0-9a-f]+ state=finished returned int>$/);
  const written = vi.spyOn(console, 'error').mockImplementation(() => {});
  expect(() => made.running().setRunningOrNotifyCancel()).toThrow(new RuntimeError('Future in unexpected state'));
  expect(written).toHaveBeenCalledOnce();
  written.mockRestore();
});

test('callbacks are called in their order, with the future; what they throw is written', () => {
  const written = vi.spyOn(console, 'error').mockImplementation(() => {});
  const future = Object.assign(made.pending(), { arg: 5 });
  const called: unknown[] = [];
  future.addDoneCallback((done) => {
    expectTypeOf(done.arg).toEqualTypeOf<number>();
    called.push(done.arg);
  });
  future.addDoneCallback(() => {
    throw new Error('a callback');
  });
  future.addDoneCallback((done) => called.push(done === future));
  future.setResult(1);
  future.addDoneCallback(() => called.push('at once'));
  expect(called).toEqual([5, true, 'at once']);
  expect(written.mock.calls[0]![0]).toMatch(/^exception calling callback for <Future at .*>\nError: a callback/);
  written.mockRestore();
  const cancelled = made.pending();
  cancelled.addDoneCallback((done) => called.push(done.cancelled()));
  cancelled.cancel();
  expect(called.at(-1)).toBe(true);
  expect(() => future.addDoneCallback(5 as never)).toThrow(TypeError);
});

test('nobody asks: nothing is reported; and a future stays where it is', () => {
  made.failed();
  expect(() => dumps(made.pending() as never)).toThrow('a Future is of the thread that has made it');
});
