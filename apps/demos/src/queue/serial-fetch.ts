import { profile } from '@prac/profile';
import { request } from 'undici';
import { instrumented } from '../instrumented.ts';
import { servePages } from './pages.ts';

await instrumented();

const fetchPages = profile(async function fetchPages(
  hosts: readonly string[],
) {
  for (const host of hosts) {
    const { body } = await request(host);
    await body.text();
    console.log('Fetched :', host);
  }
});

const pages = await servePages(3);
await fetchPages(pages.hosts);
console.log('Pages at once:', pages.atOnce);
pages.close();
