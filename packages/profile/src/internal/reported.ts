import type { Profile } from '../profile.ts';
import type { SortKey } from '../sort-key.ts';
import type { ReportStream } from '../stats.ts';

/** What becomes of the profile of a call. */
export interface ReportOptions {
  /** How the table is sorted. @defaultValue by name */
  readonly sort?: string | number | SortKey | readonly (string | SortKey)[] | null | undefined;
  /** A file into which the profile goes, in place of being printed. */
  readonly filename?: string | null | undefined;
  /** Where it is printed. @defaultValue process.stdout */
  readonly stream?: ReportStream | null | undefined;
}

const NOTHING_SEEN = `         sampled: nothing was seen, it was too short. prac-profile program counts all calls

`;

/** Calls a function with a profiler, and reports when it has returned, or failed, or its promise is settled. */
export function reported<Result>(
  profiler: Profile,
  fn: () => Result,
  { sort, filename, stream }: ReportOptions,
): Result {
  const report = (): void => {
    if (profiler.getStats().length === 0) {
      if (filename == null && profiler.isSampled) (stream ?? process.stdout).write(NOTHING_SEEN);
      return;
    }
    if (filename == null) profiler.printStats(sort ?? -1, stream);
    else profiler.dumpStats(filename);
  };
  let result: Result;
  try {
    result = profiler.runCall(fn);
  } catch (error) {
    report();
    throw error;
  }
  if (result instanceof Promise) return result.finally(report) as Result;
  report();
  return result;
}
