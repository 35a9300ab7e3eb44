import type { ProfileMode } from '../profile.ts';

/** What prac-profile asks of a program, in the environment. */
export interface Wanted {
  /** Where each thread leaves what it has counted: see part.ts. */
  readonly folder: string;
  readonly mode: ProfileMode;
  readonly threads: boolean;
  readonly subprocesses: boolean;
  readonly builtins: boolean;
  /** Said to what the program has started. */
  readonly isOfProgram?: boolean;
}

export const VARIABLE = 'PRAC_PROFILE';

/** For those that are not meant. */
export const OFF = 'off';
