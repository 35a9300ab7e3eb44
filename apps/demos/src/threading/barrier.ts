import { Barrier, currentThread, sleep, Thread } from '@prac/sync';

function worker(barrier: Barrier): void {
  const { name } = currentThread();
  const waiting = barrier.nWaiting;
  console.log(name, `waiting for barrier with ${waiting} others`);
  const place = barrier.waitSync();
  console.log(name, 'after barrier', place);
}

const barrier = new Barrier(3);
const threads = [0, 1, 2].map(
  (i) =>
    new Thread({
      target: worker,
      name: `worker-${i}`,
      args: [barrier],
    }),
);
for (const thread of threads) {
  console.log(thread.name, 'starting');
  thread.start();
  await sleep(0.3);
}
for (const thread of threads) await thread.join();
