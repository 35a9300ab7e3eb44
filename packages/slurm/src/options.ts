import { repr, ValueError } from '@prac/exceptions';

/*
 * The options of sbatch, srun and salloc: one table says how each is written, and the types below what it may be.
 *
 *   { cpusPerTask: 2, time: 600 } ── checked ──> ['--cpus-per-task=2', '--time=0:10:00']
 */

/** A job that another depends on. */
export interface Dependency {
  /** When it may begin. @defaultValue 'afterok' */
  readonly type?: 'after' | 'afterany' | 'afterok' | 'afternotok' | 'afterburstbuffer' | 'aftercorr' | 'singleton';
  /** The number of a job, or what has one. */
  readonly job?: string | number | { readonly id: string };
}

/** Which elements an array has. */
export interface ArraySpec {
  readonly from?: number;
  readonly to: number;
  readonly step?: number;
  /** At most so many run at a time. */
  readonly maxParallel?: number;
}

/** A signal before the time is up. */
export interface SignalSpec {
  /** Its name, without SIG: `USR2`. Node cannot handle `USR1`, which opens its debugger. */
  readonly name: string;
  /** So many seconds before. */
  readonly seconds?: number;
  /** The batch script gets it, and not its steps. */
  readonly batchOnly?: boolean;
}

type Count = number | null | undefined;
type Text = string | null | undefined;
type Flag = boolean | null | undefined;
/** Bytes, or as Slurm writes it: `'4G'`. */
export type Memory = number | string | null | undefined;
/** Seconds, or as Slurm writes it: `'1:00:00'`, `'2-12'`. */
export type Duration = number | string | null | undefined;

/** What a job asks for. The names are those of Slurm's options, in camelCase. */
export interface JobOptions {
  readonly account?: Text;
  /** When it may begin at the earliest: `'now+1hour'`, `'2030-01-01T12:00'`. */
  readonly begin?: Text;
  /** The directory in which it runs. @defaultValue this process's */
  readonly chdir?: Text;
  readonly comment?: Text;
  /** Features that the nodes must have: `'gpu&infiniband'`. */
  readonly constraint?: Text;
  readonly contiguous?: Flag;
  readonly coresPerSocket?: Count;
  readonly cpuFreq?: Text;
  readonly cpusPerGpu?: Count;
  readonly cpusPerTask?: Count;
  readonly deadline?: Text;
  /** What it has to wait for. */
  readonly dependency?: string | Dependency | readonly Dependency[] | null | undefined;
  readonly distribution?: Text;
  /** Where its standard error goes; `%j` is the job, `%a` the element of the array. @defaultValue as `output` */
  readonly error?: Text;
  readonly exclude?: string | readonly string[] | null | undefined;
  readonly exclusive?: boolean | string | null | undefined;
  /** Which variables of the environment it gets: `'ALL'`, `'NONE'`, names. */
  readonly export?: Text;
  readonly gpuBind?: Text;
  readonly gpuFreq?: Text;
  readonly gpus?: string | number | null | undefined;
  readonly gpusPerNode?: string | number | null | undefined;
  readonly gpusPerSocket?: string | number | null | undefined;
  readonly gpusPerTask?: string | number | null | undefined;
  readonly gres?: Text;
  readonly hint?: Text;
  /** It waits until somebody releases it. */
  readonly hold?: Flag;
  readonly immediate?: Count;
  readonly input?: Text;
  readonly jobName?: Text;
  /** Whether it is cancelled when what it depends on can never be. */
  readonly killOnInvalidDep?: Flag;
  readonly licenses?: Text;
  readonly mailType?: Text;
  readonly mailUser?: Text;
  /** For each node. */
  readonly mem?: Memory;
  readonly memPerCpu?: Memory;
  readonly memPerGpu?: Memory;
  readonly mincpus?: Count;
  readonly network?: Text;
  readonly nice?: Count;
  readonly nodelist?: string | readonly string[] | null | undefined;
  readonly nodes?: string | number | null | undefined;
  readonly ntasks?: Count;
  readonly ntasksPerCore?: Count;
  readonly ntasksPerGpu?: Count;
  readonly ntasksPerNode?: Count;
  readonly ntasksPerSocket?: Count;
  /** Where its standard output goes. @defaultValue `slurm-%j.out` */
  readonly output?: Text;
  readonly overcommit?: Flag;
  readonly oversubscribe?: Flag;
  readonly partition?: string | readonly string[] | null | undefined;
  readonly prefer?: Text;
  readonly priority?: Count;
  readonly propagate?: Text;
  readonly qos?: Text;
  readonly reboot?: Flag;
  readonly reservation?: Text;
  readonly signal?: string | SignalSpec | null | undefined;
  readonly socketsPerNode?: Count;
  readonly spreadJob?: Flag;
  readonly switches?: Text;
  readonly threadsPerCore?: Count;
  /** The time limit. */
  readonly time?: Duration;
  readonly timeMin?: Duration;
  readonly tmp?: Memory;
  readonly useMinNodes?: Flag;
  readonly wckey?: Text;
  /** Arguments for what is not in this list: they are handed on as they are. */
  readonly extra?: readonly string[] | null | undefined;
}

/** What a batch job asks for. */
export interface SbatchOptions extends JobOptions {
  /** Several jobs of one script, with numbers. */
  readonly array?: string | ArraySpec | readonly number[] | null | undefined;
  /** How its output files are opened: a job that is requeued loses what it wrote unless it is `append`. */
  readonly openMode?: 'append' | 'truncate' | null | undefined;
  /** Whether it begins anew when its node fails, or when somebody is preferred. */
  readonly requeue?: Flag;
  /** Variables of the environment that it gets besides. */
  readonly env?: Readonly<Record<string, string>> | null | undefined;
}

type Kind =
  | 'text'
  | 'count'
  | 'flag'
  | 'yesno'
  | 'list'
  | 'memory'
  | 'duration'
  | 'mixed'
  | 'dependency'
  | 'array'
  | 'signal';

const KINDS: Readonly<Record<string, Kind>> = {
  account: 'text',
  array: 'array',
  begin: 'text',
  chdir: 'text',
  comment: 'text',
  constraint: 'text',
  contiguous: 'flag',
  coresPerSocket: 'count',
  cpuFreq: 'text',
  cpusPerGpu: 'count',
  cpusPerTask: 'count',
  deadline: 'text',
  dependency: 'dependency',
  distribution: 'text',
  error: 'text',
  exclude: 'list',
  exclusive: 'mixed',
  export: 'text',
  gpuBind: 'text',
  gpuFreq: 'text',
  gpus: 'mixed',
  gpusPerNode: 'mixed',
  gpusPerSocket: 'mixed',
  gpusPerTask: 'mixed',
  gres: 'text',
  hint: 'text',
  hold: 'flag',
  immediate: 'count',
  input: 'text',
  jobName: 'text',
  killOnInvalidDep: 'yesno',
  licenses: 'text',
  mailType: 'text',
  mailUser: 'text',
  mem: 'memory',
  memPerCpu: 'memory',
  memPerGpu: 'memory',
  mincpus: 'count',
  network: 'text',
  nice: 'count',
  nodelist: 'list',
  nodes: 'mixed',
  ntasks: 'count',
  ntasksPerCore: 'count',
  ntasksPerGpu: 'count',
  ntasksPerNode: 'count',
  ntasksPerSocket: 'count',
  openMode: 'text',
  output: 'text',
  overcommit: 'flag',
  oversubscribe: 'flag',
  partition: 'list',
  prefer: 'text',
  priority: 'count',
  propagate: 'text',
  qos: 'text',
  reboot: 'flag',
  requeue: 'flag',
  reservation: 'text',
  signal: 'signal',
  socketsPerNode: 'count',
  spreadJob: 'flag',
  switches: 'text',
  threadsPerCore: 'count',
  time: 'duration',
  timeMin: 'duration',
  tmp: 'memory',
  useMinNodes: 'flag',
  wckey: 'text',
};

const ONLY_BATCH = ['array', 'openMode', 'requeue', 'env'];

/** The names of all options. @internal */
export const JOB_OPTIONS: readonly string[] = [
  ...Object.keys(KINDS).filter((name) => !ONLY_BATCH.includes(name)),
  'extra',
];

/** @internal */
export const SBATCH_OPTIONS: readonly string[] = [...JOB_OPTIONS, ...ONLY_BATCH];

/**
 * What of them is written on the command line.
 *
 * @throws {TypeError} or {ValueError} for what an option cannot be.
 * @internal
 */
export function argumentsOf(options: SbatchOptions): string[] {
  const all: string[] = [];
  for (const [name, kind] of Object.entries(KINDS)) {
    const value = (options as Readonly<Record<string, unknown>>)[name];
    if (value === undefined || value === null) continue;
    const argument = written(name, kind, value);
    if (argument !== undefined) all.push(argument);
  }
  const { extra } = options;
  if (extra != null) {
    if (!Array.isArray(extra) || !extra.every((it) => typeof it === 'string'))
      throw new TypeError(`Expected extra to be an array of strings, got ${repr(extra)}`);
    all.push(...(extra as string[]));
  }
  return all;
}

function written(name: string, kind: Kind, value: unknown): string | undefined {
  const option = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  switch (kind) {
    case 'flag': {
      if (typeof value !== 'boolean') throw wrong(name, 'a boolean', value);
      if (value) return option;
      return name === 'requeue' ? '--no-requeue' : undefined;
    }
    case 'yesno':
      if (typeof value !== 'boolean') throw wrong(name, 'a boolean', value);
      return `${option}=${value ? 'yes' : 'no'}`;
    case 'count':
      if (!Number.isInteger(value)) throw wrong(name, 'an integer', value);
      if ((value as number) < 0 && name !== 'nice') throw new ValueError(`${name} must not be negative, got ${value}`);
      return `${option}=${value}`;
    case 'text':
      return `${option}=${textOf(name, value)}`;
    case 'mixed':
      if (typeof value === 'boolean') {
        if (name !== 'exclusive') throw wrong(name, 'a string or a number', value); // its argument would be the next option
        return value ? option : undefined;
      }
      return `${option}=${typeof value === 'number' ? countOf(name, value) : textOf(name, value)}`;
    case 'list':
      if (value === '' || (Array.isArray(value) && value.length === 0))
        throw new ValueError(`${name} must not be empty`);
      return `${option}=${Array.isArray(value) ? value.map((it) => textOf(name, it)).join(',') : textOf(name, value)}`;
    case 'memory':
      return `${option}=${memoryOf(name, value)}`;
    case 'duration':
      return `${option}=${durationOf(name, value)}`;
    case 'dependency':
      return `${option}=${typeof value === 'string' ? textOf(name, value) : [value].flat().map(dependencyOf).join(',')}`;
    case 'array':
      return `${option}=${arrayOf(value)}`;
    case 'signal':
      return `${option}=${typeof value === 'string' ? textOf(name, value) : signalOf(value as SignalSpec)}`;
  }
}

function wrong(name: string, expected: string, value: unknown): TypeError {
  return new TypeError(`Expected ${name} to be ${expected}, got ${repr(value)}`);
}

function textOf(name: string, value: unknown): string {
  if (typeof value !== 'string') throw wrong(name, 'a string', value);
  if (value.includes('\0')) throw new ValueError(`${name} has a NUL character in it`);
  return value;
}

function countOf(name: string, value: number): string {
  if (!Number.isInteger(value) || value < 0) throw new ValueError(`${name} must be a whole number, got ${value}`);
  return String(value);
}

/** Slurm counts in KiB, at the least. */
function memoryOf(name: string, value: unknown): string {
  if (typeof value === 'number') {
    if (!(value >= 0) || value === Number.POSITIVE_INFINITY)
      throw new ValueError(`${name} must be a number of bytes, got ${value}`);
    return `${Math.ceil(value / 1024)}K`;
  }
  if (typeof value !== 'string' || !/^\d+[KMGT]?B?$/i.test(value))
    throw wrong(name, `a number of bytes, or a text like '4G'`, value);
  return value;
}

/** Slurm's notation. @internal */
export function durationOf(name: string, value: unknown): string {
  if (typeof value === 'number') {
    if (!(value > 0) || value === Number.POSITIVE_INFINITY)
      throw new ValueError(`${name} must be a number of seconds above 0, got ${value}`);
    const seconds = Math.ceil(value);
    const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    return `${h}:${String(m).padStart(2, '0')}:${String(s).padStart(2, '0')}`;
  }
  if (typeof value !== 'string' || !/^(\d+-)?\d+(:\d+){0,2}$|^UNLIMITED$|^INFINITE$/i.test(value))
    throw wrong(name, `a number of seconds, or a text like '1:00:00'`, value);
  return value;
}

const DEPENDENCIES = ['after', 'afterany', 'afterok', 'afternotok', 'afterburstbuffer', 'aftercorr', 'singleton'];

function dependencyOf(dependency: unknown): string {
  if (typeof dependency !== 'object' || dependency === null) throw wrong('dependency', 'jobs', dependency);
  const { type = 'afterok', job } = dependency as Dependency;
  if (!DEPENDENCIES.includes(type)) throw wrong('the type of dependency', `one of ${DEPENDENCIES.join(', ')}`, type);
  if (type === 'singleton') return type;
  const id = typeof job === 'object' ? job?.id : job;
  if (id === undefined || !/^\d+(_\d+)?$/.test(String(id))) throw wrong('dependency', 'jobs', dependency);
  return `${type}:${id}`;
}

function arrayOf(value: unknown): string {
  if (typeof value === 'string') {
    if (!/^\d[\d,:-]*(%\d+)?$/.test(value)) throw wrong('array', `like '0-9', '1,3,5' or '0-99%10'`, value);
    return value;
  }
  if (Array.isArray(value)) {
    if (value.length === 0) throw new ValueError('array must have an element');
    return value.map((it) => countOf('array', it as number)).join(',');
  }
  if (typeof value !== 'object') throw wrong('array', 'a range', value);
  const { from = 0, to, step, maxParallel } = value as ArraySpec;
  const range = `${countOf('array', from)}-${countOf('array', to)}`;
  if (from > to) throw new ValueError(`array must not end before it begins, got ${range}`);
  for (const it of [step, maxParallel])
    if (it !== undefined && countOf('array', it) === '0')
      throw new ValueError('step and maxParallel of array must be above 0');
  return `${range}${step === undefined ? '' : `:${step}`}${maxParallel === undefined ? '' : `%${maxParallel}`}`;
}

function signalOf(value: SignalSpec): string {
  if (typeof value !== 'object') throw wrong('signal', 'the name of one', value);
  const { name, seconds, batchOnly } = value;
  const short = textOf('signal', name).replace(/^SIG/, '');
  return `${batchOnly ? 'B:' : ''}${short}${seconds === undefined ? '' : `@${countOf('signal', seconds)}`}`;
}
