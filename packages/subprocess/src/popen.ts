import { constants } from 'node:os';
import { block, suspend } from '@prac/park';
import { ChildCore } from './internal/child-core.ts';
import { showAsText } from './internal/show-as-text.ts';
import { signalNumber } from './internal/signals.ts';
import { communicateOptions, communicateOptionsSync, waitOptions, waitOptionsSync } from './internal/wait-options.ts';
import type { Command, CommunicateOptions, PopenOptions, PopenShape, ShapeOf, WaitOptions } from './options.ts';

/** The child's inside, for this package. */
export let childOf: (popen: Popen) => ChildCore;

/** What {@link Popen} makes. */
class PopenClass<S extends PopenShape = PopenShape> {
  static {
    Object.defineProperty(PopenClass, 'name', { value: 'Popen' });
    showAsText(PopenClass);
    childOf = (popen) => popen.#core;
  }

  readonly #core: ChildCore;

  /**
   * @param args - The program and its arguments; or one string: a program without arguments, a command line with `shell`.
   * @param options - See {@link PopenOptions}.
   * @throws {FileNotFoundError} {PermissionError} if the program or `cwd` cannot be used.
   * @throws {TypeError} {ValueError} {IndexError} for arguments that make no sense.
   */
  constructor(args: Command, options?: PopenOptions | null) {
    const { signal, ...rest } = options ?? {};
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
  get stdin(): S['stdin'] {
    return this.#core.stdin as S['stdin'];
  }

  /** The pipe from the child's stdout; `null` if it is none. */
  get stdout(): S['stdout'] {
    return this.#core.stdout as S['stdout'];
  }

  /** The pipe from the child's stderr; `null` if it is none. */
  get stderr(): S['stderr'] {
    return this.#core.stderr as S['stderr'];
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
  async wait(options?: number | WaitOptions | null): Promise<number> {
    const { timeout, signal } = waitOptions(options);
    return suspend(this.#core.waitSteps(timeout), { signal });
  }

  /** Blocking form of {@link wait}. */
  waitSync(options?: number | Omit<WaitOptions, 'signal'> | null): number {
    return block(this.#core.waitSteps(waitOptionsSync(options).timeout));
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
  async communicate(options?: CommunicateOptions | null): Promise<S['output']> {
    const { input, timeout, signal } = communicateOptions(options);
    return suspend(this.#core.communicateSteps(input, timeout), { signal }) as Promise<S['output']>;
  }

  /** Blocking form of {@link communicate}. */
  communicateSync(options?: Omit<CommunicateOptions, 'signal'> | null): S['output'] {
    const { input, timeout } = communicateOptionsSync(options);
    return block(this.#core.communicateSteps(input, timeout)) as S['output'];
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
      block(this.#core.closeSteps());
    } finally {
      this.waitSync();
    }
  }

  /** Python's repr. */
  toString(): string {
    return this.#core.toString(this.constructor.name);
  }
}

/** A child process; the type argument says what is known of its pipes. */
export type Popen<S extends PopenShape = PopenShape> = PopenClass<S>;

/** `Popen` as a constructor: the types of the child's pipes follow from its options. */
export interface PopenConstructor {
  readonly prototype: Popen;
  new <const O extends PopenOptions = PopenOptions>(args: Command, options?: O): Popen<ShapeOf<O>>;
}

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
export const Popen: PopenConstructor = PopenClass;

/** The option `signal`: an abort ends the child; the listener goes when the child has ended. */
function endOnAbort(core: ChildCore, signal: AbortSignal): void {
  const end = (): void => {
    suspend(core.endSteps()).catch(() => {});
  };
  signal.addEventListener('abort', end, { once: true });
  core.onceCollected(() => signal.removeEventListener('abort', end));
}
