import { Queue } from '@prac/queue';
import { Thread } from '@prac/sync';

const jobs = new Queue<number>(2); // at most two wait: who puts a third waits, too
const results = new Queue<string>();

const worker = new Thread({
  target: async (jobs: Queue<number>, results: Queue<string>) => {
    for await (const n of jobs) await results.put(`${n} squared is ${n * n}`);
  },
  args: [jobs, results],
});
worker.start();
for (const n of [1, 2, 3, 4]) await jobs.put(n);
jobs.shutdown(); // no more: the thread's loop ends when the queue is empty
await worker.join();
while (!results.empty()) console.log(await results.get());
