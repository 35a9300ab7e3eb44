import { constants } from 'node:os';
import type { PIPE } from './constants.ts';
import { ChildCore } from './internal/child-core.ts';
import { showAsText } from './internal/show-as-text.ts';
import { signalNumber } from './internal/signals.ts';
import { block, suspend } from './internal/waiting.ts';
import type {
  Command,
  CommunicateOptions,
  OutputOf,
  PopenOptions,
  StderrOf,
  StdoutOf,
  WaitOptions,
} from './options.ts';
import type { PipeReader } from './pipe-reader.ts';
import type { PipeWriter } from './pipe-writer.ts';

/** The child's inside, for this package. */
export let childOf: (popen: Popen) => ChildCore;

type Given<O, K extends string> = K extends keyof O ? O[K] : undefined;
/** The type of a reading stream, as far as the options tell. */
export type ReaderOf<O, K extends string> = [Given<O, K>] extends [typeof PIPE]
  ? PipeReader<OutputOf<O>>
  : PipeReader<OutputOf<O>> | null;

/**
 * A child process.
 *
 * The constructor starts it at once, and throws what Python throws if it cannot be started. Until its end has been seen by
 * {@link poll}, {@link wait} or {@link communicate} it stays a zombie, as every child does; `await using` waits for it.
 *
 * Python: `subprocess.Popen`.
 *
 * @example
 * import { PIPE, Popen } from '@prac/subprocess';
 * const child = new Popen(['cat', '-'], { stdin: PIPE, stdout: PIPE, text: true });
 * const [output] = await child.communicate({ input: 'through', timeout: 5 });
 * console.log(output); // through
 */
export class Popen<const O extends PopenOptions = PopenOptions> {
  static {
    showAsText(Popen);
    childOf = (popen) => popen.#core;
  }

  readonly #core: ChildCore;

  /**
   * @param args - The program and its arguments; or one string: a program without arguments, a command line with `shell`.
   * @param options - See {@link PopenOptions}.
   * @throws {FileNotFoundError} {PermissionError} if the program or `cwd` cannot be used.
   * @throws {TypeError} {ValueError} {IndexError} for arguments that make no sense.
   */
  constructor(args: Command, options?: O) {
    const { signal, ...rest } = (options ?? {}) as PopenOptions;
    signal?.throwIfAborted();
    this.#core = new ChildCore(args, rest);
    if (signal != null) endOnAbort(this.#core, signal);
  }

  /** The command, as it was given. */
  get args(): Command {
    return this.#core.args;
  }

  /** The process id. */
  get pid(): number {
    return this.#core.pid;
  }

  /** The return code once the child's end has been seen: the exit status, or the negative number of a signal; else `null`. */
  get returncode(): number | null {
    return this.#core.returncode;
  }

  /** The pipe to the child's stdin; `null` if it is none. */
  get stdin(): [Given<O, 'stdin'>] extends [typeof PIPE] ? PipeWriter : PipeWriter | null {
    return this.#core.stdin as PipeWriter;
  }

  /** The pipe from the child's stdout; `null` if it is none. */
  get stdout(): ReaderOf<O, 'stdout'> {
    return this.#core.stdout as ReaderOf<O, 'stdout'>;
  }

  /** The pipe from the child's stderr; `null` if it is none. */
  get stderr(): ReaderOf<O, 'stderr'> {
    return this.#core.stderr as ReaderOf<O, 'stderr'>;
  }

  /** Whether the streams carry text. */
  get universalNewlines(): boolean {
    return this.#core.settings.codec !== undefined;
  }

  /**
   * Looks whether the child has ended, without waiting.
   *
   * @returns The return code, or `null` while it runs.
   */
  poll(): number | null {
    return this.#core.poll();
  }

  /**
   * Waits for the child's end.
   *
   * A child that waits for its pipes to be read or closed never ends: use {@link communicate} where there are pipes.
   *
   * Cancellation: the signal ends the wait, not the child.
   *
   * @param options - Time limit in seconds, as a number or as `timeout`; abort signal.
   * @returns The return code.
   * @throws {TimeoutExpired} if the time limit passes first.
   */
  wait(options?: number | WaitOptions | null): Promise<number> {
    const { timeout, signal } = waitOptions(options);
    return suspend(this.#core.waitSteps(timeout), signal);
  }

  /** Blocking form of {@link wait}. */
  waitSync(options?: number | Omit<WaitOptions, 'signal'> | null): number {
    return block(this.#core.waitSteps(waitOptions(options).timeout), this.#core.kernel);
  }

  /**
   * Sends input, reads all output and waits for the child's end, without deadlock.
   *
   * After a time-out it may be called again (without input): it goes on where it stopped, and no output is lost. The child is
   * not killed by a time-out.
   *
   * Cancellation: the signal ends the exchange, not the child; it may be taken up again.
   *
   * @returns `[stdout, stderr]`: bytes, strings in text mode, `null` for what is no pipe.
   * @throws {TimeoutExpired} if the time limit passes first; it holds what came so far.
   * @throws {OutputLimitExceeded} if there is more than `maxOutput`.
   */
  communicate(options?: CommunicateOptions | null): Promise<[StdoutOf<O>, StderrOf<O>]> {
    const { input, timeout, signal } = options ?? {};
    return suspend(this.#core.communicateSteps(input, timeout), signal) as Promise<[StdoutOf<O>, StderrOf<O>]>;
  }

  /** Blocking form of {@link communicate}. */
  communicateSync(options?: Omit<CommunicateOptions, 'signal'> | null): [StdoutOf<O>, StderrOf<O>] {
    const { input, timeout } = options ?? {};
    return block(this.#core.communicateSteps(input, timeout), this.#core.kernel) as [StdoutOf<O>, StderrOf<O>];
  }

  /**
   * Sends a signal to the child; does nothing if it has ended.
   *
   * @param signal - A number or name: 15, 'SIGTERM'.
   */
  sendSignal(signal: number | NodeJS.Signals): void {
    this.#core.signal(signalNumber(signal));
  }

  /** Sends SIGTERM. */
  terminate(): void {
    this.sendSignal(constants.signals.SIGTERM);
  }

  /** Sends SIGKILL. */
  kill(): void {
    this.sendSignal(constants.signals.SIGKILL);
  }

  /**
   * Signals the child, all its descendants, and its process group if it leads one.
   *
   * Python has no counterpart.
   *
   * @param signal - A number or name. @defaultValue SIGKILL
   */
  killTree(signal: number | NodeJS.Signals = constants.signals.SIGKILL): void {
    this.#core.signalTree(signalNumber(signal));
  }

  /** Closes the pipes and waits for the child's end: what leaving Python's `with` does. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await suspend(this.#core.closeSteps());
    } finally {
      await this.wait();
    }
  }

  /** Blocking form of `await using`. */
  [Symbol.dispose](): void {
    try {
      block(this.#core.closeSteps(), this.#core.kernel);
    } finally {
      this.waitSync();
    }
  }

  /** Python's repr. */
  toString(): string {
    return this.#core.toString(this.constructor.name);
  }
}

function waitOptions(options: number | WaitOptions | null | undefined): WaitOptions {
  return typeof options === 'number' ? { timeout: options } : (options ?? {});
}

/** The option `signal`: an abort ends the child; the listener goes when the child has ended. */
function endOnAbort(core: ChildCore, signal: AbortSignal): void {
  const end = (): void => {
    suspend(core.endSteps()).catch(() => {});
  };
  signal.addEventListener('abort', end, { once: true });
  core.onceCollected(() => signal.removeEventListener('abort', end));
}
