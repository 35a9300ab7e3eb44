import { mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '@prac/subprocess';

/**
 * Says which it is: a cluster, or this machine in its place. (PRAC_SLURM=required: there has to be a cluster; PRAC_SLURM=none: it is not asked
 * for.)
 */
export async function hasSlurm(): Promise<boolean> {
  const { PRAC_SLURM, SLURM_CONF } = process.env;
  const isThere =
    PRAC_SLURM === 'required' ||
    (PRAC_SLURM !== 'none' &&
      (Boolean(SLURM_CONF) || (await answers())));
  console.log(
    isThere
      ? 'Slurm is here: its nodes do the work'
      : 'no Slurm here: processes of this machine stand in for the cluster',
  );
  return isThere;
}

async function answers(): Promise<boolean> {
  try {
    const options = { captureOutput: true, timeout: 10 } as const;
    return (await run(['sinfo', '-h'], options)).stdout.length > 0;
  } catch {
    return false; // it is not here, or nobody answers it
  }
}

/**
 * Goes to a new folder, which is removed at the end: jobs write where they were submitted.
 *
 * @param isShared - Whether other machines are to see it; those of a cluster have the home directory in common, as a rule.
 */
export function scratchFolder(isShared: boolean): Disposable {
  const before = process.cwd();
  const folder = mkdtempSync(
    join(isShared ? homedir() : tmpdir(), 'prac-cluster-'),
  );
  process.chdir(folder);
  return {
    [Symbol.dispose]() {
      process.chdir(before);
      rmSync(folder, { recursive: true, maxRetries: 3 });
    },
  };
}

/** Aborted by Ctrl-C: what waits in the queue is cancelled then, and nothing is left. */
export function interrupted(): AbortSignal {
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  return controller.signal;
}
