// Opens tasks, runs them, sends the result back.
import { parentPort } from 'node:worker_threads';
import { fromMessageAsync, loads } from '@prac/pickle';

const answer = async (task, send) => {
  try {
    const { fn, args } = await task;
    send({ result: await fn(...args) });
  } catch (error) {
    send({ error: String(error?.stack ?? error) });
  }
};
if (parentPort)
  parentPort.on('message', (message) => answer(fromMessageAsync(message), (result) => parentPort.postMessage(result)));
else process.on('message', (bytes) => answer(loads(bytes), (result) => process.send(result)));
