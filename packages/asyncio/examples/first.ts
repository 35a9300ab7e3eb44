import { createTask, Queue, run, sleep, TaskGroup, timeout } from '@prac/asyncio';

await run(async () => {
  const queue = new Queue<string>(1);
  const consumer = createTask(async () => {
    try {
      for (;;) console.log(await queue.get());
    } finally {
      console.log('the consumer tidies up');
    }
  });
  await TaskGroup.run(async (group) => {
    for (const name of ['a', 'b']) group.createTask(() => queue.put(name));
  });
  await timeout(0.1, () => sleep(3600)).catch((error) => console.log(error.name)); // TimeoutError
  consumer.cancel(); // in the middle of its await
});
