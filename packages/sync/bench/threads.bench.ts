// From start() to the first instruction of a thread, and a round trip between two threads that hand a turn to each other.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Event, Lock, prewarm, Semaphore, SharedArray, sleepSync, Thread } from '@prac/sync';
import { alternate } from '@prac/testing';

const quick = process.env.PRAC_BENCH === 'quick';
const rounds = quick ? 1 : 9;
const arrived = new Event();
const START = `import threading, time
begun = []
thread = threading.Thread(target=lambda: begun.append(time.perf_counter()))
start = time.perf_counter(); thread.start(); thread.join(); print(begun[0] - start)`;

await alternate(
  [
    { name: 'Thread', run: () => startThread() },
    { name: 'bare Worker, code as text', run: startWorker },
    { name: 'CPython Thread', run: () => python(START) },
  ],
  { title: 'Start to first instruction', rounds },
);
prewarm(1);
await alternate([{ name: 'Thread, a worker is ready', run: startWarmThread }], { title: 'With prewarm(1)', rounds });
prewarm(0);

const trips = quick ? 50 : 5_000;
const TRIP = `import threading, time
a, b = threading.Lock(), threading.Lock(); a.acquire(); b.acquire()
def partner():
    for _ in range(${trips}): a.acquire(); b.release()
threading.Thread(target=partner).start()
start = time.perf_counter()
for _ in range(${trips}): a.release(); b.acquire()
print(time.perf_counter() - start)`;
const [ping, pong] = [new Semaphore(0), new Semaphore(0)];
const [first, second] = [new Lock(), new Lock()];
const stop = new SharedArray('i', 1);
const partner = new Thread({
  target: (ping: Semaphore, pong: Semaphore) => {
    for (;;) {
      ping.acquireSync();
      pong.release();
      if (stop.at(0) === 1) return;
    }
  },
  args: [ping, pong],
});
partner.start();
const asyncPing = new Semaphore(0);
const asyncPong = new Semaphore(0);
const asyncPartner = new Thread({
  target: async (ping: Semaphore, pong: Semaphore) => {
    for (;;) {
      await ping.acquire();
      pong.release();
      if (stop.at(0) === 1) return;
    }
  },
  args: [asyncPing, asyncPong],
});
asyncPartner.start();
const lockPartner = new Thread({
  target: (first: Lock, second: Lock) => {
    for (;;) {
      first.acquireSync();
      second.release();
      if (stop.at(0) === 1) return;
    }
  },
  args: [first, second],
});
first.acquireSync();
second.acquireSync();
lockPartner.start();
const echo = new Worker(
  `const { parentPort } = require('node:worker_threads'); parentPort.on('message', (n) => parentPort.postMessage(n));`,
  { eval: true },
);
await once(echo, 'online');

await alternate(
  [
    { name: 'Lock, both block', run: () => locksTrip() },
    { name: 'Semaphore, both block', run: () => semaphoresTrip() },
    { name: 'Semaphore, both await', run: asyncTrip },
    { name: 'MessagePort', run: messageTrip },
    { name: 'CPython Lock', run: () => python(TRIP) },
  ],
  { title: 'A round trip between two threads', operations: trips, rounds: quick ? 1 : 7 },
);
stop.set(0, 1);
ping.release();
asyncPing.release();
first.release();
await Promise.all([partner.join(), asyncPartner.join(), lockPartner.join(), echo.terminate()]);

function startThread(): number {
  arrived.clear();
  const thread = new Thread({ target: (arrived: Event) => arrived.set(), args: [arrived] });
  const start = performance.now();
  thread.start();
  arrived.waitSync();
  const took = performance.now() - start;
  thread.joinSync();
  return took / 1000;
}

function startWarmThread(): number {
  sleepSync(0.2); // another worker has taken the place of the one before
  return startThread();
}

async function startWorker(): Promise<number> {
  const word = new Int32Array(new SharedArrayBuffer(4));
  const start = performance.now();
  const worker = new Worker(
    `const word = require('node:worker_threads').workerData; Atomics.store(word, 0, 1); Atomics.notify(word, 0);`,
    { eval: true, workerData: word },
  );
  Atomics.wait(word, 0, 0);
  const took = performance.now() - start;
  await once(worker, 'exit');
  return took / 1000;
}

function locksTrip(): void {
  for (let i = 0; i < trips; i++) {
    first.release();
    second.acquireSync();
  }
  assert.equal(first.locked(), true);
}

function semaphoresTrip(): void {
  for (let i = 0; i < trips; i++) {
    ping.release();
    pong.acquireSync();
  }
  assert.equal(pong.statistics().value, 0);
}

async function asyncTrip(): Promise<void> {
  for (let i = 0; i < trips; i++) {
    asyncPing.release();
    await asyncPong.acquire();
  }
  assert.equal(asyncPong.statistics().value, 0);
}

async function messageTrip(): Promise<void> {
  for (let i = 0; i < trips; i++) {
    const answer = once(echo, 'message');
    echo.postMessage(i);
    await answer;
  }
}

function python(program: string): number {
  return Number(execFileSync('python3', ['-c', program], { encoding: 'utf8' }));
}
