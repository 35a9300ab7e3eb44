import { checkedOptions, repr } from '@prac/exceptions';
import { deadlineAfter } from '@prac/park';
import { Event } from './event.ts';
import { checkObject } from './internal/thread-arguments.ts';
import { travels } from './internal/world.ts';
import { Thread } from './thread.ts';

/** Options of a {@link Timer}. */
export interface TimerOptions {
  /** Keyword arguments: the function gets them as one last object. */
  readonly kwargs?: Readonly<Record<string, unknown>> | null | undefined;
}

/**
 * A thread that calls a function after a time, unless it is cancelled before.
 *
 * (For a call in this thread `setTimeout` is enough.)
 *
 * Python: `threading.Timer`.
 *
 * @example
 * import { Timer } from '@prac/sync';
 * const timer = new Timer(60, () => console.log('a minute later'));
 * timer.start();
 * timer.cancel();
 * await timer.join();
 */
export class Timer extends Thread {
  readonly interval: number;
  readonly function: (...args: never[]) => unknown;
  readonly args: readonly unknown[];
  readonly finished: Event = new Event();

  /**
   * @param interval - In seconds.
   * @param fn - Runs in the thread.
   * @param args - What it is called with.
   * @throws {TypeError} if it is no function, or the interval no number.
   */
  constructor(
    interval: number,
    fn: (...args: never[]) => unknown,
    args?: readonly unknown[] | null,
    options?: TimerOptions | null,
  ) {
    super();
    const { kwargs } = checkedOptions(options ?? {}, ['kwargs']);
    checkObject('kwargs', kwargs);
    if (args !== undefined && args !== null && !Array.isArray(args))
      throw new TypeError(`Expected args to be an array, got ${repr(args)}`);
    if (typeof fn !== 'function') throw new TypeError(`Expected a function, got ${repr(fn)}`);
    deadlineAfter(interval);
    this.interval = interval;
    this.function = fn;
    this.args = [...(args ?? []), ...(kwargs ? [kwargs] : [])];
  }

  /** Stops it, if the function has not been called yet. */
  cancel(): void {
    this.finished.set();
  }

  override async run(): Promise<void> {
    await this.finished.wait(this.interval);
    if (!this.finished.isSet()) await this.function(...(this.args as never[]));
    this.finished.set();
  }
}

travels('Timer', Timer);
