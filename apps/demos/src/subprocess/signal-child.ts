import { sleepSync } from '@prac/park';
import { SIGUSR1, signal } from '@prac/signal';

const me = `CHILD ${String(process.pid).padStart(6)}`;

console.log(`${me}: Setting up signal handler`);
signal(SIGUSR1, () => {
  console.log(`${me}: Received USR1`);
  process.exit();
});

console.log(`${me}: Pausing to wait for signal`);
sleepSync(5);
console.log(`${me}: Never received signal`);
