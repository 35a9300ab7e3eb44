import { checkedOptions, TimeoutError } from '@prac/exceptions';
import { now, waitLimits } from '@prac/park';
import { PIPE, Popen } from '@prac/subprocess';
import { SlurmNotFoundError } from './errors.ts';
import { type CommandLimits, failureOf } from './internal/commands.ts';
import { environment } from './internal/environment.ts';
import { travels } from './internal/world.ts';
import { Job } from './job.ts';
import { argumentsOf, JOB_OPTIONS, type JobOptions } from './options.ts';
import { srun, srunSync } from './srun.ts';

/** Ends when its standard input does. */
const HOLDER = ['cat'];

/**
 * Nodes that one has until they are given back.
 *
 * They are kept by a process of salloc whose command ends with this process: nothing is left when it is killed.
 */
export class Allocation {
  readonly job: Job;
  readonly #holder: Popen;

  /** @internal */
  constructor(job: Job, holder: Popen) {
    this.job = job;
    this.#holder = holder;
  }

  get id(): string {
    return this.job.id;
  }

  /** Runs a command on its nodes: {@link srun} with its number. */
  readonly srun: typeof srun = ((command: readonly string[], options?: object | null) =>
    srun(command, { ...options, jobid: this.id })) as unknown as typeof srun;

  /** Blocking form of it. */
  readonly srunSync: typeof srunSync = ((command: readonly string[], options?: object | null) =>
    srunSync(command, { ...options, jobid: this.id })) as unknown as typeof srunSync;

  /** Gives the nodes back; what runs there is ended. */
  async release(): Promise<void> {
    this.#holder.stdin?.close();
    await this.#holder.wait();
  }

  /** Blocking form of {@link release}. */
  releaseSync(): void {
    this.#holder.stdin?.close();
    this.#holder.waitSync();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
  }

  [Symbol.dispose](): void {
    this.releaseSync();
  }

  toString(): string {
    return `<Allocation ${this.id}>`;
  }
}

/**
 * Gets nodes, and keeps them: waits until they are there.
 *
 * Cancellation: an abort ends the waiting; nothing is left. (`signal` is Slurm's own here.)
 *
 * @throws {SubmitError} if there will be none. {TimeoutError} if there are none in time. {SlurmNotFoundError} where there is no Slurm.
 */
export async function salloc(options?: (JobOptions & CommandLimits) | null): Promise<Allocation> {
  const { abort, timeout, ...rest } = checkedOptions(options, [...JOB_OPTIONS, 'abort', 'timeout']);
  const { deadline } = waitLimits({ timeout }, 'async');
  abort?.throwIfAborted();
  const argv = ['salloc', ...argumentsOf(rest), ...HOLDER];
  const holder = started(argv);
  const watcher = watching(holder.pid);
  let isGivenUp = false;
  const giveUp = (): void => {
    isGivenUp = true;
    holder.terminate();
  };
  abort?.addEventListener('abort', giveUp);
  const timer = deadline === Number.POSITIVE_INFINITY ? undefined : setTimeout(giveUp, Math.max(0, deadline - now()));
  let told = '';
  try {
    for await (const line of holder.stderr!.lines()) {
      told += line;
      const id = GRANTED.exec(line)?.[1];
      if (id !== undefined && !isGivenUp) return new Allocation(new Job(id), holder);
    }
  } finally {
    abort?.removeEventListener('abort', giveUp);
    clearTimeout(timer);
    watcher.kill();
    watcher.waitSync();
    watcher.stdin?.close();
  }
  const returncode = await holder.wait();
  abort?.throwIfAborted();
  if (now() >= deadline) throw new TimeoutError('no nodes were allocated in time');
  throw failureOf(argv, returncode, told);
}

/** Blocking form of {@link salloc}. */
export function sallocSync(options?: JobOptions | null): Allocation {
  const argv = ['salloc', ...argumentsOf(checkedOptions(options, JOB_OPTIONS)), ...HOLDER];
  const holder = started(argv);
  const watcher = watching(holder.pid);
  let told = '';
  try {
    for (const line of holder.stderr!.linesSync()) {
      told += line;
      const id = GRANTED.exec(line)?.[1];
      if (id !== undefined) return new Allocation(new Job(id), holder);
    }
  } finally {
    watcher.kill();
    watcher.waitSync();
    watcher.stdin?.close();
  }
  throw failureOf(argv, holder.waitSync(), told);
}

const GRANTED = /Granted job allocation (\d+)/;

function started(argv: readonly string[]): Popen {
  try {
    return new Popen([...argv], {
      stdin: PIPE,
      stderr: PIPE,
      text: true,
      env: environment(),
      processGroup: 0, // not dieWithParent: a salloc that is killed does not give its nodes back
    }) as Popen;
  } catch (error) {
    if ((error as { readonly code?: unknown }).code !== 'ENOENT') throw error;
    throw new SlurmNotFoundError("salloc is not here: Slurm's commands are needed on this machine", argv, 127);
  }
}

/** As long as nothing is allocated, salloc does not look at its standard input: who ends it if this program is killed. */
function watching(pid: number): Popen {
  return new Popen(['/bin/sh', '-c', 'cat > /dev/null; kill "$0"', String(pid)], {
    stdin: PIPE,
    processGroup: 0,
  }) as Popen;
}

travels('salloc', salloc);
travels('sallocSync', sallocSync);
