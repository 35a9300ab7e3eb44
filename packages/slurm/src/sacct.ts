import { ControllerError, type JobEnd, SlurmError } from './errors.ts';
import { drive, driveSync, type Steps } from './internal/commands.ts';
import { travels } from './internal/world.ts';
import { stateOf } from './states.ts';

/** @returns Nothing if the cluster keeps no books. @internal */
export function* sacctSteps(ids: readonly string[]): Steps<JobEnd[] | undefined> {
  const fields = 'JobID,State,ExitCode,DerivedExitCode';
  let stdout: string;
  try {
    ({ stdout } = yield { argv: ['sacct', '-n', '-P', '-X', `--format=${fields}`, `--jobs=${ids.join(',')}`] });
  } catch (error) {
    if (error instanceof SlurmError && !(error instanceof ControllerError)) return undefined;
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
 */
export function sacct(jobs: string | readonly string[]): Promise<JobEnd[] | undefined> {
  return drive(sacctSteps([jobs].flat()));
}

/** Blocking form of {@link sacct}. */
export function sacctSync(jobs: string | readonly string[]): JobEnd[] | undefined {
  return driveSync(sacctSteps([jobs].flat()));
}

travels('sacct', sacct);
travels('sacctSync', sacctSync);
