import { profile } from '@prac/profile';
import { Queue } from '@prac/queue';
import { Thread } from '@prac/sync';
import { request } from 'undici';
import { instrumented } from '../instrumented.ts';
import { servePages } from './pages.ts';

await instrumented();

/** Fetches what comes out of the queue. */
class ThreadUrl extends Thread {
  readonly queue: Queue<string>;

  constructor(queue: Queue<string>) {
    super({ daemon: true });
    this.queue = queue;
  }

  override async run(): Promise<void> {
    for (;;) {
      // Grabs a host from the queue, and its page.
      const host = this.queue.getSync();
      const { body } = await request(host);
      await body.text();
      console.log('Fetched:', host);
      // Says that it has been dealt with.
      this.queue.taskDone();
    }
  }
}

const fetchPages = profile(async function fetchPages(
  hosts: readonly string[],
) {
  const queue = new Queue<string>();
  for (const _ of hosts) new ThreadUrl(queue).start();
  for (const host of hosts) await queue.put(host);
  await queue.join();
});

const pages = await servePages(3, { together: true });
await fetchPages(pages.hosts);
console.log('Pages at once:', pages.atOnce);
pages.close();
