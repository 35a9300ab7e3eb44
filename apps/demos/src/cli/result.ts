import type { ScenarioRun } from '../framework/run-scenario.ts';
import type { Target } from '../framework/select.ts';

/** How a scenario came out. */
export type Status = 'passed' | 'failed' | 'interrupted' | 'not there yet';

export interface Result {
  readonly target: Target;
  readonly status: Status;
  /** Only of a scenario that was started. */
  readonly run?: ScenarioRun;
}

export function count(results: readonly Result[], status: Status): number {
  return results.filter((result) => result.status === status).length;
}

export function secondsOf(results: readonly Result[]): number {
  return results.reduce((sum, { run }) => sum + (run?.seconds ?? 0), 0);
}
