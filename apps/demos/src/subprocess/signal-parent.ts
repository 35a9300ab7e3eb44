import { setTimeout as sleep } from 'node:timers/promises';
import { Popen } from '@prac/subprocess';

const program = new URL('signal-child.ts', import.meta.url);
await using child = new Popen([process.execPath, program]);
console.log('PARENT      : Pausing before sending signal...');
await sleep(2000);
console.log('PARENT      : Signaling child');
child.sendSignal('SIGUSR1');
