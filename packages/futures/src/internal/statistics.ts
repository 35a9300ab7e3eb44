import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';

/** How long something took, in seconds. */
export interface Times {
  readonly count: number;
  readonly min: number;
  readonly mean: number;
  readonly max: number;
  /** Half of them took no longer. */
  readonly p50: number;
  readonly p99: number;
}

/** Of an executor, now. */
export interface ExecutorStatistics {
  readonly workers: number;
  /** Submitted, and nobody has begun with them. */
  readonly queued: number;
  readonly running: number;
  readonly finished: number;
  /** From the submission until somebody began. */
  readonly waitTime: Times;
  /** From then until the result was here. */
  readonly runTime: Times;
}

const MICROSECONDS = 1e3;

/** Counts times. */
export class TimeCounter {
  #histogram: RecordableHistogram | undefined;

  add(milliseconds: number): void {
    this.#histogram ??= createHistogram();
    this.#histogram.record(Math.max(1, Math.round(milliseconds * MICROSECONDS)));
  }

  get times(): Times {
    const it = this.#histogram;
    if (it === undefined) return { count: 0, min: 0, mean: 0, max: 0, p50: 0, p99: 0 };
    const seconds = (microseconds: number): number => microseconds / 1e6;
    return {
      count: it.count,
      min: seconds(it.min),
      mean: seconds(it.mean),
      max: seconds(it.max),
      p50: seconds(it.percentile(50)),
      p99: seconds(it.percentile(99)),
    };
  }
}
