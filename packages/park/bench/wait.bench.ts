// What waiting costs: a loop that need not wait; then a round trip to another thread that answers (a lock handed over, a queue
// between a producer and a consumer).
import { once } from 'node:events';
import { type MessagePort, Worker } from 'node:worker_threads';
import { block, notify, type Steps, suspend, Word } from '@prac/park';
import { alternate } from '@prac/testing';

const ASKED = 0;
const ANSWERED = 1;
const quick = process.env.PRAC_BENCH === 'quick';
const rounds = quick ? 1 : 7;
const words = new Int32Array(new SharedArrayBuffer(8));

const many = quick ? 1_000 : 200_000;
await alternate(
  [
    { name: '@prac/park block', run: () => times(many, () => block(changed(ASKED, -1))) },
    { name: '@prac/park suspend', run: () => timesAsync(many, () => suspend(changed(ASKED, -1))) },
    { name: 'an async function that does nothing', run: () => timesAsync(many, async () => {}) },
  ],
  { title: 'A loop that need not wait', operations: many, rounds },
);

const answering = new Worker(
  `const words = new Int32Array(require('node:worker_threads').workerData);
   for (let answered = 0; answered >= 0; ) {
     Atomics.wait(words, ${ASKED}, answered);
     answered = Atomics.load(words, ${ASKED});
     Atomics.store(words, ${ANSWERED}, answered);
     Atomics.notify(words, ${ANSWERED});
   }`,
  { eval: true, workerData: words.buffer },
);
const echoing = new Worker(
  `const { parentPort } = require('node:worker_threads'); parentPort.on('message', (n) => parentPort.postMessage(n));`,
  {
    eval: true,
  },
);
await Promise.all([once(answering, 'online'), once(echoing, 'online')]);

const trips = quick ? 100 : 5_000;
const loopIsAlive = setInterval(() => {}, 1000); // Atomics.waitAsync alone would let the program end
await alternate(
  [
    { name: '@prac/park block', run: () => times(trips, () => block(changed(ANSWERED, ask()))) },
    { name: '@prac/park suspend', run: () => timesAsync(trips, () => suspend(changed(ANSWERED, ask()))) },
    { name: 'Atomics.wait', run: () => times(trips, () => void Atomics.wait(words, ANSWERED, ask())) },
    {
      name: 'Atomics.waitAsync',
      run: () => timesAsync(trips, async () => void (await Atomics.waitAsync(words, ANSWERED, ask()).value)),
    },
    { name: 'postMessage', run: () => timesAsync(trips, () => echo(echoing)) },
  ],
  { title: 'A round trip to another thread', operations: trips, rounds },
);
clearInterval(loopIsAlive);
Atomics.store(words, ASKED, -1);
notify(words, ASKED);
await echoing.terminate();

/** Asks the other thread. Returns the answer before this one. */
function ask(): number {
  const before = Atomics.load(words, ANSWERED);
  Atomics.add(words, ASKED, 1);
  Atomics.notify(words, ASKED);
  return before;
}

function* changed(index: number, from: number): Steps<void> {
  const word = new Word(words, index);
  while (Atomics.load(words, index) === from) yield word.parkWhile(from);
}

function echo(worker: Pick<MessagePort, 'postMessage'> & Worker): Promise<unknown> {
  const answer = once(worker, 'message');
  worker.postMessage(1);
  return answer;
}

function times(count: number, body: () => void): void {
  for (let i = 0; i < count; i++) body();
}

async function timesAsync(count: number, body: () => Promise<unknown>): Promise<void> {
  for (let i = 0; i < count; i++) await body();
}
