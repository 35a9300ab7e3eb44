import { ensureFuture, newEventLoop, sleep, wait } from '@prac/asyncio';
import { sleepSync } from '@prac/sync';

const NUMBERS = [1, 2, 3, 4, 5, 6, 7, 8, 9];

function randomSeconds(): number {
  return Math.floor(3 * Math.random()) * 0.001;
}

function task(pid: number): void {
  sleepSync(randomSeconds());
  console.log(`Task ${pid} done`);
}

async function taskCoro(pid: number): Promise<void> {
  await sleep(randomSeconds());
  console.log(`Task ${pid} done`);
}

function synchronous(): void {
  for (const i of NUMBERS) task(i);
}

async function asynchronous(): Promise<void> {
  await wait(NUMBERS.map((i) => ensureFuture(() => taskCoro(i))));
}

console.log('Synchronous:');
synchronous();
const loop = newEventLoop();
console.log('Asynchronous:');
await loop.runUntilComplete(asynchronous);
loop.close();
