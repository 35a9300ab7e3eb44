import { type Future, ThreadPoolExecutor } from '@prac/futures';
import { Event } from '@prac/sync';

const end = new Event();

function task(n: number, end: Event): number {
  end.waitSync();
  return n;
}

function whenDone(future: Future<number> & { arg: number }): void {
  console.log(
    `${future.arg}: ${future.cancelled() ? 'cancelled' : 'not cancelled'}`,
  );
}

const executor = new ThreadPoolExecutor({ maxWorkers: 2 });
const futures = [6, 5, 4, 3, 2, 1].map((n) => {
  const future = Object.assign(executor.submit(task, n, end), {
    arg: n,
  });
  future.addDoneCallback(whenDone);
  return future;
});
for (const future of futures.toReversed()) {
  if (!future.cancel())
    console.log(`main: did not cancel ${future.arg}`);
}
end.set();
await executor.shutdown();
