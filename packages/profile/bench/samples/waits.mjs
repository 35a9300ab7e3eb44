// node [--import @prac/profile/register] waits.mjs plain|adaptive rounds: a server that takes 5 ms, and files.
import { readFile } from 'node:fs/promises';
import { createServer, get } from 'node:http';
import { fileURLToPath } from 'node:url';

const [how, rounds] = [process.argv[2], Number(process.argv[3])];
const server = createServer((_, response) => setTimeout(() => response.end('a page '.repeat(1000)), 5));
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address();

function fetchPage() {
  return new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1' }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part) => {
        text += part;
      });
      response.on('end', () => resolve(words(text)));
    }).on('error', reject);
  });
}

function words(text) {
  let count = 0;
  for (const word of text.split(' ')) if (isWord(word)) count++;
  return count;
}

function isWord(text) {
  return text.length > 0;
}

async function work() {
  for (let i = 0; i < 5; i++) await fetchPage();
  await Promise.all(Array.from({ length: 15 }, fetchPage));
  for (let i = 0; i < 15; i++) words(await readFile(fileURLToPath(import.meta.url), 'utf8'));
}

const profiling = how === 'plain' ? undefined : await import('@prac/profile');
const profiler = profiling === undefined ? undefined : new profiling.Profile();
await work();
profiler?.enable();
const begun = performance.now();
for (let i = 0; i < rounds; i++) await work();
const seconds = (performance.now() - begun) / 1000 / rounds;
profiler?.disable();
server.close();
const calls = (profiler?.getStats() ?? []).reduce((sum, { calls }) => sum + calls, 0);
console.log(JSON.stringify({ seconds, calls: calls / rounds, shares: {} }));
