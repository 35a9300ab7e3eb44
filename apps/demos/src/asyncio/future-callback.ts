import {
  Future,
  newEventLoop,
  setEventLoop,
  sleep,
  wait,
} from '@prac/asyncio';

async function myCoroutine(
  future: Future<string>,
  taskName: string,
  secondsToSleep: number,
): Promise<void> {
  console.log(`${taskName} sleeping for: ${secondsToSleep} seconds`);
  await sleep(secondsToSleep);
  future.setResult(`${taskName} is finished`);
}

function gotResult(future: Future<string>): void {
  console.log(future.result());
}

const loop = newEventLoop();
setEventLoop(loop);
const [future1, future2] = [new Future<string>(), new Future<string>()];
const tasks = [
  loop.createTask(() => myCoroutine(future1, 'task1', 0.3)),
  loop.createTask(() => myCoroutine(future2, 'task2', 0.1)),
];
future1.addDoneCallback(gotResult);
future2.addDoneCallback(gotResult);
await loop.runUntilComplete(wait(tasks));
loop.close();
