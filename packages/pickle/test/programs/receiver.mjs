// Opens tasks, runs them, sends the result back.
import { parentPort, workerData } from 'node:worker_threads';
import { fromMessage, fromMessageAsync, loads } from '@prac/pickle';

const answer = async (task, send) => {
  try {
    const { fn, args } = await task;
    send({ result: await fn(...args) });
  } catch (error) {
    send({ error: String(error?.stack ?? error) });
  }
};
const open = workerData === 'at once' ? async (message) => fromMessage(message) : fromMessageAsync;
if (parentPort) {
  parentPort.on('message', (message) => answer(open(message), (result) => parentPort.postMessage(result)));
} else process.on('message', (bytes) => answer(loads(bytes), (result) => process.send(result)));
