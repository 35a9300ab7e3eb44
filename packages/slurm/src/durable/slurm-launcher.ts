import { ControllerError, SlurmError } from '../errors.ts';
import type { Steps } from '../internal/commands.ts';
import { quoted, UNTIL_READY } from '../internal/script.ts';
import { jobsSteps } from '../internal/snapshot.ts';
import { programOf } from '../internal/world.ts';
import type { SbatchOptions } from '../options.ts';
import { chdirOn, onNodes, programWords } from '../program.ts';
import { sbatchSteps } from '../sbatch.ts';
import { scancelSteps } from '../scancel.ts';
import { configSteps } from '../scontrol.ts';
import { squeueSteps } from '../squeue.ts';
import type { ElementInfo, Elements, Launch, Launcher } from './launcher.ts';

/** Of one command. */
const MOST_WORDS = 1000;

/** Arrays of batch jobs. */
export class SlurmLauncher implements Launcher {
  *submit({ folder, indexes, mark, options, program, after, maxParallel }: Launch): Steps<string> {
    const words = programWords(program, programOf('task'), folder);
    const there = onNodes(folder, program.roots);
    // The number of the array, should the submitting program have ended; the first that begins writes it.
    const note = `[ -e ${quoted(`${there}/job`)} ] || echo "$SLURM_ARRAY_JOB_ID" > ${quoted(`${there}/job`)}`;
    const script = `#!/bin/sh\n${UNTIL_READY}\n${note}\nexec ${words.map(quoted).join(' ')}\n`; // Node is the batch process: it gets the signals
    const { id } = yield* sbatchSteps({
      requeue: true,
      killOnInvalidDep: true,
      jobName: 'prac',
      ...chdirOn(program.roots),
      ...options,
      dependency: dependencyOf(options.dependency, after),
      script,
      comment: mark,
      openMode: 'append',
      output: `${there.replaceAll('%', '%%')}/logs/%a.out`,
      array: `${rangesOf(indexes)}${maxParallel === undefined ? '' : `%${maxParallel}`}`,
    });
    return id;
  }

  *find(mark: string): Steps<string | undefined> {
    const found = (yield* squeueSteps({ me: true, states: 'all' })).find(({ comment }) => comment === mark);
    return found?.id.split('_')[0];
  }

  *look(job: string, since: number): Steps<Elements> {
    const all = yield* jobsSteps(since);
    const own = all.filter(({ id }) => id.startsWith(`${job}_`));
    const known = new Map<number, ElementInfo>(own.map((info) => [Number(info.id.slice(job.length + 1)), info]));
    // Those that ended together before any of them had begun are one record.
    const others = all.find(({ id }) => id === job);
    return { get: (index) => known.get(index) ?? others };
  }

  /** Slurm would cancel the whole array, of which nothing has begun, for an element that has to wait: so that is set apart first. */
  *cancelOne(job: string): Steps<void> {
    try {
      yield { argv: ['scontrol', 'hold', job] };
    } catch (error) {
      if (error instanceof ControllerError || !(error instanceof SlurmError)) throw error;
      return; // it has begun
    }
    yield* scancelSteps([job], { state: 'PENDING' });
  }

  *cancel(jobs: readonly string[], onlyIfWaiting: boolean): Steps<void> {
    for (let at = 0; at < jobs.length; at += MOST_WORDS)
      yield* scancelSteps(jobs.slice(at, at + MOST_WORDS), onlyIfWaiting ? { state: 'PENDING' } : {});
  }

  *mostElements(): Steps<number> {
    return Number((yield* configSteps()).MaxArraySize) || 1001;
  }
}

/** What the caller asks for, and the jobs of futures. */
function dependencyOf(own: SbatchOptions['dependency'], after: readonly string[]): SbatchOptions['dependency'] {
  if (after.length === 0) return own;
  return [...(own == null ? [] : [own].flat()), ...after.map((job) => ({ job }))] as never;
}

/** `0-9,12`. */
function rangesOf(indexes: readonly number[]): string {
  const ranges: [first: number, last: number][] = [];
  for (const index of indexes) {
    const range = ranges.at(-1);
    if (range !== undefined && index === range[1] + 1) range[1] = index;
    else ranges.push([index, index]);
  }
  return ranges.map(([first, last]) => (first === last ? first : `${first}-${last}`)).join(',');
}
