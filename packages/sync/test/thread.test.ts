// What a thread is made of, what it runs, and what is refused. (Cases of CPython's ThreadTests are among the titles: see
// cpython.test.ts.)
import { PicklingError } from '@prac/pickle';
import { activeCount, currentThread, Event, enumerate, RuntimeError, SharedArray, Thread } from '@prac/sync';
import { describe, expect, test } from 'vitest';
import { ask, thrown } from './helpers/ask.ts';
import { expectNoThreadsLeft } from './helpers/left.ts';

expectNoThreadsLeft();

const nothing = (): void => undefined;

describe('what a thread runs', () => {
  test('is its target, called with its arguments, and keyword arguments as one object behind them', async () => {
    const seen = new SharedArray('i', 3);
    const target = (seen: SharedArray<'i'>, two: number, { three }: { three: number }): void => {
      seen.obj.set([1, two, three]);
    };
    const thread = new Thread({ target: target as never, args: [seen, 2] as never, kwargs: { three: 3 } });
    thread.start();
    await thread.join();
    expect([...seen]).toEqual([1, 2, 3]);
  });

  test('is an async target, until its promise is settled', async () => {
    const seen = new SharedArray('i', 1);
    const target = async (seen: SharedArray<'i'>): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      seen.set(0, 1);
    };
    const thread = new Thread({ target, args: [seen] });
    thread.start();
    thread.joinSync();
    expect(seen.at(0)).toBe(1);
  });

  test('goes on until its event loop is empty', async () => {
    const seen = new SharedArray('i', 1);
    const target = (seen: SharedArray<'i'>): void => void setTimeout(() => seen.set(0, 1), 20);
    const thread = new Thread({ target, args: [seen] });
    thread.start();
    await thread.join();
    expect(seen.at(0)).toBe(1);
  });

  test('is nothing, if there is no target', async () => {
    const threads = [
      new Thread(),
      new Thread(null),
      new Thread({ target: null, args: null, kwargs: null, name: null }),
    ];
    for (const thread of threads) thread.start();
    for (const thread of threads) await thread.join();
    expect(threads.map((thread) => thread.isAlive())).toEqual([false, false, false]);
  });

  test('has what the function has captured, by value; shared objects are the same', async () => {
    const event = new Event();
    const list = [1];
    const length = await ask(() => {
      event.set();
      return list.push(2);
    });
    expect([length, list, event.isSet()]).toEqual([2, [1], true]);
  });

  test('sees the same environment: what a thread sets, all have', async () => {
    process.env.PRAC_SYNC_TEST = 'main';
    const before = await ask(() => {
      const before = process.env.PRAC_SYNC_TEST;
      process.env.PRAC_SYNC_TEST = 'thread';
      return before;
    });
    expect([before, process.env.PRAC_SYNC_TEST]).toEqual(['main', 'thread']);
    delete process.env.PRAC_SYNC_TEST;
  });
});

describe('the name of a thread', () => {
  test('is Thread-N with the name of the target', () => {
    const name = (thread: Thread<never>): string => thread.name.replace(/\d+/, 'N');
    expect(name(new Thread({ target: nothing }))).toBe('Thread-N (nothing)');
    expect(name(new Thread({ target: [(): void => undefined][0] }))).toBe('Thread-N');
    expect(name(new Thread())).toBe('Thread-N');
    expect(name(new Thread({ target: nothing, name: null }))).toBe('Thread-N (nothing)');
  });

  test('counts all threads that have no name of their own, wherever they are made', async () => {
    const number = (thread: Thread): number => Number(thread.name.match(/\d+/)![0]);
    const before = number(new Thread());
    new Thread({ name: 'does not count' });
    expect(number(new Thread())).toBe(before + 1);
    const there = await ask(() => new Thread().name); // one name for the thread that is asked
    expect(there).toBe(`Thread-${before + 3}`);
    expect(number(new Thread())).toBe(before + 4);
  });

  test('is given, and may be anything', async () => {
    for (const name of ['worker', 'Ä 漢字 😀', 'x'.repeat(400), ' ']) {
      const thread = new Thread({ target: nothing, name });
      expect([thread.name, String(thread)]).toEqual([name, `<Thread(${name}, initial)>`]);
    }
  });

  test('can be changed, before the start, from outside, and from within', async () => {
    const [go, renamed, seen] = [new Event(), new Event(), new Event()];
    const target = (...[go, renamed, seen]: Event[]): void => {
      go!.waitSync();
      currentThread().name += ', by itself';
      renamed!.set();
      seen!.waitSync();
    };
    const thread = new Thread({ target, args: [go, renamed, seen], name: 'a' });
    thread.name = 'b';
    thread.start();
    thread.name += ', by main';
    go.set();
    await renamed.wait();
    expect(thread.name).toBe('b, by main, by itself');
    expect(enumerate().map(({ name }) => name)).toEqual(['MainThread', 'b, by main, by itself']);
    seen.set();
    await thread.join();
    expect(thread.name).toBe('b, by main, by itself');
  });

  test('that a thread gave itself last is seen after its end', async () => {
    const thread = new Thread({ target: (): string => (currentThread().name = 'by itself'), name: 'a' });
    thread.start();
    await thread.join();
    expect(thread.name).toBe('by itself');
  });

  test('is a default one, if it is empty', () => {
    expect(new Thread({ name: '' }).name).toMatch(/^Thread-\d+$/);
  });
});

describe('daemon', () => {
  test('is what it is made with, or set to before the start; null is the default', () => {
    expect(new Thread().daemon).toBe(false);
    expect(new Thread({ daemon: null }).daemon).toBe(false);
    expect(new Thread({ daemon: true }).daemon).toBe(true);
    const thread = new Thread();
    expect(String(thread)).not.toContain('daemon');
    thread.daemon = true;
    expect(String(thread)).toMatch(/^<Thread\(Thread-\d+, initial daemon\)>$/);
  });

  test('is inherited from the thread that makes it', async () => {
    const daemons = new SharedArray('i', [-1, -1]);
    const target = (daemons: SharedArray<'i'>): void => {
      daemons.obj.set([Number(new Thread().daemon), Number(new Thread({ daemon: false }).daemon)]);
    };
    const thread = new Thread({ target, args: [daemons], daemon: true });
    thread.start();
    await thread.join();
    expect([...daemons]).toEqual([1, 0]);
    expect(await ask(() => new Thread().daemon)).toBe(false);
  });

  test('cannot be set when the thread has been started', async () => {
    const thread = new Thread();
    thread.start();
    const refused = (): string => thrown(() => Object.assign(thread, { daemon: true }));
    expect(refused()).toBe('RuntimeError: cannot set daemon status of active thread');
    await thread.join();
    expect(refused()).toBe('RuntimeError: cannot set daemon status of active thread');
    expect(thread.daemon).toBe(false);
  });
});

describe('refused are', () => {
  test.each([
    [{ target: 5 }, 'Expected target to be a function, got 5'],
    [{ target: 'f' }, "Expected target to be a function, got 'f'"],
    [{ target: {} }, 'Expected target to be a function, got {}'],
    [{ args: 'ab' }, "Expected args to be an array, got 'ab'"],
    [{ args: 5 }, 'Expected args to be an array, got 5'],
    [{ args: new Set([1]) }, 'Expected args to be an array, got {1}'],
    [{ kwargs: 'x' }, "Expected kwargs to be an object, got 'x'"],
    [{ name: 5 }, 'Expected name to be a string, got 5'],
    [{ daemon: 'yes' }, "Expected daemon to be a boolean, got 'yes'"],
    [{ daemon: 1 }, 'Expected daemon to be a boolean, got 1'],
    [{ group: 1 }, "Unknown option 'group': expected target, args, kwargs, name, daemon, resourceLimits"],
    ['target', "Expected an object of options, got 'target'"],
    [5, 'Expected an object of options, got 5'],
  ])('wrong options: %j', (options, text) => {
    expect(thrown(() => new Thread(options as never))).toBe(`TypeError: ${text}`);
  });

  test.each([[{ resourceLimits: 5 }], [{ kwargs: [1] }]])('wrong options, too: %j', (options) => {
    expect(thrown(() => new Thread(options as never))).toMatch(/^TypeError: Expected/);
  });

  test('a name that is no text, and a daemon that is no boolean, set later', () => {
    const thread = new Thread({ name: 'a', daemon: true });
    expect(thrown(() => Object.assign(thread, { name: 5 }))).toBe('TypeError: Expected name to be a string, got 5');
    expect(thrown(() => Object.assign(thread, { daemon: 0 }))).toBe(
      'TypeError: Expected daemon to be a boolean, got 0',
    );
    expect(String(thread)).toBe('<Thread(a, initial daemon)>');
  });

  test('a second start, while it runs and when it has ended', async () => {
    const thread = new Thread({ target: nothing });
    thread.start();
    expect(() => thread.start()).toThrow(RuntimeError);
    await thread.join();
    expect(thrown(() => thread.start())).toBe('RuntimeError: threads can only be started once');
  });

  test('a target, an argument, a keyword argument, a class that cannot travel: nothing is started, and nothing left', async () => {
    const captured = new WeakMap();
    class Captures extends Thread {
      override run(): unknown {
        return captured;
      }
    }
    const threads: [Thread<never>, string][] = [
      [new Thread({ target: () => captured, name: 't' }), 't.target -> variable captured: '],
      [new Thread({ target: nothing as never, args: [[captured]] as never, name: 't' }), 't.args[0][0]: '],
      [new Thread({ target: nothing, kwargs: { deep: { map: captured } }, name: 't' }), 't.args[0].deep.map: '],
      [new Captures(), 'variable captured: '],
      [Object.assign(new Thread({ name: 't' }), { field: captured }), 't.fields.field: '],
    ];
    for (const [thread, path] of threads) {
      expect(() => thread.start()).toThrow(PicklingError);
      expect(thrown(() => thread.start())).toContain(`${path}cannot pickle a WeakMap`);
      expect(String(thread)).toMatch(/, initial\)>$/);
    }
    expect([activeCount(), enumerate()]).toEqual([1, [currentThread()]]);
  });

  test('not a start after one that was refused, once its cause is mended', async () => {
    const thread = Object.assign(new Thread({ target: nothing }), { field: new WeakMap() as unknown });
    expect(() => thread.start()).toThrow(PicklingError);
    thread.field = 1;
    thread.start();
    await thread.join();
    expect(thread.isAlive()).toBe(false);
  });
});
