import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type Notice, receiveNotices } from './notices.ts';
import { Records } from './timeline/collect.ts';
import { OFF, VARIABLE } from './wanted.ts';

/*
 * A program that has come to a standstill cannot tell what has happened: its main thread sleeps, and hears no signal. A thread beside it can.
 *
 *   prac-profile ── the second signal: a file ──> witness ── writes the records of all threads ──> prac-profile ── SIGKILL ──> program
 */
const LOOK_MS = 100;

/** Whoever makes that file in the folder wants to know now what has happened. */
export const STANDSTILL = 'standstill';

export interface WitnessData {
  readonly folder: string;
  /** What the main thread has told already. */
  readonly notices: readonly Notice[];
}

/** In the main thread. */
export function startWitness(folder: string, notices: readonly Notice[]): void {
  const here = dirname(createRequire(import.meta.url).resolve('@prac/profile/package.json'));
  const program = import.meta.url.endsWith('.ts') ? 'src/programs/witness.ts' : 'dist/programs/witness.js';
  const witness = new Worker(join(here, program), {
    workerData: { folder, notices } satisfies WitnessData,
    env: { ...process.env, [VARIABLE]: OFF },
    execArgv: process.execArgv.filter((argument) => argument.startsWith('--conditions=')),
    name: 'prac witness',
  });
  witness.on('error', () => {}); // the program goes on without
  witness.unref();
}

/** Its program. */
export function bearWitness({ folder, notices }: WitnessData): void {
  const records = new Records();
  for (const notice of notices) records.take(notice);
  const takeRest = receiveNotices((notice) => records.take(notice));
  const timer = setInterval(() => {
    if (!existsSync(join(folder, STANDSTILL))) return;
    clearInterval(timer);
    takeRest();
    records.write(folder);
  }, LOOK_MS);
}
