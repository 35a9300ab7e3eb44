import { repr } from '@prac/exceptions';
import { type WaitOptions, type WaitSyncOptions, waitLimits } from '@prac/park';
import { drive, driveSync, type Steps } from './internal/commands.ts';
import { recordOf } from './internal/tables.ts';
import { travels } from './internal/world.ts';

/** What `scontrol show` knows. */
export type Entity = 'job' | 'node' | 'partition' | 'reservation' | 'step' | 'licenses';

type AsyncLimits = number | WaitOptions | null;
type SyncLimits = number | WaitSyncOptions | null;
type Record_ = Readonly<Record<string, string>>;

/** @internal */
export function* showSteps(entity: Entity, name?: string | null): Steps<Record_[]> {
  const { stdout } = yield { argv: ['scontrol', 'show', entity, ...(name == null ? [] : [name])] };
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
 * What an administrator's command does: looks at things, and changes them. All have a blocking form; a last argument is the time limit in seconds, or
 * `{ timeout, signal }`.
 *
 * @example
 * import { scontrol } from '@prac/slurm';
 * console.log(Object.keys(scontrol).includes('requeue')); // true
 */
export const scontrol: {
  /** Everything that is known of jobs, nodes, partitions: by Slurm's own names. @throws {SlurmError} for what is not there. */
  show(entity: Entity, name?: string | null, limits?: AsyncLimits): Promise<Record_[]>;
  showSync(entity: Entity, name?: string | null, limits?: SyncLimits): Record_[];
  /** The controller's configuration. */
  config(limits?: AsyncLimits): Promise<Record_>;
  configSync(limits?: SyncLimits): Record_;
  /** Changes something: `update({ JobId: '12', TimeLimit: '10:00' })`. */
  update(fields: Readonly<Record<string, string | number>>, limits?: AsyncLimits): Promise<void>;
  updateSync(fields: Readonly<Record<string, string | number>>, limits?: SyncLimits): void;
  /** Has a job wait until it is released. */
  hold(job: string, limits?: AsyncLimits): Promise<void>;
  holdSync(job: string, limits?: SyncLimits): void;
  release(job: string, limits?: AsyncLimits): Promise<void>;
  releaseSync(job: string, limits?: SyncLimits): void;
  /** Has a job begin anew. */
  requeue(job: string, limits?: AsyncLimits): Promise<void>;
  requeueSync(job: string, limits?: SyncLimits): void;
  suspend(job: string, limits?: AsyncLimits): Promise<void>;
  suspendSync(job: string, limits?: SyncLimits): void;
  resume(job: string, limits?: AsyncLimits): Promise<void>;
  resumeSync(job: string, limits?: SyncLimits): void;
} = {
  show: async (entity, name, limits) => drive(showSteps(entity, name), waitLimits(limits, 'async')),
  showSync: (entity, name, limits) => driveSync(showSteps(entity, name), waitLimits(limits, 'sync')),
  config: async (limits) => drive(configSteps(), waitLimits(limits, 'async')),
  configSync: (limits) => driveSync(configSteps(), waitLimits(limits, 'sync')),
  update: async (fields, limits) => drive(changeSteps('update', pairsOf(fields)), waitLimits(limits, 'async')),
  updateSync: (fields, limits) => driveSync(changeSteps('update', pairsOf(fields)), waitLimits(limits, 'sync')),
  hold: async (job, limits) => drive(changeSteps('hold', [job]), waitLimits(limits, 'async')),
  holdSync: (job, limits) => driveSync(changeSteps('hold', [job]), waitLimits(limits, 'sync')),
  release: async (job, limits) => drive(changeSteps('release', [job]), waitLimits(limits, 'async')),
  releaseSync: (job, limits) => driveSync(changeSteps('release', [job]), waitLimits(limits, 'sync')),
  requeue: async (job, limits) => drive(changeSteps('requeue', [job]), waitLimits(limits, 'async')),
  requeueSync: (job, limits) => driveSync(changeSteps('requeue', [job]), waitLimits(limits, 'sync')),
  suspend: async (job, limits) => drive(changeSteps('suspend', [job]), waitLimits(limits, 'async')),
  suspendSync: (job, limits) => driveSync(changeSteps('suspend', [job]), waitLimits(limits, 'sync')),
  resume: async (job, limits) => drive(changeSteps('resume', [job]), waitLimits(limits, 'async')),
  resumeSync: (job, limits) => driveSync(changeSteps('resume', [job]), waitLimits(limits, 'sync')),
};

travels('scontrol', scontrol);
