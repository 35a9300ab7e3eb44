// Children are started and forgotten, with their pipes. The garbage collector, and the next start, must clear up.
import { PIPE, Popen, run } from '@prac/subprocess';
import { leftovers, waitUntil } from '@prac/testing';

const forget = (): void => {
  for (let i = 0; i < 20; i++) new Popen(['cat'], { stdin: PIPE, stdout: PIPE, stderr: PIPE }).poll();
};

const left = (): number =>
  leftovers().children.length + leftovers().descriptors.filter((line) => / pipe:/.test(line)).length;
await run(['true'], { captureOutput: true });
const before = left();
forget();
await waitUntil(async () => {
  (globalThis.gc as () => void)();
  await run(['true']);
  return left() <= before;
});
console.log('nothing left');
