// Long because it is one mechanism: who has which task, and what becomes of it.
import type { Transferable } from 'node:worker_threads';
import { RuntimeError } from '@prac/exceptions';
import { now, outsideTasks } from '@prac/park';
import { Pickler } from '@prac/pickle';
import { ProcessError, WorkerLostError } from '../errors.ts';
import { Eagerness } from './eagerness.ts';
import {
  AGAIN,
  ANEW,
  type Answer,
  BEGUN,
  DONE,
  FAILED,
  KEEP,
  NOT_BEGUN,
  STOP,
  STOPPING,
  type Task,
  TELLS,
} from './messages.ts';
import { isPickled, Opening, packArgs, packFunction, unpackValue } from './packing.ts';
import { type Source, Sources, sourceOf } from './sources.ts';

/*
 * The engine of a pool: gives tasks to workers, which are processes or threads, and settles them.
 *
 *   source (jobs that are still to be made) ── a worker has room ──> assigned ── an answer ──> opened ──> settled
 *                                                   │ the worker ends
 *                                                   ├─ not begun: goes to the front again
 *                                                   └─ begun: WorkerLostError
 *
 * Each worker has a queue of its own: what it has been given can be told from what it has begun, when it ends. As a rule it has one task.
 * If tasks are short it has as many as it does in a fifth of a millisecond, since the way there and back takes longer than they do. When
 * another has nothing to do, what it has not begun is taken back: nothing waits behind a long task while somebody is idle.
 *
 * The engine listens for answers, and for the ends of workers, as long as there is a task: it keeps the event loop alive then, and only
 * then. While a thread is blocked in one of the ...Sync forms, that takes the answers. If answers come soon, they are looked for at each turn
 * of the event loop, before it is asked to wake up for them: eagerness.ts.
 *
 * Callbacks may call the pool again, and wait: all that is under way is in fields, where who comes next finds it.
 */

/** Something to be done by a worker. */
export interface Job {
  readonly fn: (...args: never[]) => unknown;
  /** How the arguments are meant: see messages.ts. */
  readonly style: number;
  readonly args: readonly unknown[];
  /** What of them is handed over, to a thread. */
  readonly transfer?: readonly Transferable[] | undefined;
  /** It is about to be given to a worker; perhaps again, if the first has not begun. `false`: it is not wanted any more, and is settled. */
  begin?(): boolean;
  /** It may be called off while it is under way: its worker is its alone, and is ended then. */
  readonly limits?: Limits | undefined;
  /** Throws nothing. @param isRemote - It was thrown in the worker. */
  settle(isDone: boolean, value: unknown, isRemote?: boolean): void;
}

/** Of a job that may be called off. */
export interface Limits {
  /** Whether it has been: it is not begun any more. */
  readonly isOver: boolean;
  /** A worker has it. @param end - Ends the worker. */
  given(end: () => void): void;
  /** The worker has begun. */
  begun(): void;
  /** Looks whether the time is up. */
  look(): void;
  settled(): void;
}

/** A process or thread that works. */
export interface Worker {
  readonly tasks: {
    putNowait(task: Task): void;
    putManySync(tasks: readonly Task[]): number;
    getNowait(): Task;
    empty(): boolean;
    qsize(): number;
  };
  /** Why it has ended; nothing as long as it runs. */
  ended(): string | undefined;
  /** Gives it a task with which something is handed over: to a thread. */
  hand?(task: Task, transfer: readonly Transferable[]): void;
  /** Whether it is a thread of this process: what cannot be bytes can go there. */
  readonly isThread: boolean;
  /** Waits for its end. Aborted by the signal. */
  untilEnded(signal: AbortSignal): Promise<void>;
  /** It is not wanted any more: a process ends at once, a thread behind what it has begun. */
  kill(): void;
  /** Asks it to end now: a process by SIGTERM, which it may handle. */
  terminate(): void;
  /** Ends it at once. */
  end(): void;
  join(): Promise<void>;
  joinSync(): void;
  /** It has ended, and what it has left is settled. */
  gone?(): void;
}

/** How a {@link Worker} is ended. */
export type Ending = 'kill' | 'terminate' | 'end';

/** Where workers put their answers. */
export interface Answers {
  getMany(most: number, options: { readonly signal: AbortSignal }): Promise<Answer[]>;
  getManySync(most: number, options: { readonly timeout: number }): Answer[];
  empty(): boolean;
  /** Nobody puts anything there any more. */
  giveBack?(): void;
}

export interface EngineOptions {
  readonly size: number;
  readonly answers: Answers;
  /** A worker ends after so many tasks, and another takes its place. */
  readonly maxTasks: number;
  create(number: number): Worker;
  /** Workers are started when there is something for them to do. @defaultValue all at once */
  readonly isLazy?: boolean;
  /** A worker has ended that should not have: with what all that is left fails. Nothing: another takes its place. */
  broken?(why: string): unknown;
}

/** Set up while there are tasks, and a little longer. */
interface Pump {
  readonly ending: AbortController;
  /** It waits for answers. */
  isHearing: boolean;
}

interface Place {
  readonly number: number;
  readonly worker: Worker;
  /** Remembers the functions that the worker has. */
  pickler: Pickler;
  /** The worker does not know yet that it remembers nothing. */
  isAnew: boolean;
  /** Those that the worker has in its table. */
  readonly functions: Map<unknown, number>;
  /** What is to be put into its queue. */
  outbox: Task[];
  /** By their ids, in the order in which they were given. */
  readonly assigned: Map<number, Job>;
  /** So many more tasks it may be given. */
  left: number;
  /** So many at a time. */
  depth: number;
  /** The number of its next task. */
  next: number;
  isStopping: boolean;
  hasAnswered: boolean;
  /** By a job that may be called off. */
  isTaken: boolean;
  /** By us. */
  isKilled: boolean;
}

const MOST_AT_A_TIME = 64;
const MOST_ANSWERS = 256;
/** Tasks of so many milliseconds together are worth a way. */
const WORTH_MS = 0.2;
/** While a thread is blocked it looks so often whether workers have ended, in seconds. */
const LOOK = 0.05;
/** Who has to be replaced so often will not work. */
const MOST_STILLBORN = 10;
/** So long after the last task answers and ends are still listened for, in milliseconds: more may come at once. */
const LINGER_MS = 50;
/** A worker remembers so many functions. */
const MOST_FUNCTIONS = 500;
/** So many jobs that cannot travel are told of at a time. */
const MOST_FAILURES = 100;
/** As it was: a test may replace the global one by a clock of its own. */
const atNextTurn: (look: () => void) => unknown = setImmediate;

export class Engine {
  readonly #options: EngineOptions;
  readonly #places = new Map<number, Place>();
  readonly #sources = new Sources();
  /** The next job, if it could not be given to anybody. */
  #held: Job | undefined;
  /** Answers that were taken, and not looked at. */
  readonly #inbox: Answer[] = [];
  readonly #openings = new Set<Opening>();
  /** What is still to be told that it has failed: callbacks may wait for each other. */
  readonly #doomed: (() => void)[] = [];
  #nextWorker = 0;
  #nextTask = STOP;
  #pending = 0;
  /** New tasks are refused. */
  #isClosed = false;
  #isTerminated = false;
  /** All workers have ended. */
  #isOver = false;
  /** How many are using queues, further up the stack, too; and what is to be done when nobody is. */
  #uses = 0;
  readonly #unused: (() => void)[] = [];
  /** A thread that waits here does not run its event loop. */
  #isBlocked = false;
  #isDispatching = false;
  #isAskedAgain = false;
  #isListenAsked = false;
  /** Nothing works any more: why. */
  #failure: unknown;
  #pump: Pump | undefined;
  readonly #eagerness = new Eagerness();
  #lingering: NodeJS.Timeout | undefined;
  #idleSince = 0;
  /** How many workers in a row have ended before they had done anything. */
  #stillborn = 0;

  constructor(options: EngineOptions) {
    this.#options = options;
    try {
      if (!options.isLazy) for (let i = 0; i < options.size; i++) this.#addWorker();
    } catch (error) {
      this.terminate();
      throw error;
    }
  }

  get state(): 'RUN' | 'CLOSE' | 'TERMINATE' {
    return this.#isTerminated ? 'TERMINATE' : this.#isClosed ? 'CLOSE' : 'RUN';
  }

  /** Why nothing works any more; nothing as long as something does. */
  get failure(): unknown {
    return this.#failure;
  }

  /** How many jobs workers have, and how many workers there are. */
  get load(): { readonly given: number; readonly workers: number } {
    return { given: this.#pending, workers: this.#places.size };
  }

  /**
   * Takes jobs from a source, as long as it has some.
   *
   * @param priority - Higher ones come first.
   */
  add(source: Source, priority = 0): void {
    if (this.#pump === undefined) this.#settleEnds(); // nobody has looked meanwhile
    if (this.#failure !== undefined) {
      source.fail(this.#failure);
      return;
    }
    this.#sources.add(source, priority);
    this.#dispatch();
  }

  /** A source that was held may have jobs. */
  poke(): void {
    this.#dispatch();
  }

  /** No more tasks: workers end when they have done those that there are. */
  close(): void {
    this.#isClosed = true;
    this.#stopIdle();
  }

  /** Has workers end that have nothing to do; others are started when they are needed. For those that are started on demand. */
  release(): void {
    if (!this.#options.isLazy || this.#hasMore) return;
    for (const place of this.#places.values()) if (place.assigned.size === 0) this.#stop(place);
  }

  /** Ends all workers now. What is not settled fails. @param how - Threads go on with what they have begun, as a rule. */
  terminate(how: Ending = 'kill'): void {
    this.#isClosed = true;
    if (this.#isTerminated) {
      for (const { worker } of this.#places.values()) worker[how](); // who has not gone yet
      return;
    }
    this.#isTerminated = true;
    this.#killAll(new WorkerLostError('the pool was terminated'), how);
  }

  /** What a process had that is about to end can be used again when it has, also if nobody joins it. */
  #tidyUp({ worker }: Place): void {
    if (worker.gone === undefined) return;
    const look = (): void => this.#settleEnds();
    outsideTasks(() => worker.untilEnded(new AbortController().signal)).then(look, look);
  }

  async join(): Promise<void> {
    for (;;) {
      this.#settleEnds();
      this.#dispatch();
      const place = this.#first;
      if (place !== undefined) await place.worker.join();
      else if (this.isDone) return;
      else await new Promise((resolve) => setImmediate(resolve)); // a result is being opened
    }
  }

  joinSync(): void {
    while (!this.isDone) this.#workSync(LOOK);
    for (let place = this.#first; place !== undefined; place = this.#first) {
      place.worker.joinSync();
      this.#settleEnds();
    }
  }

  get #first(): Place | undefined {
    return this.#places.values().next().value;
  }

  /** Whether all jobs are settled. */
  get isDone(): boolean {
    return this.#pending === 0 && this.#openings.size === 0 && this.#doomed.length === 0 && !this.#hasMore;
  }

  /** Whether there are jobs that a worker has, or could have. */
  get #hasWork(): boolean {
    return this.#pending > 0 || this.#held !== undefined || this.#sources.hasReady;
  }

  /** Whether there are jobs that no worker has. */
  get #hasMore(): boolean {
    return this.#held !== undefined || !this.#sources.isEmpty;
  }

  /** Blocks until a condition is true, or the time is up. What is there is taken, also if that is now. */
  waitSync(isOver: () => boolean, deadline: number): void {
    do this.#workSync(Math.min(LOOK, Math.max(0, (deadline - now()) / 1000)), isOver);
    while (!isOver() && now() < deadline);
  }

  #workSync(seconds: number, isOver: () => boolean = () => false): void {
    const before = this.#isBlocked; // a callback may wait, too
    this.#isBlocked = true;
    try {
      this.#settleDoomed();
      for (const opening of [...this.#openings]) opening.force();
      this.#drain();
      if (!isOver()) this.#receive(seconds);
      for (const { assigned, isTaken } of this.#places.values())
        if (isTaken) for (const job of assigned.values()) job.limits?.look();
      this.#settleEnds();
      this.#dispatch();
    } finally {
      this.#isBlocked = before;
    }
  }

  #receive(seconds: number): void {
    if (this.#isOver) return;
    const { answers } = this.#options;
    const eagerness = seconds > 0 ? this.#eagerness : undefined;
    eagerness?.begin();
    eagerness?.lookFor(answers);
    try {
      this.#inbox.push(...this.#using(() => answers.getManySync(MOST_ANSWERS, { timeout: seconds })));
    } catch (error) {
      if ((error as Error).name !== 'Empty') throw error;
    }
    eagerness?.end();
    this.#drain();
  }

  #drain(): void {
    for (let answer = this.#inbox.shift(); answer !== undefined; answer = this.#inbox.shift()) this.#take(answer);
  }

  #addWorker(): void {
    const number = ++this.#nextWorker;
    const worker = this.#options.create(number);
    const place: Place = {
      number,
      worker,
      pickler: newPickler(worker.isThread),
      isAnew: false,
      functions: new Map(),
      outbox: [],
      assigned: new Map(),
      left: this.#options.maxTasks,
      depth: 1,
      next: 0,
      isStopping: false,
      hasAnswered: false,
      isTaken: false,
      isKilled: false,
    };
    this.#places.set(number, place);
    if (this.#pump !== undefined) this.#listenForEnd(place, this.#pump.ending.signal);
  }

  #addAnother(): void {
    try {
      this.#addWorker();
    } catch (error) {
      this.#fail(error); // the system has no more
    }
  }

  /** Gives jobs to who has room. Who makes them may call the pool meanwhile. */
  #dispatch(): void {
    if (this.#isDispatching) {
      this.#isAskedAgain = true;
      return;
    }
    this.#isDispatching = true;
    try {
      do {
        this.#isAskedAgain = false;
        this.#giveAll();
      } while (this.#isAskedAgain);
    } finally {
      this.#isDispatching = false;
      this.#sendAll();
    }
    this.#settleDoomed();
    if (this.#hasWork) this.#listen();
    else this.#linger();
    if (this.#isClosed) this.#stopIdle();
  }

  #giveAll(): void {
    let failures = 0;
    for (let place = this.#nextPlace(); place !== undefined; place = this.#nextPlace()) {
      const job = this.#held ?? this.#sources.next(this.#isClosed) ?? this.#takenBack(place);
      this.#held = undefined;
      if (job === undefined) return;
      if (job.limits?.isOver) continue;
      const chosen = this.#roomiest(); // it may be another now
      if (chosen === undefined || (isAlone(job) && chosen.assigned.size > 0)) {
        this.#held = job; // it waits for a worker, or for one that has nothing to do
        return;
      }
      if (job.begin?.() === false || this.#assign(chosen, job) || ++failures < MOST_FAILURES) continue;
      setImmediate(() => this.#dispatch());
      return;
    }
  }

  /** Puts into the queues of workers what they have been given: each is woken once. */
  #sendAll(): void {
    for (const place of this.#places.values()) {
      const { outbox } = place;
      if (outbox.length === 0) continue;
      place.outbox = [];
      let sent = 0;
      try {
        // Fewer than all: with the next one something is wrong, which it says itself.
        this.#using(() => {
          if (outbox.length > 1) sent = place.worker.tasks.putManySync(outbox);
          for (; sent < outbox.length; sent++) place.worker.tasks.putNowait(outbox[sent]!);
        });
      } catch (error) {
        this.#refused(place, outbox.slice(sent), error);
      }
    }
  }

  /** One of the tasks does not fit into the queue: it fails, and those behind it are made anew, since they may be short of what it has brought. */
  #refused(place: Place, outbox: readonly Task[], error: unknown): void {
    const jobs = outbox.flatMap(([id]) => this.#unassign(place, id) ?? []);
    forget(place);
    const [first, ...rest] = jobs;
    if (rest.length > 0) this.#sources.addFirst(sourceOf(rest));
    if (first !== undefined) this.#doom(first, error);
    setImmediate(() => this.#dispatch());
  }

  #unassign(place: Place, id: number): Job | undefined {
    const job = place.assigned.get(id);
    if (job === undefined) return undefined;
    place.assigned.delete(id);
    place.isTaken = false;
    place.left++;
    this.#pending--;
    return job;
  }

  /** One that has room; a new one, if all have something to do and there may be more. */
  #nextPlace(): Place | undefined {
    const best = this.#roomiest();
    const { isLazy, size } = this.#options;
    const isBusy = best === undefined || best.assigned.size > 0;
    if (!isLazy || !isBusy || this.#countPlaces() >= size || !this.#hasMore) return best;
    this.#addAnother();
    return this.#roomiest();
  }

  /** Those that are not about to end. */
  #countPlaces(): number {
    let count = 0;
    for (const { isStopping, isKilled } of this.#places.values()) if (!isStopping && !isKilled) count++;
    return count;
  }

  /** The worker with the fewest tasks of those that may have another. */
  #roomiest(): Place | undefined {
    let best: Place | undefined;
    for (const place of this.#places.values()) {
      const { size } = place.assigned;
      if (place.isStopping || place.isKilled || place.isTaken || place.left === 0 || size >= place.depth) continue;
      if (best === undefined || size < best.assigned.size) best = place;
    }
    return best;
  }

  /** A job that another worker has, and has not begun, for one that has nothing to do. */
  #takenBack({ assigned }: Place): Job | undefined {
    if (assigned.size > 0) return undefined;
    for (const place of this.#places.values()) {
      if (place.assigned.size < 2) continue;
      const jobs = this.#takeBack(place);
      if (jobs.length > 0) this.#sources.addFirst(sourceOf(jobs));
    }
    return this.#sources.next(this.#isClosed);
  }

  /** All that it has not begun. What its pickler remembers may be in that: it begins anew, and refuses what it has got behind that. */
  #takeBack(place: Place): Job[] {
    const jobs: Job[] = [];
    const { tasks } = place.worker;
    this.#sendAll();
    while (!tasks.empty()) {
      let task: Task;
      try {
        task = this.#using(() => tasks.getNowait());
      } catch {
        break; // the worker was quicker
      }
      const job = this.#unassign(place, task[0]);
      if (job !== undefined) jobs.push(job);
    }
    place.depth = 1;
    forget(place);
    return jobs;
  }

  /** `false` if it cannot travel. */
  #assign(place: Place, job: Job): boolean {
    if (this.#isRefused(job)) return false;
    const id = ++this.#nextTask;
    let task: Task;
    try {
      task = taskOf(id, job, place);
    } catch (error) {
      this.#doom(job, error);
      return false;
    }
    if (this.#places.get(place.number) !== place || place.isStopping || place.isKilled) {
      // What was pickled has run others' code, which has ended the worker.
      if (this.#isRefused(job)) return false;
      this.#sources.addFirst(sourceOf([job]));
      return true;
    }
    try {
      if (job.transfer === undefined) place.outbox.push(task);
      else {
        this.#sendAll();
        place.worker.hand!(task, job.transfer);
      }
    } catch (error) {
      this.#doom(job, error);
      return false;
    }
    place.isAnew = false;
    place.assigned.set(id, job);
    place.left--;
    this.#pending++;
    if (!isAlone(job)) return true;
    place.isTaken = true;
    job.limits?.given(() => {
      if (!place.assigned.has(id)) return;
      place.isKilled = true;
      place.worker.end();
    });
    return true;
  }

  /** Nothing is given to anybody any more. */
  #isRefused(job: Job): boolean {
    if (this.#failure === undefined && !this.#isTerminated) return false;
    this.#doom(job, this.#failure ?? new WorkerLostError('the pool was terminated'));
    return true;
  }

  /** Hears answers and ends, as long as there is a task. Not at once: who blocks the thread takes them itself. */
  #listen(): void {
    if (this.#pump?.isHearing || this.#isListenAsked) return;
    this.#isListenAsked = true;
    queueMicrotask(() => {
      this.#isListenAsked = false;
      if (!this.#hasWork || this.#isOver || this.#pump?.isHearing) return;
      this.#hear(this.#pump ?? this.#setUp());
    });
  }

  #setUp(): Pump {
    const pump = { ending: new AbortController(), isHearing: false };
    this.#pump = pump;
    for (const place of this.#places.values()) this.#listenForEnd(place, pump.ending.signal);
    this.#settleEnds();
    return pump;
  }

  #hear(pump: Pump): void {
    if (this.#pump !== pump) return;
    pump.isHearing = this.#hasWork;
    if (!pump.isHearing) return;
    this.#eagerness.begin();
    this.#look(pump);
  }

  #look(pump: Pump): void {
    if (this.#pump !== pump) return;
    if (!this.#options.answers.empty()) this.#heard(pump, []);
    else if (this.#eagerness.looks) outsideTasks(() => atNextTurn(() => this.#look(pump)));
    else this.#await(pump);
  }

  #await(pump: Pump): void {
    const { signal } = pump.ending;
    outsideTasks(() => this.#options.answers.getMany(MOST_ANSWERS, { signal })).then(
      (answers) => this.#heard(pump, answers),
      (error: unknown) => signal.aborted || this.#fail(error),
    );
  }

  #heard(pump: Pump, answers: readonly Answer[]): void {
    this.#eagerness.end();
    this.#inbox.push(...answers);
    try {
      if (answers.length === 0) this.#receive(0);
      this.#drain();
      this.#dispatch();
    } catch (error) {
      this.#fail(error);
    }
    this.#goOn(pump);
  }

  /** Behind others of the event loop: callbacks may take longer than tasks, and answers may be there always. */
  #goOn(pump: Pump): void {
    if (this.#pump !== pump) return;
    pump.isHearing = this.#hasWork;
    if (!pump.isHearing) return;
    this.#eagerness.begin();
    if (this.#eagerness.looks || !this.#options.answers.empty()) outsideTasks(() => atNextTurn(() => this.#look(pump)));
    else this.#await(pump);
  }

  /** Rests when there has been nothing for a while. The timer is not set anew for each task. */
  #linger(): void {
    if (this.#pump === undefined) return;
    this.#idleSince = now();
    this.#lingering ??= setTimeout(() => {
      this.#lingering = undefined;
      if (this.#hasWork) return;
      if (now() - this.#idleSince < LINGER_MS / 2) this.#linger();
      else this.#rest();
    }, LINGER_MS);
  }

  #rest(): void {
    clearTimeout(this.#lingering);
    this.#lingering = undefined;
    const pump = this.#pump;
    this.#pump = undefined;
    pump?.ending.abort();
  }

  #listenForEnd(place: Place, signal: AbortSignal): void {
    const look = (): void => {
      if (signal.aborted) return; // nobody listens any more
      this.#settleEnds();
      this.#dispatch();
    };
    outsideTasks(() => place.worker.untilEnded(signal)).then(look, look);
  }

  #take([number, id, outcome, how, value, milliseconds]: Answer): void {
    const place = this.#places.get(number);
    if (outcome === NOT_BEGUN) {
      if (isPickled(how)) this.#open(value, (_, error) => this.#fail(error));
      else this.#fail(unpackValue(how, value)); // what is no error can be thrown, too
      return;
    }
    const job = place?.assigned.get(id);
    if (place === undefined || job === undefined) return; // it was given up
    if (outcome === BEGUN) {
      job.limits?.begun();
      return;
    }
    if (outcome === AGAIN) {
      this.#unassign(place, id);
      this.#sources.addFirst(sourceOf([job]));
      return;
    }
    place.assigned.delete(id);
    place.isTaken = false;
    place.hasAnswered = true;
    this.#stillborn = 0;
    this.#pending--;
    place.depth = Math.max(1, Math.min(MOST_AT_A_TIME, Math.floor(WORTH_MS / Math.max(milliseconds, 0.001))));
    if (place.left === 0 && place.assigned.size === 0) this.#replace(place);
    if (!isPickled(how)) settleWith(job, outcome, how, value);
    else
      this.#open(value, (isOpened, opened) =>
        job.settle(isOpened && outcome === DONE, opened, isOpened && outcome === FAILED),
      );
  }

  /** Modules that a pickle needs may have to be waited for. */
  #open(value: unknown, then: (isOpened: boolean, value: unknown) => void): void {
    const opening = new Opening(value, (isOpened, opened) => {
      this.#openings.delete(opening);
      then(isOpened, opened);
    });
    this.#openings.add(opening);
    if (this.#isBlocked) opening.force();
  }

  #replace(place: Place): void {
    this.#stop(place);
    if (!this.#options.isLazy && (!this.#isClosed || this.#hasMore)) this.#addAnother();
  }

  #stop(place: Place): void {
    if (place.isStopping) return;
    place.isStopping = true;
    this.#sendAll();
    this.#using(() => place.worker.tasks.putNowait(STOPPING));
    this.#tidyUp(place);
  }

  #stopIdle(): void {
    if (this.#hasMore) return;
    for (const place of this.#places.values()) if (place.assigned.size === 0) this.#stop(place);
  }

  /** Looks who has ended. */
  #settleEnds(): void {
    this.#sendAll();
    for (const place of [...this.#places.values()]) {
      const why = place.worker.ended();
      if (why === undefined) continue;
      const isThere = (): boolean => this.#places.get(place.number) === place;
      while (isThere() && !this.#options.answers.empty()) this.#receive(0); // what it has said before
      if (!isThere()) continue; // a callback has looked, too
      this.#places.delete(place.number);
      this.#settleEnd(place, why);
      this.#whenUnused(() => place.worker.gone?.());
    }
    if (this.#isClosed && this.#places.size === 0 && !this.#hasMore) this.#end();
    if (!this.#isDispatching) this.#settleDoomed();
  }

  #settleEnd({ assigned, worker, isStopping, hasAnswered, isKilled }: Place, why: string): void {
    this.#pending -= assigned.size;
    const jobs = [...assigned.values()];
    assigned.clear();
    // What was handed over cannot be given to another.
    const begun = jobs.some(({ transfer }) => transfer) ? jobs.length : Math.max(0, jobs.length - worker.tasks.qsize());
    const [lost, rest] = [jobs.slice(0, begun), jobs.slice(begun)];
    if (rest.length > 0) this.#sources.addFirst(sourceOf(rest));
    const isStillborn = !hasAnswered && !isKilled && !isStopping && begun === 0;
    const broken = isStopping || isKilled || this.#isTerminated ? undefined : this.#options.broken?.(why);
    if (broken !== undefined) {
      for (const job of lost) this.#doom(job, broken);
      this.#fail(broken);
      return;
    }
    if (isStillborn && ++this.#stillborn > MOST_STILLBORN + this.#options.size)
      this.#fail(new ProcessError(`workers end before they have done anything: ${why}`));
    if (!isStopping && !this.#isTerminated && !this.#options.isLazy && (!this.#isClosed || this.#hasMore))
      this.#addAnother();
    for (const job of lost) this.#doom(job, new WorkerLostError(`${why} while it ran the task`));
  }

  /** The last worker has ended, and there will be no other. */
  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#rest();
    this.#whenUnused(() => this.#options.answers.giveBack?.());
  }

  /** Uses queues. A signal's handler may end the pool meanwhile: what they are made of is given back behind that. */
  #using<Result>(use: () => Result): Result {
    this.#uses++;
    try {
      return use();
    } finally {
      if (--this.#uses === 0) for (const giveBack of this.#unused.splice(0)) giveBack();
    }
  }

  #whenUnused(giveBack: () => void): void {
    if (this.#uses === 0) giveBack();
    else this.#unused.push(giveBack);
  }

  /** Nothing can be done any more. */
  #fail(error: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = error ?? new RuntimeError('the pool has failed');
    this.#isClosed = true;
    this.#isTerminated = true;
    this.#killAll(this.#failure);
  }

  #killAll(error: unknown, how: Ending = 'kill'): void {
    for (const place of this.#places.values()) {
      place.isKilled = true;
      place.worker[how]();
      this.#tidyUp(place);
    }
    const jobs = [...this.#places.values()].flatMap(({ assigned }) => [...assigned.values()]);
    for (const { assigned } of this.#places.values()) assigned.clear();
    if (this.#held !== undefined) jobs.push(this.#held);
    const sources = this.#sources.takeAll();
    this.#held = undefined;
    this.#pending = 0;
    this.#rest();
    for (const job of jobs) this.#doom(job, error);
    for (const source of sources) this.#doomed.push(() => source.fail(error));
    if (!this.#isDispatching) this.#settleDoomed();
  }

  /** It is told later that it has failed: who is told may wait for others, which have to be in order by then. */
  #doom(job: Job, error: unknown): void {
    this.#doomed.push(() => job.settle(false, error));
  }

  #settleDoomed(): void {
    for (let tell = this.#doomed.shift(); tell !== undefined; tell = this.#doomed.shift()) tell();
  }
}

function settleWith(job: Job, outcome: number, how: number, value: unknown): void {
  let opened: unknown;
  try {
    opened = unpackValue(how, value);
  } catch (error) {
    job.settle(false, error);
    return;
  }
  job.settle(outcome === DONE, opened, outcome === FAILED);
}

/** Its worker does nothing else meanwhile. */
function isAlone({ limits, transfer }: Job): boolean {
  return limits !== undefined || transfer !== undefined;
}

/** @throws {PicklingError} if it cannot travel. */
function taskOf(id: number, job: Job, place: Place): Task {
  if (place.functions.size > MOST_FUNCTIONS) forget(place);
  const { pickler, functions } = place;
  const { isThread } = place.worker;
  const flags = job.style | (place.isAnew ? ANEW : 0) | (job.limits === undefined ? 0 : TELLS);
  try {
    const known = functions.get(job.fn);
    if (known !== undefined && pickler.isSettled(job.fn)) {
      const [how, args] = packArgs(job.args, isThread, pickler, job.transfer);
      return [id, flags, place.next++, known, how, args];
    }
    const fn = packFunction(job.fn, isThread, pickler);
    const isKept = pickler.isSettled(job.fn);
    if (isKept) functions.set(job.fn, functions.size);
    const [how, args] = packArgs(job.args, isThread, pickler, job.transfer);
    return [id, flags | (isKept ? KEEP : 0), place.next++, fn, how, args];
  } catch (error) {
    forget(place); // half of it may be remembered, which does not get there
    throw error;
  }
}

/** What the worker remembers may not have reached it: it begins anew. */
function forget(place: Place): void {
  place.pickler = newPickler(place.worker.isThread);
  place.functions.clear();
  place.isAnew = true;
}

function newPickler(here: boolean): Pickler {
  return new Pickler({ remember: true, here });
}
