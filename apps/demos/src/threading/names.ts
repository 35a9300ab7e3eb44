import { currentThread, sleepSync, Thread } from '@prac/sync';

function work(seconds: number): void {
  console.log(currentThread().name, 'Starting');
  sleepSync(seconds);
  console.log(currentThread().name, 'Exiting');
}

function worker(): void {
  work(0.2);
}

function myService(): void {
  work(0.3);
}

const threads = [
  new Thread({ target: worker, name: 'worker' }),
  new Thread({ target: worker }), // has a name by default
  new Thread({ target: myService, name: 'my_service' }),
];
for (const thread of threads) thread.start();
