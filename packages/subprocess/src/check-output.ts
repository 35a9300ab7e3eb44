import { ValueError } from '@prac/exceptions';
import { PIPE } from './constants.ts';
import { runAsync, runBlocking } from './internal/run-steps.ts';
import type { CheckOutputOptions, Command, NoOptions, OutputOf, RunOptions } from './options.ts';

/**
 * Runs a command that must succeed and returns what it wrote to standard output.
 *
 * Python: `subprocess.check_output`. As there, `input: null` gives the child an empty stdin.
 *
 * @returns Bytes, or a string in text mode.
 * @throws {CalledProcessError} if the return code is not 0; its `output` holds what was written.
 * @throws {TimeoutExpired} if the time limit passes; the child has been killed.
 * @throws {ValueError} for the options `stdout` and `check`.
 * @example
 * import { checkOutput } from '@prac/subprocess';
 * console.log(await checkOutput(['echo', 'hello'], { text: true })); // hello
 */
export async function checkOutput<const O extends CheckOutputOptions = NoOptions>(
  args: Command,
  options?: O,
): Promise<OutputOf<O>> {
  return (await runAsync(args, outputOptions(options))).stdout as OutputOf<O>;
}

/** Blocking form of {@link checkOutput}; without `signal`. */
export function checkOutputSync<const O extends Omit<CheckOutputOptions, 'signal'> = NoOptions>(
  args: Command,
  options?: O,
): OutputOf<O> {
  return runBlocking(args, outputOptions(options)).stdout as OutputOf<O>;
}

function outputOptions(given: CheckOutputOptions | undefined): RunOptions {
  const options = given ?? {};
  for (const name of ['stdout', 'check'] as const) {
    if ((options as RunOptions)[name] !== undefined) {
      throw new ValueError(`${name} argument not allowed, it will be overridden.`);
    }
  }
  const input = options.input === null ? { input: '' } : {};
  return { ...options, ...input, stdout: PIPE, check: true };
}
