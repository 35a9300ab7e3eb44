// The program of a thread, from sources; built, it is thread-script.ts.
import { workerData } from 'node:worker_threads';
import type { ThreadData } from './messages.ts';
import type { Given } from './program.ts';
import { begin } from './thread-life.ts';

begin((workerData as Given<ThreadData>).data);
