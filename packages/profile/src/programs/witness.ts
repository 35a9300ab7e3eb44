import { workerData } from 'node:worker_threads';
import { bearWitness } from '../internal/witness.ts';

bearWitness(workerData);
