// Many threads, one after the other, then at once. Started with --expose-gc; says how much is left.
import './use-bundle.ts';
import { readdirSync } from 'node:fs';
import { activeCount, SharedValue, Thread } from '@prac/sync';

const count = new SharedValue('i');
const target = (count) => void count.withSync(() => count.value++);

const start = () => {
  const thread = new Thread({ target, args: [count] });
  thread.start();
  return thread;
};
const held = async (handles = 0) => {
  // What is closing has closed after some turns.
  for (let turn = 0; turn < 100 && (turn === 0 || process.getActiveResourcesInfo().length > handles); turn++)
    await new Promise((resolve) => setTimeout(resolve, 1));
  gc();
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  const open = ['fd', 'task'].map((kind) => readdirSync(`/proc/self/${kind}`).length);
  return { heapUsed, arrayBuffers, rss, open, handles: process.getActiveResourcesInfo().length };
};

for (let i = 0; i < 20; i++) await start().join();
const before = await held();
for (let i = 0; i < 180; i++) i % 2 ? start().joinSync() : await start().join();
const after = await held(before.handles);
console.log(JSON.stringify({ count: count.value, active: activeCount(), before, after }));

const threads = Array.from({ length: 50 }, start);
for (const thread of threads) await thread.join();
console.log(JSON.stringify({ count: count.value, active: activeCount() }));
