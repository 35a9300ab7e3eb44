// Threads that call a function later.
import { currentThread, Event, mainThread, SharedArray, SharedValue, setExcepthook, Thread, Timer } from '@prac/sync';
import { describe, expect, test } from 'vitest';
import { ask, thrown } from './helpers/ask.ts';
import { expectNoThreadsLeft } from './helpers/left.ts';

expectNoThreadsLeft();

const nothing = (): void => undefined;

describe('a timer', () => {
  test('calls its function in a thread of its own, with its arguments', async () => {
    const seen = new SharedArray('i', 3);
    const fn = (seen: SharedArray<'i'>, two: number, { three }: { three: number }): void => {
      seen.obj.set([Number(currentThread() !== mainThread()), two, three]);
    };
    const timer = new Timer(0.001, fn, [seen, 2], { kwargs: { three: 3 } });
    timer.start();
    await timer.join();
    expect([...seen]).toEqual([1, 2, 3]);
  });

  test('does so after its interval, not before', async () => {
    const calledAt = new SharedValue('d');
    const fn = (calledAt: SharedValue<'d'>): void => {
      calledAt.value = Date.now();
    };
    const timer = new Timer(0.3, fn, [calledAt]);
    const startedAt = Date.now();
    timer.start();
    timer.joinSync();
    expect(calledAt.value - startedAt).toBeGreaterThanOrEqual(299);
  });

  test('waits for an async function', async () => {
    const done = new SharedValue('i');
    const fn = async (done: SharedValue<'i'>): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      done.value = 1;
    };
    const timer = new Timer(0, fn, [done]);
    timer.start();
    await timer.finished.wait();
    expect(done.value).toBe(1);
    await timer.join();
  });

  test('that is cancelled in time calls nothing, and ends at once', async () => {
    const called = new Event();
    const timer = new Timer(60, (called: Event) => called.set(), [called]);
    timer.start();
    expect(timer.isAlive()).toBe(true);
    timer.cancel();
    await timer.join(10);
    expect([timer.isAlive(), called.isSet(), timer.finished.isSet()]).toEqual([false, false, true]);
  });

  test('may be cancelled before its start, twice, when it has ended, and by another thread', async () => {
    const called = new SharedValue('i');
    const early = new Timer(0, (called: SharedValue<'i'>) => void called.value++, [called]);
    early.cancel();
    early.cancel();
    early.start();
    await early.join();
    early.cancel();
    expect(called.value).toBe(0);
    const other = new Timer(60, (called: SharedValue<'i'>) => void called.value++, [called]);
    other.start();
    await ask((finished: Event) => finished.set(), other.finished);
    await other.join(10);
    expect([other.isAlive(), called.value]).toEqual([false, 0]);
  });

  test('says when it is finished', async () => {
    const timer = new Timer(0.001, () => undefined);
    timer.start();
    expect(await timer.finished.wait(10)).toBe(true);
    await timer.join();
  });

  test('is a thread: name, daemon, text, one start', async () => {
    const timer = new Timer(0, () => undefined);
    expect(timer).toBeInstanceOf(Thread);
    expect(String(timer)).toMatch(/^<Timer\(Thread-\d+, initial\)>$/);
    timer.daemon = true;
    timer.name = 'later';
    expect(String(timer)).toBe('<Timer(later, initial daemon)>');
    timer.start();
    expect(thrown(() => timer.start())).toBe('RuntimeError: threads can only be started once');
    await timer.join();
  });

  test('tells the hook of an error of its function', async () => {
    const told: string[] = [];
    const before = setExcepthook(({ excValue, thread }) => told.push(`${thread!.name} ${String(excValue)}`));
    const timer = new Timer(0, () => JSON.parse('{'));
    timer.name = 'fragile';
    timer.start();
    await timer.join();
    setExcepthook(before ?? null);
    expect(told).toEqual([expect.stringMatching(/^fragile SyntaxError: /)]);
  });

  test('may be subclassed', async () => {
    const called = new SharedValue('i');
    class Twice extends Timer {
      override async run(): Promise<void> {
        await super.run();
        await this.function(...(this.args as never[]));
      }
    }
    const timer = new Twice(0.001, (called: SharedValue<'i'>) => void called.value++, [called]);
    timer.start();
    await timer.join();
    expect(called.value).toBe(2);
  });

  test('shows what it was made with', () => {
    const fn = (): void => undefined;
    const timer = new Timer(2.5, fn, [1, 'a']);
    expect([timer.interval, timer.function, timer.args]).toEqual([2.5, fn, [1, 'a']]);
    expect(new Timer(1, fn).args).toEqual([]);
    expect(new Timer(1, fn, null).args).toEqual([]);
  });

  test.each([
    [[1, 5], 'Expected a function, got 5'],
    [[1], 'Expected a function, got None'],
    [['1', nothing], 'number of seconds'],
    [[{}, nothing], 'number of seconds'],
  ])('refuses %j', (args, text) => {
    const said = thrown(() => Reflect.construct(Timer, args));
    expect(said).toMatch(/^TypeError: /);
    expect(said).toContain(text);
  });

  test.each([
    [[1, nothing, 5], /^TypeError: Expected/],
    [[1, nothing, [], { foo: 1 }], /^TypeError: Unknown option 'foo'/],
  ])('refuses the arguments %j, too', (args, text) => {
    expect(thrown(() => Reflect.construct(Timer, args))).toMatch(text);
  });

  test('refuses keyword arguments that are no object', () => {
    expect(thrown(() => new Timer(1, nothing, [], { kwargs: 5 } as never))).toMatch(/^TypeError: Expected/);
  });

  test('takes null for no options', () => {
    expect(new Timer(1, nothing, [], null as never).args).toEqual([]);
  });
});
