// Does one thing many times and prints the seconds that one takes (the median): latency-child.ts <what> <count>.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

const [what = '', count = '1'] = process.argv.slice(2);
const samples: number[] = [];
const repeat = Array.from({ length: Number(count) }, (_, i) => i);
let sentAt = 0;
const received = (): void => void samples.push(performance.now() - sentAt);
const send = (): void => {
  sentAt = performance.now();
  process.kill(process.pid, 'SIGUSR2');
};

const bodies: Record<string, () => Promise<void>> = {
  async blocked() {
    const { signal, SIGUSR2, pauseSync } = await import('@prac/signal');
    // Another thread sends, when this one is asleep; both read the same clock.
    const shared = new SharedArrayBuffer(16);
    const [turn, sent] = [new Int32Array(shared, 0, 1), new BigInt64Array(shared, 8, 1)];
    signal(SIGUSR2, () => samples.push(Number(process.hrtime.bigint() - sent[0]!) / 1e6));
    const sender = new Worker(
      `const shared = require('node:worker_threads').workerData;
       const [turn, sent, nap] = [new Int32Array(shared, 0, 1), new BigInt64Array(shared, 8, 1), new Int32Array(new SharedArrayBuffer(4))];
       for (let seen = 0; ; seen++) {
         while (Atomics.load(turn, 0) === seen) Atomics.wait(turn, 0, seen);
         Atomics.wait(nap, 0, 0, 0.5);
         sent[0] = process.hrtime.bigint();
         process.kill(process.pid, 'SIGUSR2');
       }`,
      { eval: true, workerData: shared },
    );
    sender.unref();
    for (const _ of repeat) {
      Atomics.add(turn, 0, 1);
      Atomics.notify(turn, 0);
      pauseSync();
    }
  },
  async idle() {
    const { signal, SIGUSR2, pause } = await import('@prac/signal');
    signal(SIGUSR2, received);
    for (const _ of repeat) {
      const handled = pause();
      setImmediate(send);
      await handled;
    }
  },
  async 'process.on'() {
    process.on('SIGUSR2', received);
    const alive = setInterval(() => {}, 1000);
    for (const _ of repeat) {
      const handled = once(process, 'SIGUSR2');
      setImmediate(send);
      await handled;
    }
    clearInterval(alive);
  },
  async 'wait with thread'() {
    const { signal, SIGUSR2 } = await import('@prac/signal');
    signal(SIGUSR2, () => {});
    await bodies.wait!();
  },
  async wait() {
    const { sleepSync } = await import('@prac/park');
    for (const _ of repeat) {
      sentAt = performance.now();
      sleepSync(0);
      received();
    }
  },
  async import() {
    sentAt = performance.now();
    await import('@prac/signal');
    received();
  },
  async nothing() {
    sentAt = performance.now();
    await import(String('data:text/javascript,export {}'));
    received();
  },
};
await bodies[what]!();
samples.sort((a, b) => a - b);
console.log(samples[samples.length >> 1]! / 1000);
