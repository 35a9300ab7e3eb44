import { Lock, SharedValue, Thread } from '@prac/sync';

const lock = new Lock();
const counter = new SharedValue('i', 0);

// An ordinary function; each thread gets the same lock and the same memory.
function count(times: number) {
  for (let i = 0; i < times; i++) lock.withSync(() => counter.value++);
}

const threads = [1, 2, 3].map(() => new Thread({ target: count, args: [1000] }));
for (const thread of threads) thread.start();
for (const thread of threads) await thread.join();
console.log(counter.value); // 3000
