// Subclasses of Thread: run(), own fields, what is inherited.
import { activeCount, currentThread, Event, mainThread, SharedValue, setExcepthook, Thread } from '@prac/sync';
import { describe, expect, test } from 'vitest';
import { thrown } from './helpers/ask.ts';
import { expectNoThreadsLeft } from './helpers/left.ts';
import { Computes, Describes, Fields } from './helpers/subclasses.ts';

expectNoThreadsLeft();

describe('a subclass', () => {
  test('has its own run(), sync or async', async () => {
    class Sync extends Thread {
      ran = '';
      override run(): void {
        this.ran = `${this.name} ${this === (currentThread() as Thread)}`;
      }
    }
    class Async extends Thread {
      ran = '';
      override async run(): Promise<void> {
        await new Promise((resolve) => setTimeout(resolve, 5));
        this.ran = 'async';
      }
    }
    const [sync, async] = [new Sync({ name: 'me' }), new Async()];
    for (const thread of [sync, async]) thread.start();
    await sync.join();
    async.joinSync();
    expect([sync.ran, async.ran]).toEqual(['me true', 'async']);
  });

  test('may call the run() of Thread, which calls the target', async () => {
    class Around extends Thread<[SharedValue<'i'>]> {
      override run(): void {
        super.run();
        super.run();
      }
    }
    const count = new SharedValue('i');
    const thread = new Around({ target: (count: SharedValue<'i'>) => void count.value++, args: [count] });
    thread.start();
    await thread.join();
    expect(count.value).toBe(2);
  });

  test('takes its fields along, and those that run() has set are there after a join', async () => {
    const thread = new Computes(6, { deep: [7] });
    thread.start();
    await thread.join();
    expect([thread.result, thread.added, thread.options]).toEqual([42, new Map([['a', 1n]]), { deep: [7, 8] }]);
  });

  test('has them after a joinSync, too, and after its end is seen by isAlive', async () => {
    const [blocking, polled] = [new Computes(2, { deep: [3] }), new Computes(3, { deep: [4] })];
    for (const thread of [blocking, polled]) thread.start();
    blocking.joinSync();
    while (polled.isAlive());
    expect([blocking.result, polled.result]).toEqual([6, 12]);
  });

  test('does not run its constructor again', async () => {
    const constructions = new SharedValue('i');
    class Counts extends Thread {
      constructed: number;
      constructor() {
        super();
        this.constructed = ++constructions.value;
      }
    }
    const thread = new Counts();
    thread.start();
    await thread.join();
    expect([constructions.value, thread.constructed]).toEqual([1, 1]);
  });

  test('leaves there what cannot travel, and brings the rest', async () => {
    const thread = new Fields();
    thread.start();
    await thread.join();
    expect([thread.good, thread.bad, thread.alsoGood]).toEqual(['good', undefined, [1, 2]]);
  });

  test.each(['throw', 'exit', 'late'] as const)('brings what it has set, whatever its end is: %s', async (ending) => {
    const hook = setExcepthook(() => undefined);
    const thread = new Fields(ending);
    thread.start();
    await thread.join();
    setExcepthook(hook ?? null);
    expect([thread.good, thread.alsoGood]).toEqual(['good', [1, 2]]);
  });

  test('shares what is shared: a primitive among its fields is the same one', async () => {
    class Shares extends Thread {
      event: Event = new Event();
      override run(): void {
        this.event.set();
      }
    }
    const thread = new Shares();
    const { event } = thread;
    thread.start();
    await event.wait();
    await thread.join();
    expect(thread.event).toBe(event);
  });

  test('may hold itself, and others', async () => {
    class Knows extends Thread {
      self: Thread = this;
      main: Thread = mainThread();
      knows = false;
      override run(): void {
        this.knows = this.self === this && this.main === mainThread();
      }
    }
    const thread = new Knows();
    thread.start();
    await thread.join();
    expect([thread.knows, thread.self === thread, thread.main === mainThread()]).toEqual([true, true, true]);
  });

  test('may hold one that has ended', async () => {
    const other = new Thread({ name: 'other', daemon: true });
    other.start();
    await other.join();
    for (const next of [new Thread(), new Thread()]) {
      next.start();
      await next.join();
    }
    const thread = new Describes(other);
    thread.start();
    await thread.join();
    expect([thread.other === other, thread.text]).toEqual([true, 'other true false']);
  });

  test('may have captured a thread', async () => {
    const other = new Thread({ name: 'other' });
    other.start();
    class Captures extends Thread {
      other: Thread = other;
      static readonly maker: Thread = currentThread();
    }
    const thread = new Captures();
    thread.start();
    await thread.join();
    await other.join();
    expect(thread.other).toBe(other);
  });

  test('of a subclass has what it inherits: methods, getters, statics', async () => {
    class Base extends Thread {
      static factor = 3;
      result = 0;
      get two(): number {
        return 2;
      }
      compute(x: number): number {
        return x * this.two;
      }
    }
    class Derived extends Base {
      override compute(x: number): number {
        return super.compute(x) * Derived.factor;
      }
      override run(): void {
        this.result = this.compute(7);
      }
    }
    const thread = new Derived();
    thread.start();
    await thread.join();
    expect([thread.result, thread instanceof Derived]).toEqual([42, true]);
  });

  test('that is anonymous, or local, has what it has captured', async () => {
    const captured = { text: 'captured' };
    const thread = new (class extends Thread {
      result = '';
      override run(): void {
        this.result = captured.text;
      }
    })();
    thread.start();
    await thread.join();
    expect(thread.result).toBe('captured');
  });

  test('is named in its text', () => {
    class MyThread extends Thread {}
    expect(String(new MyThread({ name: 'a' }))).toBe('<MyThread(a, initial)>');
  });

  test('whose constructor has not come to that of Thread is no thread', () => {
    const careless = Object.create(class Careless extends Thread {}.prototype) as Thread;
    expect(thrown(() => careless.start())).toMatch(/^TypeError: /);
    expect(activeCount()).toBe(1);
  });

  test('passes options on, and those of Thread are checked', () => {
    class Named extends Thread {
      constructor(name: unknown) {
        super({ name: name as string, daemon: true });
      }
    }
    expect(String(new Named('a'))).toBe('<Named(a, initial daemon)>');
    expect(thrown(() => new Named(5))).toBe('TypeError: Expected name to be a string, got 5');
  });
});

describe('run()', () => {
  test('may be called directly, and then runs here', () => {
    let ran = 0;
    const thread = new Thread({ target: (by: number) => (ran += by), args: [2] });
    thread.run();
    thread.run();
    expect([ran, thread.isAlive(), String(thread)]).toEqual([4, false, expect.stringContaining('initial')]);
  });

  test('of a class with private fields is refused at the start', async () => {
    class Private extends Thread {
      #secret = 1;
      override run(): number {
        return this.#secret;
      }
    }
    const thread = new Private();
    const hook = setExcepthook(() => undefined);
    const said = thrown(() => thread.start());
    if (thread.ident !== undefined) await thread.join();
    setExcepthook(hook ?? null);
    expect(said).toBe(
      'PicklingError: class: class Private has private fields, which nobody can read from outside; use fields without #, which travel',
    );
  });
});

test('what the starter has changed meanwhile stays, unless the thread has changed it, too', async () => {
  const thread = new Waits();
  const { list } = thread;
  thread.start();
  thread.state = 'stopping';
  list.push(5);
  thread.go.set();
  await thread.join();
  expect([thread.state, thread.list, thread.result]).toEqual(['stopping', [5], 1]);
  expect(thread.list).toBe(list);
});

class Waits extends Thread {
  state = 'new';
  readonly list: number[] = [];
  readonly go: Event = new Event();
  result: number | undefined;

  override run(): void {
    this.go.waitSync();
    this.result = 1;
  }
}
