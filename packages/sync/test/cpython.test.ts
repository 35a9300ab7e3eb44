// Cases of CPython's Lib/test/test_threading.py (3.13; PSF licence), written anew for this package's API: ThreadTests,
// ThreadingExceptionTests, ThreadRunFail, ExceptHookTests, TimerTests, InterruptMainTests; ThreadJoinOnShutdown is in
// exits.test.ts, test_threading_local.py in local.test.ts. Fewer rounds. Left out: what has no counterpart here (fork, trace
// and profile functions, sub-interpreters, _thread, ctypes, atexit, reference counts, the old camelCase names).
import * as sync from '@prac/sync';
import { waitUntil } from '@prac/testing';
import { describe, expect, test } from 'vitest';
import { Asking, ask, thrown } from './helpers/ask.ts';
import { expectNoThreadsLeft } from './helpers/left.ts';
import { run } from './helpers/program.ts';
import { Task } from './helpers/task.ts';

const { activeCount, BoundedSemaphore, currentThread, Event, enumerate, getIdent, getNativeId, mainThread } = sync;
const { Lock, RLock, RuntimeError, SharedValue, setExcepthook, stackSize, Thread, Timer, ValueError } = sync;

expectNoThreadsLeft();

const join = async (threads: readonly sync.Thread<never>[]): Promise<void> => {
  for (const thread of threads) await thread.join();
};

async function variousOps(count: number): Promise<void> {
  const [semaphore, mutex, running] = [new BoundedSemaphore(3), new RLock(), new SharedValue('i')];
  const threads = Array.from({ length: count }, (_, i) => new Task(`<thread ${i}>`, semaphore, mutex, running));
  for (const thread of threads) {
    expect([thread.ident, String(thread)]).toEqual([undefined, expect.stringMatching(/^<Task\(.*, initial\)>$/)]);
    thread.start();
  }
  await join(threads);
  for (const thread of threads) {
    expect([thread.isAlive(), thread.ident! > 0, thread.most <= 3]).toEqual([false, true, true]);
    expect(String(thread)).toMatch(/^<Task\(.*, stopped \d+\)>$/);
  }
  const nativeIds = new Set([getNativeId(), ...threads.map(({ nativeId }) => nativeId)]);
  expect([running.value, nativeIds.has(undefined)]).toEqual([0, false]);
}

describe('ThreadTests', () => {
  test('test_name', () => {
    const func = (): void => undefined;
    expect(new Thread({ name: 'myname1' }).name).toBe('myname1');
    expect(new Thread({ target: func, name: 'myname2' }).name).toBe('myname2');
    expect(new Thread({ name: '' }).name).toMatch(/^Thread-\d+$/);
    expect(new Thread().name).toMatch(/^Thread-\d+$/);
    expect(new Thread({ target: func }).name).toMatch(/^Thread-\d+ \(func\)$/);
  });

  test('test_args_argument', async () => {
    const cases: [unknown[], unknown][] = [
      [[1], 1],
      [['str'], 'str'],
      [[[1]], [1]],
    ];
    for (const [args, expected] of cases)
      expect(await ask((arg: unknown) => arg, ...(args as [unknown]))).toEqual(expected);
  });

  test('test_various_ops', async () => {
    await variousOps(6);
  });

  test.each([
    ['small', 524_288], // CPython: 262,144, with which Node does not load the program of a thread
    ['large', 0x100000],
  ])('test_various_ops_%s_stack', async (_, bytes) => {
    expect(stackSize(bytes)).toBe(0);
    try {
      await variousOps(2);
    } finally {
      expect(stackSize(0)).toBe(bytes);
    }
    expect(stackSize()).toBe(0);
  });

  test('stack_size refuses what is too small, and what is no size', () => {
    expect(thrown(() => stackSize(4096))).toBe('ValueError: size not valid: 4096 bytes');
    expect(() => stackSize(-1)).toThrow(ValueError);
    expect(thrown(() => stackSize('1' as never))).toMatch(/^TypeError: /);
    expect(stackSize()).toBe(0);
  });

  test('a larger stack is deeper', async () => {
    const depth = (): number => {
      let deepest = 0;
      const dive = (n: number): void => {
        deepest = n;
        dive(n + 1);
      };
      try {
        dive(0);
      } catch {}
      return deepest;
    };
    const usual = await ask(depth);
    stackSize(16 * 2 ** 20);
    const deep = await ask(depth);
    stackSize(0);
    expect(deep).toBeGreaterThan(2 * usual);
  });

  test('test_enumerate_after_join', async () => {
    for (let i = 0; i < 15; i++) {
      const thread = new Thread({ target: () => undefined });
      thread.start();
      if (i % 2) thread.joinSync();
      else await thread.join();
      expect(enumerate()).not.toContain(thread);
    }
  });

  test('test_join_from_multiple_threads', async () => {
    const thread = new Thread({ target: () => sync.sleepSync(0.005) }) as sync.Thread;
    const join_ = (thread: sync.Thread): string => {
      thread.joinSync();
      return 'joined';
    };
    thread.start();
    const joiners = Array.from({ length: 6 }, () => new Asking(join_, [thread]));
    for (const joiner of joiners) joiner.start();
    await join([thread, ...joiners]);
    expect(joiners.map(({ answer }) => answer)).toEqual(Array(6).fill('joined'));
  });

  test('test_join_with_timeout', async () => {
    const lock = new Lock();
    lock.acquireSync();
    const thread = new Thread({ target: (lock: sync.Lock) => void lock.acquireSync(), args: [lock] });
    thread.start();
    await thread.join(0.01);
    thread.joinSync(0.01);
    expect(thread.isAlive()).toBe(true);
    lock.release();
    await thread.join();
    expect(thread.isAlive()).toBe(false);
  });

  test('test_repr_daemon, test_daemon_param', () => {
    const thread = new Thread();
    expect(String(thread)).not.toContain('daemon');
    thread.daemon = true;
    expect(String(thread)).toContain('daemon');
    expect([undefined, false, true].map((daemon) => new Thread({ daemon }).daemon)).toEqual([false, false, true]);
  });

  test('test_main_thread', async () => {
    const main = mainThread();
    expect([main.name, main.ident, getIdent()]).toEqual(['MainThread', currentThread().ident, main.ident]);
    expect(await ask(() => mainThread().ident === currentThread().ident)).toBe(false);
  });

  test('test_repr_stopped', async () => {
    const [started, finish] = [new Event(), new Event()];
    const target = (started: sync.Event, finish: sync.Event): void => {
      started.set();
      finish.waitSync();
    };
    const thread = new Thread({ target, args: [started, finish] });
    thread.start();
    await started.wait();
    expect(String(thread)).toContain('started');
    finish.set();
    await waitUntil(() => String(thread).includes('stopped'));
    await thread.join();
  });

  test('test_BoundedSemaphore_limit', async () => {
    for (const limit of [1, 3]) {
      const semaphore = new BoundedSemaphore(limit);
      for (const step of ['acquireSync', 'release'] as const) {
        const target = (semaphore: sync.BoundedSemaphore, step: 'acquireSync' | 'release'): void =>
          void semaphore[step]();
        const threads = Array.from({ length: limit }, () => new Thread({ target, args: [semaphore, step] }));
        for (const thread of threads) thread.start();
        await join(threads);
      }
      expect(() => semaphore.release()).toThrow(ValueError);
    }
  });

  test('test_leak_without_join', async () => {
    new Thread({ target: () => undefined }).start();
    await waitUntil(() => activeCount() === 1);
  });
});

describe('ThreadingExceptionTests', () => {
  test('test_start_thread_again', async () => {
    const thread = new Thread();
    thread.start();
    expect(() => thread.start()).toThrow(RuntimeError);
    await thread.join();
  });

  test('test_joining_current_thread, test_joining_inactive_thread', async () => {
    expect(() => currentThread().joinSync()).toThrow(RuntimeError);
    await expect(currentThread().join()).rejects.toThrow(RuntimeError);
    expect(() => new Thread().joinSync()).toThrow(RuntimeError);
  });

  test('test_daemonize_active_thread', async () => {
    const thread = new Thread();
    thread.start();
    expect(() => Object.assign(thread, { daemon: true })).toThrow(RuntimeError);
    await thread.join();
  });

  test('test_releasing_unacquired_lock', () => {
    expect(() => new Lock().release()).toThrow(RuntimeError);
  });

  test('test_recursion_limit', async () => {
    const said = await ask(() => {
      const recurse = (): number => recurse() + 1;
      return thrown(() => recurse());
    });
    expect(said).toBe('RangeError: Maximum call stack size exceeded');
  });

  test('test_print_exception', async () => {
    const { code, stdout, stderr } = await run('errors.ts', 'plain');
    expect([code, stdout]).toEqual([0, 'joined\n']);
    expect(stderr).toMatch(/^Exception in thread fragile:\nError: oops\n {4}at /);
  });

  test('test_bare_raise_in_brand_new_thread: an error that run() has caught is a field', async () => {
    class Issue27558 extends Thread {
      exc: unknown = null;
      override run(): void {
        try {
          JSON.parse('{');
        } catch (error) {
          this.exc = error;
        }
      }
    }
    const thread = new Issue27558();
    thread.start();
    await thread.join();
    expect(thread.exc).toBeInstanceOf(SyntaxError);
  });
});

describe('ExceptHookTests', () => {
  class ThreadRunFail extends Thread {
    override run(): void {
      throw new TypeError('run failed');
    }
  }

  test('test_custom_excepthook', async () => {
    const told: sync.ExceptHookArgs[] = [];
    setExcepthook((args) => told.push(args));
    const thread = new ThreadRunFail();
    thread.start();
    await thread.join();
    setExcepthook(null);
    const [{ excType, excValue, excTraceback, thread: failed }] = told as [sync.ExceptHookArgs];
    expect([excType, (excValue as Error).message]).toEqual([TypeError, 'run failed']);
    expect([excTraceback, failed]).toEqual([(excValue as Error).stack, thread]);
  });
});

describe('TimerTests', () => {
  test('test_init_immutable_default_args', async () => {
    const counts = new SharedValue('i');
    const spy = (...args: unknown[]): void => {
      counts.value += 1 + 10 * args.length;
    };
    const first = new Timer(0.001, spy);
    first.start();
    await first.finished.wait();
    await first.join();
    (first.args as unknown[]).push('blah');
    const second = new Timer(0.001, spy);
    second.start();
    await second.join();
    expect(counts.value).toBe(2);
  });
});

describe('InterruptMainTests', () => {
  test('test_can_interrupt_tight_loops', async () => {
    const [started, go, interrupted] = ['i', 'i', 'i'].map(() => new SharedValue('i'));
    const target = (...[started, go, interrupted]: sync.SharedValue<'i'>[]): void => {
      started!.value = 1;
      while (go!.value === 0);
      interrupted!.value = 1;
    };
    const thread = new Thread({ target, args: [started!, go!, interrupted!] as sync.SharedValue<'i'>[] });
    thread.start();
    await waitUntil(() => started!.value === 1);
    go!.value = 1;
    await thread.join();
    expect(interrupted!.value).toBe(1);
  });
});
