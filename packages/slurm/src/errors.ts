import { Exception, TimeoutError } from '@prac/exceptions';
import { travels } from './internal/world.ts';
import type { JobState } from './states.ts';

/** A command of Slurm has failed. */
export class SlurmError extends Exception {
  /** The command: `sbatch`, and its arguments. */
  readonly command: readonly string[];
  /** Its exit status; negative for a signal. */
  readonly returncode: number;
  /** What it wrote to standard error. */
  readonly stderr: string;

  constructor(message: string, command: readonly string[] = [], returncode = 1, stderr = '') {
    super(message);
    this.command = command;
    this.returncode = returncode;
    this.stderr = stderr;
  }
}

/** Slurm's commands are not on this machine. */
export class SlurmNotFoundError extends SlurmError {}

/**
 * The controller did not answer, or not in time: nothing is known of what was asked. A job that was to be submitted may have been; one that is
 * asked for is what it was.
 */
export class ControllerError extends SlurmError {}

/** The job is not accepted, and never will be: a partition that is none, more than there is. */
export class SubmitError extends SlurmError {}

/** The job is not accepted now: the account or the user has as many as may be. Later it may be. */
export class SubmitLimitError extends SubmitError {}

/** How a job has ended. */
export interface JobEnd {
  readonly jobId: string;
  readonly state: JobState;
  /** 0 to 255; `null` if it is not known. */
  readonly exitCode: number | null;
  /** The number of the signal that has ended it; `null` for none. */
  readonly signal: number | null;
  /** What Slurm says of it: `NonZeroExitCode`, `TimeLimit`. */
  readonly reason: string;
  /** The last lines of what it wrote. */
  readonly logTail: string;
}

/** A job has ended, and not as it should have. */
export class JobFailedError extends Exception implements JobEnd {
  readonly jobId: string;
  readonly state: JobState;
  readonly exitCode: number | null;
  readonly signal: number | null;
  readonly reason: string;
  readonly logTail: string;

  constructor(end: JobEnd) {
    super(textOf(end));
    this.jobId = end.jobId;
    this.state = end.state;
    this.exitCode = end.exitCode;
    this.signal = end.signal;
    this.reason = end.reason;
    this.logTail = end.logTail;
  }
}

/** It took longer than its time limit. */
export class JobTimeoutError extends TimeoutError implements JobEnd {
  readonly jobId: string;
  readonly state: JobState;
  readonly exitCode: number | null;
  readonly signal: number | null;
  readonly reason: string;
  readonly logTail: string;

  constructor(end: JobEnd) {
    super(textOf(end));
    this.jobId = end.jobId;
    this.state = end.state;
    this.exitCode = end.exitCode;
    this.signal = end.signal;
    this.reason = end.reason;
    this.logTail = end.logTail;
  }
}

/** It took more memory than it had asked for. */
export class JobOutOfMemoryError extends JobFailedError {}

/** Its node has failed. */
export class JobNodeFailError extends JobFailedError {}

/** Somebody has cancelled it. */
export class JobCancelledError extends JobFailedError {}

/** It has ended without a result, or nobody knows of it any more. */
export class JobDiedError extends JobFailedError {}

/** The matching error. @internal */
export function errorOf(end: JobEnd): JobFailedError | JobTimeoutError {
  switch (end.state) {
    case 'TIMEOUT':
    case 'DEADLINE':
      return new JobTimeoutError(end);
    case 'OUT_OF_MEMORY':
      return new JobOutOfMemoryError(end);
    case 'NODE_FAIL':
    case 'BOOT_FAIL':
      return new JobNodeFailError(end);
    case 'CANCELLED':
    case 'PREEMPTED':
    case 'REVOKED':
      return new JobCancelledError(end);
    case 'COMPLETED':
    case 'UNKNOWN':
      return new JobDiedError(end);
    default:
      return new JobFailedError(end);
  }
}

function textOf({ jobId, state, exitCode, signal, reason, logTail }: JobEnd): string {
  const how = signal !== null ? `, signal ${signal}` : exitCode !== null ? `, exit code ${exitCode}` : '';
  const why = reason === '' || reason === 'None' ? '' : ` (${reason})`;
  return `job ${jobId} has ended: ${state}${how}${why}${logTail === '' ? '' : `\n${logTail}`}`;
}

const ERRORS = {
  SlurmError,
  SlurmNotFoundError,
  ControllerError,
  SubmitError,
  SubmitLimitError,
  JobFailedError,
  JobTimeoutError,
  JobOutOfMemoryError,
  JobNodeFailError,
  JobCancelledError,
  JobDiedError,
};
for (const [name, type] of Object.entries(ERRORS)) {
  travels(name, type);
  Object.defineProperty(type.prototype, 'name', { value: name, configurable: true, writable: true });
}
