import type { CallOptions } from './slurm-executor.ts';
import type { SlurmFuture } from './slurm-future.ts';

/** What came of a call. */
export type Outcome = { readonly value: unknown } | { readonly error: unknown };

/** What a batch is made with. */
export interface BatchParts {
  readonly number: number;
  /** By which its jobs are found. */
  readonly mark: string;
  readonly options: CallOptions;
  /** What has to be done before. */
  readonly after: readonly SlurmFuture[];
  readonly futures: readonly SlurmFuture[];
  /** The number of its array, if that is known. */
  readonly job?: string | undefined;
  /** It may have been submitted by a program that has ended. */
  readonly mayExist?: boolean;
}

/** What was submitted together: an array of jobs. */
export class Batch {
  readonly number: number;
  readonly mark: string;
  readonly options: CallOptions;
  readonly after: readonly SlurmFuture[];
  readonly mayExist: boolean;
  job: string | undefined;
  isSubmitting = false;
  /** Counts who has begun to submit it: who blocks takes it over from the event loop, which cannot go on. */
  turn = 0;
  /** On park's clock: not before, and since when it is. */
  submitAt = 0;
  submittedAt = 0;
  /** When the end of a job was first seen that has left nothing, by its index. */
  readonly endedAt: Map<number, number> = new Map();
  readonly #futures: (SlurmFuture | undefined)[];
  readonly #over: (batch: Batch) => void;
  #open: number;

  /** @param over - Is called when nothing is to come of it any more. */
  constructor(parts: BatchParts, over: (batch: Batch) => void) {
    this.number = parts.number;
    this.mark = parts.mark;
    this.options = parts.options;
    this.after = parts.after;
    this.job = parts.job;
    this.mayExist = parts.mayExist ?? false;
    this.#futures = [...parts.futures];
    this.#open = parts.futures.length;
    this.#over = over;
  }

  /** Nothing, if it is done. */
  future(index: number): SlurmFuture | undefined {
    return this.#futures[index];
  }

  /** Those that are not done. */
  get left(): [index: number, future: SlurmFuture][] {
    return this.#futures.flatMap((future, index) => (future === undefined ? [] : [[index, future]]));
  }

  /** The number of one of its jobs. */
  jobOf(index: number): string {
    return `${this.job}_${index}`;
  }

  /** Nothing is to come of it any more. */
  take(index: number): void {
    this.#futures[index] = undefined;
    if (--this.#open === 0) this.#over(this);
  }

  /** @param read - Says what has come of it; what it throws is that. */
  settle(index: number, read: () => Outcome): void {
    const future = this.#futures[index];
    if (future === undefined) return; // somebody else has
    this.take(index);
    settle(future, read);
  }

  failAll(error: unknown): void {
    for (const [index] of this.left) this.settle(index, () => ({ error }));
  }
}

/** Tells a future what has come of it, unless it was cancelled. */
export function settle(future: SlurmFuture, read: () => Outcome): void {
  if (future.done()) return;
  if (!future.running()) future.setRunningOrNotifyCancel();
  let outcome: Outcome;
  try {
    outcome = read();
  } catch (error) {
    outcome = { error };
  }
  if ('error' in outcome) future.setException(outcome.error);
  else future.setResult(outcome.value);
}
