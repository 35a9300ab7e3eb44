import { join } from 'node:path';
import type { Scenario } from './chapter.ts';
import { check } from './check.ts';
import { type ProgramRun, type RunOptions, runProgram } from './run-program.ts';

export type Language = 'typescript' | 'python';

export interface ScenarioRun extends ProgramRun {
  readonly failures: readonly string[];
}

export interface ScenarioOptions extends Pick<RunOptions, 'signal' | 'onLine'> {
  /** Real hosts for the chapters that fetch pages. */
  readonly hosts?: string | undefined;
  /** @defaultValue 'typescript' */
  readonly language?: Language;
}

/** In seconds, of a scenario that sets none. */
export const TIME_LIMIT = 30;

/** Runs a scenario's program in the chapter's folder, and checks what it printed. */
export async function runScenario(
  folder: string,
  scenario: Scenario,
  { hosts, language = 'typescript', signal, onLine }: ScenarioOptions = {},
): Promise<ScenarioRun> {
  const [command, ...args] = commandFor(language, join(folder, scenario.name));
  // Messages of `ls` and its like are to be the same on every machine.
  const env = { LC_ALL: 'C.UTF-8', ...(hosts === undefined ? {} : { PRAC_HOSTS: hosts }) };
  const timeLimit = scenario.timeLimit ?? TIME_LIMIT;
  const { signals } = scenario;
  const run = await runProgram(command, args, { cwd: folder, env, timeLimit, signal, signals, onLine });
  return { ...run, failures: check(scenario.expect, run) };
}

/** Node runs TypeScript as it is; Python must not hold back its lines when they go into a pipe. */
function commandFor(language: Language, program: string): [string, ...string[]] {
  return language === 'python' ? ['python3', '-u', `${program}.py`] : [process.execPath, `${program}.ts`];
}
