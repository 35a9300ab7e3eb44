// Ported from CPython 3.13, Lib/test/test_asyncio/test_waitfor.py (PSF License Version 2). Changed: written for this package; times are
// shorter, or never end, and what must not be done yet waits for a future.
import {
  CancelledError,
  coroutine,
  createTask,
  Future,
  getRunningLoop,
  run,
  shield,
  sleep,
  wait,
  waitFor,
} from '@prac/asyncio';
import { Exception, TimeoutError } from '@prac/exceptions';
import { describe, expect, test } from 'vitest';
import { raise, raises } from './helpers/expect-group.ts';

/** A time limit that passes the check for more than 0, but takes hardly any time. */
const EPSILON = 0.0001;

/** Runs for a time, whoever cancels it. */
class SlowTask {
  readonly seconds = 0.02;
  hasExited = false;

  readonly run = coroutine(async (): Promise<void> => {
    const exitAt = performance.now() / 1000 + this.seconds;
    for (;;) {
      const toSleep = exitAt - performance.now() / 1000;
      if (toSleep <= 0) break;
      try {
        await sleep(toSleep);
      } catch (error) {
        if (!(error instanceof CancelledError)) throw error;
      }
    }
    this.hasExited = true;
  });
}

describe('AsyncioWaitForTest', () => {
  test('cancelling it waits for what is awaited (test_asyncio_wait_for_cancelled)', () =>
    run(async () => {
      const t = new SlowTask();
      const waiting = createTask(waitFor(t.run(), t.seconds * 2));
      await sleep(0);
      waiting.cancel();
      await wait([waiting]);
      expect(t.hasExited).toBe(true);
    }));

  test('the end of the time waits for what is awaited (test_asyncio_wait_for_timeout)', () =>
    run(async () => {
      const t = new SlowTask();
      try {
        await waitFor(t.run(), t.seconds / 2);
      } catch (error) {
        if (!(error instanceof TimeoutError)) throw error;
      }
      expect(t.hasExited).toBe(true);
    }));

  test('no time for a future that is done (test_wait_for_timeout_less_then_0_or_0_future_done)', () =>
    run(async () => {
      const future = getRunningLoop().createFuture<string>();
      future.setResult('done');
      const result = await waitFor(future, 0);
      expect(result).toBe('done');
      expect(future.done()).toBe(true);
    }));

  test('with no time a coroutine does not begin (test_wait_for_timeout_less_then_0_or_0_coroutine_do_not_started)', () =>
    run(async () => {
      let hasBegun = false;
      const foo = coroutine(async () => {
        hasBegun = true;
      });
      await raises(TimeoutError, () => waitFor(foo(), 0));
      expect(hasBegun).toBe(false);
    }));

  test.each([0, -1])('a limit of %i cancels a task that runs (test_wait_for_timeout_less_then_0_or_0)', (seconds) =>
    run(async () => {
      let isRunning: boolean | undefined;
      const started = getRunningLoop().createFuture<void>();
      const foo = async (): Promise<string> => {
        isRunning = true;
        started.setResult();
        try {
          await sleep(3600);
        } finally {
          isRunning = false;
        }
        return 'done';
      };
      const task = createTask(foo);
      await started;
      await raises(TimeoutError, () => waitFor(task, seconds));
      expect(task.done()).toBe(true);
      expect(task.cancelled()).toBe(true);
      expect(isRunning).toBe(false);
    }),
  );

  test('what takes too long is cancelled (test_wait_for)', () =>
    run(async () => {
      let isRunning: boolean | undefined;
      const foo = async (): Promise<string> => {
        isRunning = true;
        try {
          await sleep(3600);
        } finally {
          isRunning = false;
        }
        return 'done';
      };
      const task = createTask(foo);
      await raises(TimeoutError, () => waitFor(task, 0.01));
      expect(task.done()).toBe(true);
      expect(task.cancelled()).toBe(true);
      expect(isRunning).toBe(false);
    }));

  test('there may be no limit (test_wait_for_blocking)', () =>
    run(async () => {
      const coro = coroutine(async () => 'done');
      expect(await waitFor(coro(), null)).toBe('done');
    }));

  test('a future that is done meanwhile (test_wait_for_race_condition)', () =>
    run(async () => {
      const loop = getRunningLoop();
      const future = loop.createFuture<string>();
      const waiting = waitFor(future, 3600);
      loop.callSoon((text) => future.setResult(text), 'ok');
      expect(await waiting).toBe('ok');
    }));

  test('what swallows its cancellation has a result (test_wait_for_cancellation_race_condition)', () =>
    run(async () => {
      const inner = coroutine(async () => {
        await raises(CancelledError, () => sleep(3600));
        return 1;
      });
      expect(await waitFor(inner(), 0.01)).toBe(1);
    }));

  /** A task that takes a while to tidy up. */
  const tidying = (log: string[]) => async (): Promise<void> => {
    try {
      await sleep(3600);
    } catch (error) {
      if (error instanceof CancelledError) await sleep(EPSILON);
      throw error;
    } finally {
      log.push('done');
    }
  };

  test('it waits until a task has tidied up (test_wait_for_waits_for_task_cancellation)', () =>
    run(async () => {
      const log: string[] = [];
      const inner = createTask(tidying(log));
      const error = await raises(TimeoutError, () => waitFor(inner, EPSILON));
      expect(log).toEqual(['done']);
      expect((error.cause as Error).constructor).toBe(CancelledError);
    }));

  test('so it does with no time (test_wait_for_waits_for_task_cancellation_w_timeout_0)', () =>
    run(async () => {
      const log: string[] = [];
      const foo = async (): Promise<void> => {
        const inner = createTask(tidying(log));
        await sleep(EPSILON);
        await waitFor(inner, 0);
      };
      const error = await raises(TimeoutError, foo);
      expect(log).toEqual(['done']);
      expect((error.cause as Error).constructor).toBe(CancelledError);
    }));

  test('an error while it tidies up comes out (test_wait_for_reraises_exception_during_cancellation)', () =>
    run(async () => {
      class FooException extends Exception {}
      const foo = async (): Promise<void> => {
        const inner = createTask(async () => {
          try {
            await sleep(3600);
          } finally {
            raise(FooException);
          }
        });
        await waitFor(inner, EPSILON);
      };
      await raises(FooException, foo);
    }));

  const cancelsTheTask = (seconds: number | null) => async (): Promise<void> => {
    const loop = getRunningLoop();
    const task = createTask(async () => {
      const future = loop.createFuture<void>();
      await future; // is never done
    });
    const waiting = createTask(waitFor(task, seconds));
    loop.callSoon(() => waiting.cancel());
    await raises(CancelledError, () => waiting);
    expect(task.cancelled()).toBe(true);
  };

  test('cancelling it without a limit cancels the task (test_cancel_blocking_wait_for)', () =>
    run(cancelsTheTask(null)));

  test('cancelling it with a limit cancels the task (test_cancel_wait_for)', () => run(cancelsTheTask(60)));

  test('what returns when it is cancelled has a result (test_wait_for_cancel_suppressed)', () =>
    run(async () => {
      const return42 = coroutine(async () => {
        try {
          await sleep(3600);
        } catch (error) {
          if (error instanceof CancelledError) return 42;
          throw error;
        }
        return undefined;
      });
      expect(await waitFor(return42(), 0.01)).toBe(42);
    }));

  test('a cancellation after the task is done is not lost (test_wait_for_issue86296)', () =>
    run(async () => {
      const inner = createTask(async () => 'done');
      let hasReachedTheEnd = false;
      const task = createTask(async () => {
        await waitFor(inner, 100);
        await sleep(3600);
        hasReachedTheEnd = true;
      });
      expect(task.done()).toBe(false);
      await sleep(0); // runs the task
      task.cancel();
      await raises(CancelledError, () => task);
      expect(inner.done()).toBe(true);
      expect(await inner).toBe('done');
      expect(hasReachedTheEnd).toBe(false);
    }));
});

describe('WaitForShieldTests', () => {
  test('with no time what is shielded goes on (test_zero_timeout)', () =>
    run(async () => {
      const gate = new Future<void>();
      const task = createTask(async () => {
        await gate;
        return 'done';
      });
      const shielded = shield(task);
      await raises(TimeoutError, () => waitFor(shielded, 0));
      expect(task.done()).toBe(false);
      expect(task.cancelled()).toBe(false);
      expect(shielded.cancelled()).toBe(true);
      gate.setResult();
      await wait([task], { timeout: 10 });
      expect(task.done()).toBe(true);
    }));

  test('without a limit what is shielded is waited for (test_none_timeout)', () =>
    run(async () => {
      const task = createTask(async () => {
        await sleep(0.01);
        return 'done';
      });
      await waitFor(shield(task), null);
      expect(task.done()).toBe(true);
      expect(await task).toBe('done');
    }));

  test('what is shielded goes on after the limit (test_shielded_timeout)', () =>
    run(async () => {
      const gate = new Future<void>();
      const task = createTask(async () => {
        await gate;
        return 'done';
      });
      await raises(TimeoutError, () => waitFor(shield(task), 0.01));
      expect(task.done()).toBe(false);
      expect(task.cancelled()).toBe(false);
      gate.setResult();
      expect(await task).toBe('done');
    }));
});

/*
 * Not portable: no case. Where CPython's read the `__context__` of a TimeoutError, these read its `cause`: Python's `raise … from` sets both.
 */
