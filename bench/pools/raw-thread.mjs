import { parentPort } from 'node:worker_threads';
import { tasks } from './tasks.mjs';

parentPort.on('message', ({ id, name, value }) => parentPort.postMessage({ id, value: tasks[name](value) }));
