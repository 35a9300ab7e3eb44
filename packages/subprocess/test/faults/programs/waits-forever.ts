// A worker that waits for children that do not end, in the way it is told.
import { parentPort, workerData } from 'node:worker_threads';
import { PIPE, Popen } from '@prac/subprocess';

const children = Array.from({ length: 4 }, () => new Popen(['sleep', '1000'], { stdin: PIPE, stdout: PIPE }));
const [a, b, c, d] = children as [
  (typeof children)[0],
  (typeof children)[0],
  (typeof children)[0],
  (typeof children)[0],
];
const input = Buffer.alloc(1_000_000);
const waits: Record<string, () => unknown> = {
  async: () => Promise.all([a.wait(), b.stdout.read(), c.stdin.write(input), d.communicate({ input })]),
  waitSync: () => a.waitSync(),
  communicateSync: () => a.communicateSync({ input, timeout: 1000 }),
};
parentPort!.postMessage(children.map(({ pid }) => pid));
await waits[workerData as string]!();
