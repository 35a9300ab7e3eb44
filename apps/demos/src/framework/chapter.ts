import type { Expectation } from './expectation.ts';
import type { Mask } from './mask.ts';
import type { SignalStep } from './run-program.ts';

/** A change to a program that must make its check fail: the proof that the check sees something. */
export interface Mutation {
  /** The file to change. @defaultValue the program */
  readonly file?: string;
  readonly replace: string;
  readonly by: string;
}

/** One program of a chapter: `<name>.ts`, and its Python twin `<name>.py`. */
export interface Scenario {
  readonly name: string;
  /** What it is about, in a few words. */
  readonly title: string;
  /** What it shows, and what Python calls it: two or three sentences. */
  readonly explanation: string;
  /** Programs it starts, without their ending; they are shown with it. */
  readonly companions?: readonly string[];
  /** Signals it is sent while it runs, one after the other. */
  readonly signals?: readonly SignalStep[];
  readonly expect: Expectation;
  readonly mutation: Mutation;
  /** In seconds. @defaultValue 30 */
  readonly timeLimit?: number;
  /** What may differ between the TypeScript program and the Python one, beyond what always may. */
  readonly masks?: readonly Mask[];
}

/** A chapter whose programs are there. */
export interface PresentChapter {
  readonly name: string;
  readonly title: string;
  /** Where its programs are; they run in this folder. */
  readonly folder: string;
  readonly scenarios: readonly Scenario[];
}

/** A chapter that is still to be written. */
export interface PlannedChapter {
  readonly name: string;
  readonly title: string;
  /** The packages it waits for. */
  readonly needs: readonly string[];
  /** The names of its scenarios. */
  readonly scenarios: readonly string[];
}

export type Chapter = PresentChapter | PlannedChapter;

export function isPlanned(chapter: Chapter): chapter is PlannedChapter {
  return 'needs' in chapter;
}

/** Why a chapter cannot run. */
export function notThereYet(chapter: PlannedChapter): string {
  return `not there yet: needs ${chapter.needs.join(', ')}`;
}
