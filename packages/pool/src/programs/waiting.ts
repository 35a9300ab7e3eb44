import { workerData } from 'node:worker_threads';
import { wait } from '../internal/waiting.ts';

wait(workerData);
