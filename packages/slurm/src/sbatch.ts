import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkedOptions, repr } from '@prac/exceptions';
import { waitLimits } from '@prac/park';
import { ControllerError, SlurmError } from './errors.ts';
import { type CommandLimits, drive, driveSync, type Steps, within } from './internal/commands.ts';
import { readableScript, scriptOf } from './internal/script.ts';
import { travels } from './internal/world.ts';
import { Job } from './job.ts';
import { argumentsOf, SBATCH_OPTIONS, type SbatchOptions } from './options.ts';
import { squeueSteps } from './squeue.ts';

/** What is to be run, and what it asks for. */
export interface Batch extends SbatchOptions {
  /** A program and its arguments. */
  readonly command?: readonly [program: string, ...args: string[]] | readonly string[];
  /** Or the text of a script. */
  readonly script?: string;
}

/** Options of {@link sbatch} for a script in a file. */
export interface ScriptOptions extends SbatchOptions {
  /** Arguments of the script. */
  readonly args?: readonly string[] | null | undefined;
}

/** How often a submission is tried whose controller does not answer. */
const ATTEMPTS = 5;
/** For so many seconds one waits before the job is looked for, again and again. */
const PAUSES = [1, 2, 4, 8, 16];
/** How often it must not be there: a controller that answers again may have the old request still before it. */
const LOOKS = 2;

interface Submission {
  readonly options: SbatchOptions;
  /** Behind the options: a file, and its arguments. */
  readonly words: readonly string[];
  readonly input: string | undefined;
  readonly script: string;
}

/** @internal */
export function* sbatchSteps(what: string | URL | Batch, options?: ScriptOptions | null): Steps<Job> {
  const submission = submissionOf(what, options);
  const { input, words, script } = submission;
  const { env, ...rest } = submission.options;
  // By which a submission is found again when the controller has not answered. Other jobs may have the same comment, unless we have made it.
  const comment = rest.comment ?? (script.includes('--comment') ? undefined : `prac-${randomUUID()}`);
  const mark = comment?.startsWith('prac-') ? comment : undefined;
  const argv = ['sbatch', '--parsable', ...argumentsOf({ ...rest, comment }), ...words] as const;
  for (let attempt = 1; ; attempt++) {
    let found: string | undefined;
    try {
      const { stdout } = yield { argv: [...argv] as [string, ...string[]], input, env: env ?? {} };
      return new Job(idOf(stdout), { script: readableScript(script, rest) });
    } catch (error) {
      if (!(error instanceof ControllerError) || mark === undefined || attempt === ATTEMPTS) throw error;
      found = yield* submittedSteps(mark, error);
    }
    if (found !== undefined) return new Job(found, { script: readableScript(script, rest) });
  }
}

/** It may have been accepted, though nobody has said so. @throws The failure, if that cannot be found out. */
function* submittedSteps(mark: string, failure: ControllerError): Steps<string | undefined> {
  let looks = 0;
  for (const pause of PAUSES) {
    yield pause;
    try {
      const job = (yield* squeueSteps({ me: true, states: 'all' })).find(({ comment }) => comment === mark);
      if (job !== undefined) return job.id.split('_')[0];
      if (++looks === LOOKS) return undefined;
    } catch (error) {
      if (!(error instanceof ControllerError)) throw error;
    }
  }
  throw failure;
}

function submissionOf(what: string | URL | Batch, options: ScriptOptions | null | undefined): Submission {
  if (typeof what === 'string' || what instanceof URL) {
    const { args, ...rest } = checkedOptions(options, [...SBATCH_OPTIONS, 'args']);
    const path = what instanceof URL ? fileURLToPath(what) : what;
    checkWords('args', args ?? []);
    return {
      options: rest,
      words: [resolve(path), ...(args ?? [])],
      input: undefined,
      script: readFileSync(path, 'utf8'),
    };
  }
  if (typeof what !== 'object' || what === null)
    throw new TypeError(`Expected the path of a script, or an object of options, got ${repr(what)}`);
  const { command, script, ...rest } = checkedOptions(what, [...SBATCH_OPTIONS, 'command', 'script']);
  if ((command === undefined) === (script === undefined)) throw new TypeError('Expected a command, or a script');
  if (command !== undefined) checkWords('command', command);
  if (command?.length === 0) throw new TypeError('Expected command to have a program');
  if (script !== undefined && typeof script !== 'string')
    throw new TypeError(`Expected script to be a string, got ${repr(script)}`);
  const text = script ?? scriptOf(command!);
  const jobName = rest.jobName ?? command?.[0]?.split('/').at(-1) ?? undefined;
  return { options: { ...rest, jobName }, words: [], input: text, script: text };
}

function checkWords(name: string, words: unknown): void {
  if (!Array.isArray(words) || !words.every((it) => typeof it === 'string'))
    throw new TypeError(`Expected ${name} to be an array of strings, got ${repr(words)}`);
}

/** `123`, or `123;cluster`. */
function idOf(stdout: string): string {
  const id = /^\s*(\d+)/m.exec(stdout)?.[1];
  if (id === undefined) throw new SlurmError(`sbatch has written no number of a job: ${repr(stdout)}`, ['sbatch'], 0);
  return id;
}

/**
 * Submits a job: a script in a file, whose `#SBATCH` lines sbatch reads itself, or a command and what it asks for.
 *
 * Cancellation: by `abort` (`signal` is Slurm's own here). A job that is accepted all the same is cancelled.
 *
 * If the controller does not answer, the job is looked for before it is submitted again: it is submitted once. (With a `comment` of one's own, by which
 * it cannot be looked for, it is not submitted again.)
 *
 * @throws {SubmitError} if it is not accepted; {SubmitLimitError} if it may be later. {ControllerError} if the controller does not answer for half a
 * minute. {TimeoutError} behind a time limit. {SlurmNotFoundError} where there is no Slurm. {TypeError}, {ValueError} for what an option cannot be: nothing was submitted.
 */
export function sbatch(script: string | URL, options?: (ScriptOptions & CommandLimits) | null): Promise<Job>;
export function sbatch(batch: Batch & CommandLimits): Promise<Job>;
export async function sbatch(
  what: string | URL | (Batch & CommandLimits),
  options?: (ScriptOptions & CommandLimits) | null,
): Promise<Job> {
  const isBatch = typeof what === 'object' && !(what instanceof URL);
  const { timeout, abort, ...rest } = (isBatch ? what : options) ?? {};
  const limits = waitLimits({ timeout, signal: abort }, 'async');
  abort?.throwIfAborted();
  const submission = drive(isBatch ? sbatchSteps(rest) : sbatchSteps(what, rest));
  try {
    return await within(submission, limits);
  } catch (error) {
    // Nobody waits for it any more: if it is accepted all the same, it is cancelled.
    submission.then((job) => job.cancel()).catch(() => {});
    throw error;
  }
}

/** Blocking form of {@link sbatch}. */
export function sbatchSync(script: string | URL, options?: ScriptOptions | null): Job;
export function sbatchSync(batch: Batch): Job;
export function sbatchSync(what: string | URL | Batch, options?: ScriptOptions | null): Job {
  return driveSync(sbatchSteps(what, options));
}

travels('sbatch', sbatch);
travels('sbatchSync', sbatchSync);
