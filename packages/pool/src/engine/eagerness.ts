import { availableParallelism } from 'node:os';

/*
 * Whoever expects something soon looks for it a while before it goes to sleep: to be woken takes the system 20 microseconds or more, longer than
 * a short task takes there and back. It pays only if things do come soon, so:
 *
 *   eager ── the last one took longer than SOON ──> patient: sleeps at once
 *     ^────── one came within SOON ─────────────────┘
 *
 * With one processor nothing comes while somebody looks.
 */

/** What comes within so many milliseconds, the wake-up included, might as well have been looked for. */
const SOON_MS = 0.5;
/** So long it is looked for. */
const LOOK_MS = 0.2;
/** As it was: a test may replace the global one by a clock of its own, which may stand still. */
const now: () => number = performance.now.bind(performance);
const CAN_LOOK: boolean = availableParallelism() > 1;

/** A hint to the processor that this is a loop which waits: newer Nodes have it. */
const pause: () => void = (Atomics as { pause?: () => void }).pause ?? (() => {});

export class Eagerness {
  #isEager = CAN_LOOK;
  #since = 0;
  #until = 0;

  /** Something is waited for from now on. */
  begin(): void {
    this.#since = now();
    this.#until = this.#isEager ? this.#since + LOOK_MS : 0;
  }

  /** Whether to look once more. */
  get looks(): boolean {
    return this.#until !== 0 && now() < this.#until;
  }

  /** It has come. */
  end(): void {
    this.#isEager = CAN_LOOK && now() - this.#since < SOON_MS;
  }

  /** Looks, with all of the thread, as long as it pays. */
  lookFor(source: { empty(): boolean }): void {
    while (source.empty() && this.looks) pause();
  }
}
