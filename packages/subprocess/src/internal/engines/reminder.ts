import type { Watch } from '../kernel.ts';

/** First and longest pause between two looks, in milliseconds. */
const FIRST_MS = 0.5;
const LONGEST_MS = 10;

/**
 * Looks at something that cannot be watched: at every turn of the loop while there is progress, otherwise by a timer whose
 * pauses grow, as CPython's `wait(timeout)` does it (to 50 ms). Keeps the loop alive while it is started.
 */
export class Reminder implements Watch {
  readonly #progress: () => unknown;
  #seen: unknown;
  #pause = FIRST_MS;
  #cancel: (() => void) | undefined;

  /** @param progress - Answers something new whenever there was progress since. */
  constructor(progress: () => unknown = () => undefined) {
    this.#progress = progress;
  }

  start(callback: () => void): void {
    this.stop();
    this.#pause = FIRST_MS;
    this.#seen = this.#progress();
    this.#after(callback);
  }

  #after(callback: () => void): void {
    const look = (): void => {
      this.#after(callback); // before the callback, which may stop us
      callback();
    };
    const seen = this.#progress();
    if (seen !== this.#seen) {
      this.#seen = seen;
      this.#pause = FIRST_MS;
      const immediate = setImmediate(look);
      this.#cancel = () => clearImmediate(immediate);
    } else {
      const timer = setTimeout(look, this.#pause);
      this.#pause = Math.min(this.#pause * 2, LONGEST_MS);
      this.#cancel = () => clearTimeout(timer);
    }
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  close(): void {
    this.stop();
  }
}
