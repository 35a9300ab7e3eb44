// Sends what the cases of a program send to another process, and says what came of it: [name, result, expected] of each.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { dumps } from '@prac/pickle';

const { cases } = await import(process.argv[2]);
const execArgv = process.env.PRAC_RECEIVER_ARGS.split(' ');
const child = fork(process.env.PRAC_RECEIVER, { serialization: 'advanced', execArgv });
const send = async (fn, ...args) => {
  const answer = once(child, 'message');
  child.send(dumps({ fn, args }));
  const [{ result, error }] = await answer;
  if (error) throw new Error(error);
  return result;
};
const results = [];
for (const [name, run, expected] of cases) {
  const result = await run(send).catch((error) => error.message.split('\n')[0]);
  results.push([name, result, expected]);
}
console.log(JSON.stringify(results));
child.disconnect();
