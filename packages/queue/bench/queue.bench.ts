// What an item costs: put and got again in one thread, and from one thread to another, one by one and in batches.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { BroadcastChannel, MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { Queue, SimpleQueue, SpscRing } from '@prac/queue';
import { Barrier, Thread } from '@prac/sync';
import { alternate, rival } from '@prac/testing';

const quick = process.env.PRAC_BENCH === 'quick';
const rounds = quick ? 1 : 5;
const many = quick ? 1_000 : 200_000;

type FastQueue = { push(task: number): Promise<void> };
const { module: fastq, ...aboutFastq } = await rival<{
  default: { promise(worker: (task: number) => Promise<void>, concurrency: number): FastQueue };
}>('fastq');
let worked = 0;
const fast = aboutFastq.skip === undefined ? fastq.default.promise(async () => void worked++, 1) : undefined;

const SMALL = 7;
const OBJECT = { id: 12345, name: 'a name of some length', tags: ['one', 'two'], price: 9.99, isNew: true };
const BUFFER = new Uint8Array(10_000).fill(1);

const local = new Queue<unknown>();
const simple = new SimpleQueue<unknown>();
await alternate(
  [
    { name: 'Queue putNowait, getNowait', run: () => here(local) },
    { name: 'SimpleQueue', run: () => here(simple) },
    { name: 'Queue await put, await get', run: () => hereAsync(local) },
    { name: 'fastq await push (a worker that does nothing)', ...aboutFastq, run: () => pushes(fast!) },
    { name: 'CPython Queue', run: () => python('q.put(7); q.get()', many) },
    { name: 'CPython SimpleQueue', run: () => python('s.put(7); s.get()', many) },
  ],
  { title: 'One thread: put and get', operations: many, rounds },
);

for (const [title, item, count] of [
  ['small integer', SMALL, many],
  ['object of 100 bytes', OBJECT, many / 4],
  ['buffer of 10 kB', BUFFER, many / 20],
] as const) {
  const [sync, asynchronous, batches] = await Promise.all([consumer('sync'), consumer('async'), consumer('many')]);
  const ring = await ringTo();
  const [port, blockedPort, channel] = [await portTo('message'), await portTo('receive'), await broadcastTo()];
  await alternate(
    [
      { name: 'Queue putSync, getSync', run: () => sync.send(item, count) },
      { name: 'Queue put, await get', run: () => asynchronous.send(item, count) },
      { name: 'Queue putManySync, getManySync of 64', run: () => batches.sendMany(item, count) },
      { name: 'SpscRing putSync, getSync', run: () => ring.send(item, count) },
      { name: 'MessagePort', run: () => port.send(item, count) },
      { name: 'MessagePort, receiveMessageOnPort', run: () => blockedPort.send(item, count) },
      { name: 'BroadcastChannel', run: () => channel.send(item, count) },
    ],
    { title: `From one thread to another: ${title}`, operations: count, rounds },
  );
  for (const { end } of [sync, asynchronous, batches, ring, port, blockedPort, channel]) await end();
}

for (const [title, producers, consumers] of [
  ['three threads to one', 3, 1],
  ['three threads to three', 3, 3],
] as const) {
  const ours = await crowd(producers, consumers);
  await alternate(
    [
      { name: 'Queue putSync, getSync', run: () => ours.send(many) },
      { name: 'CPython Queue', run: () => pythonCrowd(producers, consumers, many) },
    ],
    { title: `${title}: small integer`, operations: many, rounds },
  );
  await ours.end();
}

function here(queue: Queue | SimpleQueue): void {
  for (let i = 0; i < many; i++) {
    queue.putNowait(SMALL);
    queue.getNowait();
  }
}

async function hereAsync(queue: Queue): Promise<void> {
  for (let i = 0; i < many; i++) {
    await queue.put(SMALL);
    await queue.get();
  }
}

async function pushes(queue: FastQueue): Promise<void> {
  const before = worked;
  for (let i = 0; i < many; i++) await queue.push(SMALL);
  assert.equal(worked - before, many);
}

type Form = 'sync' | 'async' | 'many';

/** A thread that takes items: `null` ends a round. */
async function consumer(form: Form): Promise<{
  send(item: unknown, count: number): Promise<void>;
  sendMany(item: unknown, count: number): Promise<void>;
  end(): Promise<void>;
}> {
  const [queue, counts] = [new SimpleQueue<unknown>(), new SimpleQueue<number>()];
  const thread = new Thread({ target: consume, args: [form, queue, counts] });
  thread.start();
  await counts.get(); // it is there
  const finish = async (count: number): Promise<void> => {
    queue.putSync(null);
    assert.equal(await counts.get(), count);
  };
  return {
    async send(item, count) {
      for (let i = 0; i < count; i++) queue.putSync(item);
      await finish(count);
    },
    async sendMany(item, count) {
      const batch = new Array<unknown>(64).fill(item);
      for (let i = 0; i < count; i += 64) queue.putManySync(i + 64 <= count ? batch : batch.slice(0, count - i));
      await finish(count);
    },
    async end() {
      queue.putSync('end');
      await thread.join();
    },
  };
}

async function consume(form: Form, queue: SimpleQueue<unknown>, counts: SimpleQueue<number>): Promise<void> {
  counts.putSync(-1);
  let count = 0;
  for (;;) {
    const items = form === 'many' ? queue.getManySync(64) : [form === 'sync' ? queue.getSync() : await queue.get()];
    for (const item of items) {
      if (item === 'end') return;
      if (item === null) {
        counts.putSync(count);
        count = 0;
      } else count++;
    }
  }
}

/** A thread that takes items out of a ring. */
async function ringTo(): Promise<Channel> {
  const [ring, counts] = [new SpscRing<unknown>(1 << 20), new SimpleQueue<number>()];
  const thread = new Thread({ target: consumeRing, args: [ring, counts] });
  thread.start();
  await counts.get(); // it is there
  return {
    async send(item, count) {
      for (let i = 0; i < count; i++) ring.putSync(item);
      ring.putSync(null);
      assert.equal(await counts.get(), count);
    },
    async end() {
      ring.close();
      await thread.join();
    },
  };
}

function consumeRing(ring: SpscRing<unknown>, counts: SimpleQueue<number>): void {
  counts.putSync(-1);
  try {
    for (let count = 0; ; count++) {
      if (ring.getSync() !== null) continue;
      counts.putSync(count);
      count = -1;
    }
  } catch {
    // It is closed.
  }
}

/** Some threads that put, and some that get. */
async function crowd(
  producers: number,
  consumers: number,
): Promise<{ send(count: number): Promise<void>; end(): Promise<void> }> {
  const [queue, orders, counts] = [new Queue<number | null>(), new Queue<number>(), new Queue<number>()];
  const barrier = new Barrier(consumers);
  const threads = [
    ...Array.from({ length: producers }, () => new Thread({ target: produce, args: [queue, orders, counts] })),
    ...Array.from(
      { length: consumers },
      () => new Thread({ target: countAll, args: [queue, counts, barrier], daemon: true }),
    ),
  ];
  for (const thread of threads) thread.start();
  for (const _ of threads) await counts.get(); // they are there
  return {
    async send(count) {
      const share = Math.floor(count / producers);
      for (let i = 0; i < producers; i++) orders.putSync(i === 0 ? count - share * (producers - 1) : share);
      for (let i = 0; i < producers; i++) await counts.get();
      for (let i = 0; i < consumers; i++) queue.putSync(null);
      let counted = 0;
      for (let i = 0; i < consumers; i++) counted += await counts.get();
      assert.equal(counted, count);
    },
    async end() {
      orders.shutdown();
      for (const thread of threads.slice(0, producers)) await thread.join();
    },
  };
}

function produce(queue: Queue<number | null>, orders: Queue<number>, counts: Queue<number>): void {
  counts.putSync(0);
  try {
    for (;;) {
      const count = orders.getSync();
      for (let i = 0; i < count; i++) queue.putSync(7);
      counts.putSync(0);
    }
  } catch {
    // It has been shut down.
  }
}

/** `null` is for one of the threads: it says how many it has got, and waits until the others have said it. */
function countAll(queue: Queue<number | null>, counts: Queue<number>, barrier: Barrier): void {
  counts.putSync(0);
  for (let count = 0; ; count++) {
    if (queue.getSync() !== null) continue;
    counts.putSync(count);
    barrier.waitSync();
    count = -1;
  }
}

interface Channel {
  send(item: unknown, count: number): Promise<void>;
  end(): Promise<unknown>;
}

async function portTo(form: 'message' | 'receive'): Promise<Channel> {
  const { port1, port2 } = new MessageChannel();
  const begun = new Int32Array(new SharedArrayBuffer(4)); // who polls without end takes a core from all others
  const worker = new Worker(
    `const { workerData: { port, form, begun }, receiveMessageOnPort } = require('node:worker_threads');
     let count = 0;
     const take = (item) => item === null ? (port.postMessage(count), count = 0, begun[0] = 0) : count++;
     if (form === 'message') port.on('message', take);
     else for (;;) {
       Atomics.wait(begun, 0, 0);
       for (let m; (m = receiveMessageOnPort(port)) !== undefined;) take(m.message);
     }`,
    { eval: true, workerData: { port: port2, form, begun }, transferList: [port2] },
  );
  await once(worker, 'online');
  return overPort(port1, worker, begun);
}

function overPort(port: MessagePort, worker: Worker, begun: Int32Array): Channel {
  return {
    async send(item, count) {
      begun[0] = 1;
      Atomics.notify(begun, 0);
      for (let i = 0; i < count; i++) port.postMessage(item);
      port.postMessage(null);
      const [counted] = (await once(port, 'message')) as [number];
      assert.equal(counted, count);
    },
    end: () => {
      port.close();
      return worker.terminate();
    },
  };
}

async function broadcastTo(): Promise<Channel> {
  const name = `prac-bench-${Math.random()}`;
  const channel = new BroadcastChannel(name);
  const worker = new Worker(
    `const { BroadcastChannel, parentPort, workerData } = require('node:worker_threads');
     const channel = new BroadcastChannel(workerData);
     let count = 0;
     channel.onmessage = ({ data }) => data === null ? (parentPort.postMessage(count), count = 0) : count++;
     parentPort.postMessage('there');`,
    { eval: true, workerData: name },
  );
  await once(worker, 'message');
  return {
    async send(item, count) {
      for (let i = 0; i < count; i++) channel.postMessage(item);
      channel.postMessage(null);
      const [counted] = (await once(worker, 'message')) as [number];
      assert.equal(counted, count);
    },
    end: () => {
      channel.close();
      return worker.terminate();
    },
  };
}

function pythonCrowd(producers: number, consumers: number, times: number): number {
  const program = `import queue, threading, time
q = queue.Queue()
def produce():
    for _ in range(${Math.floor(times / producers)}): q.put(7)
def consume():
    while q.get() is not None: pass
start = time.perf_counter()
ps = [threading.Thread(target=produce) for _ in range(${producers})]
cs = [threading.Thread(target=consume) for _ in range(${consumers})]
for t in ps + cs: t.start()
for t in ps: t.join()
for t in cs: q.put(None)
for t in cs: t.join()
print(time.perf_counter() - start)`;
  return Number(execFileSync('python3', ['-c', program], { encoding: 'utf8' }));
}

/** CPython's figures: it times itself. */
function python(statement: string, times: number): number {
  const program = `import queue, time
q, s = queue.Queue(), queue.SimpleQueue()
def run():
    start = time.perf_counter()
    for _ in range(${times}): ${statement}
    return time.perf_counter() - start
print(run())`;
  return Number(execFileSync('python3', ['-c', program], { encoding: 'utf8' }));
}
