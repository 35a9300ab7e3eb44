// Long because of what is promised of a task, whatever becomes of it.
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { checkedOptions, RuntimeError, repr, ValueError } from '@prac/exceptions';
import { BrokenExecutor, Executor, Future, type ShutdownOptions, WorkerLostError } from '@prac/futures';
import { Listening } from '@prac/park';
import { loadsSync, Pickler } from '@prac/pickle';
import { SimpleQueue } from '@prac/queue';
import { Thread } from '@prac/sync';
import { callAll } from '../internal/call-all.ts';
import { atExit, travels } from '../internal/world.ts';
import { argumentsOf, JOB_OPTIONS, type JobOptions } from '../options.ts';
import { checkFolder, checkProgram, PROGRAM_OPTIONS, type ProgramOptions } from '../program.ts';
import { coordinate } from './coordinator.ts';
import type { CoordinatorOptions, FromCoordinator, ToCoordinator, WorkerInfo } from './messages.ts';
import { MOST_BYTES } from './wire.ts';

/** What workers ask for, and how many there are. */
export interface SlurmPoolExecutorOptions
  extends ProgramOptions,
    Omit<JobOptions, 'output' | 'error' | 'input' | 'comment'> {
  /** How many workers. @defaultValue 1 */
  readonly workers?: number | null | undefined;
  /** As what they are started: an array of batch jobs; a job step; processes of this machine, where there is no Slurm. @defaultValue 'sbatch' */
  readonly launcher?: 'sbatch' | 'srun' | 'local' | null | undefined;
  /** A directory that all nodes see. @defaultValue a new one, here, which is removed at the end */
  readonly directory?: string | null | undefined;
  /**
   * How workers and this program speak: by TLS, to a port of this machine, or by files in `directory`, where nodes may open none. A task takes
   * milliseconds then. @defaultValue 'tls'
   */
  readonly transport?: 'tls' | 'files' | null | undefined;
  /** The address at which workers reach this program. @defaultValue all that it has are tried */
  readonly host?: string | null | undefined;
  /** @defaultValue any that is free */
  readonly port?: number | null | undefined;
  /** Seconds between two signs of life of a worker. @defaultValue 5 */
  readonly heartbeat?: number | null | undefined;
  /** A worker that gives none for so many seconds is lost. @defaultValue 30 */
  readonly patience?: number | null | undefined;
  /** So many lost workers a task may survive: it is begun anew elsewhere. @defaultValue 3 */
  readonly retries?: number | null | undefined;
  /** So many seconds before its time is up a worker takes no more. @defaultValue 60 */
  readonly drainNotice?: number | null | undefined;
}

/** Options of a task. */
export interface PoolTaskOptions {
  /** Tasks of higher ones are begun first. @defaultValue 0 */
  readonly priority?: number | null | undefined;
  /** Whether it may be begun anew when its worker is lost; it may run twice then. @defaultValue true */
  readonly requeue?: boolean | null | undefined;
}

/** How many workers there are, by what is to be done. */
export interface AdaptOptions {
  readonly min: number;
  readonly max: number;
  /** A worker that has nothing to do for so many seconds ends. @defaultValue 60 */
  readonly idleTimeout?: number | null | undefined;
}

const OWN = [
  'workers',
  'launcher',
  'directory',
  'transport',
  'host',
  'port',
  'heartbeat',
  'patience',
  'retries',
  'drainNotice',
];
const NOT_OURS = ['output', 'error', 'input', 'comment'];
const LAUNCHERS = ['sbatch', 'srun', 'local'];
/** In place of the number of a function that has to be sent each time: what it has captured may change. */
const CHANGES = -1;
/** Slurm's signals before the end of a job come at most so many seconds before it. */
const MOST_NOTICE = 65_535;
/** For a word of the coordinator's, in milliseconds: it is a thread of this process. */
const ANSWER_MS = 10_000;

/** The result of a task. */
class PoolFuture<T> extends Future<T> {
  readonly #tryCancel: () => boolean;
  /** As long as it may be called: whoever has it forgets it when it is collected. */
  fn: unknown;

  constructor(wait: (isOver: () => boolean, deadline: number) => void, tryCancel: () => boolean) {
    super({ wait, cancelled: () => void this.setRunningOrNotifyCancel() });
    this.#tryCancel = tryCancel;
  }

  override cancel(): boolean {
    if (this.done() || this.running()) return super.cancel();
    return this.#tryCancel() ? super.cancel() : false;
  }
}

/**
 * Runs calls on workers of a Slurm cluster that stay: a task takes a tenth of a millisecond, not a job's second.
 *
 * Workers connect to this program, encrypted, and known by a key that only this user can read. If one is lost, what it has begun is begun anew
 * elsewhere: a call may run twice, unless it says `requeue: false`.
 *
 * Python: `concurrent.futures.Executor`; dask-jobqueue, executorlib.
 *
 * @example
 * import { SlurmPoolExecutor } from '@prac/slurm';
 * await using executor = new SlurmPoolExecutor({ workers: 2, launcher: 'local' }); // without it: on the cluster
 * for await (const square of executor.map((n: number) => n ** 2, [1, 2, 3])) console.log(square); // 1
 */
export class SlurmPoolExecutor extends Executor {
  readonly #requests = new SimpleQueue<ToCoordinator>();
  readonly #answers = new SimpleQueue<FromCoordinator>();
  readonly #cell = new SharedArrayBuffer(4);
  readonly #futures = new Map<number, PoolFuture<unknown>>();
  readonly #folder: string;
  readonly #name: string;
  readonly #isOwnFolder: boolean;
  readonly #thread: Thread;
  readonly #listening = new Listening(
    this.#answers,
    (answer) => this.#receive(answer),
    () => this.#futures.size > 0,
  );
  readonly #pickler: Pickler;
  /** Functions that were submitted: 0 for the first time, then their numbers. */
  readonly #functions = new WeakMap<object, number>();
  /** Whoever has one is told when nobody can call it any more. */
  readonly #unused = new FinalizationRegistry<number>((id) => {
    if (!this.#isOver) this.#requests.putNowait({ kind: 'forget', id });
  });
  #functionCount = 0;
  #count = 0;
  #isShutDown = false;
  #isOver = false;
  #broken: string | undefined;
  #workers: readonly WorkerInfo[] = [];

  /** @throws {TypeError}, {ValueError} for what an option cannot be. */
  constructor(options?: SlurmPoolExecutorOptions | null) {
    super();
    const keys = [...JOB_OPTIONS.filter((name) => !NOT_OURS.includes(name)), ...OWN, ...PROGRAM_OPTIONS];
    const { roots, execPath, sourceHash, ...others } = checkedOptions(options, keys);
    checkProgram({ roots, execPath, sourceHash });
    const { workers, launcher, directory, transport, host, port, heartbeat, patience, retries, drainNotice, ...rest } =
      others;
    argumentsOf(rest); // says what is wrong with them
    const kind = launcher ?? 'sbatch';
    if (!LAUNCHERS.includes(kind))
      throw new TypeError(`Expected launcher to be ${LAUNCHERS.join(', ')}, got ${repr(launcher)}`);
    const way = transport ?? 'tls';
    if (way !== 'tls' && way !== 'files')
      throw new TypeError(`Expected transport to be 'tls' or 'files', got ${repr(transport)}`);
    if (way === 'files' && (host != null || port != null))
      throw new ValueError('host and port are of the transport by TLS: there is none with files');
    if (host != null && (typeof host !== 'string' || host === ''))
      throw new TypeError(`Expected host to be a string, got ${repr(host)}`);
    const size = whole('workers', workers, 1, 1);
    const name = `pool-${randomUUID().slice(0, 8)}`;
    const settings: CoordinatorOptions = {
      name,
      folder: resolve(directory ?? `prac-${name}`),
      launcher: kind,
      options: rest,
      min: size,
      max: size,
      idleTimeout: Number.POSITIVE_INFINITY,
      transport: way,
      host: host ?? undefined,
      port: whole('port', port, 0, 0, 65_535),
      heartbeat: above0('heartbeat', heartbeat, 5),
      patience: above0('patience', patience, 30),
      retries: whole('retries', retries, 3, 0),
      drainNotice: whole('drainNotice', drainNotice, 60, 1, MOST_NOTICE),
      program: { roots: roots ?? {}, execPath: execPath ?? undefined },
    };
    this.#pickler = new Pickler({ sourceHash: sourceHash ?? true });
    if (settings.patience <= settings.heartbeat)
      throw new ValueError(`patience (${settings.patience}) must be more than heartbeat (${settings.heartbeat})`);
    checkFolder(settings.folder);
    this.#folder = settings.folder;
    this.#name = name;
    this.#isOwnFolder = directory == null;
    if (this.#isOwnFolder) atExit().add(this.#tidyUp);
    mkdirSync(this.#folder, { recursive: true });
    this.#thread = new Thread({
      target: coordinate,
      args: [this.#requests, this.#answers, this.#cell, settings],
      name: 'prac-coordinator',
      daemon: true,
    });
    this.#thread.start();
  }

  /** Who is there. */
  get workers(): readonly WorkerInfo[] {
    while (!this.#answers.empty()) this.#receive(this.#answers.getNowait());
    return this.#isOver ? [] : this.#workers;
  }

  override submit<Args extends readonly unknown[], T>(fn: (...args: Args) => T, ...args: Args): Future<Awaited<T>> {
    return this.#submit<Awaited<T>>(fn, args, undefined);
  }

  /** Submits with options. */
  withOptions(options: PoolTaskOptions): Pick<SlurmPoolExecutor, 'submit'> {
    const { priority, requeue } = checkedOptions(options, ['priority', 'requeue']);
    if (priority != null && (typeof priority !== 'number' || Number.isNaN(priority)))
      throw new TypeError(`Expected priority to be a number, got ${repr(priority)}`);
    if (requeue != null && typeof requeue !== 'boolean')
      throw new TypeError(`Expected requeue to be a boolean, got ${repr(requeue)}`);
    return { submit: (fn, ...args) => this.#submit(fn, args, options) };
  }

  /** Has as many workers as there is work, within limits. */
  adapt(options: AdaptOptions): void {
    const { min, max, idleTimeout } = checkedOptions(options, ['min', 'max', 'idleTimeout']);
    const least = whole('min', min, 0, 0);
    const most = whole('max', max, 1, Math.max(1, least));
    this.#requests.putNowait({
      kind: 'adapt',
      min: least,
      max: most,
      idleTimeout: above0('idleTimeout', idleTimeout, 60),
    });
  }

  protected override submitAll(
    fn: (...args: never[]) => unknown,
    chunk: readonly unknown[],
    hasOneArgument: boolean,
  ): Future<unknown[]> {
    return this.#submit<unknown[]>(callAll as never, [fn, chunk, hasOneArgument], undefined);
  }

  override async shutdown(options?: ShutdownOptions | null): Promise<void> {
    const isToWait = this.#end(options);
    if (!isToWait) return;
    await Promise.allSettled(this.#futures.values());
    this.#sayEnd();
    await this.#thread.join();
    this.#tidyUp();
  }

  override shutdownSync(options?: ShutdownOptions | null): void {
    if (!this.#end(options)) return;
    this.#listening.wait(() => this.#futures.size === 0, Number.POSITIVE_INFINITY);
    this.#sayEnd();
    this.#thread.joinSync();
    this.#tidyUp();
  }

  override toString(): string {
    return `<SlurmPoolExecutor workers=${this.#workers.length}${this.#isShutDown ? ' shut down' : ''}>`;
  }

  #end(options: ShutdownOptions | null | undefined): boolean {
    const { wait, cancelFutures } = checkedOptions(options, ['wait', 'cancelFutures']);
    this.#isShutDown = true;
    if (cancelFutures) for (const future of [...this.#futures.values()]) future.cancel();
    if (wait === false && this.#futures.size === 0) this.#sayEnd();
    return wait ?? true;
  }

  #sayEnd(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#requests.putNowait({ kind: 'end' });
  }

  readonly #tidyUp = (): void => {
    if (!this.#isOwnFolder) return;
    atExit().delete(this.#tidyUp);
    rmSync(join(this.#folder, 'logs'), { recursive: true, force: true });
    rmSync(join(this.#folder, `${this.#name}.json`), { force: true });
    try {
      rmdirSync(this.#folder);
    } catch {
      // somebody has put something there
    }
  };

  #submit<T>(fn: unknown, args: readonly unknown[], options: PoolTaskOptions | undefined): Future<T> {
    if (typeof fn !== 'function') throw new TypeError(`Expected a function, got ${repr(fn)}`);
    if (this.#broken !== undefined) throw new BrokenExecutor(this.#broken);
    if (this.#isShutDown) throw new RuntimeError('cannot schedule new futures after shutdown');
    const id = this.#count++;
    const future = new PoolFuture<T>(
      (isOver, deadline) => this.#listening.wait(isOver, deadline),
      () => this.#tryCancel(id),
    );
    try {
      const known = this.#numberOf(fn);
      const bytes = this.#pickler.dumps(known === 0 ? [fn, args] : args, known === 0 ? 'call' : 'args');
      if (bytes.length > MOST_BYTES) throw new RangeError(`arguments of ${bytes.length} bytes are too big to travel`);
      future.fn = fn;
      this.#futures.set(id, future as PoolFuture<unknown>);
      this.#requests.putNowait({
        kind: 'task',
        id,
        fn: known,
        bytes,
        priority: options?.priority ?? 0,
        requeue: options?.requeue ?? true,
      });
      this.#listening.soon();
    } catch (error) {
      this.#forget(id);
      future.setRunningOrNotifyCancel();
      future.setException(error);
    }
    return future;
  }

  /** Of a function that is the same whenever it is pickled: workers get it once. 0 for others. */
  #numberOf(fn: object): number {
    const known = this.#functions.get(fn);
    if (known === undefined) this.#functions.set(fn, 0); // most closures are called once
    if (known === undefined || known === CHANGES) return 0;
    if (known > 0) return this.#pickler.isSettled(fn) ? known : 0; // something may have been put on it
    const bytes = this.#pickler.dumps(fn, 'fn'); // from then on it is known what it has captured
    const isSettled = this.#pickler.isSettled(fn);
    const id = isSettled ? ++this.#functionCount : CHANGES;
    this.#functions.set(fn, id);
    if (!isSettled) return 0;
    this.#requests.putNowait({ kind: 'function', id, bytes });
    this.#unused.register(fn, id);
    return id;
  }

  /** The coordinator knows whether somebody has it. */
  #tryCancel(id: number): boolean {
    const cell = new Int32Array(this.#cell);
    Atomics.store(cell, 0, 0);
    this.#requests.putNowait({ kind: 'cancel', id });
    Atomics.wait(cell, 0, 0, ANSWER_MS);
    const isCancelled = Atomics.load(cell, 0) === 1;
    if (isCancelled) this.#forget(id);
    if (this.#isShutDown && this.#futures.size === 0) this.#sayEnd();
    this.#listening.changed();
    return isCancelled;
  }

  #receive(answer: FromCoordinator): void {
    switch (answer.kind) {
      case 'begun':
        for (const id of answer.ids) {
          const future = this.#futures.get(id);
          if (future !== undefined && !future.running()) future.setRunningOrNotifyCancel();
        }
        break;
      case 'done':
        this.#settle(answer.id, answer.isFailed, () => loadsSync(answer.bytes));
        break;
      case 'lost':
        this.#settle(answer.id, true, () => new WorkerLostError(answer.text));
        break;
      case 'workers':
        this.#workers = answer.workers;
        break;
      case 'broken':
        this.#broken = answer.text;
        for (const id of [...this.#futures.keys()]) this.#settle(id, true, () => new BrokenExecutor(answer.text));
        break;
    }
  }

  #forget(id: number): void {
    const future = this.#futures.get(id);
    if (future !== undefined) future.fn = undefined;
    this.#futures.delete(id);
  }

  #settle(id: number, isFailed: boolean, read: () => unknown): void {
    const future = this.#futures.get(id);
    if (future === undefined) return;
    this.#forget(id);
    if (!future.running()) future.setRunningOrNotifyCancel();
    let value: unknown;
    let isWrong = isFailed;
    try {
      value = read();
    } catch (error) {
      value = error;
      isWrong = true;
    }
    if (isWrong) future.setException(value);
    else future.setResult(value);
    if (this.#isShutDown && this.#futures.size === 0) this.#sayEnd();
  }
}

function whole(
  name: string,
  value: number | null | undefined,
  usual: number,
  least: number,
  most = Number.POSITIVE_INFINITY,
): number {
  if (value === undefined || value === null) return usual;
  if (!Number.isInteger(value)) throw new TypeError(`Expected ${name} to be an integer, got ${repr(value)}`);
  if (value < least) throw new ValueError(`${name} must be at least ${least}, got ${value}`);
  if (value > most) throw new ValueError(`${name} must be at most ${most}, got ${value}`);
  return value;
}

function above0(name: string, value: number | null | undefined, usual: number): number {
  if (value === undefined || value === null) return usual;
  if (typeof value !== 'number' || !(value > 0 && Number.isFinite(value)))
    throw new ValueError(`${name} must be a number of seconds above 0, got ${repr(value)}`);
  return value;
}

travels('SlurmPoolExecutor', SlurmPoolExecutor);
