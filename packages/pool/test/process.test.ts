// Long because a process's life has many ends.
import { readFileSync } from 'node:fs';
import {
  AssertionError,
  activeChildren,
  cpuCount,
  currentProcess,
  Event,
  getAllStartMethods,
  getStartMethod,
  Lock,
  Process,
  type ProcessOptions,
  parentProcess,
  Queue,
  setStartMethod,
  Value,
  ValueError,
} from '@prac/pool';
import { Thread } from '@prac/sync';
import { waitUntil } from '@prac/testing';
import { describe, expect, expectTypeOf, onTestFinished, test } from 'vitest';
import { hasEnded } from './helpers/children.ts';
import { poll } from './helpers/poll.ts';

/** A process that is killed when the test is over, whatever became of it. */
function child<Args extends readonly unknown[]>(options: ProcessOptions<Args>): Process<Args> {
  const made = new Process(options);
  onTestFinished(() => {
    for (const left of activeChildren()) {
      left.kill();
      left.joinSync();
    }
  });
  return made;
}

const forms = [
  ['join', (process: Process) => process.join(20)],
  ['joinSync', async (process: Process) => process.joinSync(20)],
] as const;

describe.each(forms)('%s', (_, join) => {
  test('a function runs in another process, with what it has captured', async () => {
    const [factor, seen, pid] = [21, new Value('i'), new Value('i')];
    const target = (n: number, seen: Value<'i'>, pid: Value<'i'>): void => {
      seen.value = n * factor;
      pid.value = process.pid;
    };
    const it = child({ target, args: [2, seen, pid] });
    it.start();
    await join(it as never);
    expect([seen.value, it.exitcode]).toEqual([42, 0]);
    expect([pid.value, pid.value === process.pid]).toEqual([it.pid, false]);
  });

  test('a time limit ends the wait, not the process', async () => {
    const go = new Event();
    const it = child({ target: (go: Event) => void go.waitSync(), args: [go] });
    it.start();
    await (_ === 'join' ? it.join(0.01) : it.joinSync(0.01));
    expect([it.isAlive(), it.exitcode]).toEqual([true, null]);
    go.set();
    await join(it as never);
    expect([it.isAlive(), it.exitcode]).toEqual([false, 0]);
  });
});

test('an async function is waited for, and what it leaves to the event loop', async () => {
  const done = new Value('i');
  const target = async (done: Value<'i'>): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    setTimeout(() => done.withSync(() => add(done)), 5);
    done.withSync(() => add(done));
  };
  const it = child({ target, args: [done] });
  it.start();
  await it.join();
  expect(done.value).toBe(2);
});

test('keyword arguments are one last object', async () => {
  const sum = new Value('i');
  const target = (sum: Value<'i'>, n: number, { more }: { more: number } = { more: 0 }): void => {
    sum.value = n + more;
  };
  const it = child({ target, args: [sum, 1] as never, kwargs: { more: 41 } });
  it.start();
  await it.join();
  expect(sum.value).toBe(42);
});

describe('how it ends', () => {
  test.each([
    ['a return', () => 7, 0],
    ['process.exit', () => process.exit(3), 3],
    ['an exit code', () => Object.assign(process, { exitCode: 4 }), 4],
    ['its own SIGKILL', () => process.kill(process.pid, 'SIGKILL'), -9],
  ])('%s', async (_, target, exitcode) => {
    const it = child({ target });
    it.start();
    await it.join();
    expect(it.exitcode).toBe(exitcode);
  });

  test.each([
    ['an error', 'throw', 1, /^Process Failing:\nRangeError: out of it\n {4}at /],
    ['a rejection that nobody handles', 'reject', 1, /^Process Failing:\nRangeError: out of it\n/],
    ['an error in a timer', 'timer', 1, /^Process Failing:\nRangeError: out of it\n/],
    ['SystemExit', 'exit', 5, /^$/],
    ['SystemExit with a text', 'message', 1, /^enough\n$/],
  ])('%s', async (_, how, exitcode, stderr) => {
    const { run } = await import('@prac/subprocess');
    const program = new URL('fixtures/failing.ts', import.meta.url).pathname;
    const result = await run([process.execPath, program, how], { captureOutput: true, text: true });
    expect(result.stdout).toBe(`${exitcode}\n`);
    expect(result.stderr).toMatch(stderr);
  });

  test('terminate and kill are signals', async () => {
    const never = new Event();
    const wait = (never: Event): void => void never.waitSync();
    const [terminated, killed] = [child({ target: wait, args: [never] }), child({ target: wait, args: [never] })];
    for (const it of [terminated, killed]) it.start();
    await waitUntil(() => never.statistics().waiting === 2);
    terminated.terminate();
    killed.kill();
    await Promise.all([terminated.join(), killed.join()]);
    expect([terminated.exitcode, killed.exitcode]).toEqual([-15, -9]);
    expect(String(killed)).toMatch(/^<Process name='Process-\d+' pid=\d+ parent=\d+ stopped exitcode=-SIGKILL>$/);
  });
});

describe('a subclass', () => {
  class Adder extends Process {
    readonly numbers: readonly number[];
    sum = 0;
    untouched = { here: true };
    constructor(numbers: readonly number[]) {
      super({ name: 'Adder' });
      this.numbers = numbers;
    }
    override run(): void {
      for (const n of this.numbers) this.sum += n;
      Object.assign(this, { late: new Map([['name', currentProcess().name]]), cannot: new WeakMap() });
    }
  }

  test('has its fields there, and those that run() has set are here after the join', async () => {
    const it = new Adder([1, 2, 39]);
    const { untouched } = it;
    it.start();
    await it.join();
    expect(it.sum).toBe(42);
    expect((it as unknown as { late: Map<string, string> }).late).toEqual(new Map([['name', 'Adder']]));
    expect('cannot' in it).toBe(false);
    expect(it.untouched).toBe(untouched);
  });

  test('is the current process there', async () => {
    class Curious extends Process {
      seen: unknown;
      override run(): void {
        this.seen = [currentProcess() === (this as unknown as Process), this instanceof Process, this.isAlive()];
      }
    }
    const it = new Curious();
    it.start();
    await it.join();
    expect(it.seen).toEqual([true, true, true]);
  });
});

describe('names and relatives', () => {
  test('names are counted, in each process anew', async () => {
    class Outer extends Process {
      names: string[] = [];
      override async run(): Promise<void> {
        class Inner extends Process {
          told: unknown;
          override run(): void {
            this.told = [currentProcess().name, parentProcess()!.name, parentProcess()!.pid === process.ppid];
          }
        }
        const inner = new Inner();
        inner.start();
        await inner.join();
        this.names = inner.told as string[];
      }
    }
    const outer = new Outer();
    const number = /^Outer-(\d+)$/.exec(outer.name)![1];
    outer.start();
    await outer.join();
    expect(outer.names).toEqual([`Inner-${number}:1`, `Outer-${number}`, true]);
  });

  test('the main process', () => {
    const main = currentProcess();
    expect([main.name, main.pid, main.daemon, main.exitcode, main.isAlive()]).toEqual([
      'MainProcess',
      process.pid,
      false,
      null,
      true,
    ]);
    expect(currentProcess()).toBe(main);
    expect(String(main)).toBe("<_MainProcess name='MainProcess' parent=None started>");
    expect(parentProcess()).toBeUndefined();
  });

  test('active children are those that run', async () => {
    const go = new Event();
    const it = child({ target: (go: Event) => void go.waitSync(), args: [go] });
    expect(activeChildren()).toEqual([]);
    it.start();
    expect(activeChildren()).toEqual([it]);
    go.set();
    await it.join();
    expect(activeChildren()).toEqual([]);
  });

  test('its parent is seen to end', async () => {
    const { run } = await import('@prac/subprocess');
    const program = new URL('fixtures/orphan.ts', import.meta.url).pathname;
    const { stdout } = await run([process.execPath, program], { captureOutput: true, text: true });
    expect(stdout).toBe('true\nfalse\n');
  });

  test('its text tells its state', async () => {
    const it = child({ target: () => {}, name: 'mine', daemon: true });
    expect(String(it)).toBe(`<Process name='mine' parent=${process.pid} initial daemon>`);
    it.start();
    expect(String(it)).toBe(`<Process name='mine' pid=${it.pid} parent=${process.pid} started daemon>`);
    await it.join();
    expect(String(it)).toBe(`<Process name='mine' pid=${it.pid} parent=${process.pid} stopped exitcode=0 daemon>`);
    it.close();
    expect(String(it)).toBe("<Process name='mine' closed>");
  });
});

describe('daemons and the end of the parent', () => {
  const endings: [string, string, string][] = [
    ['the parent waits for children that are no daemons', 'waits', 'parent\nchild\n'],
    ['also if it exits', 'exits', 'parent\nchild\n'],
    ['also if it fails', 'fails', 'parent\nchild\n'],
    ['it ends daemons', 'daemon', 'parent\n'],
    ['also if it exits', 'daemon exits', 'parent\n'],
  ];
  test.each(endings)('%s (%s)', async (_, how, stdout) => {
    const { run } = await import('@prac/subprocess');
    const program = new URL('fixtures/ending.ts', import.meta.url).pathname;
    const result = await run([process.execPath, program, how], { captureOutput: true, text: true, timeout: 15 });
    expect(result.stdout).toBe(stdout);
    expect(result.returncode).toBe(how === 'fails' ? 1 : how.endsWith('exits') ? 5 : 0);
  });

  test('a parent that is killed takes its daemons along', async () => {
    const { PIPE, Popen } = await import('@prac/subprocess');
    const program = new URL('fixtures/ending.ts', import.meta.url).pathname;
    const parent = new Popen([process.execPath, program, 'daemon waits'], { stdout: PIPE, text: true });
    const pid = Number(await parent.stdout.readline());
    parent.kill();
    await parent.wait();
    await waitUntil(() => !isRunning(pid));
  });

  test('a daemon may have no children', async () => {
    class Daemon extends Process {
      told = '';
      override run(): void {
        try {
          new Process({ target: () => {} }).start();
        } catch (error) {
          this.told = String(error);
        }
      }
    }
    const it = new Daemon({ daemon: true });
    it.start();
    await it.join();
    expect(it.told).toBe('AssertionError: daemonic processes are not allowed to have children');
  });
});

describe('what is wrong', () => {
  test('is told when it is made', () => {
    for (const options of [{ target: 5 }, { args: 5 }, { kwargs: [] }, { name: 5 }, { daemon: 5 }, { group: 1 }, 5])
      expect(() => new Process(options as never)).toThrow(TypeError);
  });

  test('is told when it is started: nothing is left of it', () => {
    const it = new Process({ target: () => {}, args: [new WeakMap()] as never });
    expect(() => it.start()).toThrow(/args\[0\]/);
    expect([it.pid, activeChildren()]).toEqual([undefined, []]);
  });

  test('is told when it is not the time for it', async () => {
    const it = child({ target: () => {} });
    await expect(it.join()).rejects.toThrow(new AssertionError('can only join a started process'));
    expect(() => it.joinSync()).toThrow('can only join a started process');
    expect(() => it.terminate()).toThrow('can only terminate a started process');
    expect(() => it.sentinel).toThrow(new ValueError('process not started'));
    it.start();
    expect(() => it.start()).toThrow('cannot start a process twice');
    expect(() => Object.assign(it, { daemon: true })).toThrow('process has already started');
    expect(() => it.close()).toThrow('Cannot close a process while it is still running.');
    await it.join();
    it.close();
    it.close();
    for (const act of [() => it.pid, () => it.exitcode, () => it.isAlive(), () => it.joinSync(), () => it.start()])
      expect(act).toThrow(new ValueError('process object is closed'));
  });

  test('a class with private fields is refused, and what cannot come back does no harm', async () => {
    class Hidden extends Process {
      readonly #hidden = 1;
      override run(): number {
        return this.#hidden;
      }
    }
    expect(() => new Hidden().start()).toThrow('class Hidden has private fields');
    class Odd extends Process {
      memory: unknown;
      number = 0;
      override run(): void {
        this.memory = new SharedArrayBuffer(8); // goes to threads only
        this.number = 42;
      }
    }
    const it = new Odd();
    it.start();
    await it.join();
    expect([it.exitcode, it.number, it.memory]).toEqual([0, 42, undefined]);
  });

  test('a process does not travel', () => {
    const it = new Process({ target: () => {} });
    const other = new Process({ target: () => {}, args: [it] as never });
    expect(() => other.start()).toThrow('a process object is of use only in the process that has made it');
  });

  test('a result that cannot be opened here is told by the join', async () => {
    class Odd extends Process {
      result: unknown;
      override run(): void {
        this.result = Object.defineProperty({}, Symbol.for('prac.pickle.reduce'), {
          value: () => [decodeURIComponent, ['%']],
        });
      }
    }
    const it = new Odd();
    it.start();
    await expect(it.join()).rejects.toThrow();
    await it.join(); // once
    expect(it.exitcode).toBe(0);
  });
});

test('its sentinel is readable when it has ended', async () => {
  const go = new Event();
  const it = child({ target: (go: Event) => void go.waitSync(), args: [go] });
  it.start();
  expect(poll(it.sentinel, 0)).toBe(false);
  go.set();
  expect(poll(it.sentinel, 10_000)).toBe(true);
  await it.join();
});

test('the key goes to the children', async () => {
  class Key extends Process {
    key: Uint8Array | undefined;
    override run(): void {
      this.key = currentProcess().authkey;
    }
  }
  const it = new Key();
  it.start();
  await it.join();
  expect(it.key).toEqual(currentProcess().authkey);
  expect(() => Object.assign(it, { authkey: 'text' })).toThrow(TypeError);
});

test('a process is started from a thread, and a lock goes along', async () => {
  const { Thread } = await import('@prac/sync');
  const [lock, seen] = [new Lock(), new Value('i')];
  const target = async (lock: Lock, seen: Value<'i'>): Promise<void> => {
    const count = (lock: Lock, seen: Value<'i'>): void => lock.withSync(() => add(seen));
    const it = new Process({ target: count, args: [lock, seen] });
    it.start();
    await it.join();
    lock.withSync(() => add(seen));
  };
  const thread = new Thread({ target, args: [lock, seen] });
  thread.start();
  await thread.join();
  expect(seen.value).toBe(2);
});

test('ways to start', () => {
  expect([getStartMethod(), getAllStartMethods()]).toEqual(['spawn', ['spawn']]);
  setStartMethod('spawn', { force: true });
  expect(() => setStartMethod('spawn')).toThrow('context has already been set');
  expect(() => setStartMethod('fork' as never)).toThrow(
    "cannot find context for 'fork': a JavaScript engine cannot be forked, use 'spawn'",
  );
  expect(cpuCount()).toBeGreaterThan(0);
});

test('arguments follow from the function', () => {
  expectTypeOf<ProcessOptions<[number, string]>['target']>().toEqualTypeOf<
    ((...args: [number, string]) => unknown) | null | undefined
  >();
});

function add(value: Value<'i'>): void {
  value.value += 1;
}

function isRunning(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

test('threads know of which process they are', async () => {
  const about = (queue: Queue<unknown>) => {
    const it = currentProcess();
    queue.putSync([it.name, it.daemon, parentProcess()?.name, Buffer.from(it.authkey).toString('hex')]);
  };
  const inThread = async (queue: Queue<unknown>, about: (queue: Queue<unknown>) => void) => {
    const thread = new Thread({ target: about, args: [queue] });
    thread.start();
    await thread.join();
  };
  const queue = new Queue<unknown>();
  const key = Buffer.from(currentProcess().authkey).toString('hex');
  await inThread(queue, about);
  expect(await queue.get()).toEqual(['MainProcess', false, undefined, key]);
  const child = new Process({ target: inThread, args: [queue, about], name: 'child', daemon: true });
  child.start();
  await child.join();
  expect(await queue.get()).toEqual(['child', true, 'MainProcess', key]);
});

test('a sentinel that is asked for late is readable, too', async () => {
  const it = child({ target: () => {} });
  it.start();
  await it.join();
  expect(poll(it.sentinel, 0)).toBe(true);
  it.close();
});

test('a daemon that another thread has started ends with a parent that is killed', async () => {
  const queue = new Queue<number>();
  const parent = child({
    target: async (queue: Queue<number>) => {
      const startDaemon = (queue: Queue<number>) => {
        const forever = () => new Promise(() => setInterval(() => {}, 1000));
        const daemon = new Process({ target: forever, daemon: true });
        daemon.start();
        queue.putSync(daemon.pid!);
        return new Promise(() => setInterval(() => {}, 1000));
      };
      new Thread({ target: startDaemon, args: [queue] }).start();
    },
    args: [queue],
  });
  parent.start();
  const pid = await queue.get();
  parent.kill();
  await waitUntil(() => hasEnded(pid));
});
