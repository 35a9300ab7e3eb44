import { Exception } from '@prac/exceptions';
import { commandText } from './internal/command-text.ts';
import { signalRepr } from './internal/signals.ts';

/** What a child wrote to one of its streams: bytes, text in text mode, `null` where it was not captured. */
export type Captured = Buffer | string | null;

/**
 * The base class of this package's own exceptions.
 *
 * Python: `subprocess.SubprocessError`.
 */
export class SubprocessError extends Exception {}

/** What a child had written when something went wrong. */
export interface CapturedOutput {
  /** Standard output. @defaultValue null */
  readonly output?: Captured | undefined;
  /** Standard error. @defaultValue null */
  readonly stderr?: Captured | undefined;
}

/** What an error about a child's end tells of its output. */
abstract class FailedWithOutput extends SubprocessError {
  /** What the child wrote to standard output, if that was captured. */
  output: Captured;
  /** What the child wrote to standard error, if that was captured. */
  stderr: Captured;

  constructor(message: string, { output, stderr }: CapturedOutput = {}) {
    super(message);
    this.output = output ?? null;
    this.stderr = stderr ?? null;
  }

  /** Another name for `output`. */
  get stdout(): Captured {
    return this.output;
  }

  set stdout(value: Captured) {
    this.output = value;
  }
}

/**
 * Raised by the `check` functions when a child's return code is not 0.
 *
 * Python: `subprocess.CalledProcessError`.
 *
 * @example
 * import { CalledProcessError, runSync } from '@prac/subprocess';
 * try {
 *   runSync(['sh', '-c', 'exit 3'], { check: true });
 * } catch (error) {
 *   if (error instanceof CalledProcessError) console.log(error.returncode); // 3
 * }
 */
export class CalledProcessError extends FailedWithOutput {
  /** The return code; negative for a signal. */
  readonly returncode: number;
  /** The command, as it was given. */
  readonly cmd: unknown;

  constructor(returncode: number, cmd: unknown, captured?: CapturedOutput) {
    super(
      returncode < 0
        ? `Command '${commandText(cmd)}' died with ${signalRepr(-returncode)}.`
        : `Command '${commandText(cmd)}' returned non-zero exit status ${returncode}.`,
      captured,
    );
    this.returncode = returncode;
    this.cmd = cmd;
  }
}

/**
 * Raised when a time limit passes before the child has ended.
 *
 * `output` and `stderr` hold what had been read by then, as text in text mode (CPython gives bytes), `null` where nothing was.
 *
 * Python: `subprocess.TimeoutExpired`.
 */
export class TimeoutExpired extends FailedWithOutput {
  /** The command, as it was given. */
  readonly cmd: unknown;
  /** The time limit, in seconds. */
  readonly timeout: number;

  constructor(cmd: unknown, timeout: number, captured?: CapturedOutput) {
    super(`Command '${commandText(cmd)}' timed out after ${timeout} seconds`, captured);
    this.cmd = cmd;
    this.timeout = timeout;
  }
}

/**
 * Raised when a child writes more than `maxOutput` allows, or more text than a JavaScript string can hold.
 *
 * `output` and `stderr` hold the bytes that were read, so that nothing is lost.
 *
 * Python has no counterpart.
 */
export class OutputLimitExceeded extends SubprocessError {
  /** The command, as it was given. */
  readonly cmd: unknown;
  /** The limit, in bytes. */
  readonly limit: number;
  /** The bytes read from standard output, if that was captured. */
  output: Buffer | null;
  /** The bytes read from standard error, if that was captured. */
  stderr: Buffer | null;

  constructor(cmd: unknown, limit: number, { output, stderr }: { output: Buffer | null; stderr: Buffer | null }) {
    super(`Command '${commandText(cmd)}' wrote more than ${limit} bytes`);
    this.cmd = cmd;
    this.limit = limit;
    this.output = output;
    this.stderr = stderr;
  }

  /** Another name for {@link OutputLimitExceeded.output}. */
  get stdout(): Buffer | null {
    return this.output;
  }
}
