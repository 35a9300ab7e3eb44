import {
  Barrier,
  BrokenBarrierError,
  currentThread,
  sleep,
  Thread,
} from '@prac/sync';

function worker(barrier: Barrier): void {
  const { name } = currentThread();
  const waiting = barrier.nWaiting;
  console.log(name, `waiting for barrier with ${waiting} others`);
  try {
    const place = barrier.waitSync();
    console.log(name, 'after barrier', place);
  } catch (error) {
    if (!(error instanceof BrokenBarrierError)) throw error;
    console.log(name, 'aborting');
  }
}

const barrier = new Barrier(4); // one more than there will be
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
barrier.abort();
for (const thread of threads) await thread.join();
