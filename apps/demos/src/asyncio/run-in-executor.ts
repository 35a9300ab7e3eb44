import { ensureFuture, newEventLoop, sleep, wait } from '@prac/asyncio';
import { ThreadPoolExecutor } from '@prac/futures';
import { sleepSync } from '@prac/sync';

const NUMBERS = [1, 2, 3, 4, 5, 6, 7, 8, 9];

function task(pid: number): void {
  sleepSync(Math.floor(3 * Math.random()) * 0.001);
  console.log(`Task ${pid} done`);
}

async function taskCoro(pid: number): Promise<void> {
  await sleep(Math.floor(3 * Math.random()) * 0.001);
  console.log(`Task ${pid} done`);
}

const executor = new ThreadPoolExecutor({ maxWorkers: 4 });
const loop = newEventLoop();

async function asynchronousThreads(): Promise<void> {
  await wait(
    NUMBERS.map((i) =>
      ensureFuture(loop.runInExecutor(executor, task, i)),
    ),
  );
}

async function asynchronousCoroutines(): Promise<void> {
  await wait(NUMBERS.map((i) => ensureFuture(() => taskCoro(i))));
}

console.log('Asynchronous threads:');
await loop.runUntilComplete(asynchronousThreads);
console.log('Asynchronous using coroutines:');
await loop.runUntilComplete(asynchronousCoroutines);
loop.close();
await executor.shutdown();
