import { checkedOptions, repr } from '@prac/exceptions';
import { waitLimits } from '@prac/park';
import { SlurmError } from './errors.ts';
import { type CommandLimits, drive, driveSync, type Steps } from './internal/commands.ts';
import { travels } from './internal/world.ts';
import type { Job } from './job.ts';
import type { JobState } from './states.ts';

/** Options of {@link scancel}. */
export interface ScancelOptions extends CommandLimits {
  /** Sends it this signal, and lets it run: `'USR2'`. @defaultValue it is ended */
  readonly signal?: string | null | undefined;
  /** Only jobs in this state. */
  readonly state?: JobState | null | undefined;
  /** Sends the signal to the batch script, too; or only to it. */
  readonly batch?: boolean | null | undefined;
  readonly full?: boolean | null | undefined;
}

/** Which jobs: by other things than their numbers. */
export interface ScancelFilter extends ScancelOptions {
  readonly name?: string | null | undefined;
  readonly user?: string | null | undefined;
  readonly partition?: string | null | undefined;
}

const OPTIONS = ['signal', 'state', 'batch', 'full'];
const FILTERS = ['name', 'user', 'partition'];

/** @internal */
export function* scancelSteps(ids: readonly string[], options?: ScancelFilter | null): Steps<void> {
  const { batch, full, ...texts } = checkedOptions(options, [...OPTIONS, ...FILTERS]);
  const argv = [...(batch ? ['--batch'] : []), ...(full ? ['--full'] : [])];
  for (const [key, value] of Object.entries(texts)) {
    if (value === undefined || value === null) continue;
    if (typeof value !== 'string' || value === '')
      throw new TypeError(`Expected ${key} to be a string, got ${repr(value)}`);
    argv.push(`--${key}=${value}`);
  }
  if (ids.length === 0 && !FILTERS.some((key) => (texts as Record<string, unknown>)[key] != null))
    throw new TypeError('Expected jobs, or a name, user or partition: scancel would cancel nothing, or everything');
  try {
    yield { argv: ['scancel', ...argv, ...ids] };
  } catch (error) {
    if (!(error instanceof SlurmError) || !hasEnded(error.stderr)) throw error;
  }
}

/** Whether all that is wrong is that jobs have ended. */
function hasEnded(stderr: string): boolean {
  const lines = stderr.trim().split('\n');
  return lines.every((line) => /Invalid job id|already completing or completed/i.test(line));
}

type Jobs = string | number | Job | readonly (string | number | Job)[];

function idsOf(jobs: Jobs): string[] {
  return [jobs].flat().map((job) => {
    const id = typeof job === 'object' ? (job as Job | null)?.id : String(job);
    if (id === undefined || !/^\d+(_\d+)?$/.test(id))
      throw new TypeError(`Expected the number of a job, got ${repr(job)}`);
    return id;
  });
}

/**
 * Cancels jobs, or sends them a signal. It is no error if they have ended.
 *
 * @param jobs - Or a filter: `scancel({ name: 'my job' })`.
 */
export async function scancel(jobs: Jobs | ScancelFilter, options?: ScancelOptions | null): Promise<void> {
  const { abort: signal, timeout, ...given } = split(jobs, options);
  return drive(given.steps, waitLimits({ timeout, signal }, 'async'));
}

/** Blocking form of {@link scancel}. */
export function scancelSync(
  jobs: Jobs | Omit<ScancelFilter, 'abort'>,
  options?: Omit<ScancelOptions, 'abort'> | null,
): void {
  const { timeout, steps } = split(jobs, options);
  driveSync(steps, waitLimits({ timeout }, 'sync'));
}

function split(jobs: Jobs | ScancelFilter, options: ScancelOptions | null | undefined) {
  const isFilter = typeof jobs === 'object' && jobs !== null && !Array.isArray(jobs) && !('id' in jobs);
  const given = isFilter ? (jobs as ScancelFilter) : options;
  const { timeout, abort, ...rest } = checkedOptions(given, [...OPTIONS, ...FILTERS, 'timeout', 'abort']);
  return { timeout, abort, steps: scancelSteps(isFilter ? [] : idsOf(jobs as Jobs), rest) };
}

travels('scancel', scancel);
travels('scancelSync', scancelSync);
