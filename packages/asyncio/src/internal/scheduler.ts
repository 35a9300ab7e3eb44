// Long because it is one machine: who runs next, and when.
import { AsyncLocalStorage } from 'node:async_hooks';
import { Timers } from './timers.ts';
import { shared } from './world.ts';

/*
 * The queue of what is ready, in the shape of CPython's `BaseEventLoop._run_once`: that the order of execution equals CPython's is its whole
 * purpose. An iteration takes what is ready by then; what becomes ready meanwhile is for the next.
 *
 *   schedule() ──> ready ── an iteration begins: timers that are due are added ──> batch ──> run(), one after the other
 *
 * A step of a task which is an async function goes on in microtasks: the queue stands still until the step is over, so that no other task gets
 * in between (in CPython `await helper()` is a plain call). It is over when
 *
 *   a) the task awaits something of this package that is not done: `await` calls its `then`
 *   b) the task ends
 *   c) no microtask is left: the task awaits something foreign, or nothing
 *
 * a and b go on at once. c is found by a tick that is asked for behind the microtasks: once for each burst, not for each step.
 *
 * Node's event loop has its turn after so many iterations or milliseconds, whatever is ready.
 */

/** Is told of what takes long. */
export interface Debug {
  readonly slowSeconds: number;
  tell(what: unknown, seconds: number): void;
}

/** What can be in the queue. */
export interface Runnable {
  run(): void;
}

const MOST_ITERATIONS = 128;
const MOST_MS = 1;
/** So often the clock is looked at. */
const LOOK_EVERY = 16;
/** So long may the lists stay while there is nothing to do. */
const MOST_KEPT = 1024;

const { nextTick } = process;
/** As they were: a test may replace the global ones by a clock of its own. */
const atNextTurn = setImmediate;

export class Scheduler {
  /** The task to which what runs belongs. */
  readonly storage: AsyncLocalStorage<object | null> = new AsyncLocalStorage();
  /** Says it instead, while code runs that the queue has called: `null` for a callback. */
  override: object | null | undefined = undefined;
  /** The task whose step is under way: the queue stands still. */
  stepping: object | null = null;
  /** Is told of a SystemExit or KeyboardInterrupt that nobody has caught: by who runs the program. */
  interrupted: ((error: unknown) => void) | undefined = undefined;
  /** Set in debug mode. */
  debug: Debug | undefined = undefined;
  /** What runs, and since when, in debug mode. */
  #watched: { readonly what: unknown; readonly since: number } | undefined;
  readonly timers: Timers = new Timers(() => this.#wakeUp());
  /** The first `#readyCount` of them: a list that is emptied would have to grow again. */
  #ready: Runnable[] = [];
  #readyCount = 0;
  #batch: Runnable[] = [];
  #batchCount = 0;
  #next = 0;
  /** There is something in the queue, or it is being run. */
  #isBusy = false;
  #isPumping = false;
  #isTicking = false;
  #isYielding = false;
  #iterations = 0;
  #since = 0;

  /** Seconds, on a clock that is never set back. */
  now(): number {
    return performance.now() / 1000;
  }

  schedule(runnable: Runnable): void {
    this.#ready[this.#readyCount++] = runnable;
    if (!this.#isBusy) this.#begin();
  }

  /** A timer was added, or taken away. */
  timersChanged(): void {
    if (!this.#isBusy) this.timers.arm();
  }

  get current(): object | null {
    return this.override === undefined ? (this.storage.getStore() ?? null) : this.override;
  }

  /** The step of a task is over: it waits, or has ended. */
  stepIsOver(task: object): void {
    if (this.stepping !== task) return;
    this.stepping = null;
    if (this.#watched !== undefined) this.#tellIfSlow();
    if (!this.#isPumping && !this.#isYielding && this.#isBusy) this.#pump(); // else the queue goes on by itself
  }

  #begin(): void {
    this.#isBusy = true;
    this.#iterations = 0;
    this.#since = performance.now();
    this.#askForTick();
  }

  #wakeUp(): void {
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.#iterations = 0;
    this.#since = performance.now();
    this.#pump();
  }

  #askForTick(): void {
    if (this.#isTicking) return;
    this.#isTicking = true;
    queueMicrotask(this.#askBehindMicrotasks);
  }

  readonly #askBehindMicrotasks = (): void => nextTick(this.#tick);

  /** No microtask is left. */
  readonly #tick = (): void => {
    this.#isTicking = false;
    this.stepping = null;
    if (this.#watched !== undefined) this.#tellIfSlow();
    if (!this.#isYielding) this.#pump();
  };

  readonly #goOn = (): void => {
    this.#isYielding = false;
    this.#iterations = 0;
    this.#since = performance.now();
    this.stepping = null;
    this.#pump();
  };

  #pump(): void {
    this.#isPumping = true;
    for (;;) {
      if (this.#next >= this.#batchCount && !this.#beginIteration()) break;
      const runnable = this.#batch[this.#next]!;
      this.#batch[this.#next++] = NOTHING;
      if (this.debug !== undefined) this.#watched = { what: runnable, since: performance.now() };
      try {
        runnable.run();
      } catch (error) {
        throwLater(error);
      }
      if (this.stepping !== null) {
        this.#askForTick();
        break;
      }
      if (this.#watched !== undefined) this.#tellIfSlow();
    }
    this.#isPumping = false;
  }

  #tellIfSlow(): void {
    const { what, since } = this.#watched!;
    this.#watched = undefined;
    const seconds = (performance.now() - since) / 1000;
    if (this.debug !== undefined && seconds >= this.debug.slowSeconds) this.debug.tell(what, seconds);
  }

  readonly #addDue = (due: Runnable): void => {
    this.#ready[this.#readyCount++] = due;
  };

  /** `false` if there is nothing to do now. */
  #beginIteration(): boolean {
    if (!this.timers.isEmpty) this.timers.takeDue(this.now(), this.#addDue);
    this.#next = 0;
    this.#batchCount = 0;
    if (this.#readyCount === 0) {
      if (this.#ready.length > MOST_KEPT) this.#ready = [];
      if (this.#batch.length > MOST_KEPT) this.#batch = [];
      this.#isBusy = false;
      this.timers.arm();
      return false;
    }
    if (this.#isLong()) {
      if (!this.#isYielding) atNextTurn(this.#goOn);
      this.#isYielding = true;
      return false;
    }
    const done = this.#batch;
    this.#batch = this.#ready;
    this.#batchCount = this.#readyCount;
    this.#ready = done;
    this.#readyCount = 0;
    return true;
  }

  #isLong(): boolean {
    if (++this.#iterations > MOST_ITERATIONS) return true;
    return this.#iterations % LOOK_EVERY === 0 && performance.now() - this.#since > MOST_MS;
  }
}

const NOTHING: Runnable = { run() {} };

/** Nobody here can handle it: the queue goes on. */
function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

/** That of this thread: copies of the package in one program share it. */
export const scheduler: Scheduler = shared('scheduler', () => new Scheduler());
