import { sleepSync } from '@prac/park';
import {
  defaultIntHandler,
  SIGINT,
  SIGUSR1,
  SIGUSR2,
  signal,
} from '@prac/signal';

function receiveSignal(signum: number): void {
  console.log('Received:', signum);
}

signal(SIGUSR1, receiveSignal);
signal(SIGUSR2, receiveSignal);
signal(SIGINT, defaultIntHandler);

console.log('My PID is:', process.pid);
while (true) {
  console.log('Waiting...');
  sleepSync(3);
}
