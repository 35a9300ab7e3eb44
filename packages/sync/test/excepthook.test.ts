// What becomes of errors that nobody catches: here the hook, in programs stderr.
import { currentThread, Event, type ExceptHookArgs, excepthook, RuntimeError, setExcepthook, Thread } from '@prac/sync';
import { waitUntil } from '@prac/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { ask, thrown } from './helpers/ask.ts';
import { Custom } from './helpers/custom.ts';
import { expectNoThreadsLeft } from './helpers/left.ts';
import { node, program, run } from './helpers/program.ts';

expectNoThreadsLeft();
afterEach(() => void setExcepthook(null));

/** Starts a thread that fails, with a hook that writes down what it is told. */
function failing(target: () => unknown): { readonly thread: Thread; readonly told: ExceptHookArgs[] } {
  const told: ExceptHookArgs[] = [];
  setExcepthook((args) => told.push(args));
  const thread = new Thread({ target, name: 'fragile' }) as Thread;
  thread.start();
  return { thread, told };
}

const fail = (): never => {
  throw new TypeError('oops', { cause: 'a cause' });
};

describe('the hook', () => {
  test('is told class, error, stack and thread, before a join returns', async () => {
    const { thread, told } = failing(fail);
    await thread.join();
    expect(told).toHaveLength(1);
    const [{ excType, excValue, excTraceback, thread: failed }] = told as [ExceptHookArgs];
    expect([excType, String(excValue), failed === thread]).toEqual([TypeError, 'TypeError: oops', true]);
    expect((excValue as Error).cause).toBe('a cause');
    expect(excTraceback).toBe((excValue as Error).stack);
    expect(excTraceback).toMatch(/^TypeError: oops\n +at .*excepthook\.test\.ts/);
  });

  test('is told before a joinSync returns, though the event loop has not turned', () => {
    const { thread, told } = failing(fail);
    thread.joinSync();
    expect(told.map(({ excValue }) => String(excValue))).toEqual(['TypeError: oops']);
  });

  test('is told without a join, and once', async () => {
    const { thread, told } = failing(fail);
    await waitUntil(() => told.length > 0);
    await thread.join();
    thread.joinSync();
    expect(told).toHaveLength(1);
  });

  test.each([
    ['an async function', async () => Promise.reject(new RangeError('a'))],
    ['a timer', () => void setTimeout(() => Promise.reject(new RangeError('a')), 1)],
    ['an unhandled rejection', () => void Promise.reject(new RangeError('a'))],
    ['a microtask', () => queueMicrotask(() => JSON.parse('{'))],
  ])('is told of errors of %s', async (_, target) => {
    const { thread, told } = failing(target);
    await thread.join();
    expect(told.map(({ excValue }) => String(excValue))).toEqual([
      expect.stringMatching(/^(RangeError: a|SyntaxError: )/),
    ]);
  });

  test.each([[5], ['text'], [null], [undefined], [{ code: 7 }], [12n]])(
    'is told of what is no error: %s',
    async (value) => {
      const { thread, told } = failing(() => {
        throw value;
      });
      await thread.join();
      expect(told.map(({ excValue, excTraceback }) => [excValue, excTraceback])).toEqual([[value, undefined]]);
    },
  );

  test('gets errors of custom classes, with their fields, and those of Python', async () => {
    const custom = failing(() => {
      throw new Custom('special', { deep: [1] });
    });
    await custom.thread.join();
    const { excValue, excType } = custom.told[0]!;
    expect([excType, excValue instanceof Custom, (excValue as Custom).details]).toEqual([Custom, true, { deep: [1] }]);
    const python = failing(() => currentThread().start());
    await python.thread.join();
    expect(python.told[0]!.excValue).toBeInstanceOf(RuntimeError);
  });

  // Nor of SystemExit: see the programs below.
  test('is not told of process.exit()', async () => {
    const { thread, told } = failing(() => process.exit(3));
    await thread.join();
    expect([told, thread.isAlive()]).toEqual([[], false]);
  });

  test('gets an error that holds what cannot travel, without that', async () => {
    const { thread, told } = failing(() => {
      throw Object.assign(new Error('odd'), { map: new WeakMap(), number: 1 });
    });
    await thread.join();
    expect(told.map(({ excValue }) => String(excValue))).toEqual(['Error: odd']);
  });

  test('gets something, if what was thrown cannot travel at all', async () => {
    const { thread, told } = failing(() => {
      throw Symbol('strange');
    });
    await thread.join();
    expect(String(told[0]!.excValue)).toContain('Symbol(strange)');
  });

  test('is the one that is set when the error comes, not the one at the start', async () => {
    const go = new Event();
    const heard: string[] = [];
    setExcepthook(() => heard.push('first'));
    const thread = new Thread({
      target: (go: Event) => {
        go.waitSync();
        throw new Error('x');
      },
      args: [go],
    });
    thread.start();
    const before = setExcepthook(() => heard.push('second'));
    go.set();
    await thread.join();
    expect([heard, typeof before]).toEqual([['second'], 'function']);
  });

  test('may ask whether the thread is alive, and join it, while it is told in a join', () => {
    const seen: unknown[] = [];
    setExcepthook(({ thread }) => {
      thread!.joinSync();
      seen.push(thread!.isAlive(), thread!.name);
    });
    const thread = new Thread({ target: () => JSON.parse('{'), name: 'asked about' });
    thread.start();
    thread.joinSync();
    expect(seen).toEqual([false, 'asked about']);
  });

  test('may belong to a thread: it is told there, of that thread and of those that it starts', async () => {
    const told: unknown[] = [];
    setExcepthook((args) => told.push(args));
    const seen = await ask(async () => {
      const seen: string[] = [];
      setExcepthook(({ excValue, thread }) => seen.push(`${thread!.name}: ${String(excValue)}`));
      const inner = new Thread({ target: () => JSON.parse('{'), name: 'inner' });
      inner.start();
      await inner.join();
      return seen;
    });
    expect([seen, told]).toEqual([[expect.stringMatching(/^inner: SyntaxError: /)], []]);
  });

  test('does not hear of threads that others have started: without a hook of their own, stderr does', async () => {
    const { stderr, stdout } = await run('errors.ts', 'nested');
    expect([stderr, stdout]).toEqual([expect.stringMatching(/^Exception in thread inner:\nError: oops\n/), 'joined\n']);
  });
});

describe('setExcepthook', () => {
  test('gives what was set before', () => {
    const [first, second] = [(): void => undefined, (): void => undefined];
    expect([setExcepthook(first), setExcepthook(second), setExcepthook(null), setExcepthook(null)]).toEqual([
      undefined,
      first,
      second,
      undefined,
    ]);
  });

  test.each([[5], ['hook'], [{}], [true]])('refuses %j', (hook) => {
    expect(thrown(() => setExcepthook(hook as never))).toMatch(/^TypeError: Expected a function or null, got /);
  });

  test('takes excepthook itself', () => {
    setExcepthook(excepthook);
    expect(setExcepthook(null)).toBe(excepthook);
  });
});

describe.concurrent('without a hook, stderr gets', () => {
  test('the name of the thread, and the error with its stack; the program goes on, and ends with 0', async () => {
    const { stderr, stdout, code } = await run('errors.ts', 'plain');
    expect(stderr).toMatch(/^Exception in thread fragile:\nError: oops\n {4}at .*errors\.mjs/);
    expect([stdout, code]).toEqual(['joined\n', 0]);
  });

  test('whatever is thrown, from wherever', async () => {
    const { stderr, code } = await run('errors.ts', 'many');
    const told = stderr.match(/^Exception in thread .*\n.*$/gm);
    expect(told).toEqual([
      'Exception in thread async:\nRangeError: async',
      'Exception in thread timer:\nError: timer',
      'Exception in thread rejection:\nError: rejection',
      'Exception in thread value:\n5',
      'Exception in thread nothing:\nundefined',
      'Exception in thread object:\n{ code: 7 }',
      'Exception in thread custom:\nCustom: special',
      expect.stringMatching(/^Exception in thread recursion:\nRangeError: Maximum call stack/),
    ]);
    expect(stderr).toMatch(/details: \{ deep: \[ 1 \] \}/);
    expect(code).toBe(0);
  });

  test('the error of a hook that fails, and the error that it was told', async () => {
    const { stderr, stdout } = await run('errors.ts', 'failing hook');
    expect(stderr).toMatch(
      /^Exception in excepthook:\nError: of the hook\n[\s\S]*\nException in thread fragile:\nError: oops\n/,
    );
    expect(stdout).toBe('joined\n');
  });

  test('what it got before, when a hook was set and taken away again', async () => {
    const { stderr, stdout } = await run('errors.ts', 'hook and back');
    expect(stderr.match(/^Exception in thread .*$/gm)).toEqual(Array(2).fill('Exception in thread fragile:'));
    expect(stdout).toBe('hook: Error: oops\njoined\n');
  });

  test('nothing of SystemExit', async () => {
    const { stdout, stderr } = await node([program('system-exit.ts')]);
    expect([stdout, stderr]).toEqual(['1\n', '']);
  });

  test('that a thread has run out of memory; joins return, also while main is blocked', async () => {
    const { stderr, stdout } = await run('errors.ts', 'out of memory');
    expect(stderr.match(/^Exception in thread .*\n.*ERR_WORKER_OUT_OF_MEMORY/gm)).toHaveLength(2);
    expect(stderr).toContain('Exception in thread greedy 2:');
    expect(stdout).toBe('joined greedy 1 false\njoined greedy 2 false\n');
  });

  test('nothing, if excepthook() itself is called with SystemExit', async () => {
    const { stderr } = await run('errors.ts', 'excepthook called with SystemExit');
    expect(stderr).toBe('');
  });

  test('what excepthook() is called with', async () => {
    const { stderr } = await run('errors.ts', 'excepthook called');
    expect(stderr).toMatch(
      /^Exception in thread MainThread:\nError: oops\n[\s\S]*Exception in thread \w+:\nError: oops\n/,
    );
  });
});
