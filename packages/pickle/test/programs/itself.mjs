// A worker that is the module to which its data refers.
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { dumps, loads, loadsSync, reference } from '@prac/pickle';

export const double = reference((n) => 2 * n, import.meta.url, 'double');
export const half = (n) => n / 2;

if (isMainThread) {
  const named = reference((n) => n / 2, import.meta.url, 'half'); // said here only
  new Worker(new URL(import.meta.url), { workerData: { double: dumps(double), half: dumps(named) } });
} else {
  console.log((await loads(workerData.double))(21), loadsSync(workerData.double)(21));
  console.log(await loads(workerData.half).catch((error) => error.message));
  setTimeout(async () => console.log((await loads(workerData.half))(4)));
}
