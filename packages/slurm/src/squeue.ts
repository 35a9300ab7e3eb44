import { checkedOptions, repr } from '@prac/exceptions';
import { type WaitOptions, type WaitSyncOptions, waitLimits } from '@prac/park';
import { type Command, drive, driveSync, type Steps } from './internal/commands.ts';
import { dateOf, formatOf, type Row, rowsOf } from './internal/tables.ts';
import { travels } from './internal/world.ts';
import { type JobState, stateOf } from './states.ts';

/** A job, or an element of an array of jobs, as the controller knows it. */
export interface JobInfo {
  /** `123`, or `123_4` for an element of an array. */
  readonly id: string;
  readonly name: string;
  readonly state: JobState;
  /** Why it waits, or how it has ended: `Priority`, `Resources`, `TimeLimit`. */
  readonly reason: string;
  readonly user: string;
  readonly partition: string;
  readonly account: string;
  /** The nodes it has: `tcn[1-2]`. */
  readonly nodeList: string;
  readonly nodes: number;
  readonly cpus: number;
  /** How it has ended: 0 to 255. */
  readonly exitCode: number;
  /** The number of the signal that has ended it; `null` for none. */
  readonly signal: number | null;
  /** How often it was begun anew. */
  readonly restarts: number;
  readonly submitTime: Date | null;
  readonly startTime: Date | null;
  readonly endTime: Date | null;
  /** The time limit in seconds; `Infinity` for none. */
  readonly timeLimit: number;
  readonly comment: string;
}

/** Which jobs are wanted: those for which all of it is true. */
export interface SqueueOptions {
  /** @defaultValue everybody's */
  readonly user?: string | readonly string[] | null | undefined;
  /** Those of who asks. */
  readonly me?: boolean | null | undefined;
  readonly name?: string | null | undefined;
  readonly partition?: string | readonly string[] | null | undefined;
  readonly account?: string | null | undefined;
  /** States, or `'all'`: also those that have ended, as long as the controller remembers them. @defaultValue pending, running, completing */
  readonly states?: JobState | readonly JobState[] | 'all' | null | undefined;
}

const FIELDS = [
  'JobArrayID',
  'State',
  'Reason',
  'UserName',
  'Partition',
  'Account',
  'NodeList',
  'NumNodes',
  'NumCPUs',
  'exit_code',
  'RestartCnt',
  'SubmitTime',
  'StartTime',
  'EndTime',
  'TimeLimit',
  'Comment',
  'Name',
] as const;

const OPTIONS = ['user', 'me', 'name', 'partition', 'account', 'states'];
const LIMITS = ['timeout', 'signal'];

/** @internal */
export function* squeueSteps(options?: SqueueOptions | null): Steps<JobInfo[]> {
  const { stdout } = yield squeueCommand(options);
  return jobsOf(stdout);
}

/** @internal */
export function squeueCommand(options?: SqueueOptions | null): Command {
  const { user, me, name, partition, account, states } = checkedOptions(options, OPTIONS);
  const filters = { user, name, partition, account, states };
  const argv = ['-h', '-r', ...(me ? ['--me'] : []), '-O', formatOf(FIELDS)];
  for (const [key, value] of Object.entries(filters)) {
    if (value === undefined || value === null) continue;
    const all = [value].flat() as unknown[];
    for (const it of all)
      if (typeof it !== 'string') throw new TypeError(`Expected ${key} to be a string, got ${repr(it)}`);
    argv.push(`--${key}=${all.join(',')}`);
  }
  return { argv: ['squeue', ...argv] };
}

/** What it has written. @internal */
export function jobsOf(stdout: string): JobInfo[] {
  return rowsOf(FIELDS, stdout).map(infoOf);
}

function infoOf(row: Row<(typeof FIELDS)[number]>): JobInfo {
  const status = Number(row.exit_code); // as wait(2) says it
  const signal = status & 0x7f;
  return {
    id: row.JobArrayID,
    name: row.Name,
    state: stateOf(row.State),
    reason: row.Reason,
    user: row.UserName,
    partition: row.Partition,
    account: row.Account === '(null)' ? '' : row.Account,
    nodeList: row.NodeList,
    nodes: Number(row.NumNodes),
    cpus: Number(row.NumCPUs),
    exitCode: (status >> 8) & 0xff,
    signal: signal === 0 ? null : signal,
    restarts: Number(row.RestartCnt),
    submitTime: dateOf(row.SubmitTime),
    startTime: dateOf(row.StartTime),
    endTime: dateOf(row.EndTime),
    timeLimit: secondsOf(row.TimeLimit),
    comment: row.Comment === '(null)' ? '' : row.Comment,
  };
}

/** `1-02:03:04`, `2:03`, `UNLIMITED`. */
function secondsOf(text: string): number {
  const match = /^(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+)$/.exec(text);
  if (match === null) return Number.POSITIVE_INFINITY;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((it) => Number(it ?? 0));
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
}

/**
 * What jobs there are. Elements of arrays are told one by one.
 *
 * @throws {ControllerError} if the controller cannot be asked. {SlurmError} for a state that is none. (A user or a partition that is none has no jobs.)
 */
export async function squeue(options?: (SqueueOptions & WaitOptions) | null): Promise<JobInfo[]> {
  const { timeout, signal, ...filters } = checkedOptions(options, [...OPTIONS, ...LIMITS]);
  return drive(squeueSteps(filters), waitLimits({ timeout, signal }, 'async'));
}

/** Blocking form of {@link squeue}. */
export function squeueSync(options?: (SqueueOptions & WaitSyncOptions) | null): JobInfo[] {
  const { timeout, ...filters } = checkedOptions(options, [...OPTIONS, 'timeout']);
  return driveSync(squeueSteps(filters), waitLimits({ timeout }, 'sync'));
}

travels('squeue', squeue);
travels('squeueSync', squeueSync);
