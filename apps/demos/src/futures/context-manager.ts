import { ThreadPoolExecutor } from '@prac/futures';

const task = (n: number): void => console.log(n);

{
  await using executor = new ThreadPoolExecutor({ maxWorkers: 2 });
  console.log('main: starting');
  for (const n of [1, 2, 3, 4]) executor.submit(task, n);
}
console.log('main: done');
