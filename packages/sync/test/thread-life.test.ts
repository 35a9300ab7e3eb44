// From start to end: states, numbers, lists, joins, and threads of threads.
import {
  activeCount,
  currentThread,
  Event,
  enumerate,
  getIdent,
  getNativeId,
  mainThread,
  RuntimeError,
  SharedArray,
  Thread,
} from '@prac/sync';
import { expectNothingLeft, leftovers, waitUntil } from '@prac/testing';
import { describe, expect, test } from 'vitest';
import { Asking, ask, thrown } from './helpers/ask.ts';
import { expectNoThreadsLeft } from './helpers/left.ts';

expectNoThreadsLeft();

const waits = (go: Event): void => void go.waitSync();

describe('a thread', () => {
  test('is initial, started, stopped, and says so', async () => {
    const go = new Event();
    const thread = new Thread({ target: waits, args: [go], name: 'a' });
    expect([String(thread), thread.isAlive(), thread.ident, thread.nativeId]).toEqual([
      '<Thread(a, initial)>',
      false,
      undefined,
      undefined,
    ]);
    thread.start();
    expect(thread.isAlive()).toBe(true);
    const { ident } = thread;
    expect([String(thread), thread.isAlive()]).toEqual([`<Thread(a, started ${ident})>`, true]);
    go.set();
    await thread.join();
    expect([String(thread), thread.isAlive(), thread.ident]).toEqual([`<Thread(a, stopped ${ident})>`, false, ident]);
  });

  test('stops being alive by itself, without a join', async () => {
    const thread = new Thread({ target: () => undefined });
    thread.start();
    await waitUntil(() => String(thread).includes('stopped'));
    expect(thread.isAlive()).toBe(false);
  });

  test('has numbers of its own, which no other has, and knows them itself', async () => {
    const go = new Event();
    const threads = Array.from({ length: 3 }, () => new Thread({ target: waits, args: [go] }));
    for (const thread of threads) thread.start();
    await waitUntil(() => threads.every((thread) => thread.nativeId !== undefined));
    const idents = [getIdent(), ...threads.map(({ ident }) => ident)];
    const nativeIds = [getNativeId(), ...threads.map(({ nativeId }) => nativeId)];
    go.set();
    for (const thread of threads) await thread.join();
    expect([new Set(idents).size, new Set(nativeIds).size]).toEqual([4, 4]);
    expect([...idents, ...nativeIds].every((id) => Number.isInteger(id) && id! > 0)).toBe(true);
    const [ident, nativeId, mine] = await ask(() => [getIdent(), getNativeId(), currentThread().ident] as const);
    expect([ident === mine, idents.includes(ident), nativeId > 0]).toEqual([true, false, true]);
  });

  test('has its numbers after its end, too', async () => {
    const thread = new Thread();
    thread.start();
    await thread.join();
    expect(thread.ident).toBeGreaterThan(0);
    expect(thread.nativeId).toBeGreaterThan(0);
  });

  test('keeps its text when other threads come', async () => {
    const texts: string[] = [];
    const threads = Array.from({ length: 5 }, () => new Thread());
    for (const thread of threads) {
      thread.start();
      expect(thread.ident).toBeGreaterThan(0);
      await thread.join();
      texts.push(`<Thread(${thread.name}, stopped ${thread.ident})>`);
    }
    expect(threads.map(String)).toEqual(texts);
  });

  test('may be started by the dozen, all at once; each gets its slot', async () => {
    const [ran, go] = [new SharedArray('i', 1), new Event()];
    const target = (ran: SharedArray<'i'>, go: Event): void => {
      Atomics.add(ran.obj, 0, 1);
      go.waitSync();
    };
    const threads = Array.from({ length: 17 }, () => new Thread({ target, args: [ran, go] }));
    for (const thread of threads) thread.start();
    expect([activeCount(), new Set(enumerate()).size]).toEqual([18, 18]);
    await waitUntil(() => ran.at(0) === 17);
    go.set();
    for (const thread of threads) thread.joinSync();
    expect([activeCount(), threads.some((thread) => thread.isAlive())]).toEqual([1, false]);
  });

  test('leaves nothing behind: no handle, no listener, no entry', async () => {
    await ask(() => undefined); // the hub is there from now on
    const before = leftovers();
    for (let i = 0; i < 10; i++) await ask(() => undefined);
    await expectNothingLeft(before);
    expect(enumerate()).toEqual([mainThread()]);
  });
});

describe('the threads that are alive', () => {
  test('are the main thread alone, at first', () => {
    expect([currentThread(), enumerate(), activeCount()]).toEqual([mainThread(), [mainThread()], 1]);
    expect(currentThread()).toBe(mainThread());
    expect(String(mainThread())).toBe(`<_MainThread(MainThread, started ${getIdent()})>`);
    const { name, daemon, ident, nativeId } = mainThread();
    expect([name, daemon, ident, nativeId]).toEqual(['MainThread', false, getIdent(), getNativeId()]);
    expect(mainThread().isAlive()).toBe(true);
  });

  test('are listed in the order of their starts, as the same objects; ended ones are gone', async () => {
    const go = new Event();
    const [a, b] = ['a', 'b'].map((name) => new Thread({ target: waits, args: [go], name }));
    a!.start();
    expect(enumerate()).toEqual([mainThread(), a]);
    b!.start();
    expect(enumerate()).toEqual([mainThread(), a, b]);
    expect(enumerate()[2]).toBe(b);
    expect(activeCount()).toBe(3);
    go.set();
    b!.joinSync();
    expect(enumerate()).not.toContain(b);
    await a!.join();
    expect(enumerate()).toEqual([mainThread()]);
  });

  test('are the same from within a thread', async () => {
    const go = new Event();
    const other = new Thread({ target: waits, args: [go], name: 'other' });
    other.start();
    const seen = await ask(() => {
      currentThread().name = 'me';
      const [first, , last] = enumerate();
      const names = enumerate().map(({ name }) => name);
      return [names, activeCount(), first === mainThread(), last === currentThread(), mainThread().isAlive()];
    });
    go.set();
    await other.join();
    expect(seen).toEqual([['MainThread', 'other', 'me'], 3, true, true, true]);
  });

  test('have one main thread: the running one is another, in a thread', async () => {
    const [main, me, isMain] = await ask(() => [
      mainThread().ident,
      currentThread().ident,
      currentThread() === mainThread(),
    ]);
    expect([main, isMain]).toEqual([getIdent(), false]);
    expect(me).not.toBe(main);
  });
});

describe('join', () => {
  test('waits until the thread has ended; after that it returns at once, in both forms', async () => {
    const go = new Event();
    const thread = new Thread({ target: waits, args: [go] });
    thread.start();
    let joined = false;
    const joining = thread.join().then(() => (joined = true));
    await thread.join(0.001);
    expect([joined, thread.isAlive()]).toEqual([false, true]);
    go.set();
    await joining;
    thread.joinSync();
    await thread.join();
    expect([thread.joinSync(0), await thread.join({ timeout: 0 })]).toEqual([undefined, undefined]);
  });

  test('gives up at its time limit, in both forms, and can be tried again', async () => {
    const go = new Event();
    const thread = new Thread({ target: waits, args: [go] });
    thread.start();
    await thread.join(0.01);
    await thread.join({ timeout: 0 });
    thread.joinSync(0.01);
    thread.joinSync({ timeout: -1 });
    expect(thread.isAlive()).toBe(true);
    go.set();
    thread.joinSync(null);
    expect(thread.isAlive()).toBe(false);
  });

  test('can be aborted: it rejects with the reason, and another join goes on', async () => {
    const [go, abort] = [new Event(), new AbortController()];
    const thread = new Thread({ target: waits, args: [go] });
    thread.start();
    const aborted = thread.join({ signal: abort.signal });
    const joining = thread.join();
    abort.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
    await expect(thread.join({ signal: abort.signal })).rejects.toThrow('enough');
    go.set();
    await joining;
    expect(thread.isAlive()).toBe(false);
  });

  test('is refused before the start, in both forms', async () => {
    const thread = new Thread();
    const text = 'cannot join thread before it is started';
    await expect(thread.join()).rejects.toThrow(new RuntimeError(text));
    expect(thrown(() => thread.joinSync())).toBe(`RuntimeError: ${text}`);
  });

  test('of the thread that runs is refused, in main and in a thread, in both forms', async () => {
    const text = 'RuntimeError: cannot join current thread';
    const both = async (): Promise<unknown> => {
      const me = currentThread();
      return [thrown(() => me.joinSync(1)), String(await me.join(1).catch((error) => error))];
    };
    expect(await both()).toEqual([text, text]);
    expect(await ask(both)).toEqual([text, text]);
  });

  test('of the main thread needs a time limit', async () => {
    const said = await ask(() => [thrown(() => mainThread().joinSync()), thrown(() => mainThread().joinSync(0.01))]);
    expect(said[0]).toMatch(/^RuntimeError: cannot join the main thread/);
    expect(said[1]).toBe('nothing: undefined');
  });

  test.each([['5'], [{ timeout: 'x' }], [{ time: 1 }], [Number.NaN]])('refuses the time limit %j', async (limit) => {
    const thread = new Thread();
    thread.start();
    await thread.join();
    await expect(thread.join(limit as never)).rejects.toThrow(/Expected|Unknown|timeout/i);
    expect(thrown(() => thread.joinSync(limit as never))).toMatch(/^(TypeError|ValueError): /);
  });

  test('may be called by many at once, in main and in other threads', async () => {
    const go = new Event();
    const thread = new Thread({ target: waits, args: [go] });
    thread.start();
    const join = (thread: Thread): boolean => {
      thread.joinSync();
      return thread.isAlive();
    };
    const joiners = Array.from({ length: 5 }, () => new Asking(join, [thread]));
    for (const joiner of joiners) joiner.start();
    const here = [thread.join(), thread.join()];
    go.set();
    await Promise.all(here);
    for (const joiner of joiners) await joiner.join();
    expect(joiners.map(({ answer, error }) => error ?? answer)).toEqual(Array(5).fill(false));
  });
});

describe('a thread that is an argument', () => {
  test('is one object there, however often it arrives, and is the one that is listed', async () => {
    const go = new Event();
    const thread = new Thread({ target: waits, args: [go], name: 'other' });
    thread.start();
    const same = await ask(
      (a: Thread, [b]: Thread[], me: Thread) => [
        a === b,
        enumerate().includes(a),
        me === mainThread(),
        a.name,
        a.daemon,
      ],
      thread as Thread,
      [thread as Thread],
      currentThread(),
    );
    go.set();
    await thread.join();
    expect(same).toEqual([true, true, true, 'other', false]);
  });

  test('comes back as the very thread', async () => {
    const thread = new Thread();
    thread.start();
    await thread.join();
    expect(await ask((thread: Thread) => [thread, currentThread().isAlive()] as const, thread)).toEqual([thread, true]);
    expect(await ask((thread: Thread) => thread, thread)).toBe(thread);
    expect(await ask(() => mainThread())).toBe(mainThread());
  });

  test('cannot be one that was not started', () => {
    const thread = new Thread({ target: (other: Thread) => other, args: [new Thread() as Thread], name: 't' });
    expect(thrown(() => thread.start())).toMatch(
      /^PicklingError: t\.args\[0\]: .*it has not been started; start it first/,
    );
    expect(activeCount()).toBe(1);
  });
});

describe('threads are flat: one that was started by a thread', () => {
  test('lives on without it, is listed, and can be joined from main', async () => {
    const go = new Event();
    const inner = await ask((go: Event) => {
      const inner = new Thread({ target: (go: Event) => void go.waitSync(), args: [go], name: 'inner' });
      inner.start();
      return inner;
    }, go);
    expect([inner.isAlive(), inner.name]).toEqual([true, 'inner']);
    expect(enumerate()).toEqual([mainThread(), inner]);
    await inner.join(0.01);
    go.set();
    inner.joinSync();
    expect([inner.isAlive(), activeCount()]).toEqual([false, 1]);
  });

  test('may be started by one that was started by one, and so on', async () => {
    const depth = new SharedArray('i', 1);
    const target = (depth: SharedArray<'i'>, left: number): void => {
      Atomics.add(depth.obj, 0, 1);
      if (left === 0) return;
      const next = new Thread({ target: target as never, args: [depth, left - 1] as never });
      next.start();
    };
    const first = new Thread({ target, args: [depth, 4] });
    first.start();
    await waitUntil(() => activeCount() === 1);
    expect(depth.at(0)).toBe(5);
  });
});
