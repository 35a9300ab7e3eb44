// Objects that each thread has for itself. Cases of CPython's Lib/test/test_threading_local.py (3.13; PSF licence), written
// anew for this package's API, are marked with their names.
import { Event, local, SharedValue, setExcepthook, Thread } from '@prac/sync';
import { describe, expect, test } from 'vitest';
import { Asking, ask, thrown } from './helpers/ask.ts';
import { expectNoThreadsLeft } from './helpers/left.ts';

expectNoThreadsLeft();

describe('a local', () => {
  test('has in each thread what that thread has put on it', async () => {
    const data = new local();
    data.x = 'main';
    const seen = await ask((data: local) => {
      const before = [data.x, Object.keys(data)];
      data.x = 'thread';
      return [...before, data.x];
    }, data);
    expect([seen, data.x]).toEqual([[undefined, [], 'thread'], 'main']);
  });

  test('is one object in a thread, wherever it comes from', async () => {
    const data = new local();
    const holder = { data };
    const same = await ask(
      (a: local, [b]: local[], { data: c }: { data: local }) => [a === b, b === c, data === a, holder.data === a],
      data,
      [data],
      holder,
    );
    expect(same).toEqual([true, true, true, true]);
  });

  test('comes back as the same object, and keeps the values of a thread as long as that lives', async () => {
    const data = new local();
    data.x = 1;
    expect(await ask((data: local) => data, data)).toBe(data);
    const [go, asked] = [new Event(), new Event()];
    const thread = new Asking(
      async (data: local, go: Event, asked: Event) => {
        data.x = 2;
        asked.set();
        await go.wait();
        return data.x;
      },
      [data, go, asked],
    );
    thread.start();
    await asked.wait();
    go.set();
    await thread.join();
    expect([thread.answer, data.x]).toEqual([2, 1]);
  });

  test('made in a thread is another one elsewhere, and goes on to threads of that thread', async () => {
    const [mine, theirs] = await ask(async () => {
      const data = new local();
      data.x = 'mine';
      const inner = new Thread({ target: (data: local) => void Object.assign(data, { x: 'theirs' }), args: [data] });
      inner.start();
      await inner.join();
      return [data.x, data];
    });
    expect([mine, (theirs as local).x]).toEqual(['mine', undefined]);
    expect(theirs).toBeInstanceOf(local);
  });

  // test_derived
  test('is not mixed up by many threads at once', async () => {
    const data = new local();
    const threads = Array.from({ length: 5 }, (_, i) => {
      return new Asking(
        async (data: local, i: number) => {
          data.x = i;
          await new Promise((resolve) => setTimeout(resolve, 1));
          return data.x;
        },
        [data, i],
      );
    });
    for (const thread of threads) thread.start();
    for (const thread of threads) await thread.join();
    expect(threads.map(({ answer }) => answer)).toEqual([0, 1, 2, 3, 4]);
    expect(Object.keys(data)).toEqual([]);
  });

  // test_threading_local
  test('has nothing of what another thread has set, or deleted', async () => {
    const [data, isSet, go] = [new local(), new Event(), new Event()];
    const setter = new Thread({
      target: (data: local, isSet: Event, go: Event) => {
        data.x = 'foo';
        data.y = 'bar';
        delete data.y;
        isSet.set();
        go.waitSync();
      },
      args: [data, isSet, go],
    });
    setter.start();
    await isSet.wait();
    expect(await ask((data: local) => 'x' in data, data)).toBe(false);
    go.set();
    await setter.join();
  });

  // test_dict_attribute
  test('is an ordinary object otherwise', () => {
    const data = new local();
    data.x = 5;
    expect([{ ...data }, Object.keys(data), 'x' in data]).toEqual([{ x: 5 }, ['x'], true]);
    delete data.x;
    expect(Object.keys(data)).toEqual([]);
  });

  // test_arguments
  test('refuses arguments, unless it is a subclass that takes them', () => {
    class Takes extends local {
      constructor(...args: unknown[]) {
        super(...args);
      }
    }
    expect([new Takes(1), new Takes({ a: 1 })]).toHaveLength(2);
    class Forgets extends local {
      readonly a: number;
      constructor(a: number) {
        super();
        this.a = a;
      }
    }
    expect(thrown(() => new Forgets(1))).toMatch(/^TypeError: Expected Forgets to give super\(\) its 1 arguments/);
  });

  test('of no subclass refuses arguments', () => {
    expect(thrown(() => new local(1))).toMatch(/^TypeError: /);
  });

  // test_cycle_collection
  test('may hold itself', async () => {
    const data = new local();
    data.self = data;
    expect(await ask((data: local) => data.self, data)).toBeUndefined();
  });
});

describe('the constructor of a subclass', () => {
  test('runs once in each thread, with the same arguments', async () => {
    const runs = new SharedValue('i');
    class Numbered extends local {
      constructor(start: number, options: { step: number }) {
        super(start, options);
        runs.value++;
        this.number = start;
        this.step = options.step;
      }
      next(): unknown {
        this.number = (this.number as number) + (this.step as number);
        return this.number;
      }
    }
    const data = new Numbered(5, { step: 2 });
    data.next();
    const seen = await ask(
      (a: Numbered, b: Numbered) => [a.number, a.next(), b.next(), a === b, a.constructor.name],
      data,
      data,
    );
    expect([seen, runs.value, data.number]).toEqual([[5, 7, 9, true, 'Numbered'], 2, 7]);
  });

  test('that fails in a thread is an error of that thread', async () => {
    const runs = new SharedValue('i');
    class Fails extends local {
      constructor() {
        super();
        if (runs.value++ > 0) JSON.parse('{');
      }
    }
    const told: string[] = [];
    const before = setExcepthook(({ excValue }) => told.push(String(excValue)));
    const thread = new Thread({ target: () => undefined, args: [new Fails()] as never });
    thread.start();
    await thread.join();
    setExcepthook(before ?? null);
    expect(told).toEqual([expect.stringMatching(/^SyntaxError: /)]);
  });

  // test_threading_local_subclass
  test('need not be there', async () => {
    class Plain extends local {
      readonly kind: string = 'plain';
    }
    const data = new Plain();
    data.x = 1;
    expect(await ask((data: Plain) => [data.kind, data.x, data instanceof Plain], data)).toEqual([
      'plain',
      undefined,
      true,
    ]);
  });
});
