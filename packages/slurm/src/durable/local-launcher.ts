import { closeSync, openSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Popen, STDOUT } from '@prac/subprocess';
import type { Steps } from '../internal/commands.ts';
import { environment } from '../internal/environment.ts';
import { programOf } from '../internal/world.ts';
import { type ProgramPlace, programWords } from '../program.ts';
import { phaseOf } from '../states.ts';
import type { ElementInfo, Elements, Launch, Launcher } from './launcher.ts';

interface Element {
  readonly job: string;
  readonly index: number;
  readonly folder: string;
  readonly program: ProgramPlace;
  readonly after: readonly string[];
  child: Popen | undefined;
  info: ElementInfo;
}

const WAITING: ElementInfo = { state: 'PENDING', exitCode: null, signal: null, reason: 'Resources' };
const RUNNING: ElementInfo = { ...WAITING, state: 'RUNNING', reason: 'None' };
const CANCELLED: ElementInfo = { ...WAITING, state: 'CANCELLED', reason: 'None' };
const NEVER: ElementInfo = { ...CANCELLED, reason: 'DependencyNeverSatisfied' };

/** Child processes of this one, which end with it: to try things out where there is no Slurm. */
export class LocalLauncher implements Launcher {
  readonly #elements = new Map<string, Element>();
  readonly #most: number;
  #count = 0;

  constructor(maxParallel: number | undefined) {
    this.#most = maxParallel ?? availableParallelism();
  }

  // biome-ignore lint/correctness/useYield: nobody has to be asked
  *submit({ folder, indexes, program, after }: Launch): Steps<string> {
    const job = `local-${process.pid}-${this.#count++}`;
    for (const index of indexes)
      this.#elements.set(`${job}_${index}`, { job, index, folder, program, after, child: undefined, info: WAITING });
    this.goOn();
    return job;
  }

  // biome-ignore lint/correctness/useYield: nobody has to be asked
  *find(): Steps<undefined> {
    return undefined;
  }

  *look(job: string): Steps<Elements> {
    this.goOn();
    const own = [...this.#elements.values()].filter((element) => element.job === job);
    return new Map(own.map(({ index, info }) => [index, info]));
  }

  cancelOne(job: string): Steps<void> {
    return this.cancel([job], true);
  }

  // biome-ignore lint/correctness/useYield: nobody has to be asked
  *cancel(jobs: readonly string[], onlyIfWaiting: boolean): Steps<void> {
    for (const job of jobs) {
      const element = this.#elements.get(job);
      if (element === undefined) continue;
      if (element.info.state === 'PENDING') element.info = CANCELLED;
      else if (!onlyIfWaiting && element.info.state === 'RUNNING') {
        element.child?.kill();
        element.info = CANCELLED;
      }
    }
  }

  // biome-ignore lint/correctness/useYield: nobody has to be asked
  *mostElements(): Steps<number> {
    return 1000;
  }

  /** Whether all that it waits for has ended well. If something has not, it is never begun. */
  #isReady(element: Element): boolean {
    const states = element.after.map((job) => this.#elements.get(job)?.info.state ?? 'COMPLETED');
    if (states.every((state) => state === 'COMPLETED')) return true;
    if (states.some((state) => phaseOf(state) === 'ended' && state !== 'COMPLETED')) element.info = NEVER;
    return false;
  }

  /** Looks after those that run, and starts others. */
  goOn(): void {
    let running = 0;
    for (const element of this.#elements.values()) {
      if (element.info.state !== 'RUNNING') continue;
      const code = element.child!.poll();
      if (code === null) running++;
      else element.info = endedAs(code);
    }
    for (const element of this.#elements.values()) {
      if (running >= this.#most) return;
      if (element.info.state !== 'PENDING' || !this.#isReady(element)) continue;
      running++;
      element.child = started(element);
      element.info = RUNNING;
    }
  }
}

function endedAs(code: number): ElementInfo {
  const reason = code === 0 ? 'None' : 'NonZeroExitCode';
  return {
    state: code === 0 ? 'COMPLETED' : 'FAILED',
    exitCode: Math.max(0, code),
    signal: code < 0 ? -code : null,
    reason,
  };
}

function started({ job, index, folder, program }: Element): Popen {
  const log = openSync(`${folder}/logs/${index}.out`, 'a');
  try {
    return new Popen(programWords(program, programOf('task'), folder), {
      stdout: log,
      stderr: STDOUT,
      dieWithParent: true,
      env: environment({ SLURM_ARRAY_JOB_ID: job, SLURM_ARRAY_TASK_ID: String(index), SLURMD_NODENAME: 'localhost' }),
    }) as Popen;
  } finally {
    closeSync(log);
  }
}
