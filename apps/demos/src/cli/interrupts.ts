import { constants } from 'node:os';

/** Signals that ask us to stop: Ctrl-C, `kill`, and a terminal that is closed. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** While it lives, a signal that asks this process to stop aborts `signal` instead of ending the process. */
export class Interrupts implements Disposable {
  readonly #controller = new AbortController();
  /** As a shell reports it: 128 and the signal's number; `null` as long as nothing came. */
  exitCode: number | null = null;

  constructor() {
    for (const name of SIGNALS) process.on(name, this.#stop);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  [Symbol.dispose](): void {
    for (const name of SIGNALS) process.off(name, this.#stop);
  }

  // The same Ctrl-C can arrive twice: from the terminal, and passed on by the tool that started us.
  readonly #stop = (name: (typeof SIGNALS)[number]): void => {
    this.exitCode ??= 128 + constants.signals[name];
    this.#controller.abort();
  };
}
