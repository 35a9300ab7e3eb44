import { RuntimeError, repr } from '@prac/exceptions';
import { shared, travels } from './internal/world.ts';

/** Of the call that a job makes. */
export interface TaskContext {
  /** The number of the job: `123_4`. */
  readonly jobId: string;
  readonly node: string;
  /** How often the call was begun anew. */
  readonly restarts: number;
  /** Is aborted when the job is about to be ended: its reason is `'timeout'`. */
  readonly signal: AbortSignal;
  /**
   * Has a function called when the time is about to be up. The job is begun anew then, with the arguments that it gives.
   *
   * @param next - Gives the arguments with which to go on; it may be async.
   */
  checkpoint(next: () => readonly unknown[] | PromiseLike<readonly unknown[]>): void;
}

/** Set by the program that makes the call. @internal */
export const running: { context: TaskContext | undefined } = shared('task', () => ({ context: undefined }));

/** Of the job in which this runs. @throws {RuntimeError} outside of one. */
export function taskContext(): TaskContext {
  if (running.context === undefined) throw new RuntimeError('this is no task of an executor on Slurm');
  return running.context;
}

/** @internal */
export function checkedCheckpoint(next: unknown): void {
  if (typeof next !== 'function') throw new TypeError(`Expected a function, got ${repr(next)}`);
}

travels('taskContext', taskContext);
