// The hub's program, from sources; built, it is hub-script.ts.
import { workerData } from 'node:worker_threads';
import { begin } from './hub-life.ts';
import type { HubData } from './messages.ts';
import type { Given } from './program.ts';

begin((workerData as Given<HubData>).data);
