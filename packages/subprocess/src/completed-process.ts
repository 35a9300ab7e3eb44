import { repr } from '@prac/exceptions';
import { CalledProcessError, type Captured } from './errors.ts';
import { showAsText } from './internal/show-as-text.ts';

/**
 * A child that has ended: what {@link run} returns.
 *
 * Python: `subprocess.CompletedProcess`.
 *
 * @example
 * import { runSync } from '@prac/subprocess';
 * const done = runSync(['echo', 'hello'], { captureOutput: true, text: true });
 * console.log(String(done)); // CompletedProcess(args=['echo', 'hello'], returncode=0, stdout='hello\n', stderr='')
 */
export class CompletedProcess<Out extends Captured = Captured, Err extends Captured = Captured> {
  static {
    showAsText(CompletedProcess);
  }

  /** The command, as it was given. */
  readonly args: unknown;
  /** The exit status; negative for the signal that ended the child. */
  readonly returncode: number;
  /** What the child wrote to standard output; `null` if that was not captured. */
  readonly stdout: Out;
  /** What the child wrote to standard error; `null` if that was not captured. */
  readonly stderr: Err;

  constructor(args: unknown, returncode: number, { stdout, stderr }: { stdout?: Out; stderr?: Err } = {}) {
    this.args = args;
    this.returncode = returncode;
    this.stdout = stdout ?? (null as Out);
    this.stderr = stderr ?? (null as Err);
  }

  /**
   * Raises an error if the return code is not 0.
   *
   * @throws {CalledProcessError} if the return code is not 0.
   */
  checkReturncode(): void {
    if (this.returncode === 0) return;
    throw new CalledProcessError(this.returncode, this.args, { output: this.stdout, stderr: this.stderr });
  }

  toString(): string {
    const fields = [`args=${repr(this.args)}`, `returncode=${this.returncode}`];
    if (this.stdout !== null) fields.push(`stdout=${repr(this.stdout)}`);
    if (this.stderr !== null) fields.push(`stderr=${repr(this.stderr)}`);
    return `CompletedProcess(${fields.join(', ')})`;
  }
}
