import { now } from '@prac/park';
import { type JobInfo, jobsOf, squeueCommand } from '../squeue.ts';
import type { Steps } from './commands.ts';
import { shared } from './world.ts';

/** So many milliseconds may what the controller has said be old. */
const FRESH_MS = 400;

interface Snapshot {
  /** When the controller was asked, on park's clock. */
  readonly begun: number;
  readonly jobs: readonly JobInfo[];
}

/** Of each cluster: whoever waits for jobs in this thread shares them. */
const snapshots = shared('snapshots', () => new Map<string, Snapshot>());

/**
 * All jobs of the user, also those that have ended.
 *
 * @param notBefore - What is older does not know what is asked for.
 */
export function* jobsSteps(notBefore: number): Steps<readonly JobInfo[]> {
  const cluster = process.env.SLURM_CONF ?? '';
  const since = Math.max(notBefore, now() - FRESH_MS);
  const last = snapshots.get(cluster);
  if (last !== undefined && last.begun >= since) return last.jobs;
  const { stdout, begun } = yield { ...squeueCommand({ me: true, states: 'all' }), since };
  const read = snapshots.get(cluster);
  if (read !== undefined && read.begun >= begun) return read.jobs; // by somebody who waited for the same answer
  const jobs = jobsOf(stdout);
  snapshots.set(cluster, { begun, jobs });
  return jobs;
}
