import { repr } from '@prac/exceptions';
import { type WaitOptions, type WaitSyncOptions, waitLimits } from '@prac/park';
import { ControllerError, type JobEnd, SlurmError } from './errors.ts';
import { drive, driveSync, type Steps } from './internal/commands.ts';
import { travels } from './internal/world.ts';
import { stateOf } from './states.ts';

/** For whom books are one source of several. @returns Nothing if there are none, or they cannot be read. @internal */
export function* sacctSteps(ids: readonly string[]): Steps<JobEnd[] | undefined> {
  try {
    return yield* booksSteps(ids);
  } catch (error) {
    if (error instanceof SlurmError && !(error instanceof ControllerError)) return undefined;
    throw error;
  }
}

function* booksSteps(ids: readonly string[]): Steps<JobEnd[] | undefined> {
  if (ids.length === 0) throw new TypeError('Expected jobs: sacct would tell of all of today');
  for (const id of ids)
    if (!/^\d+(_\d+)?$/.test(id)) throw new TypeError(`Expected the number of a job, got ${repr(id)}`);
  const fields = 'JobID,State,ExitCode,DerivedExitCode';
  let stdout: string;
  try {
    ({ stdout } = yield { argv: ['sacct', '-n', '-P', '-X', `--format=${fields}`, `--jobs=${ids.join(',')}`] });
  } catch (error) {
    if (error instanceof SlurmError && /accounting storage is disabled/i.test(error.stderr)) return undefined;
    throw error;
  }
  return stdout
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [jobId = '', state = '', exitCode = ''] = line.split('|');
      const [code = '', signal = ''] = exitCode.split(':');
      return {
        jobId,
        state: stateOf(state),
        exitCode: /^\d+$/.test(code) ? Number(code) : null,
        signal: /^[1-9]\d*$/.test(signal) ? Number(signal) : null,
        reason: '',
        logTail: '',
      };
    });
}

/**
 * How jobs have ended, by the books of the cluster: also long ago.
 *
 * @returns `undefined` where no books are kept.
 * @throws {ControllerError} if they do not answer. {SlurmNotFoundError} where there is no Slurm.
 */
export async function sacct(
  jobs: string | readonly string[],
  options?: number | WaitOptions | null,
): Promise<JobEnd[] | undefined> {
  return drive(booksSteps([jobs].flat()), waitLimits(options, 'async'));
}

/** Blocking form of {@link sacct}. */
export function sacctSync(
  jobs: string | readonly string[],
  options?: number | WaitSyncOptions | null,
): JobEnd[] | undefined {
  return driveSync(booksSteps([jobs].flat()), waitLimits(options, 'sync'));
}

travels('sacct', sacct);
travels('sacctSync', sacctSync);
