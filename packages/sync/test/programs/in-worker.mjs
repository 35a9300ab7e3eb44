// A plain Worker with threads of its own, beside those of the program.
import { isMainThread, threadId, Worker } from 'node:worker_threads';
import * as sync from '@prac/sync';
import { cases } from './cases.cjs';
import { exported } from './library.mjs';

await cases(sync, exported, `worker ${threadId}`);
console.log(sync.activeCount(), sync.currentThread().name);
if (isMainThread) new Worker(new URL(import.meta.url)).on('exit', (code) => console.log('exit', code));
