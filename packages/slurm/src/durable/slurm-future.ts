import { Future } from '@prac/futures/future';
import { tailOf } from '../internal/tail.ts';
import type { JobState } from '../states.ts';
import type { Place } from './run-directory.ts';

/** What the executor has to do with a future. @internal */
export interface Keeper {
  wait(isOver: () => boolean, deadline: number): void;
  /** Whether it was cancelled before it began. */
  tryCancel(future: SlurmFuture): boolean;
  kill(future: SlurmFuture): void;
  logPath(place: Place): string;
}

/**
 * The result of a call that a job makes.
 *
 * `cancel()` cancels a job that has not begun, as in Python; it asks the controller, and blocks meanwhile. `kill()` ends one that runs.
 */
export class SlurmFuture<T = unknown> extends Future<T> {
  readonly #keeper: Keeper;
  /** @internal */
  place: Place | undefined;
  /** The number of its job, as soon as it is submitted: `123_4`. */
  jobId: string | undefined;
  /** What Slurm has last said of it. A job that is begun anew waits again, though the future runs. */
  slurmState: JobState | undefined;
  /** The node on which it ran, when it is done. */
  node: string | undefined;

  /** @internal */
  constructor(keeper: Keeper) {
    super({
      wait: (isOver, deadline) => keeper.wait(isOver, deadline),
      cancelled: () => void this.setRunningOrNotifyCancel(),
    });
    this.#keeper = keeper;
  }

  /** @throws {ControllerError} if the controller does not answer: nobody knows whether it runs. */
  override cancel(): boolean {
    if (this.done() || this.running()) return super.cancel();
    return this.#keeper.tryCancel(this as SlurmFuture) ? super.cancel() : false;
  }

  /** It will not run. @internal */
  noteCancelled(): void {
    super.cancel();
  }

  /** Ends its job, also one that runs: the future fails with a `JobCancelledError`. */
  kill(): void {
    this.#keeper.kill(this as SlurmFuture);
  }

  /** The last lines of what its job has written. */
  log(): string {
    return this.place === undefined ? '' : tailOf(this.#keeper.logPath(this.place));
  }
}
