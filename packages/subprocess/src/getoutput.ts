import type { CompletedProcess } from './completed-process.ts';
import { PIPE, STDOUT } from './constants.ts';
import { runAsync, runBlocking } from './internal/run-steps.ts';
import { refuseUnknown } from './internal/unknown-options.ts';
import type { GetoutputOptions, RunOptions } from './options.ts';

/**
 * Runs a command line in a shell and returns its return code and its output.
 *
 * The output is text: standard output and standard error, in the order in which they were written, without the last line end.
 *
 * Python: `subprocess.getstatusoutput`.
 *
 * @returns `[returncode, output]`.
 * @example
 * import { getstatusoutput } from '@prac/subprocess';
 * console.log(await getstatusoutput('echo oops; exit 3')); // [ 3, 'oops' ]
 */
export async function getstatusoutput(cmd: string, options?: GetoutputOptions): Promise<[number, string]> {
  return statusAndOutput(await runAsync(cmd, shellOptions(options)));
}

/** Blocking form of {@link getstatusoutput}. */
export function getstatusoutputSync(cmd: string, options?: GetoutputOptions): [number, string] {
  return statusAndOutput(runBlocking(cmd, shellOptions(options)));
}

/**
 * Runs a command line in a shell and returns its output, whatever its return code.
 *
 * Python: `subprocess.getoutput`.
 *
 * @example
 * import { getoutput } from '@prac/subprocess';
 * console.log(await getoutput('echo one; echo two >&2'));
 */
export async function getoutput(cmd: string, options?: GetoutputOptions): Promise<string> {
  return (await getstatusoutput(cmd, options))[1];
}

/** Blocking form of {@link getoutput}. */
export function getoutputSync(cmd: string, options?: GetoutputOptions): string {
  return getstatusoutputSync(cmd, options)[1];
}

const KNOWN: ReadonlySet<string> = new Set<keyof GetoutputOptions>(['encoding', 'errors']);

function shellOptions(options?: GetoutputOptions | null): RunOptions {
  refuseUnknown(options ?? {}, KNOWN);
  const { encoding, errors } = options ?? {};
  return { shell: true, text: true, encoding, errors, stdout: PIPE, stderr: STDOUT };
}

function statusAndOutput({ returncode, stdout }: CompletedProcess): [number, string] {
  const output = stdout as string;
  return [returncode, output.endsWith('\n') ? output.slice(0, -1) : output];
}
