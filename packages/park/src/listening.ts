import { outsideTasks } from './hooks.ts';
import { now } from './wait.ts';

/** Where answers come from: a queue of `@prac/queue`. */
export interface AnswerQueue<T> {
  /** As many as there are, waiting for the first. */
  getMany(most: number, options: { readonly signal: AbortSignal }): Promise<T[]>;
  /** @throws an error whose name is `Empty` if none came in time (seconds). */
  getManySync(most: number, options: { readonly timeout: number }): T[];
  empty(): boolean;
}

/** So long a blocked thread waits for an answer before it looks around, in milliseconds. */
const SLICE_MS = 1000;
const MOST_AT_A_TIME = 256;

/**
 * Takes answers from a queue as long as some are expected: by the event loop, which stays alive, or by a thread that is blocked until it has what it
 * wants.
 */
export class Listening<T> {
  readonly #queue: AnswerQueue<T>;
  readonly #receive: (answer: T) => void;
  readonly #isExpecting: () => boolean;
  readonly #unopened: (error: unknown) => void;
  #reading: AbortController | undefined;
  #isSoon = false;

  /**
   * @param receive - Throws nothing.
   * @param isExpecting - Whether there is somebody who waits for an answer.
   * @param unopened - Is told of one that could not be opened, and is gone. @defaultValue it is thrown
   */
  constructor(
    queue: AnswerQueue<T>,
    receive: (answer: T) => void,
    isExpecting: () => boolean,
    unopened: (error: unknown) => void = rethrow,
  ) {
    this.#queue = queue;
    this.#receive = receive;
    this.#isExpecting = isExpecting;
    this.#unopened = unopened;
  }

  /** Somebody expects an answer. Begins at the event loop's next turn: a thread that blocks until it has it has none. */
  soon(): void {
    if (this.#reading !== undefined || this.#isSoon) return;
    this.#isSoon = true;
    setImmediate(() => {
      this.#isSoon = false;
      if (this.#isExpecting()) void outsideTasks(() => this.#read());
    });
  }

  /** Who expected something may do so no longer: the event loop need not stay alive. */
  changed(): void {
    if (!this.#isExpecting()) this.#reading?.abort();
  }

  /** Blocks until something is true, or the time is up. @param deadline - On the clock of `now()`. */
  wait(isOver: () => boolean, deadline: number): void {
    while (!isOver() && now() < deadline) {
      const timeout = Math.max(0, Math.min(SLICE_MS, deadline - now())) / 1000;
      let answers: T[];
      try {
        answers = this.#queue.getManySync(MOST_AT_A_TIME, { timeout });
      } catch (error) {
        if ((error as { readonly name?: unknown } | null | undefined)?.name !== 'Empty') this.#unopened(error);
        continue;
      }
      for (const answer of answers) this.#receive(answer);
    }
  }

  async #read(): Promise<void> {
    this.#reading = new AbortController();
    const { signal } = this.#reading;
    try {
      while (this.#isExpecting()) {
        await comesSoon(this.#queue);
        for (const answer of await this.#queue.getMany(MOST_AT_A_TIME, { signal })) this.#receive(answer);
      }
    } catch (error) {
      if (!signal.aborted) this.#unopened(error);
    } finally {
      this.#reading = undefined;
    }
    if (this.#isExpecting()) this.soon();
  }
}

function rethrow(error: unknown): never {
  throw error;
}

/** So long it is worth it. */
const LOOK_MS = 0.3;

/**
 * Looks at each turn of the event loop for what comes soon, before one waits to be woken, which takes the system longer. Whoever listens to sockets
 * meanwhile hears of them as soon.
 */
export async function comesSoon(queue: { empty(): boolean }): Promise<void> {
  for (const until = now() + LOOK_MS; queue.empty() && now() < until; ) await new Promise(setImmediate);
}
