import { asCompleted, ThreadPoolExecutor } from '@prac/futures';

const factor = 2; // ordinary functions, with what they have captured
function task(n: number): number {
  for (const end = Date.now() + 10 * n; Date.now() < end; );
  return n * factor;
}

const executor = new ThreadPoolExecutor({ maxWorkers: 2 });
const futures = [3, 1, 2].map((n) => executor.submit(task, n));
console.log(await futures[0]); // 6
for await (const future of asCompleted(futures)) console.log(String(future).includes('finished returned int')); // true
for await (const result of executor.map(task, [1, 2, 3])) console.log(result); // 2
await executor.shutdown(); // or: await using executor = … (Node 24 and later)
