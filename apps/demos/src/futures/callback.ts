import { type Future, ThreadPoolExecutor } from '@prac/futures';
import { sleepSync } from '@prac/sync';

function task(n: number): number {
  console.log(`${n}: sleeping`);
  sleepSync(0.2);
  console.log(`${n}: done`);
  return n / 10;
}

function whenDone(future: Future<number> & { arg: number }): void {
  if (future.cancelled()) console.log(`${future.arg}: cancelled`);
  else if (future.exceptionSync())
    console.log(`${future.arg}: failed: ${future.exceptionSync()}`);
  else
    console.log(`${future.arg}: the value is ${future.resultSync()}`);
}

const executor = new ThreadPoolExecutor({ maxWorkers: 2 });
console.log('main: starting');
const future = Object.assign(executor.submit(task, 5), { arg: 5 });
future.addDoneCallback(whenDone);
await future;
