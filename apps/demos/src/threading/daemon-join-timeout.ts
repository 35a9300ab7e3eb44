import { sleepSync, Thread } from '@prac/sync';

function background(): void {
  console.log('Starting daemon');
  sleepSync(3);
  console.log('Exiting daemon');
}

function foreground(): void {
  console.log('Starting non-daemon');
  sleepSync(0.5);
  console.log('Exiting non-daemon');
}

const d = new Thread({ target: background, daemon: true });
const t = new Thread({ target: foreground });
d.start();
t.start();

await d.join(1);
console.log('d.isAlive()', d.isAlive());
await t.join();
