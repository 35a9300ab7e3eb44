import type { Expectation } from './expectation.ts';
import { splitLines } from './lines.ts';
import { mismatch } from './match-lines.ts';
import type { ProgramRun } from './run-program.ts';

/**
 * Holds a run against what was expected of it.
 *
 * @returns One sentence for each expectation that failed; none if all is well.
 */
export function check(expected: Expectation, run: ProgramRun): string[] {
  const failures: string[] = [];
  if (run.ended === 'time limit') failures.push(`it was still running after its time limit, ${run.timeLimit} seconds`);
  const exitCode = expected.exitCode ?? 0;
  if (run.ended === 'itself' && run.exitCode !== exitCode) {
    failures.push(`exit status: expected ${exitCode}, found ${run.exitCode}`);
  }
  for (const stream of ['stdout', 'stderr'] as const) {
    const wrong = mismatch(expected[stream] ?? [], splitLines(run[stream]));
    if (wrong !== null) failures.push(`${stream}, ${wrong}`);
  }
  for (const { says, holds } of expected.facts ?? []) {
    if (!holds(run)) failures.push(`not true: ${says}`);
  }
  return failures;
}
