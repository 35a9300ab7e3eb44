// Long because each of the types that a manager has is tried.
import { spawnSync } from 'node:child_process';
import { Manager, Pool, Process, Queue, ThreadPool } from '@prac/pool';
import {
  type Address,
  AuthenticationError,
  BaseManager,
  BaseProxy,
  type Creator,
  type DictProxy,
  type ListProxy,
  type LockProxy,
  type ProxyOf,
  type QueueProxy,
  RemoteError,
  type RLockProxy,
  SyncManager,
} from '@prac/pool/managers';
import { runAsTask } from '@prac/sync';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { crew, ended } from './helpers/crew.ts';

const manager = Manager();
afterAll(() => manager.shutdown());

test('list: as in Python, in both forms', async () => {
  const list = await manager.list([3, 1, 2]);
  await list.append(5);
  list.appendSync(4);
  expect([await list.length(), list.lengthSync(), await list.get(-1), list.getSync(0)]).toEqual([5, 5, 4, 3]);
  list.sortSync();
  expect(await list.getValue()).toEqual([1, 2, 3, 4, 5]);
  await list.sort({ reverse: true });
  await list.set(0, 50);
  list.insertSync(1, 6);
  await list.extend([7, 7]);
  expect(list.copySync()).toEqual([50, 6, 4, 3, 2, 1, 7, 7]);
  expect([await list.count(7), list.indexSync(3), await list.has(9), await list.slice(1, 3)]).toEqual([
    2,
    3,
    false,
    [6, 4],
  ]);
  expect([await list.pop(), list.popSync(0)]).toEqual([7, 50]);
  await list.remove(7);
  await list.delete(0);
  await list.reverse();
  expect([await list.text(), String(list)]).toEqual([
    '[1, 2, 3, 4]',
    expect.stringMatching(/^<AutoProxy object, typeid 'list'/),
  ]);
  await expect(list.get(9)).rejects.toThrow('list index out of range');
  await expect(list.remove(9)).rejects.toThrow('list.remove(x): x not in list');
  expect(() => list.indexSync(9)).toThrow('9 is not in list');
  list.clearSync();
  await expect(list.pop()).rejects.toThrow('pop from empty list');
  const mixed = await manager.list<unknown>([
    [2, 'b'],
    [1, 'z'],
    [2, 'a'],
  ]);
  await mixed.sort();
  expect(mixed.getValueSync()).toEqual([
    [1, 'z'],
    [2, 'a'],
    [2, 'b'],
  ]);
  await mixed.sort({ key: (item: unknown) => (item as string[])[1] } as never);
  expect(await mixed.get(0)).toEqual([2, 'a']);
  await mixed.append('x');
  await expect(mixed.sort()).rejects.toThrow('not supported between');
});

test('dict: as in Python, in both forms', async () => {
  const dict = await manager.dict<unknown, number>({ a: 1 });
  await dict.set(2, 22);
  dict.updateSync([[3, 33]]);
  expect([await dict.get('a'), dict.getSync('b'), await dict.get('b', 0), await dict.has(2)]).toEqual([
    1,
    undefined,
    0,
    true,
  ]);
  expect([await dict.keys(), await dict.values(), dict.itemsSync()]).toEqual([
    ['a', 2, 3],
    [1, 22, 33],
    [
      ['a', 1],
      [2, 22],
      [3, 33],
    ],
  ]);
  expect([await dict.setdefault('a', 5), await dict.setdefault('z', 5), await dict.length()]).toEqual([1, 5, 4]);
  expect([await dict.pop('a'), await dict.pop('a', 7), await dict.popitem()]).toEqual([1, 7, ['z', 5]]);
  expect([await dict.getValue(), dict.copySync(), await dict.text()]).toEqual([
    new Map([
      [2, 22],
      [3, 33],
    ]),
    new Map([
      [2, 22],
      [3, 33],
    ]),
    '{2: 22, 3: 33}',
  ]);
  await dict.delete(2);
  await expect(dict.delete(2)).rejects.toMatchObject({ name: 'KeyError' });
  expect(() => dict.popSync('b')).toThrow(expect.objectContaining({ name: 'KeyError' }));
  await dict.clear();
  await expect(dict.popitem()).rejects.toMatchObject({ name: 'KeyError' });
  await expect(dict.set([1], 1)).rejects.toThrow('unhashable type');
});

test('Namespace, Value, Array', async () => {
  const namespace = await manager.Namespace({ name: 'Bob', _hidden: 1 });
  await namespace.set('job', 'Builder');
  expect([await namespace.get('name'), namespace.getSync('job'), await namespace.text()]).toEqual([
    'Bob',
    'Builder',
    "Namespace(job='Builder', name='Bob')",
  ]);
  namespace.deleteSync('job');
  await expect(namespace.get('job')).rejects.toThrow("'Namespace' object has no attribute 'job'");
  const value = manager.ValueSync('i', 42);
  value.setSync(43);
  expect([await value.get(), await value.text(), await value.getValue()]).toEqual([43, "Value('i', 43)", 43]);
  const array = await manager.Array('i', [1, 2, 3]);
  array.setSync(0, 9);
  expect([await array.length(), await array.slice(0, 2), 'append' in array]).toEqual([3, [9, 2], false]);
  await expect(manager.Array('i', ['x' as never])).rejects.toThrow(TypeError);
});

test('processes share what a manager has', async () => {
  const [list, dict] = [await manager.list<number>(), await manager.dict<number, string>()];
  const all = crew(
    3,
    async (list: ListProxy<number>, dict: DictProxy<number, string>) => {
      for (let i = 0; i < 20; i++) {
        list.appendSync(i);
        await dict.set(i, 'done');
      }
    },
    [list, dict],
  );
  expect(await ended(all)).toEqual([0, 0, 0]);
  expect([await list.length(), await dict.length()]).toEqual([60, 20]);
});

test('pools share what a manager has: threads and processes', async () => {
  const list = await manager.list<number>();
  const add = async (n: number, list: ListProxy<number>): Promise<void> => list.append(n);
  await using threads = new ThreadPool({ processes: 2 });
  await using processes = new Pool({ processes: 2 });
  const numbers = [0, 1, 2, 3, 4, 5];
  await Promise.all(
    [threads, processes].map((pool) =>
      pool.starmap(
        add,
        numbers.map((n) => [n, list] as const),
      ),
    ),
  );
  expect((await list.copy()).sort()).toEqual([...numbers, ...numbers].sort());
});

test('a lock excludes, whoever asks', async () => {
  const [lock, value] = [await manager.Lock(), await manager.Value('i', 0)];
  const add = async (
    lock: LockProxy,
    value: typeof manager extends never ? never : ProxyOf<{ get(): number; set(n: number): void }>,
    form: string,
  ) => {
    for (let i = 0; i < 25; i++) {
      if (form === 'sync') lock.withSync(() => value.setSync(value.getSync() + 1));
      else await lock.with(async () => value.set((await value.get()) + 1));
    }
  };
  const all = [...crew(2, add, [lock, value as never, 'sync']), ...crew(1, add, [lock, value as never, 'async'])];
  await Promise.all([add(lock, value as never, 'async'), add(lock, value as never, 'async')]);
  expect(await ended(all)).toEqual([0, 0, 0]);
  expect(await value.get()).toBe(125);
  {
    await using _held = await lock.hold();
    expect([await lock.locked(), await lock.tryAcquire()]).toEqual([true, false]);
  }
  expect(lock.lockedSync()).toBe(false);
  await expect(lock.release()).rejects.toThrow('release unlocked lock');
});

test('an RLock is the task that runs, or the thread', async () => {
  const rlock: RLockProxy = await manager.RLock();
  const inner = async (): Promise<void> => {
    expect(await rlock.acquire()).toBe(true);
    await rlock.release();
  };
  await rlock.with(() => rlock.with(inner));
  await expect(rlock.release()).rejects.toThrow('cannot release un-acquired lock');
  const mine = Promise.withResolvers<void>();
  const holder = runAsTask(async () => {
    await rlock.acquire();
    await mine.promise;
    await rlock.release();
  });
  const other = runAsTask(async () => rlock.acquire({ timeout: 0.01 } as never));
  expect(await other).toBe(false);
  mine.resolve();
  await holder;
  const all = crew(1, (rlock: RLockProxy) => rlock.withSync(() => rlock.withSync(() => {})), [rlock]);
  expect(await ended(all)).toEqual([0]);
});

test('events, conditions, semaphores, barriers', async () => {
  const [event, condition, items] = [await manager.Event(), await manager.Condition(), await manager.list<number>()];
  expect([await event.isSet(), await event.wait(0.001)]).toEqual([false, false]);
  const waiting = event.wait();
  event.setSync();
  expect(await waiting).toBe(true);
  const taken = condition.with(async () => {
    while ((await items.length()) === 0) await condition.wait();
    return items.pop();
  });
  await condition.with(async () => {
    await items.append(1);
    await condition.notify();
  });
  expect(await taken).toBe(1);
  expect(await condition.with(() => condition.waitFor(() => false, 0.005))).toBe(false);
  const semaphore = await manager.BoundedSemaphore(1);
  expect([await semaphore.acquire(), await semaphore.tryAcquire()]).toEqual([true, false]);
  await semaphore.release();
  await expect(semaphore.release()).rejects.toThrow('Semaphore released too many times');
  const barrier = await manager.Barrier(2);
  expect((await Promise.all([barrier.wait(), barrier.wait()])).sort()).toEqual([0, 1]);
  expect([await barrier.parties(), barrier.nWaitingSync(), await barrier.broken()]).toEqual([2, 0, false]);
  await expect(barrier.wait(0.001)).rejects.toMatchObject({ name: 'BrokenBarrierError' });
});

test('a queue, whose puts and gets wait', async () => {
  const queue = await manager.Queue<string>(1);
  const all = crew(
    1,
    (queue: QueueProxy<string>) => {
      queue.putSync(`${queue.getSync()}!`);
      queue.taskDoneSync();
    },
    [queue],
  );
  await queue.put('a');
  expect(await ended(all)).toEqual([0]);
  expect([await queue.get(), queue.qsizeSync()]).toEqual(['a!', 0]);
  await expect(queue.getNowait()).rejects.toMatchObject({ name: 'Empty' });
  await expect(queue.get({ timeout: 0.001 })).rejects.toMatchObject({ name: 'Empty' });
  await queue.taskDone();
  await queue.join();
});

test('a call that is aborted is called off in the server', async () => {
  const queue = await manager.Queue<number>();
  const reason = new Error('enough');
  const controller = new AbortController();
  const waiting = queue.get({ signal: controller.signal });
  await queue.qsize(); // the server has begun with it
  controller.abort(reason);
  await expect(waiting).rejects.toBe(reason);
  await queue.put(1);
  expect(await queue.get()).toBe(1);
  await expect(queue.get({ signal: controller.signal })).rejects.toBe(reason);
});

test('who is killed while it waits takes nothing along', async () => {
  const [queue, began] = [await manager.Queue<number>(), await manager.Event()];
  const all = crew(
    1,
    async (queue: QueueProxy<number>, began: Awaited<ReturnType<typeof manager.Event>>) => {
      const got = queue.get();
      await began.set();
      await got;
    },
    [queue, began],
  );
  await began.wait();
  all[0]!.kill();
  await ended(all);
  await queue.put(1);
  expect(await queue.get({ timeout: 20 })).toBe(1);
});

test('proxies may be items: of lists and dicts of the server, and of queues', async () => {
  const [inner, outer] = [await manager.list([1]), await manager.list<unknown>()];
  await outer.append(inner);
  await outer.append({ inner });
  const again = (await outer.get(0)) as ListProxy<number>;
  expect(again).toBe(inner);
  await again.append(2);
  expect(await inner.copy()).toEqual([1, 2]);
  const queue = new Queue<ListProxy<number>>();
  await queue.put(inner);
  const all = crew(1, async (queue: Queue<ListProxy<number>>) => (await queue.get()).append(3), [queue]);
  expect(await ended(all)).toEqual([0]);
  expect(await inner.copy()).toEqual([1, 2, 3]);
});

test('an object that was made by a process that has ended stays, if its proxy was sent', async () => {
  const queue = new Queue<ListProxy<string>>();
  const all = crew(
    1,
    async (address: Address, queue: Queue<ListProxy<string>>) => {
      const manager = new SyncManager({ address });
      await manager.connect();
      await queue.put(await manager.list(['from the child']));
    },
    [manager.address!, queue],
  );
  expect(await ended(all)).toEqual([0]);
  const list = await queue.get();
  expect(await list.copy()).toEqual(['from the child']);
});

test('objects that nobody has are forgotten', async () => {
  const count = async (): Promise<number> =>
    (await manager.debugInfo()).filter(([, typeid]) => typeid === 'Value').length;
  const before = await count();
  const all = crew(
    1,
    async (address: Address) => {
      const manager = new SyncManager({ address });
      await manager.connect();
      for (let i = 0; i < 5; i++) await manager.Value('i', i);
    },
    [manager.address!],
  );
  expect(await ended(all)).toEqual([0]);
  for (let tried = 0; tried < 100 && (await count()) > before; tried++)
    await new Promise((resolve) => setTimeout(resolve, 10));
  expect(await count()).toBeLessThanOrEqual(before);
  expect(await manager.numberOfObjects()).toBeGreaterThan(0);
});

class Counter {
  #count = 0;
  add(n: number): number {
    this.#count += n;
    return this.#count;
  }
  async slow(): Promise<string> {
    return 'slow';
  }
  fail(): never {
    throw new RangeError('on purpose');
  }
  _hidden(): void {}
  blockSync(): void {}
  self(): Counter {
    return this;
  }
  strange(): unknown {
    return new WeakMap();
  }
  *numbers(): Generator<number> {
    yield 1;
  }
}
class Doubling extends BaseProxy {
  async addTwice(n: number): Promise<number> {
    await this.callMethod('add', [n]);
    return this.callMethodSync('add', [n]) as number;
  }
}
class Mine extends BaseManager {
  declare Counter: Creator<[], ProxyOf<Counter>>;
  declare Doubling: Creator<[], Doubling & ProxyOf<Counter>>;
  declare Only: Creator<[], ProxyOf<Counter>>;
  declare Map: Creator<[entries: [string, number][]], ProxyOf<Map<string, number>, 'get' | 'set'>>;
  declare text: Creator<[], BaseProxy>;
  declare nothing: Creator<[], BaseProxy>;
}
Mine.register('Counter', Counter, { methodToTypeid: { self: 'Counter' } });
Mine.register('Doubling', Counter, { proxytype: Doubling });
Mine.register('Only', Counter, { exposed: ['add'] });
Mine.register('Map', Map);
Mine.register('text', () => 'text');
Mine.register('nothing');

describe('types of one’s own', () => {
  const mine = new Mine();
  mine.start();
  afterAll(() => mine.shutdown());

  test('methods are called, in both forms; what they throw is thrown', async () => {
    const counter = await mine.Counter();
    expect([await counter.add(2), counter.addSync(3), await counter.slow(), counter.slowSync()]).toEqual([
      2,
      5,
      'slow',
      'slow',
    ]);
    await expect(counter.fail()).rejects.toThrow(new RangeError('on purpose'));
    expect(() => counter.failSync()).toThrow(new RangeError('on purpose'));
    for (const name of ['_hidden', 'blockSync', 'constructor', 'nothing'])
      await expect(counter.callMethod(name)).rejects.toThrow(RemoteError);
    await expect(counter.strange()).rejects.toThrow(expect.objectContaining({ name: 'PicklingError' }));
    const same = (await counter.self()) as unknown as ProxyOf<Counter>;
    expect(await same.add(1)).toBe(6);
    await expect(counter.add((() => new WeakMap())() as never)).rejects.toMatchObject({ name: 'PicklingError' });
  });

  test('proxies of one’s own, exposed methods, classes of JavaScript, functions', async () => {
    const doubling = await mine.Doubling();
    expect([await doubling.addTwice(2), await doubling.add(1), doubling instanceof Doubling]).toEqual([4, 5, true]);
    const only = await mine.Only();
    expect([await only.add(1), 'fail' in only]).toEqual([1, false]);
    const map = await mine.Map([['a', 1]]);
    expect(map.getSync('a')).toBe(1);
    expect(await (await mine.text()).text()).toBe('text');
    await expect(mine.nothing()).rejects.toThrow('the server has no type "nothing"');
    await expect(mine.create('never')).rejects.toThrow(RemoteError);
  });

  test('a proxy of one’s own stays one in another process', async () => {
    const doubling = await mine.Doubling();
    const all = crew(1, async (doubling: Doubling) => void (await doubling.addTwice(5)), [doubling]);
    expect(await ended(all)).toEqual([0]);
    expect(await doubling.add(0)).toBe(10);
  });
});

test('servers on the net: getServer, connect, the key', async () => {
  const authkey = Buffer.from('abracadabra');
  const server = new SyncManager({ address: ['127.0.0.1', 0], authkey }).getServer();
  const serving = server.serveForever();
  onTestFinished(() => server.stop());
  const all = crew(
    1,
    async (address: Address, authkey: Uint8Array) => {
      const manager = new SyncManager({ address, authkey });
      manager.connectSync();
      const queue = await manager.Queue<string>();
      queue.putSync('hello');
      if ((await queue.get()) !== 'hello') throw new Error('lost');
    },
    [server.address, authkey],
  );
  expect(await ended(all)).toEqual([0]);
  const wrong = new SyncManager({ address: server.address, authkey: Buffer.from('wrong') });
  await expect(wrong.connect()).rejects.toThrow(AuthenticationError);
  server.stop();
  await serving;
  const late = new SyncManager({ address: server.address, authkey });
  await expect(late.connect()).rejects.toThrow();
});

test('the life of a manager', async () => {
  const mine = new SyncManager({ authkey: Buffer.from('own') });
  await expect(mine.list()).rejects.toThrow('server not yet started');
  await expect(mine.shutdown()).rejects.toThrow('server not started');
  const began = new Queue<string>();
  mine.start({ initializer: (queue: Queue<string>) => queue.putSync('began'), initargs: [began] });
  expect(() => mine.start()).toThrow('Already started server');
  const list = await mine.list([1]);
  expect(await began.get()).toBe('began');
  expect(String(mine)).toBe('<SyncManager started>');
  await mine.shutdown();
  await mine.shutdown();
  await expect(list.copy()).rejects.toThrow();
  expect(() => list.copySync()).toThrow();
  await expect(mine.list()).rejects.toThrow('Manager has shut down');
  expect(() => mine.start()).toThrow('Manager has shut down');
  {
    using short = Manager();
    expect(short.listSync([1]).copySync()).toEqual([1]);
  }
  await using unused = Manager();
  expect(unused.address).toEqual(expect.any(String));
});

test('a server that is killed fails what was asked of it', async () => {
  class Dying extends BaseManager {
    declare Dying: Creator<[], ProxyOf<{ die(): void; wait(): Promise<void> }>>;
  }
  Dying.register('Dying', () => ({
    die: () => process.kill(process.pid, 'SIGKILL'),
    wait: () => new Promise(() => {}),
  }));
  await using mine = new Dying();
  mine.start();
  const dying = await mine.Dying();
  const waiting = dying.wait();
  await expect(dying.die()).rejects.toThrow();
  await expect(waiting).rejects.toThrow();
  await expect(dying.die()).rejects.toThrow();
  expect(() => dying.dieSync()).toThrow();
});

test('a server that does not begin refuses', async () => {
  await using mine = new SyncManager({ shutdownTimeout: 0.1 });
  mine.start({ initializer: () => process.exit(3) });
  await expect(mine.list()).rejects.toThrow();
});

test('a server that is busy for ever can be shut down', async () => {
  class Busy extends BaseManager {
    declare Busy: Creator<[], ProxyOf<{ run(): void }>>;
  }
  Busy.register('Busy', () => ({
    run: () => {
      for (;;);
    },
  }));
  const mine = new Busy({ shutdownTimeout: 0.05 });
  mine.start();
  const running = (await mine.Busy()).run();
  const failed = expect(running).rejects.toThrow();
  await mine.shutdown();
  await failed;
});

test.each<[string, () => unknown, string | (new (...args: never[]) => Error)]>([
  ['an address that is none', () => new SyncManager({ address: 5 as never }), TypeError],
  ['a key that is a text', () => new SyncManager({ authkey: 'x' as never }), TypeError],
  ['an unknown option', () => new SyncManager({ key: 1 } as never), 'Unknown option'],
  ['a time that is none', () => new SyncManager({ shutdownTimeout: 'x' as never }), TypeError],
  ['a type without a name', () => Mine.register('', Counter), TypeError],
  ['a type that is no function', () => Mine.register('x', 5 as never), TypeError],
  ['an initializer that is none', () => new SyncManager().start({ initializer: 5 as never }), TypeError],
  ['a connection to nowhere', () => new SyncManager().connectSync(), TypeError],
  ['a proxy from nowhere', () => new BaseProxy({} as never), TypeError],
])('%s is refused', (_, call, error) => {
  expect(call).toThrow(error as never);
});

test('a program that has a manager ends, and so does the server', () => {
  const program = `
    import { Manager } from '@prac/pool';
    const manager = Manager();
    const list = await manager.list([1]);
    console.log(await list.copy(), manager.address);`;
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--conditions=@prac/source', '--input-type=module', '-e', program],
    { encoding: 'utf8', cwd: import.meta.dirname, timeout: 60_000 },
  );
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^\[ 1 \] \/.*socket\n$/);
});

test('a child is not held up by a manager of its own', async () => {
  const child = new Process({
    target: async () => {
      const list = await Manager().list([1]);
      await list.append(2);
    },
  });
  child.start();
  await child.join(30);
  expect(child.exitcode).toBe(0);
});
