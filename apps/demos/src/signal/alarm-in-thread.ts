import { alarm, SIGALRM, signal } from '@prac/signal';
import { currentThread, sleep, sleepSync, Thread } from '@prac/sync';

function say(...words: string[]): void {
  const now = String(new Date());
  const ctime = now.replace(/ (\d{4}) (\S+).*/, ' $2 $1');
  console.log(ctime, ...words);
}

function useAlarm(): void {
  const { name } = currentThread();
  say('Setting alarm in', name);
  alarm(1);
  say('Sleeping in', name);
  sleepSync(3);
  say('Done with sleep in', name);
}

signal(SIGALRM, () => say('Alarm in', currentThread().name));
const thread = new Thread({ target: useAlarm, name: 'alarm_thread' });
thread.start();
await sleep(0.5);

// Waits for the thread, which does not receive the signal.
say('Waiting for', thread.name);
await thread.join();
say('Exiting normally');
