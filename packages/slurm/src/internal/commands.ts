import { now, sleep, sleepSync } from '@prac/park';
import { run, runSync, TimeoutExpired } from '@prac/subprocess';
import { ControllerError, SlurmError, SlurmNotFoundError, SubmitError, SubmitLimitError } from '../errors.ts';
import { environment, readableEnvironment } from './environment.ts';
import { shared } from './world.ts';

/*
 * What is asked of Slurm is written once, as a generator that yields the commands to run and the times to wait; two drivers answer it.
 *
 *   steps ── yields a command ──> drive      a promise: the event loop goes on
 *     ^                      └──> driveSync  the thread is blocked
 *     └── what it wrote ──────────┘
 */

/** A command of Slurm. */
export interface Command {
  readonly argv: readonly [program: string, ...args: string[]];
  readonly input?: string | undefined;
  /** Of the command: what a job inherits. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** An answer will do that somebody else in this thread waits for, if it was asked for since then, on park's clock. */
  readonly since?: number | undefined;
}

/** What is wanted: a command to be run, or seconds to wait. */
export type Request = Command | number;

export type Steps<T> = Generator<Request, T, Output>;

/** What a command has written. */
export interface Output {
  readonly stdout: string;
  readonly stderr: string;
  /** When it was started, on park's clock. */
  readonly begun: number;
}

const NOTHING: Output = { stdout: '', stderr: '', begun: 0 };
/** Seconds after which the controller is given up; its own clients do after 10 or so. */
const PATIENCE = 60;

const OPTIONS = { captureOutput: true, text: true, timeout: PATIENCE } as const;

/** Runs what is asked; an abort of the signal ends the wait between two commands. */
export async function drive<T>(steps: Steps<T>, signal?: AbortSignal | null): Promise<T> {
  let result = steps.next();
  while (!result.done) {
    let output = NOTHING;
    try {
      signal?.throwIfAborted();
      if (typeof result.value === 'number') await sleep(result.value, signal == null ? {} : { signal });
      else output = await answerTo(result.value);
    } catch (error) {
      result = steps.throw(error);
      continue;
    }
    result = steps.next(output);
  }
  return result.value;
}

/** The blocking form. */
export function driveSync<T>(steps: Steps<T>): T {
  let result = steps.next();
  while (!result.done) {
    let output = NOTHING;
    try {
      if (typeof result.value === 'number') sleepSync(result.value);
      else output = runCommandSync(result.value);
    } catch (error) {
      result = steps.throw(error);
      continue;
    }
    result = steps.next(output);
  }
  return result.value;
}

function optionsOf(input: Command['input'], env: Command['env']) {
  return {
    ...OPTIONS,
    env: env === undefined ? readableEnvironment() : environment(env),
    ...(input === undefined ? {} : { input }),
  };
}

interface Question {
  /** Infinity, until it is asked: that is when the one before has been answered. */
  begun: number;
  answer?: Promise<Output>;
}

/** What was asked last, of which cluster: whoever it is too old for shares the next one, so that there are two of it at most. */
const questions = shared('questions', () => new Map<string, Question>());

function answerTo(command: Command): Promise<Output> {
  if (command.since === undefined) return runCommand(command);
  const key = JSON.stringify([process.env.SLURM_CONF, ...command.argv]);
  const last = questions.get(key);
  if (last !== undefined && last.begun >= command.since) return last.answer!;
  const question: Question = { begun: Number.POSITIVE_INFINITY };
  questions.set(key, question);
  question.answer = (async () => {
    try {
      await last?.answer?.catch(() => undefined);
      question.begun = now();
      return await runCommand(command);
    } finally {
      if (questions.get(key) === question) questions.delete(key);
    }
  })();
  return question.answer;
}

async function runCommand({ argv, input, env }: Command): Promise<Output> {
  const begun = now();
  try {
    const done = await run([...argv], optionsOf(input, env));
    return { ...checked(argv, done.returncode, done.stdout, done.stderr), begun };
  } catch (error) {
    throw explained(argv, error);
  }
}

function runCommandSync({ argv, input, env }: Command): Output {
  const begun = now();
  try {
    const done = runSync([...argv], optionsOf(input, env));
    return { ...checked(argv, done.returncode, done.stdout, done.stderr), begun };
  } catch (error) {
    throw explained(argv, error);
  }
}

function checked(argv: readonly string[], returncode: number, stdout: string, stderr: string): Omit<Output, 'begun'> {
  if (returncode !== 0) throw failureOf(argv, returncode, stderr);
  return { stdout, stderr };
}

function explained(argv: readonly string[], error: unknown): unknown {
  if ((error as { readonly code?: unknown }).code === 'ENOENT')
    return new SlurmNotFoundError(`${argv[0]} is not here: Slurm's commands are needed on this machine`, argv, 127);
  if (error instanceof TimeoutExpired)
    return new ControllerError(
      `${argv[0]} has not answered for ${PATIENCE} seconds`,
      argv,
      -1,
      String(error.stderr ?? ''),
    );
  return error;
}

/** What Slurm says when nothing is known of what has become of a request. */
const UNANSWERED =
  /Unable to contact slurm controller|Socket timed out|Connection timed out|Connection refused|Zero Bytes were transmitted|slurm_receive_msg|Unspecified error|Transport endpoint|auth.*(munge|cred)|Protocol authentication error|slurm_persist|in standby mode/i;
/** What may be accepted later; but not what a job of its own is too big for. */
const LIMIT =
  /QOSMax|AssocMax|AssocGrp|QOSGrp|MaxSubmit|Job violates accounting\/QOS policy|temporarily unable to accept job|Resource temporarily unavailable|too many jobs/i;

const TOO_BIG = /(QOS|Assoc)M(ax|in)\w*(PerJob|PerNode|NotSatisfied)/;

/** The matching error. */
export function failureOf(argv: readonly string[], returncode: number, stderr: string): SlurmError {
  const lines = stderr.trim().split('\n');
  const told = lines.find((line) => /error/i.test(line)) ?? lines[0] ?? '';
  const text = told === '' ? `${argv[0]} has failed with exit code ${returncode}` : told;
  if (UNANSWERED.test(stderr)) return new ControllerError(text, argv, returncode, stderr);
  if (argv[0] !== 'sbatch' && argv[0] !== 'salloc') return new SlurmError(text, argv, returncode, stderr);
  return LIMIT.test(stderr) && !TOO_BIG.test(stderr)
    ? new SubmitLimitError(text, argv, returncode, stderr)
    : new SubmitError(text, argv, returncode, stderr);
}
