import type { ProfileMode } from '../profile.ts';

/** What prac-profile asks of a program, in the environment. */
export interface Wanted {
  /** Where each thread leaves what it has counted: see part.ts. */
  readonly folder: string;
  readonly mode: ProfileMode;
  readonly threads: boolean;
  readonly subprocesses: boolean;
  readonly builtins: boolean;
  /** Where time begins for who records what happens: what `process.hrtime()` said. Nothing: nobody does. */
  readonly begun?: readonly [number, number] | undefined;
  /** Said to what the program has started. */
  readonly isOfProgram?: boolean;
}

export const VARIABLE = 'PRAC_PROFILE';

/** For those that are not meant. */
export const OFF = 'off';
