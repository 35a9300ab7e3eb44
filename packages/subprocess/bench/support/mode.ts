import type { AlternateOptions } from '@prac/testing';

/** PRAC_BENCH=quick: small sizes, one round; shows that the benchmarks run, and nothing about speed. */
export const quick: boolean = process.env.PRAC_BENCH === 'quick';

/** The figure of a real run, or that of a quick one. */
export function size(real: number, small: number): number {
  return quick ? small : real;
}

/** Options for `alternate`. */
export function options(title: string, rounds: number, operations = 1): AlternateOptions {
  return { title, rounds: quick ? 1 : rounds, warmups: quick ? 0 : 1, operations };
}
