import { CalledProcessError } from './errors.ts';
import { runAsync, runBlocking } from './internal/run-steps.ts';
import type { CallOptions, Command } from './options.ts';

/**
 * Runs a command and returns its return code.
 *
 * Do not use `PIPE` here: nobody would read the pipe. (Here its output is read and thrown away; in Python the child may block.)
 *
 * Python: `subprocess.call`.
 *
 * @throws {TimeoutExpired} if the time limit passes; the child has been killed.
 * @example
 * import { call } from '@prac/subprocess';
 * console.log(await call(['sh', '-c', 'exit 3'])); // 3
 */
export async function call(args: Command, options?: CallOptions): Promise<number> {
  return (await runAsync(args, options ?? {})).returncode;
}

/** Blocking form of {@link call}; without `signal`. */
export function callSync(args: Command, options?: Omit<CallOptions, 'signal'>): number {
  return runBlocking(args, options ?? {}).returncode;
}

/**
 * Runs a command that must succeed.
 *
 * Python: `subprocess.check_call`.
 *
 * @returns 0.
 * @throws {CalledProcessError} if the return code is not 0.
 * @throws {TimeoutExpired} if the time limit passes; the child has been killed.
 * @example
 * import { checkCall } from '@prac/subprocess';
 * await checkCall(['true']);
 */
export async function checkCall(args: Command, options?: CallOptions): Promise<number> {
  return checked(args, await call(args, options));
}

/** Blocking form of {@link checkCall}; without `signal`. */
export function checkCallSync(args: Command, options?: Omit<CallOptions, 'signal'>): number {
  return checked(args, callSync(args, options));
}

function checked(args: Command, returncode: number): number {
  if (returncode !== 0) throw new CalledProcessError(returncode, args);
  return 0;
}
