import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { sleep, sleepSync } from '@prac/park';
import { alarm, SIGALRM, signal } from '@prac/signal';

const name = isMainThread ? 'MainThread' : workerData;
const ctime = (): string => String(new Date()).replace(/ (\d{4}) (\S+).*/, ' $2 $1');
const say = (text: string): number => writeSync(1, `${ctime()} ${text}\n`);

if (isMainThread) {
  signal(SIGALRM, () => say(`Alarm in ${name}`));
  const thread = new Worker(new URL(import.meta.url), {
    workerData: 'alarm_thread',
  });
  const ended = once(thread, 'exit');
  await once(thread, 'online');
  await sleep(0.5);

  // Waits for the thread, which does not receive the signal.
  say('Waiting for alarm_thread');
  await ended;
  say('Exiting normally');
} else {
  say(`Setting alarm in ${name}`);
  alarm(1);
  say(`Sleeping in ${name}`);
  sleepSync(3);
  say(`Done with sleep in ${name}`);
}
