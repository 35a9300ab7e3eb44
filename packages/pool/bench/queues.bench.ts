// From one process to another, one way: small objects through queues, a pipe, a manager; against Node's IPC and CPython.
import assert from 'node:assert/strict';
import { execFileSync, fork } from 'node:child_process';
import { join } from 'node:path';
import { Event, Manager, Pipe, Process, Queue, SimpleQueue } from '@prac/pool';
import type { Connection } from '@prac/pool/connection';
import { alternate, type Row } from '@prac/testing';

const quick = process.env.PRAC_BENCH === 'quick';
const rounds = quick ? 1 : 5;
const count = quick ? 100 : 50_000;
const item = (id: number) => ({ id, name: 'an item', args: [1, 2, 3], ok: true });
type Item = ReturnType<typeof item> | null;

/** Another process takes all, and says so. */
async function through(queue: { getSync(): unknown; putSync(item: unknown): void }): Promise<void> {
  const done = new Event();
  const take = (queue: { getSync(): unknown }, done: Event): void => {
    for (;;) {
      let got = 0;
      while (queue.getSync() !== null) got++;
      if (got === 0) return;
      done.set();
    }
  };
  const child = new Process({ target: take as never, args: [queue, done] as never });
  child.start();
  queue.putSync(item(0));
  queue.putSync(null);
  done.waitSync();
  takers.push({ queue, done, child });
}
const takers: { queue: { putSync(item: unknown): void }; done: Event; child: Process }[] = [];

const queue = new Queue<Item>();
const simple = new SimpleQueue<Item>();
const [here, there] = Pipe<Item, never>();
await through(queue as never);
await through(simple as never);
await through(asQueue(there, here) as never);
there.close();

/** A pipe, in the words of queues. */
function asQueue(reader: Connection<never, Item>, writer: Connection<Item, never>) {
  return { reader, writer, getSync: readNext, putSync: writeNext };
}
function readNext(this: { reader: Connection<never, Item> }): Item {
  return this.reader.recvSync();
}
function writeNext(this: { writer: Connection<Item, never> }, item: Item): void {
  this.writer.sendSync(item);
}

function sendAll(index: number): void {
  const { queue, done } = takers[index]!;
  done.clear();
  for (let i = 0; i < count; i++) queue.putSync(item(i));
  queue.putSync(null);
  done.waitSync();
}

const ipc = fork(join(import.meta.dirname, '../../../bench/pools/count.mjs'), { execArgv: [] });
const manager = Manager();
const managed = await manager.list<number>();
const some = quick ? 20 : 2000;

const rows: Row[] = [
  { name: 'Queue', run: () => sendAll(0) },
  { name: 'SimpleQueue', run: () => sendAll(1) },
  { name: 'Pipe', run: () => sendAll(2) },
  {
    name: "Node's IPC",
    run: () =>
      new Promise((resolve, reject) => {
        ipc.once('message', (got) => (got === count ? resolve() : reject(new Error(`${got} came`))));
        for (let i = 0; i < count; i++) ipc.send(item(i));
        ipc.send(null as never);
      }),
  },
  ...['Queue', 'SimpleQueue', 'Pipe'].map((kind) => ({ name: `CPython ${kind}`, run: () => python(kind) })),
];
await alternate(rows, { title: 'A small object, from one process to another', operations: count, rounds });

await alternate(
  [
    {
      name: 'list.get(), blocking',
      run: () => {
        managed.clearSync();
        managed.appendSync(1);
        for (let i = 0; i < some; i++) assert.equal(managed.getSync(0), 1);
      },
    },
    {
      name: 'list.get()',
      run: async () => {
        managed.clearSync();
        managed.appendSync(1);
        for (let i = 0; i < some; i++) assert.equal(await managed.get(0), 1);
      },
    },
    { name: 'CPython', run: pythonManager },
  ],
  { title: 'An item of a list of a manager', operations: some, rounds },
);

for (const { queue, child } of takers) {
  queue.putSync(null);
  child.joinSync();
}
ipc.kill();
manager.shutdownSync();
process.exit(0);

function python(kind: string): number {
  const program = `
import multiprocessing as m, time
def take(q, done):
    get = q.recv if hasattr(q, 'recv') else q.get
    while get() is not None: pass
    done.set()
if __name__ == '__main__':
    done = m.Event()
    if ${JSON.stringify(kind)} == 'Pipe': end, q = m.Pipe(False); put = q.send
    else: end = q = m.${kind}(); put = q.put
    p = m.Process(target=take, args=(end, done)); p.start()
    begun = time.perf_counter()
    for i in range(${count}): put(dict(id=i, name='an item', args=[1, 2, 3], ok=True))
    put(None)
    done.wait()
    print(time.perf_counter() - begun)`;
  return Number(execFileSync('python3', ['-c', program], { encoding: 'utf8' }));
}

function pythonManager(): number {
  const program = `
import multiprocessing as m, time
if __name__ == '__main__':
    with m.Manager() as manager:
        l = manager.list([1])
        begun = time.perf_counter()
        for i in range(${some}): assert l[0] == 1
        print(time.perf_counter() - begun)`;
  return Number(execFileSync('python3', ['-c', program], { encoding: 'utf8' }));
}
