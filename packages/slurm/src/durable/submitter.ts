import { now } from '@prac/park';
import { ControllerError, SubmitLimitError } from '../errors.ts';
import type { Steps } from '../internal/commands.ts';
import type { Batch } from './batch.ts';
import type { Launcher } from './launcher.ts';
import type { RunDirectory } from './run-directory.ts';

/** A submission that was under way is looked for so many seconds after the last time, before it is made again. */
const LOOKS_FOR_OTHERS = [0, 0.1, 0.4, 1, 2];
/** Before what was not accepted now is tried again, in seconds. */
const LIMIT_PAUSE = 10;
/** So many seconds before its time is up a job is told. */
const NOTICE = 90;

/** Submits batches: each once, whoever begins, and whoever has to go on with it. */
export class Submitter {
  readonly #directory: RunDirectory;
  readonly #launcher: Launcher;

  constructor(directory: RunDirectory, launcher: Launcher) {
    this.#directory = directory;
    this.#launcher = launcher;
  }

  /**
   * Those that can be submitted now.
   *
   * @param isBlocking - The event loop does not go on meanwhile: what it has begun is taken over.
   */
  *steps(batches: Iterable<Batch>, isBlocking: boolean): Steps<void> {
    for (const batch of [...batches]) {
      if (batch.job !== undefined || batch.submitAt > now()) continue;
      if (batch.isSubmitting && !isBlocking) continue;
      if (batch.after.some((future) => future.jobId === undefined && !future.done())) continue;
      yield* this.submit(batch);
    }
  }

  *submit(batch: Batch): Steps<void> {
    const isTakenOver = batch.isSubmitting;
    const turn = ++batch.turn;
    batch.isSubmitting = true;
    try {
      const job = yield* this.#jobSteps(batch, isTakenOver);
      if (batch.turn === turn) this.#note(batch, job);
      // Somebody who blocks has not waited for this: if there are two now, one is enough.
      else if (batch.job !== job) yield* this.#launcher.cancel([job], false);
    } catch (error) {
      if (batch.turn !== turn) return;
      if (error instanceof SubmitLimitError || error instanceof ControllerError)
        batch.submitAt = now() + 1000 * LIMIT_PAUSE;
      else batch.failAll(error);
    } finally {
      if (batch.turn === turn) batch.isSubmitting = false;
    }
  }

  /** The number of its array: of the one that somebody has submitted before, or a new one. */
  *#jobSteps(batch: Batch, isTakenOver: boolean): Steps<string> {
    let job = this.#directory.job(batch.number);
    if (job?.startsWith('local')) job = undefined;
    for (const pause of isTakenOver ? LOOKS_FOR_OTHERS : batch.mayExist ? [0] : []) {
      if (job !== undefined) break;
      yield pause;
      job = yield* this.#launcher.find(batch.mark);
    }
    return job ?? (yield* this.#launch(batch));
  }

  #launch({ number, mark, options, after, left }: Batch): Steps<string> {
    const { maxParallel, timeoutNotice, maxTimeouts: _, sourceHash: __, roots, execPath, ...rest } = options;
    const signal = rest.signal ?? { name: 'USR2', seconds: timeoutNotice ?? NOTICE, batchOnly: true };
    return this.#launcher.submit({
      folder: this.#directory.batchPath(number),
      indexes: left.map(([index]) => index),
      mark,
      options: { ...rest, signal },
      after: after.filter((future) => !future.done()).map(({ jobId }) => jobId!),
      program: { roots: roots ?? {}, execPath: execPath ?? undefined },
      maxParallel: maxParallel ?? undefined,
    });
  }

  #note(batch: Batch, job: string): void {
    batch.job = job;
    batch.submittedAt = now();
    for (const [index, future] of batch.left) future.jobId = batch.jobOf(index);
    if (!job.startsWith('local')) this.#directory.setJob(batch.number, job);
  }
}
