import type { Steps } from '../internal/commands.ts';
import type { SbatchOptions } from '../options.ts';
import type { ProgramPlace } from '../program.ts';
import type { JobState } from '../states.ts';

/** How it is with an element of an array. */
export interface ElementInfo {
  readonly state: JobState;
  readonly exitCode: number | null;
  readonly signal: number | null;
  readonly reason: string;
}

/** How it is with the elements of an array, by their indexes. */
export type Elements = Pick<ReadonlyMap<number, ElementInfo>, 'get'>;

/** An array that is to be run. */
export interface Launch {
  /** Of the batch. */
  readonly folder: string;
  /** Which elements, in their order. */
  readonly indexes: readonly number[];
  readonly mark: string;
  readonly options: SbatchOptions;
  readonly program: ProgramPlace;
  /** Jobs that have to end well before. */
  readonly after: readonly string[];
  /** At most so many at a time. */
  readonly maxParallel: number | undefined;
}

/** Who runs arrays: Slurm, or this machine. */
export interface Launcher {
  /** @returns The number of the array. */
  submit(launch: Launch): Steps<string>;
  /** The number of one that was submitted, though its number is not known; nothing if there is none. */
  find(mark: string): Steps<string | undefined>;
  /** By their indexes. What is not there is not known any more. @param since - On park's clock: when they were submitted. */
  look(job: string, since: number): Steps<Elements>;
  /** Ends an element that waits, and leaves it alone if it runs. */
  cancelOne(job: string): Steps<void>;
  /** Ends elements: `123_4`. @param onlyIfWaiting - Leaves those that run alone; all that wait have to be among them. */
  cancel(jobs: readonly string[], onlyIfWaiting: boolean): Steps<void>;
  /** Goes on with what nobody else does: called all the time while something is to come. */
  goOn?(): void;
  /** At most so many elements has an array. */
  mostElements(): Steps<number>;
}
