// A lock that is free: what guarding a few instructions costs when nobody is in the way. Then sixteen async functions of one
// thread that all want it (a cache that is filled once, a connection that one at a time may use).
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as workers from 'node:worker_threads';
import { Condition, Event, Lock, RLock, runAsTask, Semaphore } from '@prac/sync';
import { alternate, rival } from '@prac/testing';

const quick = process.env.PRAC_BENCH === 'quick';
const rounds = quick ? 1 : 7;
const many = quick ? 1_000 : 200_000;
const some = quick ? 200 : 20_000;

type Mutex = { acquire(): Promise<() => void> };
const { module: asyncMutex, ...aboutMutex } = await rival<{ Mutex: new () => Mutex }>('async-mutex');
type Limit = (task: () => Promise<void> | void) => Promise<void>;
const { module: pLimit, ...aboutLimit } = await rival<{ default: (limit: number) => Limit }>('p-limit');
type FastQueue = { push(task: number): Promise<void> };
const { module: fastq, ...aboutFastq } = await rival<{
  default: { promise(worker: (task: number) => Promise<void>, concurrency: number): FastQueue };
}>('fastq');
const { locks } = workers as { locks?: { request(name: string, task: () => Promise<void>): Promise<void> } };

const lock = new Lock();
const rlock = new RLock();
const semaphore = new Semaphore(1);
const mutex = aboutMutex.skip === undefined ? new asyncMutex.Mutex() : undefined;
const limit = aboutLimit.skip === undefined ? pLimit.default(1) : undefined;
let worked = 0;
const slowQueue = aboutFastq.skip === undefined ? fastq.default.promise(somethingElse, 1) : undefined;
const queue = aboutFastq.skip === undefined ? fastq.default.promise(async () => void worked++, 1) : undefined;

await alternate(
  [
    { name: 'Lock acquireSync, release', run: () => lockTimes(many) },
    { name: 'RLock acquireSync, release', run: () => rlockTimes(many) },
    { name: 'Semaphore', run: () => semaphoreTimes(many) },
    { name: 'Lock withSync', run: () => times(many, () => lock.withSync(count)) },
    { name: 'CPython Lock acquire, release', run: () => python('lock.acquire(); lock.release()', many) },
    { name: 'CPython RLock', run: () => python('rlock.acquire(); rlock.release()', many) },
    { name: 'CPython Semaphore', run: () => python('semaphore.acquire(); semaphore.release()', many) },
  ],
  { title: 'A free lock, blocking form', operations: many, rounds },
);

await alternate(
  [
    { name: 'Lock await acquire, release', run: () => lockTimesAsync(some) },
    { name: 'Semaphore', run: () => semaphoreTimesAsync(some) },
    { name: 'Lock with', run: () => timesAsync(some, () => lock.with(count)) },
    { name: 'fastq', ...aboutFastq, run: () => timesAsync(some, () => queue!.push(1)) },
    { name: 'p-limit', ...aboutLimit, run: () => timesAsync(some, () => limit!(count)) },
    { name: 'async-mutex', ...aboutMutex, run: () => timesAsync(some, async () => (await mutex!.acquire())()) },
    {
      name: 'Web Locks (node:worker_threads)',
      ...(locks === undefined ? { skip: 'this Node has none' } : {}),
      run: () => timesAsync(some / 10, () => locks!.request('bench', async () => count()), 10),
    },
  ],
  { title: 'A free lock, async form', operations: some, rounds },
);

const [tasks, each] = [16, quick ? 20 : 2_000];
await alternate(
  [
    { name: 'Lock', run: () => contended(() => holding(lock)) },
    { name: 'RLock, each function a task', run: () => contended(() => holding(rlock)) },
    { name: 'Semaphore', run: () => contended(() => holding(semaphore)) },
    { name: 'fastq', ...aboutFastq, run: () => contended(() => slowQueue!.push(1)) },
    { name: 'p-limit', ...aboutLimit, run: () => contended(() => limit!(somethingElse)) },
    { name: 'async-mutex', ...aboutMutex, run: () => contended(holdingMutex) },
  ],
  { title: 'Sixteen async functions of one thread', operations: tasks * each, rounds },
);

const event = new Event();
const condition = new Condition();
await alternate(
  [
    { name: 'Event set, clear', run: () => times(many, setAndClear) },
    {
      name: 'Condition notify, nobody waits',
      run: () => condition.withSync(() => times(many, () => condition.notify())),
    },
    { name: 'CPython Event set, clear', run: () => python('event.set(); event.clear()', many) },
    { name: 'CPython Condition notify', run: () => python('condition.notify()', many) },
  ],
  { title: 'Nobody waits', operations: many, rounds },
);

function count(): void {
  worked++;
}

async function lockTimesAsync(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await lock.acquire();
    lock.release();
  }
  assert.equal(lock.locked(), false);
}

/** What is done under the lock: others get their turn meanwhile. */
async function somethingElse(): Promise<void> {
  await undefined;
}

async function holding(lock: Lock | RLock | Semaphore): Promise<void> {
  await lock.acquire();
  await somethingElse();
  lock.release();
}

async function holdingMutex(): Promise<void> {
  const release = await mutex!.acquire();
  await somethingElse();
  release();
}

function setAndClear(): void {
  event.set();
  event.clear();
}

async function semaphoreTimesAsync(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await semaphore.acquire();
    semaphore.release();
  }
  assert.equal(semaphore.statistics().value, 1);
}

// Loops of their own, as Python's are: calling a function costs as much as the lock.
function lockTimes(count: number): void {
  for (let i = 0; i < count; i++) {
    lock.acquireSync();
    lock.release();
  }
  assert.equal(lock.locked(), false);
}

function rlockTimes(count: number): void {
  for (let i = 0; i < count; i++) {
    rlock.acquireSync();
    rlock.release();
  }
  assert.equal(rlock.locked(), false);
}

function semaphoreTimes(count: number): void {
  for (let i = 0; i < count; i++) {
    semaphore.acquireSync();
    semaphore.release();
  }
  assert.equal(semaphore.statistics().value, 1);
}

function times(count: number, body: () => unknown): void {
  for (let i = 0; i < count; i++) body();
  assert.equal(lock.locked(), false);
}

async function timesAsync(count: number, body: () => Promise<unknown>, slower = 1): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < count; i++) await body();
  assert.equal(lock.locked(), false);
  return (slower * (performance.now() - start)) / 1000;
}

async function contended(body: () => Promise<unknown>): Promise<void> {
  const run = async (): Promise<void> => {
    for (let i = 0; i < each; i++) await body();
  };
  await Promise.all(Array.from({ length: tasks }, () => runAsTask(run)));
  assert.equal(lock.locked(), false);
}

function python(statement: string, count: number): number {
  const program = `import threading, time
lock, rlock, semaphore, event, condition = threading.Lock(), threading.RLock(), threading.Semaphore(), threading.Event(), threading.Condition()
condition.acquire()
def run():
    start = time.perf_counter()
    for _ in range(${count}): ${statement}
    return time.perf_counter() - start
print(run())`;
  return Number(execFileSync('python3', ['-c', program], { encoding: 'utf8' }));
}
