import type { ProgramRun } from './run-program.ts';

/** One line of output: the text itself, or a pattern for the whole of it. A name in a pattern (`(?<pid>\d+)`) stands for the same text wherever it occurs. */
export type Line = string | RegExp;

/** Some lines that look alike, as many as there are; `including` must be among them. */
export interface Repeated {
  readonly kind: 'repeated';
  readonly like: RegExp;
  readonly atLeast: number;
  readonly including: readonly Line[];
}

/** Lists of lines that may be mixed: each list keeps its order, between the lists any order will do. */
export interface Interleaved {
  readonly kind: 'interleaved';
  readonly lists: readonly (readonly Line[])[];
}

/** The parts of one of several outputs: which it is depends on the machine. */
export interface Either {
  readonly kind: 'either';
  readonly outputs: readonly (readonly Part[])[];
}

export type Part = Line | Repeated | Interleaved | Either;

/** Something that lines alone cannot say: a sentence, and how to find out whether it is true. */
export interface Fact {
  readonly says: string;
  readonly holds: (run: Pick<ProgramRun, 'stdout' | 'stderr'>) => boolean;
}

/** What must be true of a program's output, with free whatever differs from one run to the next. */
export interface Expectation {
  /** Every line of standard output, in order. */
  readonly stdout: readonly Part[];
  /** Every line of standard error. @defaultValue none */
  readonly stderr?: readonly Part[];
  /** The exit status; negative for the signal that ended the program, as in Python. @defaultValue 0 */
  readonly exitCode?: number;
  readonly facts?: readonly Fact[];
}

export function repeated(like: RegExp, options: { atLeast?: number; including?: readonly Line[] } = {}): Repeated {
  return { kind: 'repeated', like, atLeast: options.atLeast ?? 1, including: options.including ?? [] };
}

export function interleaved(...lists: readonly (readonly Line[])[]): Interleaved {
  return { kind: 'interleaved', lists };
}

export function inAnyOrder(...lines: readonly Line[]): Interleaved {
  return interleaved(...lines.map((line) => [line]));
}

export function either(...outputs: readonly (readonly Part[])[]): Either {
  return { kind: 'either', outputs };
}

export function fact(says: string, holds: Fact['holds']): Fact {
  return { says, holds };
}

/** How a report names a line. */
export function describeLine(line: Line): string {
  return typeof line === 'string' ? JSON.stringify(line) : `a line like ${line}`;
}
