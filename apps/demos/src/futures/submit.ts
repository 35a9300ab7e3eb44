import { ThreadPoolExecutor } from '@prac/futures';
import { Event } from '@prac/sync';

const began = new Event();

function task(n: number, began: Event): number {
  began.set();
  for (const end = Date.now() + 200; Date.now() < end; );
  return n / 10;
}

const executor = new ThreadPoolExecutor({ maxWorkers: 2 });
const future = executor.submit(task, 5, began);
await began.wait();
console.log(`main: future: ${future}`);
console.log(`main: result: ${await future}`);
console.log(`main: future after result: ${future}`);
