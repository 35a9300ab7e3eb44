import { newEventLoop, sleep, wait } from '@prac/asyncio';

const start = Date.now();

function tic(): string {
  return `at ${((Date.now() - start) / 1000).toFixed(1)} seconds`;
}

async function gr1() {
  console.log(`gr1 started work: ${tic()}`);
  await sleep(0.4);
  console.log(`gr1 ended work: ${tic()}`);
}

async function gr2() {
  console.log(`gr2 started work: ${tic()}`);
  await sleep(0.4);
  console.log(`gr2 ended work: ${tic()}`);
}

async function gr3() {
  console.log(
    `Let's do some stuff while the coroutines are blocked, ${tic()}`,
  );
  await sleep(0.2);
  console.log('Done!');
}

const loop = newEventLoop();
const tasks = [gr1, gr2, gr3].map((work) => loop.createTask(work));
await loop.runUntilComplete(wait(tasks));
loop.close();
