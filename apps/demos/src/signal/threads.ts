import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { sleep } from '@prac/park';
import { alarm, pauseSync, SIGUSR1, signal } from '@prac/signal';

const name = isMainThread ? 'MainThread' : workerData;
const say = (text: string): number => writeSync(1, `${text}\n`);
const start = (name: string): Worker => new Worker(new URL(import.meta.url), { workerData: name });

if (name === 'receiver') {
  say(`Waiting for signal in ${name}`);
  pauseSync();
  say('Done waiting');
} else if (name === 'sender') {
  say(`Sending signal in ${name}`);
  process.kill(process.pid, SIGUSR1);
} else {
  signal(SIGUSR1, (signum) => {
    say(`Received signal ${signum} in ${name}`);
  });

  // A thread that will not receive the signal.
  const receiver = start('receiver');
  await once(receiver, 'online');
  await sleep(0.5);

  await once(start('sender'), 'exit');

  // Waits for the thread to see the signal, which does not happen.
  say('Waiting for receiver');
  alarm(2);
  await once(receiver, 'exit');
}
