import { checkedOptions, repr } from '@prac/exceptions';
import { type CompletedProcess, type RunOptions, run, runSync, type StderrOf, type StdoutOf } from '@prac/subprocess';
import { SlurmNotFoundError } from './errors.ts';
import { environment } from './internal/environment.ts';
import { travels } from './internal/world.ts';
import { argumentsOf, JOB_OPTIONS, type JobOptions } from './options.ts';

/** What a step asks for. */
export interface SrunOptions extends JobOptions {
  /** Within this job, and beside what runs there: the practical's "ssh to the node". */
  readonly jobid?: string | null | undefined;
  /** Whether it may share what other steps of the job have. */
  readonly overlap?: boolean | null | undefined;
  /** Whether each line says which task has written it. */
  readonly label?: boolean | null | undefined;
}

const ONLY_SRUN = ['jobid', 'overlap', 'label'];
const RUN = [
  'captureOutput',
  'text',
  'input',
  'timeout',
  'check',
  'stdin',
  'stdout',
  'stderr',
  'encoding',
  'signal',
  'cwd',
] as const;

type Streams = Pick<RunOptions, (typeof RUN)[number] & keyof RunOptions>;

/** Seconds within which an aborted srun ends its step, and itself: KillWait and some. One that is killed leaves its job behind. */
const PATIENCE = 120;

/** What of them is srun's, and what its process's. */
function split(command: readonly string[], options: object | null | undefined): { argv: string[]; streams: Streams } {
  if (!Array.isArray(command) || command.length === 0 || !command.every((it) => typeof it === 'string'))
    throw new TypeError(`Expected a program and its arguments, got ${repr(command)}`);
  const given = checkedOptions(options, [
    ...JOB_OPTIONS.filter((it) => it !== 'signal' && it !== 'input'),
    ...ONLY_SRUN,
    ...RUN,
  ]);
  const own: Record<string, unknown> = {};
  const streams: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(given))
    ((RUN as readonly string[]).includes(key) ? streams : own)[key] = value;
  const { jobid, overlap, label, ...rest } = own as SrunOptions;
  const argv = [
    'srun',
    ...argumentsOf(rest),
    ...(jobid == null ? [] : [`--jobid=${jobid}`]),
    ...(overlap ? ['--overlap'] : []),
    ...(label ? ['--label'] : []),
    ...command,
  ];
  return { argv, streams };
}

/** Those that Slurm calls so are not wanted here: what they mean is the process's. */
type Step = Omit<SrunOptions, 'signal' | 'input'>;

/**
 * Runs a command on nodes, and waits for its end: `run` of `@prac/subprocess`, which its other options are for.
 *
 * Cancellation: an abort of `signal` cancels the step.
 *
 * @throws {CalledProcessError} with `check`, if the command fails. {SlurmNotFoundError} where there is no Slurm.
 */
export async function srun<const O extends Step & Streams>(
  command: readonly string[],
  options?: O | null,
): Promise<CompletedProcess<StdoutOf<O>, StderrOf<O>>> {
  const { argv, streams } = split(command, options);
  try {
    return (await run(argv, { env: environment(), killAfter: PATIENCE, ...streams })) as never;
  } catch (error) {
    throw explained(error);
  }
}

/** Blocking form of {@link srun}. */
export function srunSync<const O extends Step & Omit<Streams, 'signal'>>(
  command: readonly string[],
  options?: O | null,
): CompletedProcess<StdoutOf<O>, StderrOf<O>> {
  const { argv, streams } = split(command, options);
  try {
    return runSync(argv, { env: environment(), killAfter: PATIENCE, ...(streams as Omit<Streams, 'signal'>) }) as never;
  } catch (error) {
    throw explained(error);
  }
}

function explained(error: unknown): unknown {
  const { code, filename } = error as { readonly code?: unknown; readonly filename?: unknown };
  return code === 'ENOENT' && filename === 'srun' // and not the directory
    ? new SlurmNotFoundError("srun is not here: Slurm's commands are needed on this machine", ['srun'], 127)
    : error;
}

travels('srun', srun);
travels('srunSync', srunSync);
