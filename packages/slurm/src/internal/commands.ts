import { TimeoutError } from '@prac/exceptions';
import { now, sleep, sleepSync, type WaitLimits } from '@prac/park';
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

/** How long the controller is waited for, where `signal` is Slurm's own. */
export interface CommandLimits {
  /** In seconds. @defaultValue a minute for each question */
  readonly timeout?: number | null | undefined;
  /** Ends the waiting. */
  readonly abort?: AbortSignal | null | undefined;
}

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
/** Of one wait: timers have no more. */
const MOST_SECONDS = 2_000_000;

const NO_LIMITS: WaitLimits = { deadline: Number.POSITIVE_INFINITY };

/** Runs what is asked. An abort, or the end of the time, ends a command, and a wait between two. */
export async function drive<T>(steps: Steps<T>, limits: WaitLimits = NO_LIMITS): Promise<T> {
  const { signal } = limits;
  let result = steps.next();
  while (!result.done) {
    let output = NOTHING;
    try {
      signal?.throwIfAborted();
      const left = secondsLeft(limits);
      if (typeof result.value === 'number') await sleep(Math.min(result.value, left), signal == null ? {} : { signal });
      else output = await answerTo(result.value, limits);
    } catch (error) {
      result = steps.throw(error);
      continue;
    }
    result = steps.next(output);
  }
  return result.value;
}

/** The blocking form. */
export function driveSync<T>(steps: Steps<T>, limits: WaitLimits = NO_LIMITS): T {
  let result = steps.next();
  while (!result.done) {
    let output = NOTHING;
    try {
      const left = secondsLeft(limits);
      if (typeof result.value === 'number') sleepSync(Math.min(result.value, left));
      else output = runCommandSync(result.value, left);
    } catch (error) {
      result = steps.throw(error);
      continue;
    }
    result = steps.next(output);
  }
  return result.value;
}

/** @throws {TimeoutError} if there is none. */
function secondsLeft({ deadline }: WaitLimits): number {
  const left = (deadline - now()) / 1000;
  if (left <= 0) throw late();
  return left;
}

const late = (): TimeoutError => new TimeoutError('Slurm has not answered in time');

/** Waits no longer for something that others wait for, too. */
export async function within<T>(promise: Promise<T>, limits: WaitLimits): Promise<T> {
  const { deadline, signal } = limits;
  if (signal == null && deadline === Number.POSITIVE_INFINITY) return promise;
  const over = new AbortController();
  const isOver = AbortSignal.any([over.signal, ...(signal == null ? [] : [signal])]);
  const seconds = Math.min(secondsLeft(limits), MOST_SECONDS);
  const end = sleep(seconds, { signal: isOver }).then(() => Promise.reject(late()));
  try {
    return await Promise.race([promise, end]);
  } finally {
    over.abort();
    end.catch(() => {});
  }
}

function optionsOf({ input, env }: Command, seconds: number) {
  return {
    captureOutput: true,
    text: true,
    timeout: Math.min(PATIENCE, seconds),
    env: env === undefined ? readableEnvironment() : environment(env),
    ...(input === undefined ? {} : { input }),
  } as const;
}

interface Question {
  /** Infinity, until it is asked: that is when the one before has been answered. */
  begun: number;
  answer: Promise<Output>;
  /** Who waits for it. When nobody does any more it is ended. */
  waiters: number;
  readonly controller: AbortController;
}

/** What was asked last, of which cluster: whoever it is too old for shares the next one, so that there are two of it at most. */
const questions = shared('questions', () => new Map<string, Question>());

async function answerTo(command: Command, limits: WaitLimits): Promise<Output> {
  if (command.since === undefined) return runCommand(command, limits);
  const key = JSON.stringify([process.env.SLURM_CONF, ...command.argv]);
  const last = questions.get(key);
  const question = last !== undefined && last.begun >= command.since ? last : asked(key, command, last);
  question.waiters++;
  try {
    return await within(question.answer, limits);
  } finally {
    if (--question.waiters === 0) {
      question.controller.abort();
      if (questions.get(key) === question) questions.delete(key);
    }
  }
}

function asked(key: string, command: Command, last: Question | undefined): Question {
  const controller = new AbortController();
  const { signal } = controller;
  const begun = Number.POSITIVE_INFINITY;
  const question: Question = { begun, waiters: 0, controller, answer: Promise.resolve().then(ask) };
  async function ask(): Promise<Output> {
    await last?.answer.catch(() => undefined);
    signal.throwIfAborted();
    question.begun = now();
    return runCommand(command, { ...NO_LIMITS, signal });
  }
  question.answer.catch(() => {}); // whoever waits is told
  questions.set(key, question);
  return question;
}

async function runCommand(command: Command, limits: WaitLimits): Promise<Output> {
  const { argv } = command;
  const begun = now();
  const seconds = secondsLeft(limits);
  try {
    const done = await run([...argv], { ...optionsOf(command, seconds), signal: limits.signal });
    return { ...checked(argv, done.returncode, done.stdout, done.stderr), begun };
  } catch (error) {
    throw explained(argv, error, seconds);
  }
}

function runCommandSync(command: Command, seconds: number): Output {
  const { argv } = command;
  const begun = now();
  try {
    const done = runSync([...argv], optionsOf(command, seconds));
    return { ...checked(argv, done.returncode, done.stdout, done.stderr), begun };
  } catch (error) {
    throw explained(argv, error, seconds);
  }
}

function checked(argv: readonly string[], returncode: number, stdout: string, stderr: string): Omit<Output, 'begun'> {
  if (returncode !== 0) throw failureOf(argv, returncode, stderr);
  return { stdout, stderr };
}

function explained(argv: readonly string[], error: unknown, seconds: number): unknown {
  if ((error as { readonly code?: unknown }).code === 'ENOENT')
    return new SlurmNotFoundError(`${argv[0]} is not here: Slurm's commands are needed on this machine`, argv, 127);
  if (error instanceof TimeoutExpired && seconds < PATIENCE) return late();
  if (/^(EAGAIN|ENOMEM|EMFILE|ENFILE)$/.test(String((error as { readonly code?: unknown }).code)))
    return new ControllerError(`${argv[0]} cannot be started now: ${(error as Error).message}`, argv, -1); // it may be later
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
