// Long because it is one mechanism: who has which task, and what becomes of it.
import { RuntimeError } from '@prac/exceptions';
import { now } from '@prac/park';
import { Pickler } from '@prac/pickle';
import { ProcessError, WorkerLostError } from '../errors.ts';
import { type Answer, DONE, NOT_BEGUN, STOP, type Task, unpackValue } from './messages.ts';

/*
 * The engine of a pool: gives tasks to workers, which are processes or threads, and settles them.
 *
 *   source (tasks that are still to be made) ── a worker has room ──> assigned ── an answer ──> settled
 *                                                   │ the worker ends
 *                                                   ├─ not begun: goes to the front again
 *                                                   └─ begun: WorkerLostError
 *
 * Each worker has a queue of its own: what it has been given can be told from what it has begun, when it ends. As a rule it has one task.
 * If tasks are short it has as many as it does in a fifth of a millisecond, since the way there and back takes longer than they do.
 *
 * The engine listens for answers, and for the ends of workers, as long as there is a task: it keeps the event loop alive then, and only
 * then.
 */

/** Something to be done by a worker. */
export interface Job {
  readonly fn: (...args: never[]) => unknown;
  /** How the arguments are meant: see messages.ts. */
  readonly style: number;
  readonly args: readonly unknown[];
  /** It may be called off while it is under way: its worker is its alone, and is ended then. */
  readonly limits?: Limits | undefined;
  settle(isDone: boolean, value: unknown): void;
}

/** Of a job that may be called off. */
export interface Limits {
  /** Whether it has been: it is not begun any more. */
  readonly isOver: boolean;
  /** A worker has it. @param end - Ends the worker. */
  begin(end: () => void): void;
}

/** Jobs that come one after the other. */
export interface Source {
  next(): Job | undefined;
}

/** A process or thread that works. */
export interface Worker {
  readonly tasks: { putNowait(task: Task): void; qsize(): number };
  /** Why it has ended; nothing as long as it runs. */
  ended(): string | undefined;
  /** Whether `kill()` ends it at once. */
  readonly isMortal: boolean;
  /** Waits for its end. Aborted by the signal. */
  untilEnded(signal: AbortSignal): Promise<void>;
  kill(): void;
  join(): Promise<void>;
  joinSync(): void;
}

/** Where workers put their answers. */
export interface Answers {
  getMany(most: number, options: { readonly signal: AbortSignal }): Promise<Answer[]>;
  getManySync(most: number, options: { readonly timeout: number }): Answer[];
  empty(): boolean;
}

export interface EngineOptions {
  readonly size: number;
  readonly answers: Answers;
  /** A worker ends after so many tasks, and another takes its place. */
  readonly maxTasks: number;
  create(number: number): Worker;
}

interface Place {
  readonly number: number;
  readonly worker: Worker;
  readonly pickler: Pickler;
  /** By their ids, in the order in which they were given. */
  readonly assigned: Map<number, Job>;
  /** So many more tasks it may be given. */
  left: number;
  /** So many at a time. */
  depth: number;
  isStopping: boolean;
  hasAnswered: boolean;
  /** By a job that may be called off. */
  isTaken: boolean;
}

const MOST_AT_A_TIME = 64;
const MOST_ANSWERS = 256;
/** Tasks of so many milliseconds together are worth a way. */
const WORTH_MS = 0.2;
/** While a thread is blocked it looks so often whether workers have ended, in seconds. */
const LOOK = 0.05;
/** Who has to be replaced so often will not work. */
const MOST_STILLBORN = 10;
/** So long after the last task the ends of workers are still listened for, in milliseconds. */
const LINGER_MS = 50;

export class Engine {
  readonly #options: EngineOptions;
  readonly #places = new Map<number, Place>();
  /** The most urgent first; of those that are equal the oldest. */
  readonly #sources: { readonly source: Source; readonly priority: number }[] = [];
  #nextWorker = 0;
  #nextTask = STOP;
  #pending = 0;
  /** The next job, if it could not be given to anybody. */
  #held: Job | undefined;
  /** New tasks are refused. */
  #isClosed = false;
  #isTerminated = false;
  /** A thread that waits here does not run its event loop. */
  #isBlocked = false;
  /** Nothing works any more: why. */
  #failure: unknown;
  #pump: AbortController | undefined;
  #lingering: NodeJS.Timeout | undefined;
  /** How many workers in a row have ended before their first answer. */
  #stillborn = 0;

  constructor(options: EngineOptions) {
    this.#options = options;
    for (let i = 0; i < options.size; i++) this.#addWorker();
  }

  get isRunning(): boolean {
    return !this.#isClosed;
  }

  /** Whether there are jobs that no worker has. */
  get #hasMore(): boolean {
    return this.#held !== undefined || this.#sources.length > 0;
  }

  get workers(): readonly Worker[] {
    return [...this.#places.values()].map(({ worker }) => worker);
  }

  /**
   * Takes jobs from a source, as long as it has some.
   *
   * @param priority - Higher ones come first.
   */
  add(source: Source, priority = 0): void {
    const behind = this.#sources.findLastIndex((other) => other.priority >= priority);
    this.#sources.splice(behind + 1, 0, { source, priority });
    this.#dispatch();
  }

  /** No more tasks: workers end when they have done those that there are. */
  close(): void {
    this.#isClosed = true;
    this.#stopIdle();
  }

  /** Ends all workers now. What is not settled fails. */
  terminate(): void {
    this.#isClosed = true;
    if (this.#isTerminated) return;
    this.#isTerminated = true;
    for (const { worker } of this.#places.values()) worker.kill();
    this.#failAll(new WorkerLostError('the pool was terminated'));
  }

  async join(): Promise<void> {
    for (let place = this.#first; place !== undefined; place = this.#first) {
      await place.worker.join();
      this.#settleEnds();
    }
  }

  joinSync(): void {
    while (this.#pending > 0) this.#workSync(LOOK);
    for (let place = this.#first; place !== undefined; place = this.#first) {
      place.worker.joinSync();
      this.#settleEnds();
    }
  }

  get #first(): Place | undefined {
    return this.#places.values().next().value;
  }

  /** Blocks until a condition is true, or the time is up. */
  waitSync(isOver: () => boolean, deadline: number): void {
    while (!isOver() && now() < deadline) this.#workSync(Math.min(LOOK, Math.max(0, (deadline - now()) / 1000)));
  }

  #workSync(seconds: number): void {
    this.#isBlocked = true;
    try {
      this.#workBlocked(seconds);
    } finally {
      this.#isBlocked = false;
    }
  }

  #workBlocked(seconds: number): void {
    let answers: Answer[] = [];
    try {
      answers = this.#options.answers.getManySync(MOST_ANSWERS, { timeout: seconds });
    } catch (error) {
      if ((error as Error).name !== 'Empty') throw error;
    }
    for (const answer of answers) this.#take(answer);
    this.#settleEnds();
    this.#dispatch();
  }

  #addWorker(): void {
    const number = ++this.#nextWorker;
    const worker = this.#options.create(number);
    const pickler = new Pickler({ remember: true, name: 'task' });
    const place: Place = {
      number,
      worker,
      pickler,
      assigned: new Map(),
      left: this.#options.maxTasks,
      depth: 1,
      isStopping: false,
      hasAnswered: false,
      isTaken: false,
    };
    this.#places.set(number, place);
    if (this.#pump !== undefined) this.#listenForEnd(place, this.#pump.signal);
  }

  #dispatch(): void {
    for (let place = this.#roomiest(); place !== undefined; place = this.#roomiest()) {
      const job = this.#held ?? this.#nextJob();
      this.#held = undefined;
      if (job === undefined) break;
      if (job.limits?.isOver) continue;
      if (job.limits !== undefined && place.assigned.size > 0) {
        this.#held = job; // it waits for a worker that has nothing to do
        break;
      }
      this.#assign(place, job);
    }
    if (this.#pending > 0) this.#listen();
    if (this.#isClosed) this.#stopIdle();
  }

  /** The worker with the fewest tasks of those that may have another. */
  #roomiest(): Place | undefined {
    let best: Place | undefined;
    for (const place of this.#places.values()) {
      const { size } = place.assigned;
      if (place.isStopping || place.isTaken || place.left === 0 || size >= place.depth) continue;
      if (best === undefined || size < best.assigned.size) best = place;
    }
    return best;
  }

  #nextJob(): Job | undefined {
    for (let first = this.#sources[0]; first !== undefined; first = this.#sources[0]) {
      const job = first.source.next();
      if (job !== undefined) return job;
      this.#sources.shift();
    }
    return undefined;
  }

  #assign(place: Place, job: Job): void {
    if (this.#failure !== undefined) {
      job.settle(false, this.#failure);
      return;
    }
    const id = ++this.#nextTask;
    let bytes: Uint8Array;
    try {
      bytes = place.pickler.dumps([job.fn, job.args] as never);
    } catch (error) {
      job.settle(false, error); // it cannot travel
      return;
    }
    place.assigned.set(id, job);
    place.left--;
    this.#pending++;
    place.worker.tasks.putNowait([id, job.style, bytes]);
    if (job.limits === undefined) return;
    place.isTaken = true;
    job.limits.begin(() => place.assigned.has(id) && place.worker.isMortal && place.worker.kill());
  }

  /** Hears answers and ends, as long as there is a task. */
  #listen(): void {
    clearTimeout(this.#lingering);
    if (this.#pump !== undefined) return;
    const pump = new AbortController();
    this.#pump = pump;
    this.#settleEnds(); // nobody has looked meanwhile
    for (const place of this.#places.values()) this.#listenForEnd(place, pump.signal);
    void this.#hear(pump);
  }

  async #hear(pump: AbortController): Promise<void> {
    try {
      while (this.#pump === pump) {
        const answers = await this.#options.answers.getMany(MOST_ANSWERS, { signal: pump.signal });
        for (const answer of answers) this.#take(answer);
        this.#dispatch();
        if (this.#pending === 0) this.#lingering = setTimeout(() => this.#rest(), LINGER_MS);
      }
    } catch (error) {
      if (!pump.signal.aborted) this.#fail(error);
    }
  }

  #rest(): void {
    clearTimeout(this.#lingering);
    const pump = this.#pump;
    this.#pump = undefined;
    pump?.abort();
  }

  #listenForEnd(place: Place, signal: AbortSignal): void {
    place.worker.untilEnded(signal).then(
      () => {
        this.#settleEnds();
        this.#dispatch();
      },
      () => {}, // nobody listens any more
    );
  }

  #take([number, id, outcome, how, value, milliseconds]: Answer): void {
    if (outcome === NOT_BEGUN) {
      unpackValue(how, value, this.#isBlocked, (_, error) => this.#fail(error));
      return;
    }
    const place = this.#places.get(number);
    const job = place?.assigned.get(id);
    if (place === undefined || job === undefined) return; // it was given up
    place.assigned.delete(id);
    place.isTaken = false;
    place.hasAnswered = true;
    this.#stillborn = 0;
    this.#pending--;
    place.depth = Math.max(1, Math.min(MOST_AT_A_TIME, Math.floor(WORTH_MS / Math.max(milliseconds, 0.001))));
    if (place.left === 0 && place.assigned.size === 0) this.#replace(place);
    unpackValue(how, value, this.#isBlocked, (isOpened, opened) => job.settle(isOpened && outcome === DONE, opened));
  }

  #replace(place: Place): void {
    this.#stop(place);
    if (!this.#isClosed || this.#hasMore) this.#addWorker();
  }

  #stop(place: Place): void {
    if (place.isStopping) return;
    place.isStopping = true;
    place.worker.tasks.putNowait([STOP, 0, new Uint8Array(0)]);
  }

  #stopIdle(): void {
    if (this.#hasMore) return;
    for (const place of this.#places.values()) if (place.assigned.size === 0) this.#stop(place);
  }

  /** Looks who has ended. */
  #settleEnds(): void {
    for (const place of [...this.#places.values()]) {
      const why = place.worker.ended();
      if (why === undefined) continue;
      this.#takeAll(); // what it has said before
      this.#places.delete(place.number);
      this.#settleEnd(place, why);
    }
  }

  #takeAll(): void {
    while (!this.#options.answers.empty())
      for (const answer of this.#options.answers.getManySync(MOST_ANSWERS, { timeout: 0 })) this.#take(answer);
  }

  #settleEnd({ assigned, worker, isStopping, hasAnswered }: Place, why: string): void {
    this.#pending -= assigned.size;
    const jobs = [...assigned.values()];
    const begun = Math.max(0, jobs.length - worker.tasks.qsize());
    const [lost, rest] = [jobs.slice(0, begun), jobs.slice(begun)];
    if (rest.length > 0) this.#sources.unshift({ source: sourceOf(rest), priority: Number.POSITIVE_INFINITY });
    if (!hasAnswered && !isStopping && ++this.#stillborn > MOST_STILLBORN + this.#options.size)
      this.#fail(new ProcessError(`workers end before they have done anything: ${why}`));
    if (!isStopping && !this.#isTerminated && (!this.#isClosed || this.#hasMore)) this.#addWorker();
    for (const job of lost) job.settle(false, new WorkerLostError(`${why} while it ran the task`));
  }

  /** Nothing can be done any more. */
  #fail(error: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = error ?? new RuntimeError('the pool has failed');
    this.#isClosed = true;
    this.#isTerminated = true;
    for (const { worker } of this.#places.values()) worker.kill();
    this.#failAll(this.#failure);
  }

  #failAll(error: unknown): void {
    const jobs = [...this.#places.values()].flatMap(({ assigned }) => [...assigned.values()]);
    for (const { assigned } of this.#places.values()) assigned.clear();
    this.#pending = 0;
    for (const job of jobs) job.settle(false, error);
    this.#held?.settle(false, error);
    this.#held = undefined;
    for (let job = this.#nextJob(); job !== undefined; job = this.#nextJob()) job.settle(false, error);
    this.#rest();
  }
}

/** Of jobs that are there. */
export function sourceOf(jobs: readonly Job[]): Source {
  let next = 0;
  return { next: () => jobs[next++] };
}
