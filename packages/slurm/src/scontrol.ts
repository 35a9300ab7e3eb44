import { repr } from '@prac/exceptions';
import { drive, driveSync, type Steps } from './internal/commands.ts';
import { recordOf } from './internal/tables.ts';
import { travels } from './internal/world.ts';

/** What `scontrol show` knows. */
export type Entity = 'job' | 'node' | 'partition' | 'reservation' | 'step' | 'licenses';

type Record_ = Readonly<Record<string, string>>;

/** @internal */
export function* showSteps(entity: Entity, name?: string): Steps<Record_[]> {
  const { stdout } = yield { argv: ['scontrol', 'show', entity, ...(name === undefined ? [] : [name])] };
  // A name may have a line end in it: a record begins with its own key.
  const first = /^(JobId|NodeName|PartitionName|ReservationName|StepId|LicenseName)=/m;
  return stdout
    .split(new RegExp(`(?=${first.source})`, 'm'))
    .filter((text) => first.test(text))
    .map((text) => recordOf(text.replace(/\s+$/, '')));
}

/** @internal */
export function* configSteps(): Steps<Record_> {
  const { stdout } = yield { argv: ['scontrol', 'show', 'config'] };
  const pairs = [...stdout.matchAll(/^(\w+) *= (.*)$/gm)].map(([, key, value]) => [key!, value!.trim()]);
  return Object.fromEntries(pairs);
}

function* changeSteps(verb: string, words: readonly string[]): Steps<void> {
  for (const word of words)
    if (typeof word !== 'string' || word === '') throw new TypeError(`Expected a string, got ${repr(word)}`);
  yield { argv: ['scontrol', verb, ...words] };
}

/** `{ JobId: '12', TimeLimit: '10:00' }` as scontrol wants it. */
function pairsOf(fields: Readonly<Record<string, string | number>>): string[] {
  return Object.entries(fields).map(([key, value]) => `${key}=${value}`);
}

/**
 * What an administrator's command does: looks at things, and changes them. All have a blocking form.
 *
 * @example
 * import { scontrol } from '@prac/slurm';
 * console.log(Object.keys(scontrol).includes('requeue')); // true
 */
export const scontrol: {
  /** Everything that is known of jobs, nodes, partitions: by Slurm's own names. @throws {SlurmError} for what is not there. */
  show(entity: Entity, name?: string): Promise<Record_[]>;
  showSync(entity: Entity, name?: string): Record_[];
  /** The controller's configuration. */
  config(): Promise<Record_>;
  configSync(): Record_;
  /** Changes something: `update({ JobId: '12', TimeLimit: '10:00' })`. */
  update(fields: Readonly<Record<string, string | number>>): Promise<void>;
  updateSync(fields: Readonly<Record<string, string | number>>): void;
  /** Has a job wait until it is released. */
  hold(job: string): Promise<void>;
  holdSync(job: string): void;
  release(job: string): Promise<void>;
  releaseSync(job: string): void;
  /** Has a job begin anew. */
  requeue(job: string): Promise<void>;
  requeueSync(job: string): void;
  suspend(job: string): Promise<void>;
  suspendSync(job: string): void;
  resume(job: string): Promise<void>;
  resumeSync(job: string): void;
} = {
  show: (entity, name) => drive(showSteps(entity, name)),
  showSync: (entity, name) => driveSync(showSteps(entity, name)),
  config: () => drive(configSteps()),
  configSync: () => driveSync(configSteps()),
  update: (fields) => drive(changeSteps('update', pairsOf(fields))),
  updateSync: (fields) => driveSync(changeSteps('update', pairsOf(fields))),
  hold: (job) => drive(changeSteps('hold', [job])),
  holdSync: (job) => driveSync(changeSteps('hold', [job])),
  release: (job) => drive(changeSteps('release', [job])),
  releaseSync: (job) => driveSync(changeSteps('release', [job])),
  requeue: (job) => drive(changeSteps('requeue', [job])),
  requeueSync: (job) => driveSync(changeSteps('requeue', [job])),
  suspend: (job) => drive(changeSteps('suspend', [job])),
  suspendSync: (job) => driveSync(changeSteps('suspend', [job])),
  resume: (job) => drive(changeSteps('resume', [job])),
  resumeSync: (job) => driveSync(changeSteps('resume', [job])),
};

travels('scontrol', scontrol);
