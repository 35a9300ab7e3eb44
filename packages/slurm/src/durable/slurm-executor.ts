// Long because it is one mechanism: what becomes of a call, from its submission to its result.
import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { checkedOptions, RuntimeError, repr, ValueError } from '@prac/exceptions';
import { CancelledError, Executor, type Future, type ShutdownOptions } from '@prac/futures';
import { now } from '@prac/park';
import { errorOf, type JobEnd, SlurmError } from '../errors.ts';
import { callAll } from '../internal/call-all.ts';
import { drive, driveSync, type Steps } from '../internal/commands.ts';
import { tailOf } from '../internal/tail.ts';
import { travels } from '../internal/world.ts';
import { argumentsOf, SBATCH_OPTIONS, type SbatchOptions } from '../options.ts';
import { checkFolder, checkProgram, PROGRAM_OPTIONS, type ProgramOptions } from '../program.ts';
import { sacctSteps } from '../sacct.ts';
import { type JobState, phaseOf } from '../states.ts';
import { Batch, type BatchParts, settle } from './batch.ts';
import type { ElementInfo, Elements, Launcher } from './launcher.ts';
import { LocalLauncher } from './local-launcher.ts';
import { type Place, pickledCall, RunDirectory, writeResult } from './run-directory.ts';
import { type Keeper, SlurmFuture } from './slurm-future.ts';
import { SlurmLauncher } from './slurm-launcher.ts';
import { Submitter } from './submitter.ts';

/*
 * From a call to its result:
 *
 *   submit() ── its bytes ──> loose ── the end of the turn, or somebody waits ──> sealed: a batch in the run directory
 *     ── sbatch ──> submitted: an array of jobs ── a file in results/ ──> done
 *                        └── Slurm says that the job has ended, and there is no file ──> grace ──> failed
 *
 * Results are looked for in the directory, more and more seldom; the controller is asked even more seldom, and only to find jobs that have died. Both
 * are steps of one loop, which is driven by the event loop as long as there is something to come, and by whoever blocks.
 */

/** What jobs ask for, besides. */
export interface SlurmExecutorOptions
  extends ProgramOptions,
    Omit<SbatchOptions, 'array' | 'output' | 'error' | 'input' | 'comment' | 'openMode'> {
  /** The directory of the run, which all nodes see. @defaultValue a new one, here */
  readonly directory?: string | null | undefined;
  /** `'local'`: child processes of this one, where there is no Slurm. @defaultValue 'slurm' */
  readonly launcher?: 'slurm' | 'local' | null | undefined;
  /** At most so many jobs of a batch run at a time. */
  readonly maxParallel?: number | null | undefined;
  /** So many seconds after the end of a job its result may appear: network file systems take their time. @defaultValue 60 */
  readonly resultGrace?: number | null | undefined;
  /** So many seconds before its time is up a call is told: the `signal` of `taskContext()` is aborted. @defaultValue 90 */
  readonly timeoutNotice?: number | null | undefined;
  /** A call whose time was up is begun anew so many times. @defaultValue 0 */
  readonly maxTimeouts?: number | null | undefined;
}

/** What a call may ask for that is not what its executor asks for. */
export type CallOptions = Omit<SlurmExecutorOptions, 'directory' | 'launcher' | 'resultGrace'>;

const OWN = ['directory', 'launcher', 'resultGrace'];
const OF_CALLS = ['maxParallel', 'timeoutNotice', 'maxTimeouts', ...PROGRAM_OPTIONS];
const NOT_OURS = ['array', 'output', 'error', 'input', 'comment', 'openMode'];
const CALL_OPTIONS = [...SBATCH_OPTIONS.filter((name) => !NOT_OURS.includes(name)), ...OF_CALLS];

/** Between two looks into the directory, in seconds: at first, and at last. */
const FIRST_SCAN = 0.05;
const LAST_SCAN = 2;
/** Between two questions to the controller. */
const FIRST_LOOK = 1;
const LAST_LOOK = 30;
/** So long one looks whether either is due. */
const TICK = 0.05;
/** A job that has ended badly has no result, as a rule: so many seconds it is waited for all the same. */
const SHORT_GRACE = 1;
/** Of a batch: an array has no more elements as a rule, and one is looked through often enough. */
const MOST_CALLS = 1000;
/** Slurm's signals before the end of a job come at most so many seconds before it. */
const MOST_NOTICE = 65_535;

/** A call that is in no batch yet. */
interface Loose {
  readonly future: SlurmFuture;
  readonly call: Uint8Array;
  readonly options: CallOptions;
  readonly after: readonly SlurmFuture[];
}

/**
 * Runs calls as jobs of a Slurm cluster. Their results are in files: the submitting program may end, and another {@link SlurmExecutor.attach} to
 * them.
 *
 * What is submitted within a turn of the event loop is one array of jobs. A future that was made by the executor may be an argument: the job waits for
 * it.
 *
 * Python: `concurrent.futures.Executor`; submitit's `SlurmExecutor`.
 *
 * @example
 * import { SlurmExecutor } from '@prac/slurm';
 * import { mkdtempSync } from 'node:fs';
 * const directory = mkdtempSync('/tmp/prac-run-');
 * await using executor = new SlurmExecutor({ directory, launcher: 'local' }); // without it: on the cluster
 * console.log(await executor.submit((n: number) => n ** 2, 7)); // 49
 */
export class SlurmExecutor extends Executor {
  /** All that was submitted in this run, also by programs before this one. */
  readonly futures: SlurmFuture[] = [];
  readonly #directory: RunDirectory;
  readonly #launcher: Launcher;
  readonly #options: CallOptions;
  readonly #grace: number;
  readonly #batches = new Set<Batch>();
  readonly #submitter: Submitter;
  #loose: Loose[] = [];
  #mostCalls: number | undefined;
  #isSoon = false;
  #isShutDown = false;
  #isDetached = false;
  #watching: Promise<void> | undefined;
  #scanPause = FIRST_SCAN;
  #scanAt = 0;
  #lookPause = FIRST_LOOK;
  #lookAt = 0;
  readonly #keeper: Keeper = {
    wait: (isOver, deadline) => driveSync(this.#watchSteps(isOver, deadline, true)),
    tryCancel: (future) => this.#tryCancel(future),
    kill: (future) => this.#kill(future),
    logPath: (place) => this.#directory.logPath(place),
  };

  /** @throws {TypeError}, {ValueError} for what an option cannot be, or a directory that has a run. */
  constructor(options?: SlurmExecutorOptions | null) {
    super();
    const { directory, launcher, resultGrace, ...rest } = checkedOptions(options, [...CALL_OPTIONS, ...OWN]);
    checkCallOptions(rest);
    this.#grace = secondsOf('resultGrace', resultGrace, 60);
    this.#options = rest;
    this.#launcher = launcherOf(launcher ?? 'slurm', rest.maxParallel ?? undefined);
    const id = randomUUID();
    if (directory != null) checkFolder(resolve(directory));
    this.#directory = attaching ?? RunDirectory.create(directory ?? `prac-run-${id.slice(0, 8)}`, id);
    this.#submitter = new Submitter(this.#directory, this.#launcher);
    if (attaching !== undefined) this.#takeUp();
  }

  /**
   * Takes up a run whose program has ended: its {@link futures} are there again, and more can be submitted. What was never submitted is now.
   *
   * @throws {ValueError} if there is no run.
   */
  static attach(directory: string, options?: Omit<SlurmExecutorOptions, 'directory'> | null): SlurmExecutor {
    if ((options as SlurmExecutorOptions | null | undefined)?.directory !== undefined)
      throw new TypeError('attach has its directory: it is no option');
    attaching = RunDirectory.open(directory);
    try {
      return new SlurmExecutor(options);
    } finally {
      attaching = undefined;
    }
  }

  /** Where the run is. */
  get directory(): string {
    return this.#directory.path;
  }

  override submit<Args extends readonly unknown[], T>(
    fn: (...args: Args) => T,
    ...args: Args
  ): SlurmFuture<Awaited<T>> {
    return this.#submit<Awaited<T>>(fn, args, this.#options);
  }

  /** Submits with other options than the executor's: those that are given take their place. */
  withOptions(options: CallOptions): Pick<SlurmExecutor, 'submit'> {
    const own = { ...this.#options, ...checkedOptions(options, CALL_OPTIONS) };
    checkCallOptions(own);
    return { submit: (fn, ...args) => this.#submit(fn, args, own) };
  }

  protected override submitAll(
    fn: (...args: never[]) => unknown,
    chunk: readonly unknown[],
    hasOneArgument: boolean,
  ): Future<unknown[]> {
    return this.#submit<unknown[]>(callAll as never, [fn, chunk, hasOneArgument], this.#options);
  }

  /** Takes no more, and waits for all that was submitted. Jobs run on if the program ends: {@link detach} does not wait. */
  override async shutdown(options?: ShutdownOptions | null): Promise<void> {
    const isToWait = this.#end(options);
    while (isToWait && this.#isLeft) await this.#watch();
  }

  override shutdownSync(options?: ShutdownOptions | null): void {
    if (this.#end(options)) driveSync(this.#watchSteps(() => !this.#isLeft, Number.POSITIVE_INFINITY, true));
  }

  /** Submits what there is, and takes no more notice of it: the program may end. {@link attach} finds it again. */
  async detach(): Promise<void> {
    this.#isShutDown = true;
    await drive(this.#learn());
    this.#seal();
    while ([...this.#batches].some(({ job }) => job === undefined)) {
      await drive(this.#submitter.steps(this.#batches, false));
      await drive(pause(TICK));
    }
    this.#isDetached = true;
    await this.#watching;
  }

  override toString(): string {
    return `<SlurmExecutor ${this.directory}${this.#isShutDown ? ' shut down' : ''}>`;
  }

  get #isLeft(): boolean {
    return this.#loose.length > 0 || this.#batches.size > 0;
  }

  #end(options: ShutdownOptions | null | undefined): boolean {
    const { wait, cancelFutures } = checkedOptions(options, ['wait', 'cancelFutures']);
    this.#isShutDown = true;
    if (cancelFutures) this.#cancelWaiting();
    return wait ?? true;
  }

  // From a call to a batch.

  #submit<T>(fn: unknown, args: readonly unknown[], options: CallOptions): SlurmFuture<T> {
    if (typeof fn !== 'function') throw new TypeError(`Expected a function, got ${repr(fn)}`);
    if (this.#isShutDown) throw new RuntimeError('cannot schedule new futures after shutdown');
    const future = new SlurmFuture<T>(this.#keeper);
    const after: SlurmFuture[] = [];
    try {
      const call = pickledCall(fn, args, (value) => this.#placeOf(value, after), options.sourceHash ?? true);
      this.#loose.push({ future: future as SlurmFuture, call, options, after });
      this.futures.push(future as SlurmFuture);
      this.#goOnSoon();
    } catch (error) {
      future.setRunningOrNotifyCancel();
      future.setException(error);
    }
    return future;
  }

  /** Of a future that is an argument: its result is taken where the call runs. */
  #placeOf(value: object, after: SlurmFuture[]): Place | undefined {
    if (!(value instanceof SlurmFuture) || !this.futures.includes(value)) return undefined;
    if (value.place === undefined) this.#seal();
    after.push(value);
    return value.place;
  }

  /** Once all that is submitted now has been. */
  #goOnSoon(): void {
    this.#scanPause = FIRST_SCAN;
    this.#lookPause = FIRST_LOOK;
    this.#lookAt = now() + 1000 * FIRST_LOOK;
    if (this.#isSoon) return;
    this.#isSoon = true;
    setImmediate(() => {
      this.#isSoon = false;
      if (this.#mostCalls !== undefined) this.#seal();
      void this.#watch();
    });
  }

  /** Makes batches of what is loose: of the calls that ask for the same, and wait for the same. */
  #seal(): void {
    const most = this.#mostCalls ?? MOST_CALLS;
    const groups = new Map<string, Loose[]>();
    for (const loose of this.#loose) {
      if (loose.future.done()) continue; // it was cancelled
      const key = JSON.stringify([loose.options, loose.after.map(({ place }) => place)]);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [loose]);
      else group.push(loose);
    }
    this.#loose = [];
    for (const group of groups.values())
      for (let at = 0; at < group.length; at += most) {
        const part = group.slice(at, at + most);
        try {
          this.#addBatch(part);
        } catch (error) {
          for (const { future } of part) settle(future, () => ({ error })); // the directory is gone, the disk is full
        }
      }
  }

  #addBatch(group: readonly Loose[]): void {
    const number = this.#directory.claimBatch();
    const { options, after } = group[0]!;
    const mark = `prac-${this.#directory.id}-${number}`;
    const { maxTimeouts, ...rest } = options;
    this.#directory.addBatch(
      number,
      group.map(({ call }) => call),
      { mark, options: rest, maxTimeouts: maxTimeouts ?? 0, after: after.map(({ place }) => place!) },
    );
    for (const [index, { future }] of group.entries()) future.place = { batch: number, index };
    this.#keep({ number, mark, options, after, futures: group.map(({ future }) => future) });
  }

  #keep(parts: BatchParts): void {
    this.#batches.add(new Batch(parts, (batch) => this.#batches.delete(batch)));
  }

  /** Makes the futures of a run that was begun by somebody else. */
  #takeUp(): void {
    const known = new Map<string, SlurmFuture>();
    for (const { number, count, mark, options, after } of this.#directory.batches()) {
      const job = this.#directory.job(number);
      const isGone = job?.startsWith('local') ?? false; // ended with its program
      const futures = Array.from({ length: count }, (_, index) => {
        const future = new SlurmFuture(this.#keeper);
        future.place = { batch: number, index };
        known.set(`${number}/${index}`, future);
        if (job !== undefined && !isGone) future.jobId = `${job}_${index}`;
        return future;
      });
      this.futures.push(...futures);
      this.#keep({
        number,
        mark,
        options: options as CallOptions,
        after: after.flatMap(({ batch, index }) => known.get(`${batch}/${index}`) ?? []),
        futures,
        job: isGone ? undefined : job,
        mayExist: !isGone,
      });
    }
    this.#goOnSoon();
  }

  // From a batch to results.

  /** As long as something is to come. */
  #watch(): Promise<void> {
    this.#watching ??= drive(this.#watchSteps(() => this.#isDetached, Number.POSITIVE_INFINITY)).finally(() => {
      this.#watching = undefined;
      if (this.#isLeft && !this.#isDetached) void this.#watch();
    });
    return this.#watching;
  }

  /** @param isBlocking - The event loop does not go on meanwhile. */
  *#watchSteps(isOver: () => boolean, deadline: number, isBlocking = false): Steps<void> {
    while (!isOver() && now() < deadline && this.#isLeft) {
      try {
        yield* this.#learn();
        this.#seal();
        yield* this.#dropSteps();
        this.#scanIfDue();
        this.#launcher.goOn?.();
        yield* this.#submitter.steps(this.#batches, isBlocking);
        yield* this.#lookSteps();
      } catch (error) {
        // The directory of the run is gone, or the like: nothing will come any more.
        for (const batch of [...this.#batches]) batch.failAll(error);
      }
      if (isOver() || !this.#isLeft) return;
      yield Math.max(0, Math.min(TICK, (deadline - now()) / 1000));
    }
  }

  /** How many calls a batch may have here. */
  *#learn(): Steps<void> {
    if (this.#mostCalls !== undefined) return;
    try {
      this.#mostCalls = Math.min(MOST_CALLS, yield* this.#launcher.mostElements());
    } catch (error) {
      if (!(error instanceof SlurmError)) throw error; // the controller does not answer now
    }
  }

  /** Ends what waits for something that has failed. */
  *#dropSteps(): Steps<void> {
    for (const batch of [...this.#batches]) {
      const failed = batch.after.find((future) => future.done() && !hasValue(future));
      if (failed === undefined || batch.isSubmitting) continue;
      const jobs = batch.job === undefined ? [] : batch.left.map(([index]) => batch.jobOf(index));
      const why = failed.cancelled() ? new RuntimeError('what it waits for was cancelled') : failed.exceptionSync();
      batch.failAll(why);
      if (jobs.length === 0) continue;
      try {
        yield* this.#launcher.cancel(jobs, false);
      } catch (error) {
        if (!(error instanceof SlurmError)) throw error; // they wait for ever, or fail
      }
    }
  }

  #scanIfDue(): void {
    if (now() < this.#scanAt) return;
    const isNews = this.#scan();
    this.#scanPause = isNews ? FIRST_SCAN : Math.min(LAST_SCAN, 1.2 * this.#scanPause);
    this.#scanAt = now() + 1000 * this.#scanPause;
  }

  /** Takes the results that are there. */
  #scan(): boolean {
    let isNews = false;
    for (const batch of [...this.#batches]) {
      for (const index of this.#directory.finished(batch.number)) {
        const future = batch.future(index);
        if (future === undefined) continue;
        isNews = true;
        batch.settle(index, () => {
          const result = this.#directory.resultSync({ batch: batch.number, index });
          future.node = result.node;
          return result;
        });
      }
    }
    return isNews;
  }

  /** Asks which jobs have ended without leaving anything. */
  *#lookSteps(): Steps<void> {
    if (now() < this.#lookAt) return;
    this.#lookPause = Math.min(LAST_LOOK, 2 * this.#lookPause);
    this.#lookAt = now() + 1000 * this.#lookPause;
    for (const batch of [...this.#batches]) {
      if (batch.job === undefined) continue;
      try {
        const infos = yield* this.#launcher.look(batch.job, batch.submittedAt);
        for (const [index, future] of batch.left) yield* this.#judge(batch, index, future, infos.get(index));
      } catch (error) {
        if (!(error instanceof SlurmError)) throw error; // it says nothing: nothing is known
      }
    }
  }

  *#judge(batch: Batch, index: number, future: SlurmFuture, info: ElementInfo | undefined): Steps<void> {
    future.slurmState = info?.state;
    const phase = info === undefined ? 'ended' : phaseOf(info.state);
    if (phase === 'runs' && !future.running() && !future.done()) future.setRunningOrNotifyCancel();
    if (phase !== 'ended') {
      batch.endedAt.delete(index);
      return;
    }
    this.#lookPause = Math.min(this.#lookPause, FIRST_LOOK);
    this.#lookAt = Math.min(this.#lookAt, now() + 1000 * FIRST_LOOK);
    this.#scanPause = FIRST_SCAN;
    const since = batch.endedAt.get(index) ?? now();
    batch.endedAt.set(index, since);
    // The program ends with 0 and 1 behind its result.
    const hasResult =
      info === undefined || info.state === 'COMPLETED' || (info.state === 'FAILED' && info.exitCode === 1);
    if (now() - since < 1000 * (hasResult ? this.#grace : Math.min(SHORT_GRACE, this.#grace))) return;
    if (this.#scan() && batch.future(index) === undefined) return;
    const end = yield* this.#endOf(batch, index, info);
    batch.settle(index, () => ({ error: errorOf(end) }));
  }

  *#endOf(batch: Batch, index: number, info: ElementInfo | undefined): Steps<JobEnd> {
    const jobId = batch.jobOf(index);
    const logTail = tailOf(this.#directory.logPath({ batch: batch.number, index }));
    if (info !== undefined) return { ...info, jobId, logTail };
    const past = (yield* sacctSteps([jobId]))?.[0];
    const unknown = { state: 'UNKNOWN' as JobState, exitCode: null, signal: null, reason: 'nobody knows it any more' };
    return { ...(past ?? unknown), jobId, logTail };
  }

  // How a call is cancelled.

  #tryCancel(future: SlurmFuture): boolean {
    if (future.place === undefined) return true; // it is loose still
    return this.#cancelMany([future], false).has(future);
  }

  /** All that has not begun. What the controller cannot be asked about goes on. */
  #cancelWaiting(): void {
    const waiting = this.futures.filter((future) => !future.done() && !future.running());
    for (const future of waiting) if (future.place === undefined) future.cancel();
    let cancelled = new Set<SlurmFuture>();
    try {
      cancelled = this.#cancelMany(
        waiting.filter(({ place }) => place !== undefined),
        true,
      );
    } catch (error) {
      if (!(error instanceof SlurmError)) throw error;
    }
    for (const future of cancelled) future.noteCancelled();
  }

  /** @param areAll - Whether nothing else waits. @returns Those that will not run. */
  #cancelMany(futures: readonly SlurmFuture[], areAll: boolean): Set<SlurmFuture> {
    const places = futures.flatMap((future) => {
      const batch = this.#batchOf(future);
      return batch === undefined ? [] : [{ future, batch, index: future.place!.index }];
    });
    const asked = places.filter(({ batch }) => batch.job !== undefined);
    const since = now();
    const jobs = asked.map(({ batch, index }) => batch.jobOf(index));
    if (areAll && jobs.length > 0) driveSync(this.#launcher.cancel(jobs, true));
    else for (const job of jobs) driveSync(this.#launcher.cancelOne(job));
    const infos = new Map<Batch, Elements>();
    for (const { batch } of asked)
      if (!infos.has(batch)) infos.set(batch, driveSync(this.#launcher.look(batch.job!, since)));
    const cancelled = new Set<SlurmFuture>();
    for (const { future, batch, index } of places) {
      const info = infos.get(batch)?.get(index);
      // One that has never begun may be forgotten at once.
      const isOver = info === undefined || info.state === 'CANCELLED';
      if (!isOver || future.running() || this.#hasResult(batch, index)) continue;
      if (batch.future(index) !== future) continue;
      if (batch.job === undefined) this.#noteCancelled(batch, index);
      batch.take(index);
      cancelled.add(future);
    }
    return cancelled;
  }

  /** It is never submitted, neither by whoever attaches. */
  #noteCancelled({ number }: Batch, index: number): void {
    try {
      const error = new CancelledError();
      writeResult(this.#directory.batchPath(number), index, { error, node: undefined, run: 'cancelled' }, {});
    } catch {
      // the directory is gone: nobody will
    }
  }

  #hasResult({ number, job }: Batch, index: number): boolean {
    return job !== undefined && this.#directory.finished(number).includes(index);
  }

  /** A submission that is under way is waited for. */
  #batchOf({ place }: SlurmFuture): Batch | undefined {
    const batch = [...this.#batches].find(({ number }) => number === place?.batch);
    if (batch?.isSubmitting) driveSync(this.#submitter.submit(batch));
    return batch;
  }

  #kill(future: SlurmFuture): void {
    if (future.done()) return;
    const batch = this.#batchOf(future);
    if (batch?.job === undefined) {
      future.cancel();
      return;
    }
    const { index } = future.place!;
    const since = now();
    driveSync(this.#launcher.cancel([batch.jobOf(index)], false));
    const info = driveSync(this.#launcher.look(batch.job, since)).get(index);
    this.#lookAt = 0;
    if (info !== undefined && info.state !== 'CANCELLED') return; // it is being ended
    if (this.#hasResult(batch, index)) return;
    const end = { state: 'CANCELLED', exitCode: null, signal: null, reason: 'it was killed' } as const;
    const logTail = tailOf(this.#directory.logPath(future.place!));
    batch.settle(index, () => ({ error: errorOf({ ...end, jobId: future.jobId!, logTail }) }));
  }
}

function hasValue(future: SlurmFuture): boolean {
  return !future.cancelled() && future.exceptionSync() === null;
}

/** The run that the next executor takes up. */
let attaching: RunDirectory | undefined;

function* pause(seconds: number): Steps<void> {
  yield seconds;
}

function launcherOf(name: unknown, maxParallel: number | undefined): Launcher {
  if (name === 'slurm') return new SlurmLauncher();
  if (name === 'local') return new LocalLauncher(maxParallel);
  throw new TypeError(`Expected launcher to be 'slurm' or 'local', got ${repr(name)}`);
}

function checkCallOptions({ maxParallel, timeoutNotice, maxTimeouts, ...others }: CallOptions): void {
  const { roots, execPath, sourceHash, ...rest } = others;
  checkProgram({ roots, execPath, sourceHash });
  argumentsOf(rest as SbatchOptions); // says what is wrong with them
  if (maxParallel != null && !(Number.isInteger(maxParallel) && maxParallel > 0))
    throw new ValueError(`maxParallel must be a whole number above 0, got ${repr(maxParallel)}`);
  if (maxTimeouts != null && !(Number.isInteger(maxTimeouts) && maxTimeouts >= 0))
    throw new ValueError(`maxTimeouts must be a whole number, got ${repr(maxTimeouts)}`);
  if (timeoutNotice != null && !(Number.isInteger(timeoutNotice) && timeoutNotice >= 0 && timeoutNotice <= MOST_NOTICE))
    throw new ValueError(
      `timeoutNotice must be a whole number of seconds up to ${MOST_NOTICE}, got ${repr(timeoutNotice)}`,
    );
}

function secondsOf(name: string, value: number | null | undefined, usual: number): number {
  if (value === undefined || value === null) return usual;
  if (typeof value !== 'number' || !(value >= 0))
    throw new ValueError(`${name} must be a number of seconds, got ${repr(value)}`);
  return value;
}

travels('SlurmExecutor', SlurmExecutor);
