import type { Present } from '../framework/select.ts';
import type { Result } from './result.ts';

/** Tells somebody, or something, what happens during a run. */
export interface Reporter {
  started(target: Present): void;
  /** A line the running scenario printed. */
  line(text: string): void;
  finished(result: Result): void;
  /** All that was to run has run, or was interrupted. */
  done(results: readonly Result[]): void;
}
