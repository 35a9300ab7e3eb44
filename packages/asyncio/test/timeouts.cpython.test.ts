// Long because it is one file of CPython's, case by case.
//
// Ported from CPython 3.13, Lib/test/test_asyncio/test_timeouts.py (PSF License Version 2). Changed: written for this package; times are
// shorter, or never end.
import {
  CancelledError,
  createTask,
  currentTask,
  getRunningLoop,
  run,
  sleep,
  TaskGroup,
  Timeout,
  timeout,
  timeoutAt,
} from '@prac/asyncio';
import { ExceptionGroup, KeyError, RuntimeError, TimeoutError, ValueError, ZeroDivisionError } from '@prac/exceptions';
import { expect, test } from 'vitest';
import { raise, raises, withoutTask } from './helpers/expect-group.ts';

/** As Python's `time.sleep`. */
function block(seconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, seconds * 1000);
}

/** What Python's `asyncio.timeout(delay)` gives before it is entered. */
const notEntered = (delay: number): Timeout => new Timeout(getRunningLoop().time() + delay);

test('what takes too long is ended (test_timeout_basic)', () =>
  run(async () => {
    let cm!: Timeout;
    await raises(TimeoutError, () =>
      timeout(0.01, async (it) => {
        cm = it;
        await sleep(3600);
      }),
    );
    expect(cm.expired()).toBe(true);
  }));

test('the limit may be a time on the clock of the loop (test_timeout_at_basic)', () =>
  run(async () => {
    let cm!: Timeout;
    const deadline = getRunningLoop().time() + 0.01;
    await raises(TimeoutError, () =>
      timeoutAt(deadline, async (it) => {
        cm = it;
        await sleep(3600);
      }),
    );
    expect(cm.expired()).toBe(true);
    expect(cm.when()).toBe(deadline);
  }));

test('of two limits that end at once the outer one throws (test_nested_timeouts)', () =>
  run(async () => {
    let isCancelled = false;
    let cm1!: Timeout;
    let cm2!: Timeout;
    const deadline = getRunningLoop().time() + 0.01;
    await raises(TimeoutError, () =>
      timeoutAt(deadline, async (outer) => {
        cm1 = outer;
        try {
          await timeoutAt(deadline, async (inner) => {
            cm2 = inner;
            await sleep(3600);
          });
        } catch (error) {
          if (error instanceof CancelledError) isCancelled = true;
          throw error;
        }
      }),
    );
    expect(isCancelled).toBe(true);
    expect(cm1.expired()).toBe(true);
    expect(cm2.expired()).toBe(true);
  }));

test('within the limit it is a CancelledError (test_waiter_cancelled)', () =>
  run(async () => {
    let isCancelled = false;
    await raises(TimeoutError, () =>
      timeout(0.01, async () => {
        try {
          await sleep(3600);
        } catch (error) {
          if (error instanceof CancelledError) isCancelled = true;
          throw error;
        }
      }),
    );
    expect(isCancelled).toBe(true);
  }));

test('what ends in time is left alone (test_timeout_not_called)', () =>
  run(async () => {
    let cm!: Timeout;
    await timeout(3600, async (it) => {
      cm = it;
      await sleep(0.01);
    });
    const t1 = getRunningLoop().time();
    expect(cm.expired()).toBe(false);
    expect(cm.when()).toBeGreaterThan(t1);
  }));

test('there may be no limit (test_timeout_disabled)', () =>
  run(async () => {
    let cm!: Timeout;
    await timeout(null, async (it) => {
      cm = it;
      await sleep(0.01);
    });
    expect(cm.expired()).toBe(false);
    expect(cm.when()).toBe(null);
  }));

test('there may be no limit of timeoutAt (test_timeout_at_disabled)', () =>
  run(async () => {
    let cm!: Timeout;
    await timeoutAt(null, async (it) => {
      cm = it;
      await sleep(0.01);
    });
    expect(cm.expired()).toBe(false);
    expect(cm.when()).toBe(null);
  }));

test('a limit of zero ends a wait (test_timeout_zero)', () =>
  run(async () => {
    let cm!: Timeout;
    const t0 = getRunningLoop().time();
    await raises(TimeoutError, () =>
      timeout(0, async (it) => {
        cm = it;
        await sleep(3600);
      }),
    );
    const t1 = getRunningLoop().time();
    expect(cm.expired()).toBe(true);
    expect(t0 <= cm.when()! && cm.when()! <= t1).toBe(true);
  }));

test('a limit of zero ends a wait of one turn (test_timeout_zero_sleep_zero)', () =>
  run(async () => {
    let cm!: Timeout;
    const t0 = getRunningLoop().time();
    await raises(TimeoutError, () =>
      timeout(0, async (it) => {
        cm = it;
        await sleep(0);
      }),
    );
    const t1 = getRunningLoop().time();
    expect(cm.expired()).toBe(true);
    expect(t0 <= cm.when()! && cm.when()! <= t1).toBe(true);
  }));

test('a limit in the past ends a wait of one turn (test_timeout_in_the_past_sleep_zero)', () =>
  run(async () => {
    let cm!: Timeout;
    const t0 = getRunningLoop().time();
    await raises(TimeoutError, () =>
      timeout(-11, async (it) => {
        cm = it;
        await sleep(0);
      }),
    );
    const t1 = getRunningLoop().time();
    expect(cm.expired()).toBe(true);
    expect(t0 >= cm.when()! && cm.when()! <= t1).toBe(true);
  }));

test('another error comes out (test_foreign_exception_passed)', () =>
  run(async () => {
    let cm!: Timeout;
    await raises(KeyError, () =>
      timeout(0.01, async (it) => {
        cm = it;
        throw new KeyError();
      }),
    );
    expect(cm.expired()).toBe(false);
  }));

test('the cause is the CancelledError, though an error was on its way (test_timeout_exception_context)', () =>
  run(async () => {
    const e = await raises(TimeoutError, () =>
      timeout(0.01, async () => {
        try {
          raise(ZeroDivisionError);
        } finally {
          await sleep(3600);
        }
      }),
    );
    const e2 = e.cause as CancelledError;
    expect(e2).toBeInstanceOf(CancelledError);
    expect(e2.cause).toBeUndefined();
  }));

test('an error while it tidies up comes out (test_foreign_exception_on_timeout)', () =>
  run(async () => {
    const crash = async (): Promise<void> => {
      try {
        await sleep(3600);
      } finally {
        raise(ZeroDivisionError);
      }
    };
    const e = await raises(ZeroDivisionError, () =>
      timeout(0.01, async () => {
        await crash();
      }),
    );
    expect(e.cause).toBeUndefined();
  }));

test('the last of several errors comes out (test_foreign_exception_on_timeout_2)', () =>
  run(async () => {
    const e = await raises(ZeroDivisionError, () =>
      timeout(0.01, async () => {
        try {
          try {
            raise(ValueError);
          } finally {
            await sleep(3600);
          }
        } finally {
          try {
            raise(KeyError);
          } finally {
            raise(ZeroDivisionError);
          }
        }
      }),
    );
    expect(e.cause).toBeUndefined();
  }));

test('if somebody else cancels it is no TimeoutError (test_foreign_cancel_doesnt_timeout_if_not_expired)', () =>
  run(async () => {
    let cm!: Timeout;
    await raises(CancelledError, () =>
      timeout(3600, async (it) => {
        cm = it;
        currentTask()!.cancel();
        await sleep(3600);
      }),
    );
    expect(cm.expired()).toBe(false);
  }));

test('the task around it is not cancelled (test_outer_task_is_not_cancelled)', () =>
  run(async () => {
    const outer = async (): Promise<void> => {
      await raises(TimeoutError, () =>
        timeout(0.001, async () => {
          await sleep(3600);
        }),
      );
    };
    const task = createTask(outer);
    await task;
    expect(task.cancelled()).toBe(false);
    expect(task.done()).toBe(true);
  }));

test('an outer limit ends what is within a longer one (test_nested_timeouts_concurrent)', () =>
  run(async () => {
    await raises(TimeoutError, () =>
      timeout(0.002, async () => {
        await raises(TimeoutError, () =>
          timeout(0.1, async () => {
            block(0.01); // pretends that it calculates
            await sleep(3600);
          }),
        );
      }),
    );
  }));

test('two limits have passed while the loop was busy (test_nested_timeouts_loop_busy)', () =>
  run(async () => {
    const loop = getRunningLoop();
    const t0 = loop.time();
    await raises(TimeoutError, () =>
      // (1)
      timeout(0.02, async () => {
        await raises(TimeoutError, () =>
          // (2)
          timeout(0.002, async () => {
            block(0.02); // pretends that the loop is busy
            await sleep(3600);
          }),
        );
        // The TimeoutError was caught by (2); (1) interrupts this.
        await sleep(3600);
      }),
    );
    const t1 = loop.time();
    expect(t0 <= t1 && t1 <= t0 + 10).toBe(true);
  }));

test('a limit can be moved from outside (test_reschedule)', () =>
  run(async () => {
    const loop = getRunningLoop();
    const future = loop.createFuture<Timeout>();
    const deadline1 = loop.time() + 3600;
    const deadline2 = deadline1 + 20;
    const task = createTask(async () => {
      await timeoutAt(deadline1, async (it) => {
        future.setResult(it);
        await sleep(7200);
      });
    });
    const cm = await future;
    expect(cm.when()).toBe(deadline1);
    cm.reschedule(deadline2);
    expect(cm.when()).toBe(deadline2);
    cm.reschedule(null);
    expect(cm.when()).toBe(null);
    task.cancel();
    await raises(CancelledError, () => task);
    expect(cm.expired()).toBe(false);
  }));

test('text of one that is active (test_repr_active)', () =>
  run(async () => {
    await timeout(3600, async (cm) => {
      expect(String(cm)).toMatch(/<Timeout \[active\] when=\d+\.\d*>/);
    });
  }));

test('text of one that has expired (test_repr_expired)', () =>
  run(async () => {
    let cm!: Timeout;
    await raises(TimeoutError, () =>
      timeout(0.01, async (it) => {
        cm = it;
        await sleep(3600);
      }),
    );
    expect(String(cm)).toBe('<Timeout [expired]>');
  }));

test('text of one that has ended (test_repr_finished)', () =>
  run(async () => {
    let cm!: Timeout;
    await timeout(3600, async (it) => {
      cm = it;
      await sleep(0);
    });
    expect(String(cm)).toBe('<Timeout [finished]>');
  }));

test('text of one without a limit (test_repr_disabled)', () =>
  run(async () => {
    await timeout(null, async (cm) => {
      expect(String(cm)).toBe('<Timeout [active] when=None>'); // fails here: '<Timeout [active]>'
    });
  }));

test('a limit while another one tidies up (test_nested_timeout_in_finally)', () =>
  run(async () => {
    let e2!: TimeoutError;
    const e1 = await raises(TimeoutError, () =>
      timeout(0.01, async () => {
        try {
          await sleep(3600);
        } finally {
          e2 = await raises(TimeoutError, () =>
            timeout(0.01, async () => {
              await sleep(3600);
            }),
          );
        }
      }),
    );
    const e12 = e1.cause as CancelledError;
    expect(e12).toBeInstanceOf(CancelledError);
    expect(e12.cause).toBeUndefined();
    const e22 = e2.cause as CancelledError;
    expect(e22).toBeInstanceOf(CancelledError);
    expect(e22.cause).toBeUndefined();
    expect(e22 === e12).toBe(false);
  }));

test('a limit while a cancelled task tidies up (test_timeout_after_cancellation)', () =>
  run(async () => {
    try {
      currentTask()!.cancel();
      await sleep(3600); // work that is cancelled
    } catch (error) {
      if (!(error instanceof CancelledError)) throw error;
    } finally {
      await raises(TimeoutError, () =>
        timeout(0, async () => {
          await sleep(3600); // tidies up
        }),
      );
    }
  }));

test('a cancellation while a cancelled task tidies up (test_cancel_in_timeout_after_cancellation)', () =>
  run(async () => {
    try {
      currentTask()!.cancel();
      await sleep(3600); // work that is cancelled
    } catch (error) {
      if (!(error instanceof CancelledError)) throw error;
    } finally {
      await raises(CancelledError, () =>
        timeout(3600, async () => {
          currentTask()!.cancel();
          await sleep(3600); // tidies up
        }),
      );
    }
  }));

test('one that runs cannot be run (test_timeout_already_entered)', () =>
  run(async () => {
    await timeout(3600, async (cm) => {
      await raises(RuntimeError, () => cm.run(() => expect.unreachable()), /has already been entered/);
    });
  }));

test('one that has run cannot be run again (test_timeout_double_enter)', () =>
  run(async () => {
    const cm = notEntered(3600);
    await cm.run(async () => {});
    await raises(RuntimeError, () => cm.run(() => expect.unreachable()), /has already been entered/);
  }));

test('one that has ended cannot be moved (test_timeout_finished)', () =>
  run(async () => {
    const cm = notEntered(3600);
    await cm.run(async () => {});
    await raises(RuntimeError, () => cm.reschedule(0.02), /finished/);
  }));

test('one that has expired cannot be moved (test_timeout_expired)', () =>
  run(async () => {
    const cm = notEntered(0.01);
    await raises(TimeoutError, () =>
      cm.run(async () => {
        await sleep(3600);
      }),
    );
    await raises(RuntimeError, () => cm.reschedule(0.02), /expired/);
  }));

test('one whose time is up cannot be moved by its body (test_timeout_expiring)', () =>
  run(async () => {
    await timeout(0.01, async (cm) => {
      await raises(CancelledError, () => sleep(3600));
      await raises(RuntimeError, () => cm.reschedule(0.02), /expiring/);
    });
  }));

test('one that has not run cannot be moved (test_timeout_not_entered)', () =>
  run(async () => {
    const cm = notEntered(0.01);
    await raises(RuntimeError, () => cm.reschedule(0.02), /has not been entered/);
  }));

test('one runs in tasks only (test_timeout_without_task)', () =>
  run(async () => {
    const cm = notEntered(0.01);
    await raises(RuntimeError, () => withoutTask(() => cm.run(() => expect.unreachable())), /task/);
    await raises(RuntimeError, () => cm.reschedule(0.02), /has not been entered/);
  }));

test('errors of a group that is ended come out (test_timeout_taskgroup)', () =>
  run(async () => {
    const task = async (): Promise<void> => {
      try {
        await sleep(3600); // is interrupted
      } finally {
        raise(ZeroDivisionError); // while it tidies up
      }
    };
    const group = await raises(ExceptionGroup, () =>
      timeout(0.01, async () => {
        await TaskGroup.run(async (g) => {
          g.createTask(task);
          try {
            raise(ValueError);
          } finally {
            await sleep(3600);
          }
        });
      }),
    );
    expect(group.cause).toBeUndefined();
    expect(group.exceptions).toHaveLength(1);
    const e1 = group.exceptions[0]!;
    expect(e1).toBeInstanceOf(ZeroDivisionError);
    expect(e1.cause).toBeUndefined();
  }));

/*
 * Not portable: no case, but parts of these.
 *   test_timeout_exception_context, test_foreign_exception_on_timeout, test_foreign_exception_on_timeout_2,
 *   test_nested_timeout_in_finally, test_timeout_taskgroup   errors of JavaScript have no `__context__`, and so no TimeoutError in it
 *   test_nested_timeouts_loop_busy                           there is no `slow_callback_duration`
 */
