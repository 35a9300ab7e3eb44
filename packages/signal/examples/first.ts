import { sleepSync } from '@prac/park';
import { SIGALRM, setitimer, signal } from '@prac/signal';

signal(SIGALRM, (signum, frame) => console.log('received', signum, 'in', frame?.functionName));
setitimer(0, 0.1); // in 0.1 seconds

sleepSync(0.3); // the main thread is blocked, and the handler runs all the same
console.log('slept for all of the time');
