/** First and longest pause between two looks, in milliseconds. */
const FIRST_MS = 0.5;
const LONGEST_MS = 10;

/**
 * Looks at something that cannot be watched: a timer whose pauses grow, as CPython's `wait(timeout)` does it (to 50 ms).
 * Keeps the loop alive while it is started.
 */
export class Reminder {
  #timer: NodeJS.Timeout | undefined;
  #pause = FIRST_MS;

  start(callback: () => void): void {
    this.#pause = FIRST_MS;
    const look = (): void => {
      this.#pause = Math.min(this.#pause * 2, LONGEST_MS);
      this.#timer = setTimeout(look, this.#pause);
      callback(); // may stop us
    };
    this.#timer = setTimeout(look, this.#pause);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  close(): void {
    this.stop();
  }
}
