import type { PollHandle } from '../backends/backend.ts';
import type { Libc } from '../libc.ts';

/** Looks at what is ready and runs callbacks. Returns how many were ready. */
export type Turn = () => number;

/** Calls a {@link Turn} whenever an epoll descriptor may be readable. Keeps the event loop alive while it is started. */
export interface Driver {
  start(): void;
  stop(): void;
  close(): void;
}

/**
 * Chooses the driver for this thread.
 *
 * Only the main thread lets libuv watch through koffi. In a worker koffi's handle ends the whole process: its C++ callback
 * aborts when the worker is being terminated, and its library is unloaded before libuv has closed the handle (koffi 3.3.4).
 */
export function createDriver(library: Libc, epoll: number, turn: Turn): Driver {
  return process.getBuiltinModule('node:worker_threads').isMainThread && library.pollFd !== null
    ? new LoopDriver(library.pollFd(epoll), turn)
    : new TimerDriver(turn);
}

/** libuv watches the epoll descriptor: no delay, no cost while nothing happens. */
class LoopDriver implements Driver {
  readonly #handle: PollHandle;
  readonly #turn: Turn;

  constructor(handle: PollHandle, turn: Turn) {
    this.#handle = handle;
    this.#turn = turn;
  }

  start(): void {
    // setImmediate follows in the same round of the loop. Straight from koffi's callback, errors would vanish and promise
    // reactions would wait for the next timer.
    this.#handle.start({ readable: true }, () => setImmediate(this.#turn));
  }

  stop(): void {
    this.#handle.stop();
  }

  close(): void {
    this.#handle.close();
  }
}

/** Busy for this long after an event, then looks every millisecond, then more and more seldom. */
const SPIN_MS = 1;
const SELDOM_MS = 5;

/** Looks again and again: at once after an event, every {@link SELDOM_MS} when it has been quiet. */
class TimerDriver implements Driver {
  readonly #turn: Turn;
  #lastEvent = 0;
  #immediate: NodeJS.Immediate | undefined;
  #timer: NodeJS.Timeout | undefined;
  #started = false;

  constructor(turn: Turn) {
    this.#turn = turn;
  }

  start(): void {
    this.#started = true;
    this.#lastEvent = performance.now();
    this.#schedule();
  }

  stop(): void {
    this.#started = false;
    this.#cancel();
  }

  close(): void {
    this.stop();
  }

  #look(): void {
    let ready = 1; // a callback that throws was ready
    try {
      ready = this.#turn();
    } finally {
      if (ready > 0) this.#lastEvent = performance.now();
      if (this.#started) this.#schedule();
    }
  }

  #schedule(): void {
    this.#cancel();
    const quiet = performance.now() - this.#lastEvent;
    if (quiet < SPIN_MS) this.#immediate = setImmediate(() => this.#look());
    else this.#timer = setTimeout(() => this.#look(), Math.min(quiet / 10, SELDOM_MS));
  }

  #cancel(): void {
    clearImmediate(this.#immediate);
    clearTimeout(this.#timer);
  }
}
