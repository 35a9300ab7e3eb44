// Two guarded children end, each leaving a grandchild in its group: one is waited for, one is forgotten and collected by a
// later start. Prints the numbers of the grandchildren, and ends.
import { PIPE, Popen, run } from '@prac/subprocess';
import { leftovers, waitUntil } from '@prac/testing';

const start = () => new Popen(['sh', '-c', 'sleep 1000 & echo $!'], { stdout: PIPE, dieWithParent: true });
const forget = async (): Promise<string> => {
  const child = start();
  return String(await child.stdout.readline());
};

const forgotten = await forget();
const waitedFor = start();
const number = String(await waitedFor.stdout.readline());
await waitedFor.wait();
await waitUntil(async () => {
  (globalThis.gc as () => void)();
  await run(['true']);
  return !leftovers().children.some((line) => line.endsWith(' Z'));
});
console.log(forgotten + number);
