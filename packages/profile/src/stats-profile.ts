/**
 * What is known of one function, as it stands in a table: times in seconds, to the millisecond.
 *
 * Python: `pstats.FunctionProfile`.
 */
export interface FunctionProfile {
  /** Calls; with primitive calls, if it has called itself: `'20/3'`. */
  readonly ncalls: string;
  /** Time in it alone. */
  readonly tottime: number;
  /** The same for each call; -1 if there was none. */
  readonly percallTottime: number;
  /** Time in it and in what it has called. */
  readonly cumtime: number;
  /** The same for each primitive call; -1 if there was none. */
  readonly percallCumtime: number;
  readonly fileName: string;
  readonly lineNumber: number;
}

/**
 * A table for programs.
 *
 * Python: `pstats.StatsProfile`.
 */
export interface StatsProfile {
  /** Time in all functions. */
  readonly totalTt: number;
  /** By the function's name; of those that have the same, the last one. */
  readonly funcProfiles: ReadonlyMap<string, FunctionProfile>;
  /** By file, line and name, as tables have it: `'app.ts:3(main)'`. Nothing is lost here. */
  readonly byStandardName: ReadonlyMap<string, FunctionProfile>;
}
