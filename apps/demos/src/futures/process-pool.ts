import { ProcessPoolExecutor } from '@prac/futures';

const task = (n: number): [number, number] => [n, process.pid];

const executor = new ProcessPoolExecutor({ maxWorkers: 2 });
for await (const [n, pid] of executor.map(task, [5, 4, 3, 2, 1]))
  console.log(`task ${n} ran in process ${pid}`);
console.log(`main is process ${process.pid}`);
