import { workerData } from 'node:worker_threads';

const { pulse } = await import('../pilot/pulse.ts');
await pulse(workerData);
