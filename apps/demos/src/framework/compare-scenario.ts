import type { Scenario } from './chapter.ts';
import { splitLines } from './lines.ts';
import { applyMasks } from './mask.ts';
import { runScenario, type ScenarioRun } from './run-scenario.ts';

export interface ComparedLine {
  readonly from: 'both' | 'typescript' | 'python';
  readonly text: string;
}

export interface Comparison {
  readonly same: boolean;
  /** What both print, masked, and what only one of them prints. */
  readonly lines: readonly ComparedLine[];
  readonly typescript: ScenarioRun;
  readonly python: ScenarioRun;
}

/** Runs a program and its Python twin one after the other, and compares what they print. */
export async function compareScenario(folder: string, scenario: Scenario, signal?: AbortSignal): Promise<Comparison> {
  const typescript = await runScenario(folder, scenario, { signal, language: 'typescript' });
  const python = await runScenario(folder, scenario, { signal, language: 'python' });
  const [left, right] = [typescript, python].map((run) => printed(run, scenario)) as [string[], string[]];
  const lines = inStep(left, right);
  const agree = lines.every(({ from }) => from === 'both') || sameInOtherOrder(scenario, left, right);
  const met = typescript.failures.length === 0 && python.failures.length === 0;
  return { same: agree && met, lines, typescript, python };
}

function printed(run: ScenarioRun, { masks }: Scenario): string[] {
  const failures = run.failures.map((failure) => `(expectation) ${failure}`);
  return [
    ...splitLines(applyMasks(run.stdout, masks)),
    ...splitLines(applyMasks(run.stderr, masks)).map((line) => `(stderr) ${line}`),
    `(exit status ${run.exitCode})`,
    ...failures,
  ];
}

/** Where the expectation lets lines mix, two right runs can differ in their order. */
function sameInOtherOrder({ expect }: Scenario, left: readonly string[], right: readonly string[]): boolean {
  const parts = [...expect.stdout, ...(expect.stderr ?? [])];
  const free = parts.some((part) => typeof part === 'object' && 'lists' in part);
  return free && left.toSorted().join('\n') === right.toSorted().join('\n');
}

/** Both lists in one, with as many lines as possible in common (a longest common subsequence). */
export function inStep(left: readonly string[], right: readonly string[]): ComparedLine[] {
  // common[i][j]: how many lines left[i..] and right[j..] have in common.
  const common = Array.from({ length: left.length + 1 }, () => new Array<number>(right.length + 1).fill(0));
  const at = (i: number, j: number) => common[i]?.[j] ?? 0;
  for (let i = left.length - 1; i >= 0; i -= 1) {
    for (let j = right.length - 1; j >= 0; j -= 1) {
      const row = common[i] as number[];
      row[j] = left[i] === right[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: ComparedLine[] = [];
  for (let i = 0, j = 0; i < left.length || j < right.length; ) {
    const [mine, other] = [left[i], right[j]];
    if (mine !== undefined && mine === other) {
      lines.push({ from: 'both', text: mine });
      i += 1;
      j += 1;
    } else if (mine !== undefined && (other === undefined || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ from: 'typescript', text: mine });
      i += 1;
    } else {
      lines.push({ from: 'python', text: other as string });
      j += 1;
    }
  }
  return lines;
}
