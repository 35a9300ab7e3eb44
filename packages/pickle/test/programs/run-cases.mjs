// Sends every case to a thread and to a process, and says what went wrong.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { isDeepStrictEqual } from 'node:util';
import { Worker } from 'node:worker_threads';
import { dumps, loads, loadsSync, toMessage } from '@prac/pickle';
import { cases } from './cases.mjs';

const receiver = process.env.PRAC_RECEIVER;
const execArgv =
  process.env.PRAC_RECEIVER_ARGS?.split(' ') ??
  process.execArgv.filter((arg) => !/^(-e|--eval|--input-type)/.test(arg));
const thread = new Worker(receiver, { execArgv });
const atOnce = new Worker(receiver, { execArgv, workerData: 'at once' });
const child = fork(receiver, { serialization: 'advanced', execArgv });
const ask = async (how, name, fn, args) => {
  if (how === 'loads') {
    const task = await loads(dumps({ fn, args }));
    return task.fn(...task.args);
  }
  if (how === 'loadsSync') {
    const task = loadsSync(dumps({ fn, args }));
    return task.fn(...task.args);
  }
  const peer = how === 'process' ? child : how === 'thread' ? thread : atOnce;
  const answer = once(peer, 'message');
  if (how !== 'process') peer.postMessage(toMessage({ fn, args }, { name }).message);
  else child.send(dumps({ fn, args }, { name }));
  const [{ result, error }] = await answer;
  if (error) throw new Error(error);
  return result;
};
let right = 0;
for (const [name, fn, args, expected] of cases) {
  for (const how of ['thread, at once', 'loadsSync', 'loads', 'thread', 'process']) {
    try {
      const result = await ask(how, name, fn, args);
      if (isDeepStrictEqual(JSON.parse(JSON.stringify(result)), expected)) right++;
      else console.log(`${name} (${how}): got ${JSON.stringify(result)}`);
    } catch (error) {
      console.log(`${name} (${how}): ${error.message}`);
    }
  }
}
console.log(`${right} of ${5 * cases.length}`);
await Promise.all([thread.terminate(), atOnce.terminate()]);
child.disconnect();
