import { ThreadPoolExecutor } from '@prac/futures';
import { currentThread, sleepSync } from '@prac/sync';

function task(n: number): number {
  console.log(`${currentThread().name}: sleeping ${n}`);
  sleepSync(n / 10);
  console.log(`${currentThread().name}: done with ${n}`);
  return n / 10;
}

const executor = new ThreadPoolExecutor({
  maxWorkers: 2,
  threadNamePrefix: 'worker',
});
console.log('main: starting');
const results = executor.map(task, [5, 4, 3, 2, 1]);
console.log('main: waiting for results');
const all: number[] = [];
for await (const result of results) all.push(result);
console.log(`main: results: [${all.join(', ')}]`);
