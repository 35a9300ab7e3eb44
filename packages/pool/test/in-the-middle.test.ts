// What happens in the middle of something: cancelled, given up, ended, refused. Long because it happens to all of them.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTaskHook, type TaskHook } from '@prac/park';
import { dumps, loadsSync } from '@prac/pickle';
import { EOFError, Event, Manager, Pipe, Pool, Process, Queue, RuntimeError, ThreadPool } from '@prac/pool';
import { type Connection, Listener, wait } from '@prac/pool/connection';
import {
  AuthenticationError,
  BaseManager,
  type Creator,
  type ProxyOf,
  RemoteError,
  SyncManager,
} from '@prac/pool/managers';
import { Queue as ThreadQueue } from '@prac/queue';
import { runAsTask, Thread } from '@prac/sync';
import { waitUntil } from '@prac/testing';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { crew, ended } from './helpers/crew.ts';

const manager = Manager();
afterAll(() => manager.shutdown());

/** Tasks, as an asyncio would have them: cancels all waits that were begun in one. */
function tasks(): {
  run<Result>(work: () => Promise<Result>): { promise: Promise<Result>; cancel(reason: unknown): void };
} {
  let current: { cancels: Set<(reason: unknown) => void> } | undefined;
  const hook: TaskHook = {
    current: () => current,
    enter(cancel) {
      const task = current;
      task?.cancels.add(cancel);
      return task && (() => void task.cancels.delete(cancel));
    },
  };
  const before = setTaskHook(hook);
  onTestFinished(() => void setTaskHook(before));
  return {
    run(work) {
      const task = { cancels: new Set<(reason: unknown) => void>() };
      current = task;
      const promise = work();
      current = undefined;
      const cancel = (reason: unknown): void => {
        for (const it of [...task.cancels]) it(reason);
      };
      return { promise, cancel };
    },
  };
}

describe('a task that is cancelled takes nobody along', () => {
  test('in a pool', async () => {
    await using pool = new ThreadPool({ processes: 2 });
    const { run } = tasks();
    const slow = (n: number): Promise<number> => new Promise((resolve) => setTimeout(resolve, 50, n));
    const [a, b] = [run(() => pool.apply(slow, [1])), run(() => pool.apply(slow, [2]))];
    await new Promise((resolve) => setTimeout(resolve, 10));
    a.cancel(new Error('cancelled'));
    await expect(a.promise).rejects.toThrow('cancelled');
    expect(await b.promise).toBe(2);
    expect(await pool.apply(slow, [3])).toBe(3);
  });

  test('with a manager', async () => {
    const queue = await manager.Queue<number>();
    const { run } = tasks();
    const [a, b] = [run(() => queue.get()), run(() => queue.get())];
    await queue.qsize();
    a.cancel(new Error('cancelled'));
    await expect(a.promise).rejects.toThrow('cancelled');
    await queue.put(7);
    expect(await b.promise).toBe(7);
  });
});

test('a call of a manager that is given up loses nothing', async () => {
  const [queue, lock] = [await manager.Queue<number>(), await manager.Lock()];
  let got = 0;
  for (let i = 0; i < 100; i++) {
    await queue.put(i);
    await queue.get({ signal: AbortSignal.timeout(i % 2) }).then(
      () => got++,
      () => {},
    );
    await lock.acquire({ signal: AbortSignal.timeout(i % 2) } as never).then(
      () => lock.release(),
      () => {},
    );
  }
  expect(got + (await queue.qsize())).toBe(100);
  expect(await lock.locked()).toBe(false);
});

test('servers are told apart: by their keys, and by themselves', async () => {
  const address = join(mkdtempSync(join(tmpdir(), 'prac-test-')), 'manager');
  onTestFinished(() => rmSync(join(address, '..'), { recursive: true }));
  const first = new SyncManager({ address });
  first.start();
  const list = await first.list([1]);
  const stranger = new SyncManager({ address, authkey: Buffer.from('wrong') });
  await expect(stranger.connect()).rejects.toThrow(AuthenticationError);
  await expect(stranger.connect()).rejects.toThrow(AuthenticationError);
  expect(await list.copy()).toEqual([1]);
  await first.shutdown();
  await using second = new SyncManager({ address });
  second.start();
  const other = await second.list([2]);
  await expect(list.copy()).rejects.toThrow(RemoteError);
  expect(() => list.appendSync(3)).toThrow(RemoteError);
  expect(await other.copy()).toEqual([2]);
});

test('a server is the same by whatever name of its host', async () => {
  await using everywhere = new SyncManager({ address: ['', 0], authkey: Buffer.from('key') });
  everywhere.start();
  const port = everywhere.address![1] as number;
  const client = new SyncManager({ address: ['127.0.0.1', port], authkey: Buffer.from('key') });
  await client.connect();
  const [outer, inner] = [await client.list<unknown>(), await client.list([5])];
  await outer.append(inner);
  expect(await outer.get(0)).toBe(inner);
  expect(await (await everywhere.list([1])).copy()).toEqual([1]);
});

test('to block for a server of this thread is refused', async () => {
  const server = new SyncManager({ address: ['127.0.0.1', 0] }).getServer();
  const serving = server.serveForever();
  const client = new SyncManager({ address: server.address });
  expect(() => client.connectSync()).toThrow(RuntimeError);
  await client.connect();
  const list = await client.list([1]);
  expect(() => list.copySync()).toThrow(RuntimeError);
  expect(await list.copy()).toEqual([1]);
  server.stop();
  await serving;
});

test('methods of a class come before those that all proxies have', async () => {
  class Named {
    text(): string {
      return 'its own';
    }
    getValue(): number {
      return 42;
    }
  }
  class Mine extends BaseManager {
    declare Named: Creator<[], ProxyOf<Named>>;
  }
  Mine.register('Named', Named);
  await using mine = new Mine();
  mine.start();
  const named = await mine.Named();
  expect([await named.text(), await named.getValue(), await named.callMethod('text')]).toEqual([
    'its own',
    42,
    'its own',
  ]);
});

test('long lists; an RLock outside of tasks', async () => {
  const list = await manager.list<number>();
  await list.extend(Array.from({ length: 200_000 }, (_, i) => -i));
  await list.sort();
  expect([await list.length(), await list.get(0)]).toEqual([200_000, -199_999]);
  const rlock = await manager.RLock();
  await rlock.acquire();
  await expect(rlock.acquire()).rejects.toThrow(RuntimeError);
  expect(() => rlock.acquireSync()).toThrow(RuntimeError);
  await rlock.release();
  await runAsTask(async () => {
    await rlock.acquire();
    await rlock.acquire();
    await rlock.release();
    await rlock.release();
  });
  expect(rlock.acquireSync()).toBe(true);
  rlock.releaseSync();
});

test('a task that does not fit into the queue fails alone', async () => {
  await using pool = new Pool({ processes: 1 });
  const lengthOf = (bytes: Uint8Array): number => bytes.length;
  const results = [1, 150_000_000, 3].map((length) => pool.apply(lengthOf, [new Uint8Array(length)]));
  const outcomes = await Promise.allSettled(results);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(await pool.apply(lengthOf, [new Uint8Array(9)])).toBe(9);
});

test.each([ThreadPool, Pool])(
  'tasks that are taken back do not leave those behind them without their functions: %o',
  async (Kind) => {
    const plus = (n: number): number => n + 1;
    const twice = (n: number): number => n * 2;
    const minus = (n: number): number => {
      const end = performance.now() + (n % 7 === 0 ? 1 : 0); // now and then a long one: what is behind it is taken back
      while (performance.now() < end);
      return n - 1;
    };
    const functions = [plus, twice, minus];
    await using pool = new Kind({ processes: 2 });
    for (let round = 0; round < 300; round++) {
      const calls = Array.from({ length: 40 }, (_, n) => [functions[(n * 7 + round) % 3]!, n] as const);
      const results = await Promise.all(calls.map(([fn, n]) => pool.apply(fn, [n])));
      expect(results).toEqual(calls.map(([fn, n]) => fn(n)));
    }
  },
);

test('threads of a pool share a connection: messages do not mix', async () => {
  await using pool = new ThreadPool({ processes: 2 });
  const [here, there] = Pipe<never, Uint8Array>();
  const send = (end: Connection<Uint8Array, never>, byte: number): void => {
    for (let i = 0; i < 10; i++) end.sendBytesSync(new Uint8Array(200_000).fill(byte));
  };
  const sending = [1, 2].map((byte) => pool.apply(send, [there as never, byte]));
  for (let i = 0; i < 20; i++) {
    const bytes = await here.recvBytes();
    expect(bytes.every((byte) => byte === bytes[0])).toBe(true);
  }
  await Promise.all(sending);
  await pool.apply((end: Connection) => end.close(), [there as never]);
  expect(there.closed).toBe(true);
});

test('a thread that ends while it receives leaves the turn to others', async () => {
  const [here, there] = Pipe<string, string>();
  const began = new Event();
  const thread = new Thread({
    target: async (end: typeof there, began: Event) => {
      void end.recv().catch(() => {});
      began.set();
      setTimeout(() => process.exit(0), 20);
    },
    args: [there, began],
  });
  thread.start();
  await began.wait();
  await thread.join();
  await here.send('hello');
  expect(await there.recv()).toBe('hello');
  there.close();
  await expect(here.recv()).rejects.toThrow(EOFError);
  here.close();
});

test('who waits for several is told of a close in another thread', async () => {
  const [here, there] = Pipe();
  const close = (end: Connection): void => end.close();
  const waiting = [wait([here]), here.recv()];
  const failed = Promise.all(waiting.map((it) => expect(it).rejects.toThrow('handle is closed')));
  const thread = new Thread({ target: close, args: [here as Connection] });
  thread.start();
  await failed;
  await thread.join();
  there.close();
});

test('half a message that was given up is ended for whoever comes next', async () => {
  const [here, there] = Pipe();
  const bytes = new Uint8Array(300_000).fill(1);
  const sending = new AbortController();
  const [first, receiving] = [here.sendBytes(bytes, { signal: sending.signal }), new AbortController()];
  sending.abort(new Error('enough'));
  await expect(first).rejects.toThrow('enough');
  bytes.fill(2); // the caller's again
  const half = there.recvBytes({ signal: receiving.signal });
  receiving.abort(new Error('enough'));
  await expect(half).rejects.toThrow('enough');
  const next = here.sendBytes(Buffer.from('next'));
  const whole = await there.recvBytes();
  expect([whole.length, whole.every((byte) => byte === 1)]).toEqual([300_000, true]);
  expect(String(await there.recvBytes())).toBe('next');
  await next;
  here.close();
  there.close();
});

test('descriptors on their way come back if they do not get there, and are taken once', async () => {
  const descriptors = (): number => readdirSync('/proc/self/fd').length;
  const [mine, its] = Pipe<unknown, unknown>();
  const [here, there] = Pipe();
  const full = new Queue<unknown>(1);
  full.putNowait(1);
  const before = descriptors();
  expect(() => mine.sendSync([there, new WeakMap()])).toThrow();
  expect(() => full.putNowait(there)).toThrow();
  await expect(full.put(there, { signal: AbortSignal.timeout(5) })).rejects.toThrow();
  expect(descriptors()).toBe(before);
  const pickle = dumps<unknown>(there);
  const copy = loadsSync<Connection>(pickle);
  expect(() => loadsSync(pickle)).toThrow('taken before');
  for (const end of [mine, its, here, there, copy]) end.close();
});

test('a thread that ends leaves no descriptors of pipes that it has made', async () => {
  const descriptors = (): number => readdirSync('/proc/self/fd').length;
  const makePipes = (): void => {
    for (let i = 0; i < 5; i++) Pipe();
  };
  const once = async (): Promise<void> => {
    const thread = new Thread({ target: makePipes });
    thread.start();
    await thread.join();
  };
  await once(); // threads have what they need from now on
  const before = descriptors();
  for (let i = 0; i < 3; i++) await once();
  expect(descriptors()).toBeLessThanOrEqual(before);
});

test('a parent that is blocked does not keep the end from being seen', async () => {
  const queue = new Queue<Connection>();
  const all = crew(
    1,
    (queue: Queue<Connection>) => {
      const end = queue.getSync();
      try {
        end.recvSync();
      } catch (error) {
        if ((error as Error).name !== 'EOFError') throw error;
      }
    },
    [queue],
  );
  const [here, there] = Pipe();
  queue.putSync(here as Connection);
  here.close();
  const [a, b] = Pipe();
  queue.putSync(b as Connection); // is never taken
  there.close();
  all[0]!.joinSync(20);
  expect(all[0]!.exitcode).toBe(0);
  a.close();
  b.close();
});

test('fields of a process that are connections are closed when it closes them', async () => {
  class Sending extends Process {
    end: Connection;
    told: Event;
    constructor(end: Connection, told: Event) {
      super();
      this.end = end;
      this.told = told;
    }
    override async run(): Promise<void> {
      this.end.close();
      await this.told.wait();
    }
  }
  const [here, there] = Pipe();
  const told = new Event();
  const child = new Sending(there as Connection, told);
  child.start();
  there.close();
  await expect(here.recv()).rejects.toThrow(EOFError);
  told.set();
  await child.join();
  expect(child.exitcode).toBe(0);
  here.close();
});

test('a listener removes its socket, and nothing else', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'prac-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'data');
  const listener = new Listener(path);
  rmSync(path);
  mkdirSync(path);
  writeFileSync(join(path, 'file'), 'mine');
  listener.close();
  expect(readdirSync(path)).toEqual(['file']);
});

test('a connection and a queue of threads arrive together', async () => {
  const [here, there] = Pipe<number, number>();
  const queue = new ThreadQueue<number>();
  const thread = new Thread({
    target: (end: typeof there, queue: ThreadQueue<number>) => queue.putSync(end.recvSync()),
    args: [there, queue],
  });
  thread.start();
  await here.send(42);
  expect(await queue.get()).toBe(42);
  await thread.join();
});

test('workers that a thread has started end with a parent that is killed', async () => {
  const pids = new Queue<number>();
  const all = crew(
    1,
    async (pids: Queue<number>) => {
      const start = async (pids: Queue<number>): Promise<void> => {
        const pool = new Pool({ processes: 1 });
        pids.putSync(await pool.apply(() => process.pid));
        await new Promise(() => setInterval(() => {}, 1000));
      };
      new Thread({ target: start, args: [pids] }).start();
    },
    [pids],
  );
  const pid = await pids.get();
  all[0]!.kill();
  expect(await ended(all)).toEqual([-9]);
  await waitUntil(() => !readdirSync('/proc').includes(String(pid)) || isZombie(pid));
});

function isZombie(pid: number): boolean {
  return process.getBuiltinModule('node:fs').readFileSync(`/proc/${pid}/stat`, 'latin1').includes(') Z ');
}
