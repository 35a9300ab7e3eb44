import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { toMessage } from '@prac/pickle';

const factor = 3;
const scale = (n: number) => n * factor; // an ordinary function, with what it has captured

// The receiver opens the message: `{ fn, args }`.
const program = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { fromMessage } = require('@prac/pickle');
  const { fn, args } = fromMessage(workerData);
  parentPort.postMessage(fn(...args));
`;
const worker = new Worker(program, { eval: true, workerData: toMessage({ fn: scale, args: [14] }).message });
console.log(await once(worker, 'message')); // [ 42 ]
