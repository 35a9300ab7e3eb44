import { fileURLToPath } from 'node:url';
import { type ProgramRun, type RunOptions, runProgram } from '../../src/framework/run-program.ts';

/** The command over the chapters of the tests. */
export const SAMPLE = fileURLToPath(new URL('../fixtures/main.ts', import.meta.url));
/** The command itself. */
export const REAL = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** Runs the command in a process of its own, without a terminal. */
export function practical(
  main: string,
  args: readonly string[],
  options: Partial<RunOptions> = {},
): Promise<ProgramRun> {
  const env = { NO_COLOR: '1', FORCE_COLOR: undefined, ...options.env };
  return runProgram(process.execPath, [main, ...args], { cwd: '/', timeLimit: 20, ...options, env });
}
