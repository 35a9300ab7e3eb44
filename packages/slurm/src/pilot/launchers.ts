import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { Popen, STDOUT } from '@prac/subprocess';
import { drive } from '../internal/commands.ts';
import { environment } from '../internal/environment.ts';
import { nodeArguments } from '../internal/node-arguments.ts';
import { quoted } from '../internal/script.ts';
import { jobsSteps } from '../internal/snapshot.ts';
import { tailOf } from '../internal/tail.ts';
import { programOf } from '../internal/world.ts';
import { argumentsOf, type SbatchOptions } from '../options.ts';
import { sbatch } from '../sbatch.ts';
import { scancel } from '../scancel.ts';
import { phaseOf } from '../states.ts';

/** Starts workers, and knows how many of those it has started will never say hello. */
export interface PilotLauncher {
  /** Starts so many. @throws if that cannot be. */
  start(count: number): Promise<void>;
  /** How many have ended, or never begun, since the last time; why. */
  ended(): Promise<{ readonly count: number; readonly log: string }>;
  /** Ends all that is left. */
  stop(): Promise<void>;
}

/** @param invitation - The path of the file that workers read. */
export function launcherOf(
  kind: string,
  folder: string,
  invitation: string,
  options: SbatchOptions,
  notice: number,
): PilotLauncher {
  mkdirSync(join(folder, 'logs'), { recursive: true });
  const command = [process.execPath, ...nodeArguments(), programOf('worker'), invitation];
  if (kind === 'sbatch') return new BatchLauncher(folder, command, options, notice);
  return new ChildLauncher(folder, command, kind === 'srun' ? options : undefined);
}

/** Arrays of batch jobs, an element for each worker: they join as the queue lets them. */
class BatchLauncher implements PilotLauncher {
  readonly #folder: string;
  readonly #command: readonly string[];
  readonly #options: SbatchOptions;
  readonly #notice: number;
  readonly #jobs: string[] = [];
  readonly #over = new Set<string>();

  constructor(folder: string, command: readonly string[], options: SbatchOptions, notice: number) {
    this.#folder = folder;
    this.#command = command;
    this.#options = options;
    this.#notice = notice;
  }

  async start(count: number): Promise<void> {
    const { id } = await sbatch({
      requeue: true,
      jobName: 'prac-worker',
      signal: { name: 'USR2', seconds: this.#notice, batchOnly: true },
      ...this.#options,
      script: `#!/bin/sh\nexec ${this.#command.map(quoted).join(' ')}\n`,
      array: { to: count - 1 },
      openMode: 'append',
      output: `${this.#folder.replaceAll('%', '%%')}/logs/%A_%a.out`,
    });
    this.#jobs.push(id);
  }

  async ended(): Promise<{ count: number; log: string }> {
    let count = 0;
    let log = '';
    const all = await drive(jobsSteps(0));
    for (const { id, state, reason } of all) {
      if (phaseOf(state) !== 'ended' || this.#over.has(id) || !this.#jobs.includes(id.split('_')[0]!)) continue;
      this.#over.add(id);
      count++;
      log = `job ${id}: ${state} ${reason}\n${tailOf(join(this.#folder, 'logs', `${id}.out`))}`;
    }
    return { count, log };
  }

  async stop(): Promise<void> {
    if (this.#jobs.length > 0) await scancel(this.#jobs);
  }
}

/** Children of this process, which end with it: a job step that asks for an allocation itself, or processes of this machine. */
class ChildLauncher implements PilotLauncher {
  readonly #folder: string;
  readonly #command: readonly string[];
  /** Of srun; nothing: this machine's. */
  readonly #options: SbatchOptions | undefined;
  readonly #children: { readonly child: Popen; readonly workers: number; readonly log: string }[] = [];

  constructor(folder: string, command: readonly string[], options: SbatchOptions | undefined) {
    this.#folder = folder;
    this.#command = command;
    this.#options = options;
  }

  async start(count: number): Promise<void> {
    if (this.#options === undefined) for (let i = 0; i < count; i++) this.#startOne(this.#command, 1);
    else
      this.#startOne(
        [
          'srun',
          `--ntasks=${count}`,
          '--kill-on-bad-exit=0',
          '--job-name=prac-worker',
          ...argumentsOf(this.#options),
          ...this.#command,
        ],
        count,
      );
  }

  #startOne(command: readonly string[], workers: number): void {
    const log = join(this.#folder, 'logs', `${this.#children.length}.out`);
    const file = openSync(log, 'a');
    try {
      const child = new Popen([...command], {
        stdout: file,
        stderr: STDOUT,
        dieWithParent: true,
        env: environment(),
      }) as Popen;
      this.#children.push({ child, workers, log });
    } finally {
      closeSync(file);
    }
  }

  async ended(): Promise<{ count: number; log: string }> {
    let count = 0;
    let log = '';
    for (const it of [...this.#children]) {
      if (it.child.poll() === null) continue;
      this.#children.splice(this.#children.indexOf(it), 1);
      count += it.workers;
      log = tailOf(it.log);
    }
    return { count, log };
  }

  async stop(): Promise<void> {
    for (const { child } of this.#children) child.terminate();
    await Promise.all(this.#children.map(({ child }) => child.wait()));
  }
}
