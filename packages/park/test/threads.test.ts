import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { waitUntil } from '@prac/testing';
import { describe, expect, test } from 'vitest';
import { Permits } from './helpers/permits.ts';

const fixture = (name: string): URL => new URL(`./fixtures/${name}.ts`, import.meta.url);
const forms = ['acquire', 'acquireSync'] as const;

test('a thread may block on a word that it also waits for asynchronously', async () => {
  const permits = new Permits(0);
  const worker = new Worker(
    `const words = new Int32Array(require('node:worker_threads').workerData);
     while (Atomics.load(words, 1) < 2) Atomics.wait(words, 15, 0, 1);
     Atomics.add(words, 0, 1);
     Atomics.notify(words, 0, 1);`,
    { eval: true, workerData: permits.memory },
  );
  const ended = once(worker, 'exit');
  const asynchronous = permits.acquire();
  expect(permits.acquireSync(10)).toBe(true); // the notification went to the other wait of this thread
  permits.release();
  expect(await asynchronous).toBe(true);
  await ended;
});

test('threads that mix all forms, time-outs and aborts count exactly, and nothing is left', async () => {
  const permits = new Permits(1);
  const counter = new Int32Array(permits.memory, 16);
  const workerData = { memory: permits.memory, rounds: 400, tasks: 6 };
  const workers = Array.from({ length: 3 }, () => new Worker(fixture('contender'), { workerData }));
  const ended = workers.map((worker) => once(worker, 'exit'));
  const increments = await Promise.all(workers.map(async (worker) => (await once(worker, 'message'))[0] as number));
  await Promise.all(ended);
  expect(counter[0]).toBe(increments.reduce((sum, n) => sum + n));
  expect(counter[0]).toBeGreaterThan(1000);
  expect([permits.value, permits.waiters]).toEqual([1, 0]);
}, 60_000);

describe.each(forms)('a thread that waits with %s', (form) => {
  test('is woken by another thread', async () => {
    const permits = new Permits(0);
    const worker = new Worker(fixture('wait-for-ever'), { workerData: { memory: permits.memory, form } });
    const ended = once(worker, 'exit');
    await waitUntil(() => permits.waiters === 1);
    permits.release();
    await waitUntil(() => permits.waiters === 0);
    await ended;
    expect(permits.value).toBe(0);
  });

  test('is terminated without delay', async () => {
    const permits = new Permits(0);
    const worker = new Worker(fixture('wait-for-ever'), { workerData: { memory: permits.memory, form } });
    await waitUntil(() => permits.waiters === 1);
    await worker.terminate();
  });

  // A textbook semaphore loses the wake-up that the terminated thread has taken with it.
  test.each([0, 1, 2, 3, 4, 5])('may be terminated when it was woken: another one gets the permit (%i)', async () => {
    const permits = new Permits(0);
    const workerData = { memory: permits.memory, form };
    const [victim, heir] = [0, 1].map(() => new Worker(fixture('wait-for-ever'), { workerData })) as [Worker, Worker];
    await waitUntil(() => permits.waiters === 2);
    const ended = victim.terminate();
    permits.release();
    await ended;
    await waitUntil(() => permits.value === 0); // lost, it would stay, and the other one would sleep
    await heir.terminate();
  });
});
