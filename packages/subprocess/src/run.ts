import type { CompletedProcess } from './completed-process.ts';
import { runAsync, runBlocking } from './internal/run-steps.ts';
import type { Command, NoOptions, RunOptions, StderrOf, StdoutOf } from './options.ts';

/**
 * Runs a command and waits for its end.
 *
 * Output is not captured unless `captureOutput`, or `PIPE` for a stream, asks for it. A time limit bounds the call: the child
 * and its descendants are killed, and nothing waits for a grandchild that holds a pipe.
 *
 * Cancellation: an abort ends the child in the same way, and the promise rejects with the signal's reason.
 * Python: `subprocess.run`.
 *
 * @param args - The program and its arguments; or one string: a program without arguments, a command line with `shell`.
 * @param options - See {@link RunOptions}.
 * @throws {CalledProcessError} with `check`, if the return code is not 0.
 * @throws {TimeoutExpired} if the time limit passes; it holds what was captured by then.
 * @throws {OutputLimitExceeded} if a captured stream exceeds `maxOutput`.
 * @throws {FileNotFoundError} {PermissionError} if the program or `cwd` cannot be used.
 * @example
 * import { run } from '@prac/subprocess';
 * const { returncode, stdout } = await run(['echo', 'hello'], { captureOutput: true, text: true });
 * console.log(returncode, stdout.trim()); // 0 hello
 */
export function run<const O extends RunOptions = NoOptions>(
  args: Command,
  options?: O,
): Promise<CompletedProcess<StdoutOf<O>, StderrOf<O>>> {
  return runAsync(args, options ?? {}) as Promise<CompletedProcess<StdoutOf<O>, StderrOf<O>>>;
}

/** Blocking form of {@link run}; without `signal`. */
export function runSync<const O extends Omit<RunOptions, 'signal'> = NoOptions>(
  args: Command,
  options?: O,
): CompletedProcess<StdoutOf<O>, StderrOf<O>> {
  return runBlocking(args, options ?? {}) as CompletedProcess<StdoutOf<O>, StderrOf<O>>;
}
