import { abortable, createTask, run, sleep, wait } from '@prac/asyncio';
import { request } from 'undici';
import { servePages } from '../queue/pages.ts';

async function fetchPage(
  number: number,
  url: string,
  pause: boolean,
): Promise<void> {
  if (pause) await sleep(1);
  const content = await abortable(async (signal) => {
    const { body } = await request(url, { signal });
    return body.text();
  });
  console.log(`Page ${number}: ${content}`);
}

const pages = await servePages(3);
await run(async () => {
  const tasks = pages.hosts.map((host, i) =>
    createTask(() => fetchPage(i + 1, host, i === 1)),
  );
  await wait(tasks);
  console.log(
    'All of them:',
    tasks.every((task) => task.done()),
  );
});
pages.close();
