import { abortable, createTask, run, wait } from '@prac/asyncio';
import { request } from 'undici';
import { servePages } from '../queue/pages.ts';

async function fetchPage(url: string): Promise<void> {
  const content = await abortable(async (signal) => {
    const { statusCode, body } = await request(url, { signal });
    if (statusCode !== 200) throw new Error(`status ${statusCode}`);
    return body.text();
  });
  console.log(`URL: ${url}: Content: ${content}`);
}

const pages = await servePages(3, { together: true });
await run(async () => {
  const tasks = pages.hosts.map((host) =>
    createTask(() => fetchPage(host)),
  );
  await wait(tasks);
  for (const task of tasks) console.log(String(task));
});
console.log('Pages at once:', pages.atOnce);
pages.close();
