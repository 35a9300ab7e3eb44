import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { PIPE, Popen, STDOUT } from '@prac/subprocess';
import { drive } from '../internal/commands.ts';
import { environment } from '../internal/environment.ts';
import { quoted, UNTIL_READY } from '../internal/script.ts';
import { jobsSteps } from '../internal/snapshot.ts';
import { tailOf } from '../internal/tail.ts';
import { withParent } from '../internal/with-parent.ts';
import { programOf } from '../internal/world.ts';
import { argumentsOf, type SbatchOptions } from '../options.ts';
import { chdirOn, onNodes, type ProgramPlace, programWords } from '../program.ts';
import { sbatch } from '../sbatch.ts';
import { scancel } from '../scancel.ts';
import { phaseOf } from '../states.ts';

/** Starts workers, and knows which of those it has started will never say hello. */
export interface PilotLauncher {
  /** Starts so many. @returns Who will say hello, and how many of them, by the key that they say. @throws if that cannot be. */
  start(count: number): Promise<ReadonlyMap<string, number>>;
  /** The keys of those that have ended since the last time; and what the last has written. */
  ended(): Promise<{ readonly keys: readonly string[]; readonly log: string }>;
  /** Whether it is known that the process of one has ended. */
  hasEnded(key: string): boolean;
  /** Ends one that is taken for lost, and may be there all the same. */
  end(key: string): Promise<void>;
  /** Ends all that is left. */
  stop(): Promise<void>;
}

/** @param invitation - The path of the file that workers read. */
export function launcherOf(
  kind: string,
  folder: string,
  invitation: string,
  given: SbatchOptions,
  notice: number,
  program: ProgramPlace,
): PilotLauncher {
  mkdirSync(join(folder, 'logs'), { recursive: true });
  const command = programWords(program, programOf('worker'), invitation);
  const options = { ...chdirOn(program.roots), ...given };
  if (kind === 'sbatch') return new BatchLauncher(folder, onNodes(folder, program.roots), command, options, notice);
  if (kind === 'srun')
    return new StepLauncher(folder, command, { signal: { name: 'USR2', seconds: notice }, ...options });
  return new LocalLauncher(folder, command);
}

/** Arrays of batch jobs, an element for each worker: they join as the queue lets them. */
class BatchLauncher implements PilotLauncher {
  readonly #folder: string;
  /** That, on the nodes. */
  readonly #there: string;
  readonly #command: readonly string[];
  readonly #options: SbatchOptions;
  readonly #notice: number;
  readonly #jobs: string[] = [];
  readonly #over = new Set<string>();

  constructor(folder: string, there: string, command: readonly string[], options: SbatchOptions, notice: number) {
    this.#folder = folder;
    this.#there = there;
    this.#command = command;
    this.#options = options;
    this.#notice = notice;
  }

  async start(count: number): Promise<ReadonlyMap<string, number>> {
    const { id } = await sbatch({
      requeue: true,
      jobName: 'prac-worker',
      signal: { name: 'USR2', seconds: this.#notice, batchOnly: true },
      ...this.#options,
      script: `#!/bin/sh\n${UNTIL_READY}\nexec ${this.#command.map(quoted).join(' ')}\n`,
      array: { to: count - 1 },
      openMode: 'append',
      output: `${this.#there.replaceAll('%', '%%')}/logs/%A_%a.out`,
    });
    this.#jobs.push(id);
    return new Map(Array.from({ length: count }, (_, i) => [`${id}_${i}`, 1]));
  }

  async ended(): Promise<{ keys: string[]; log: string }> {
    const keys: string[] = [];
    let log = '';
    for (const { id, state, reason } of await drive(jobsSteps(0))) {
      if (phaseOf(state) !== 'ended' || this.#over.has(id) || !this.#jobs.includes(id.split('_')[0]!)) continue;
      this.#over.add(id);
      keys.push(id);
      log = `job ${id}: ${state} ${reason}\n${tailOf(join(this.#folder, 'logs', `${id}.out`))}`;
    }
    return { keys, log };
  }

  hasEnded(): boolean {
    return false;
  }

  end(key: string): Promise<void> {
    return scancel(key);
  }

  async stop(): Promise<void> {
    if (this.#jobs.length > 0) await scancel(this.#jobs);
  }
}

interface Child {
  readonly key: string;
  readonly process: Popen;
  readonly log: string;
}

/** So long children have to end, in seconds, before they are killed. */
const END_TIME = 5;

/** Children of this process, which end with it. */
abstract class ChildLauncher implements PilotLauncher {
  readonly #folder: string;
  readonly #children: Child[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  abstract start(count: number): Promise<ReadonlyMap<string, number>>;

  /** @returns Its key: that of what is started, or its process. */
  protected startOne(
    command: readonly string[],
    options: { readonly stdin?: typeof PIPE; readonly dieWithParent?: boolean },
    own?: string,
  ): string {
    const log = join(this.#folder, 'logs', `${process.pid}-${this.#children.length}-${Date.now()}.out`);
    const file = openSync(log, 'a');
    try {
      const env = environment(own === undefined ? {} : { PRAC_LAUNCH: own });
      const child = new Popen([...command], { ...options, stdout: file, stderr: STDOUT, env }) as Popen;
      const key = own ?? String(child.pid);
      this.#children.push({ key, process: child, log });
      return key;
    } finally {
      closeSync(file);
    }
  }

  async ended(): Promise<{ keys: string[]; log: string }> {
    const keys: string[] = [];
    let log = '';
    for (const child of [...this.#children]) {
      if (child.process.poll() === null) continue;
      this.#children.splice(this.#children.indexOf(child), 1);
      keys.push(child.key);
      log = tailOf(child.log);
    }
    return { keys, log };
  }

  hasEnded(key: string): boolean {
    const child = this.find(key);
    return child === undefined || child.poll() !== null;
  }

  abstract end(key: string): Promise<void>;

  protected find(key: string): Popen | undefined {
    return this.#children.find((child) => child.key === key)?.process;
  }

  /** Asks one to end. */
  protected abstract ask(child: Popen): void;

  async stop(): Promise<void> {
    await Promise.all(
      this.#children.map(async ({ process: child }) => {
        this.ask(child);
        try {
          await child.wait(END_TIME);
        } catch {
          child.kill();
          await child.wait();
        }
      }),
    );
  }
}

/** Processes of this machine. */
class LocalLauncher extends ChildLauncher {
  readonly #command: readonly string[];

  constructor(folder: string, command: readonly string[]) {
    super(folder);
    this.#command = command;
  }

  async start(count: number): Promise<ReadonlyMap<string, number>> {
    const keys = Array.from({ length: count }, () => this.startOne(this.#command, { dieWithParent: true }));
    return new Map(keys.map((key) => [key, 1]));
  }

  async end(key: string): Promise<void> {
    const child = this.find(key);
    child?.kill();
    await child?.wait();
  }

  protected ask(child: Popen): void {
    child.terminate();
  }
}

/** A job step that asks for an allocation itself: the quickest way to workers, if there is room now. */
class StepLauncher extends ChildLauncher {
  readonly #command: readonly string[];
  readonly #options: readonly string[];
  #count = 0;

  constructor(folder: string, command: readonly string[], options: SbatchOptions) {
    super(folder);
    this.#command = command;
    this.#options = argumentsOf({ jobName: 'prac-worker', ...options });
  }

  async start(count: number): Promise<ReadonlyMap<string, number>> {
    const step = [
      'srun',
      '--input=none',
      `--ntasks=${count}`,
      '--kill-on-bad-exit=0',
      ...this.#options,
      ...this.#command,
    ];
    const key = this.startOne(withParent(step), { stdin: PIPE }, `step ${this.#count++}`);
    return new Map([[key, count]]);
  }

  /** The others of its step go on. */
  async end(): Promise<void> {}

  protected ask(child: Popen): void {
    child.stdin?.close();
  }
}
