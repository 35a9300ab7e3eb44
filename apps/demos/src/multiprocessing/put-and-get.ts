import { Process, Queue } from '@prac/pool';

const sentinel = -1;

/** Creates data to be consumed. */
function creator(data: number[], queue: Queue<number>): void {
  console.log('Creating data and putting it on the queue');
  for (const item of data) queue.putSync(item);
}

/** Consumes some data and works on it: doubles it. */
function consumer(queue: Queue<number>): void {
  for (;;) {
    const data = queue.getSync();
    console.log(`data found to be processed: ${data}`);
    console.log(data * 2);
    if (data === sentinel) break;
  }
}

const queue = new Queue<number>();
const data = [5, 10, 13, sentinel];
const one = new Process({ target: creator, args: [data, queue] });
const two = new Process({ target: consumer, args: [queue] });
one.start();
two.start();
queue.close();
await queue.joinThread();
await one.join();
await two.join();
