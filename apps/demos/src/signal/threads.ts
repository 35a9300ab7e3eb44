import { alarm, pauseSync, SIGUSR1, signal } from '@prac/signal';
import { currentThread, sleep, Thread } from '@prac/sync';

function waitForSignal(): void {
  console.log('Waiting for signal in', currentThread().name);
  pauseSync();
  console.log('Done waiting');
}

function sendSignal(): void {
  console.log('Sending signal in', currentThread().name);
  process.kill(process.pid, SIGUSR1);
}

signal(SIGUSR1, (signum) => {
  console.log('Received signal', signum, 'in', currentThread().name);
});

// A thread that will not receive the signal.
const receiver = new Thread({
  target: waitForSignal,
  name: 'receiver',
});
receiver.start();
await sleep(0.5);

const sender = new Thread({ target: sendSignal, name: 'sender' });
sender.start();
await sender.join();

// Waits for the thread to see the signal, which does not happen.
console.log('Waiting for receiver');
alarm(2);
await receiver.join();
