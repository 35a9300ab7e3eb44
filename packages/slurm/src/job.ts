import { readFileSync } from 'node:fs';
import { checkedOptions, repr, TimeoutError } from '@prac/exceptions';
import { deadlineAfter, now, type WaitLimits, type WaitOptions, type WaitSyncOptions, waitLimits } from '@prac/park';
import { ControllerError, errorOf, type JobEnd, SlurmError } from './errors.ts';
import { drive, driveSync, type Steps } from './internal/commands.ts';
import { jobsSteps } from './internal/snapshot.ts';
import { tailOf } from './internal/tail.ts';
import { travels } from './internal/world.ts';
import { sacctSteps } from './sacct.ts';
import { type ScancelOptions, scancel, scancelSync } from './scancel.ts';
import { showSteps } from './scontrol.ts';
import type { JobInfo } from './squeue.ts';
import { type JobState, phaseOf } from './states.ts';

/** Options of {@link Job.wait}. */
export interface JobWaitOptions {
  /** Time limit in seconds. @defaultValue no limit */
  readonly timeout?: number | null | undefined;
  /** Ends the wait: it rejects with its reason. The job goes on. */
  readonly signal?: AbortSignal | null | undefined;
  /** Whether a job that has not ended well is an error. @defaultValue true */
  readonly check?: boolean | null | undefined;
}

/** Sites do not want to be asked all the time: so many seconds between two looks, then more and more. */
const FIRST_PAUSE = 0.5;
const LONGEST_PAUSE = 30;
const ANSWER_MS = 5000;

/**
 * A job that was submitted.
 *
 * @example
 * import { Job } from '@prac/slurm';
 * console.log(String(new Job('123'))); // <Job 123>
 */
export class Job {
  readonly id: string;
  /** What was submitted, its options as `#SBATCH` lines; empty if that is not known. */
  readonly script: string;
  readonly #since: number = now();
  #paths: { readonly stdout: string; readonly stderr: string } | undefined;

  /** @param id - The number of a job that exists: `123`, or `123_4` for an element of an array. */
  constructor(id: string | number, { script = '' }: { readonly script?: string } = {}) {
    if (!/^\d+(_\d+)?$/.test(String(id))) throw new TypeError(`Expected the number of a job, got ${repr(id)}`);
    this.id = String(id);
    this.script = script;
  }

  /** One of an array's jobs. */
  element(index: number): Job {
    return new Job(`${this.id}_${index}`, { script: this.script });
  }

  /** What the controller knows of it: each of its elements, if it is an array; none if it knows nothing any more. */
  async info(limits?: number | WaitOptions | null): Promise<JobInfo[]> {
    return drive(this.#infoSteps(now()), waitLimits(limits, 'async'));
  }

  /** Blocking form of {@link info}. */
  infoSync(limits?: number | WaitSyncOptions | null): JobInfo[] {
    return driveSync(this.#infoSteps(now()), waitLimits(limits, 'sync'));
  }

  /** Its state; of an array, that of the element that is least far. `UNKNOWN` if the controller knows nothing of it. */
  async state(limits?: number | WaitOptions | null): Promise<JobState> {
    return drive(this.#stateSteps(), waitLimits(limits, 'async'));
  }

  /** Blocking form of {@link state}. */
  stateSync(limits?: number | WaitSyncOptions | null): JobState {
    return driveSync(this.#stateSteps(), waitLimits(limits, 'sync'));
  }

  /**
   * Waits for its end; of an array, for that of all its elements. The controller is asked more and more seldom, at last twice a minute, for all jobs
   * at once. If it does not answer, the wait goes on.
   *
   * Cancellation: a call that is aborted leaves the job alone.
   *
   * @throws {JobFailedError} or what extends it, {JobTimeoutError}, if it has not ended well, unless `check` is false. {TimeoutError} if the
   * time was up first.
   */
  async wait(options?: number | JobWaitOptions | null): Promise<JobEnd> {
    const { steps, limits } = this.#waiting(options);
    return drive(steps, limits);
  }

  /** Blocking form of {@link wait}. */
  waitSync(options?: number | Omit<JobWaitOptions, 'signal'> | null): JobEnd {
    const { steps, limits } = this.#waiting(options);
    return driveSync(steps, limits);
  }

  /** Cancels it, or sends it a signal: `scancel`. It is no error if it has ended. */
  async cancel(options?: ScancelOptions | null): Promise<void> {
    return scancel(this.id, options);
  }

  /** Blocking form of {@link cancel}. */
  cancelSync(options?: Omit<ScancelOptions, 'abort'> | null): void {
    scancelSync(this.id, options);
  }

  /** What it has written until now. Empty as long as it has not begun. @throws {SlurmError} if nobody knows any more where that is. */
  async stdout(limits?: number | WaitOptions | null): Promise<string> {
    return drive(this.#outputSteps('stdout'), waitLimits(limits, 'async'));
  }

  /** Blocking form of {@link stdout}. */
  stdoutSync(limits?: number | WaitSyncOptions | null): string {
    return driveSync(this.#outputSteps('stdout'), waitLimits(limits, 'sync'));
  }

  /** The same of its standard error, which is the same file unless it has asked for another. */
  async stderr(limits?: number | WaitOptions | null): Promise<string> {
    return drive(this.#outputSteps('stderr'), waitLimits(limits, 'async'));
  }

  /** Blocking form of {@link stderr}. */
  stderrSync(limits?: number | WaitSyncOptions | null): string {
    return driveSync(this.#outputSteps('stderr'), waitLimits(limits, 'sync'));
  }

  *#infoSteps(notBefore: number): Steps<JobInfo[]> {
    const all = yield* jobsSteps(notBefore);
    return all.filter(({ id }) => id === this.id || id.startsWith(`${this.id}_`));
  }

  *#stateSteps(): Steps<JobState> {
    return leastFar(yield* this.#infoSteps(now()))?.state ?? 'UNKNOWN';
  }

  #waiting(options: number | JobWaitOptions | null | undefined): {
    readonly steps: Steps<JobEnd>;
    readonly limits: WaitLimits;
  } {
    const given = typeof options === 'number' ? { timeout: options } : options;
    const { timeout, signal, check } = checkedOptions(given, ['timeout', 'signal', 'check']);
    const deadline = deadlineAfter(timeout);
    // One last answer is waited for: it may have ended in time.
    return { steps: this.#waitSteps(deadline, check ?? true), limits: { deadline: deadline + ANSWER_MS, signal } };
  }

  *#waitSteps(deadline: number, check: boolean): Steps<JobEnd> {
    for (let pause = FIRST_PAUSE; ; pause = Math.min(LONGEST_PAUSE, 2 * pause)) {
      const end = yield* this.#endSteps();
      if (end !== undefined) {
        if (check && (end.state !== 'COMPLETED' || end.exitCode !== 0)) throw errorOf(end);
        return end;
      }
      const left = (deadline - now()) / 1000;
      if (left <= 0) throw new TimeoutError(`job ${this.id} has not ended in time`);
      yield Math.min(pause, left);
    }
  }

  /** How it has ended; nothing if it has not, or nobody can say. */
  *#endSteps(): Steps<JobEnd | undefined> {
    let all: JobInfo[];
    try {
      all = yield* this.#infoSteps(this.#since);
      if (all.length === 0) return yield* this.#pastSteps();
    } catch (error) {
      if (error instanceof ControllerError) return undefined;
      throw error;
    }
    const last = leastFar(all)!;
    if (phaseOf(last.state) !== 'ended') return undefined;
    const bad = all.find((it) => it.state !== 'COMPLETED');
    const { state, exitCode, signal, reason } = bad ?? last;
    const logTail = bad === undefined ? '' : yield* this.#tailSteps(bad.id);
    return { jobId: bad?.id ?? this.id, state, exitCode, signal, reason, logTail };
  }

  /** The controller has forgotten it: its books may know, if they are not behind. */
  *#pastSteps(): Steps<JobEnd | undefined> {
    const all = (yield* sacctSteps([this.id])) ?? [];
    if (all.some(({ state }) => ['waits', 'runs'].includes(phaseOf(state)))) return undefined;
    return (
      all.find(({ state }) => state !== 'COMPLETED') ??
      all[0] ?? {
        jobId: this.id,
        state: 'UNKNOWN',
        exitCode: null,
        signal: null,
        reason: 'nobody knows it any more',
        logTail: '',
      }
    );
  }

  *#tailSteps(id: string): Steps<string> {
    try {
      const { StdErr: path } = (yield* showSteps('job', id))[0] ?? {};
      return path === undefined ? '' : tailOf(path);
    } catch (error) {
      if (error instanceof SlurmError) return '';
      throw error;
    }
  }

  *#outputSteps(stream: 'stdout' | 'stderr'): Steps<string> {
    let paths = this.#paths;
    if (paths === undefined) {
      const { StdOut, StdErr } = (yield* showSteps('job', this.id))[0] ?? {};
      if (StdOut === undefined) throw new SlurmError(`job ${this.id} has no output`, ['scontrol', 'show', 'job'], 0);
      paths = { stdout: StdOut, stderr: StdErr ?? StdOut };
    }
    try {
      const text = readFileSync(paths[stream], 'utf8');
      this.#paths = paths; // not before: as long as it waits, there may be a %N in them
      return text;
    } catch (error) {
      if ((error as { readonly code?: unknown }).code === 'ENOENT') return '';
      throw error;
    }
  }

  toString(): string {
    return `<Job ${this.id}>`;
  }
}

Object.defineProperty(Job.prototype, Symbol.for('nodejs.util.inspect.custom'), {
  value(this: Job) {
    return String(this);
  },
  configurable: true,
  writable: true,
});

const ORDER = ['unknown', 'waits', 'runs', 'ended'];

function leastFar(all: readonly JobInfo[]): JobInfo | undefined {
  return [...all].sort((a, b) => ORDER.indexOf(phaseOf(a.state)) - ORDER.indexOf(phaseOf(b.state)))[0];
}

travels('Job', Job);
