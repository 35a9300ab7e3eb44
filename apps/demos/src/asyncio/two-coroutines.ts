import { newEventLoop, sleep, wait } from '@prac/asyncio';

async function foo() {
  console.log('Running in foo');
  await sleep(0);
  console.log('Explicit context switch to foo again');
}

async function bar() {
  console.log('Explicit context to bar');
  await sleep(0);
  console.log('Implicit context switch back to bar');
}

const loop = newEventLoop();
const tasks = [loop.createTask(foo), loop.createTask(bar)];
await loop.runUntilComplete(wait(tasks));
loop.close();
