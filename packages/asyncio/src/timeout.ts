import { RuntimeError, repr, TimeoutError } from '@prac/exceptions';
import { callAt, callSoon } from './calls.ts';
import { Coroutine } from './coroutine.ts';
import { cancelOf } from './errors.ts';
import type { Handle } from './handle.ts';
import { driveHere } from './internal/nested.ts';
import { scheduler } from './internal/scheduler.ts';
import { travels } from './internal/world.ts';
import { currentTask, type Task } from './task.ts';

type Body<It, T> = (it: It) => T | PromiseLike<T> | Generator<unknown, T, unknown>;

/*
 *   created ── run ──> active ── the time is up: the task is cancelled ──> expiring ── the body ends ──> expired: TimeoutError
 *                        └── the body ends ──> finished
 */

/**
 * A time limit for a part of a task.
 *
 * Python: `asyncio.Timeout`. Python's `async with` is {@link run} here: the end of an `await using` can neither see nor replace an error.
 */
export class Timeout {
  #state: 'created' | 'active' | 'expiring' | 'expired' | 'finished' = 'created';
  #when: number | null;
  #task: Task | undefined;
  #handle: Handle | undefined;
  /** Requests to cancel the task that were there before. */
  #before = 0;

  /** @param when - On the loop's clock, in seconds; `null` for no limit. */
  constructor(when: number | null) {
    if (when !== null && (typeof when !== 'number' || Number.isNaN(when)))
      throw new TypeError(`Expected when to be a number of seconds, got ${repr(when)}`);
    this.#when = when;
  }

  /** When it ends, on the loop's clock; `null` for never. */
  when(): number | null {
    return this.#when;
  }

  /** Whether the time is up. */
  expired(): boolean {
    return this.#state === 'expiring' || this.#state === 'expired';
  }

  /** @param when - On the loop's clock, in seconds; `null` for never. @throws {RuntimeError} if it is not running. */
  reschedule(when: number | null): void {
    if (this.#state === 'created') throw new RuntimeError('Timeout has not been entered');
    if (this.#state !== 'active') throw new RuntimeError(`Cannot change state of ${this.#state} Timeout`);
    this.#when = when;
    this.#handle?.cancel();
    const end = (): void => this.#timeIsUp();
    if (when === null) this.#handle = undefined;
    else this.#handle = when <= scheduler.now() ? callSoon(end) : callAt(when, end);
  }

  #timeIsUp(): void {
    this.#task!.cancel();
    this.#state = 'expiring';
    this.#handle = undefined;
  }

  /** Runs a part of the task that runs. @throws {TimeoutError} if the time was up first: the part was cancelled then. */
  async run<T>(body: Body<Timeout, T>): Promise<T> {
    if (this.#state !== 'created') throw new RuntimeError('Timeout has already been entered');
    const task = currentTask();
    if (task === null || task.done()) throw new RuntimeError('Timeout should be used inside a task');
    this.#state = 'active';
    this.#task = task;
    this.#before = task.cancelling();
    this.reschedule(this.#when);
    try {
      const result = await driveHere(body(this));
      this.#leave(task);
      return result;
    } catch (error) {
      if (this.#leave(task) && cancelOf(error) !== undefined) throw new TimeoutError('', { cause: error });
      throw error;
    }
  }

  /** Whether the time was up, and nobody else has cancelled the task. */
  #leave(task: Task): boolean {
    this.#handle?.cancel();
    this.#handle = undefined;
    if (this.#state !== 'expiring') {
      this.#state = 'finished';
      return false;
    }
    this.#state = 'expired';
    return task.uncancel() <= this.#before;
  }

  toString(): string {
    const when = this.#when === null ? 'None' : Math.round(this.#when * 1000) / 1000;
    return `<Timeout [${this.#state}]${this.#state === 'active' ? ` when=${when}` : ''}>`;
  }
}

/**
 * Runs a part of a task, for so long at most: of the task that awaits it.
 *
 * Python: `async with asyncio.timeout(delay)`.
 *
 * @param delay - Seconds; `null` for no limit, which may be set later.
 * @param body - Gets the {@link Timeout}, and may reschedule it.
 * @throws {TimeoutError} if the time was up first: what the part awaited was cancelled then.
 * @example
 * import { run, sleep, timeout } from '@prac/asyncio';
 * await run(async () => {
 *   try {
 *     await timeout(0.01, () => sleep(3600));
 *   } catch (error) {
 *     console.log((error as Error).name); // TimeoutError
 *   }
 * });
 */
export function timeout<T>(delay: number | null | undefined, body: Body<Timeout, T>): Coroutine<T> {
  if (delay != null && (typeof delay !== 'number' || Number.isNaN(delay)))
    throw new TypeError(`Expected delay to be a number of seconds, got ${repr(delay)}`);
  checkBody(body);
  return new Coroutine<T>(() => new Timeout(delay == null ? null : scheduler.now() + delay).run(body), []);
}

/** As {@link timeout}, until a time on the loop's clock. Python: `asyncio.timeout_at`. */
export function timeoutAt<T>(when: number | null | undefined, body: Body<Timeout, T>): Coroutine<T> {
  const limit = new Timeout(when ?? null);
  checkBody(body);
  return new Coroutine<T>(() => limit.run(body), []);
}

function checkBody(body: unknown): void {
  if (typeof body !== 'function') throw new TypeError(`Expected a function, got ${repr(body)}`);
}

travels('Timeout', Timeout);
travels('timeout', timeout);
travels('timeoutAt', timeoutAt);
