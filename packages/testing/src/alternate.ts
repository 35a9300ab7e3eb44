import assert from 'node:assert/strict';
import { table } from './internal/bench-table.ts';
import { circumstances } from './internal/circumstances.ts';

/** One contestant of a benchmark. */
export interface Row {
  /** What the table calls it. */
  readonly name: string;
  /** Does the work once and checks its result. It may return the seconds it took, if it times itself. */
  // biome-ignore lint/suspicious/noConfusingVoidType: most bodies return nothing, and arrow functions return what they end in
  readonly run: () => Promise<number | void> | number | void;
  /** Why this row cannot run here (not installed, no Python); it is listed with this reason. */
  readonly skip?: string | undefined;
  /** The version to name below the table, for example `10.2.1`. */
  readonly version?: string | undefined;
}

/** Options of {@link alternate}. */
export interface AlternateOptions {
  /** Heading above the table. @defaultValue none */
  readonly title?: string;
  /** Measured rounds. @defaultValue 7 */
  readonly rounds?: number;
  /** Rounds before the measured ones. @defaultValue 1 */
  readonly warmups?: number;
  /** Operations in one run; times are given per operation. @defaultValue 1 */
  readonly operations?: number;
  /** Whether to write the report to the standard output. @defaultValue true */
  readonly print?: boolean;
}

/** The figures of one row, in seconds per operation. */
export interface RowResult {
  readonly name: string;
  readonly version?: string | undefined;
  /** Why there are no figures. */
  readonly skip?: string | undefined;
  readonly median: number;
  readonly min: number;
  /** The median, divided by that of the first row that ran. */
  readonly ratio: number;
  /** One figure per round. */
  readonly samples: readonly number[];
}

/** What {@link alternate} found. */
export interface Report {
  readonly rows: readonly RowResult[];
  /** The table, and below it the machine, the versions, the date and the commit, in Markdown. */
  readonly markdown: string;
}

/**
 * Runs the rows of a benchmark alternately and reports median, minimum and ratio.
 *
 * Each round runs each row once, starting with another row than the round before: what slows the machine down for a while slows
 * all rows down. Every other round goes backwards, so that no row always finds what the same one has left behind. Ours comes first; ratios are to the first row that ran. A run that throws ends the benchmark.
 *
 * @param rows - The contestants; ours first.
 * @param options - Rounds, operations per run, heading.
 * @returns The figures and the table.
 * @example
 * import { alternate } from '@prac/testing';
 * await alternate(
 *   [
 *     { name: 'push', run: () => void [].push() },
 *     { name: 'times itself', run: () => 0.001 },
 *     { name: 'not here', run: () => {}, skip: 'not installed' },
 *   ],
 *   { title: 'An empty push', rounds: 3 },
 * );
 */
export async function alternate(rows: readonly Row[], options: AlternateOptions = {}): Promise<Report> {
  const { rounds = 7, warmups = 1, operations = 1, print = true } = options;
  assert.ok(rounds >= 1, `Expected rounds to be at least 1, got ${rounds}`);
  const running = rows.filter(({ skip }) => skip === undefined);
  const samples = new Map<Row, number[]>(running.map((row) => [row, []]));
  for (let round = -warmups; round < rounds; round++) {
    for (const row of turns(running, round + warmups)) {
      const seconds = (await secondsOf(row)) / operations;
      if (round >= 0) samples.get(row)!.push(seconds);
    }
  }
  const first = running[0] === undefined ? Number.NaN : median(samples.get(running[0])!);
  const results = rows.map((row) => resultOf(row, samples.get(row) ?? [], first));
  const heading = options.title === undefined ? '' : `### ${options.title}\n\n`;
  const markdown = `${heading}${table(results)}\n\n${circumstances(results, { rounds, operations })}\n`;
  if (print) console.log(markdown);
  return { rows: results, markdown };
}

/** The rows in the order of one round. */
function turns(rows: readonly Row[], round: number): readonly Row[] {
  const { length } = rows;
  const first = round % length;
  return rows.map((_, i) => rows[(length + first + (round % 2 === 0 ? i : -i)) % length]!);
}

async function secondsOf({ run }: Row): Promise<number> {
  const start = process.hrtime.bigint();
  const answer = run();
  const own = answer instanceof Promise ? await answer : answer; // no await where there is nothing to wait for
  const took = Number(process.hrtime.bigint() - start) / 1e9;
  return own ?? took;
}

function resultOf({ name, version, skip }: Row, samples: readonly number[], first: number): RowResult {
  const middle = median(samples);
  return { name, version, skip, median: middle, min: Math.min(...samples), ratio: middle / first, samples };
}

function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
