import { asCompleted, ThreadPoolExecutor } from '@prac/futures';
import { sleepSync } from '@prac/sync';

function task(n: number): [number, number] {
  sleepSync(Math.random() / 2);
  return [n, n / 10];
}

const executor = new ThreadPoolExecutor({ maxWorkers: 5 });
console.log('main: starting');
const futures = [5, 4, 3, 2, 1].map((n) => executor.submit(task, n));
for await (const future of asCompleted(futures)) {
  const [n, result] = await future;
  console.log(`main: result: (${n}, ${result})`);
}
