import { currentProcess, Lock, Process, Value } from '@prac/pool';

const factor = 2; // ordinary functions, with what they have captured
function work(n: number, sum: Value<'i'>, lock: Lock) {
  lock.withSync(() => {
    sum.value += n * factor;
    console.log(currentProcess().name, 'adds', n * factor);
  });
}

const [lock, sum] = [new Lock(), new Value('i', 0)];
for (const n of [5, 10, 6]) {
  const child = new Process({ target: work, args: [n, sum, lock] });
  child.start();
  await child.join();
}
console.log(sum.value); // 42
