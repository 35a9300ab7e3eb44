import { repr, ValueError } from '@prac/exceptions';
import { block, type Steps, suspend, together } from '@prac/park';
import { PIPE, type STDOUT } from './constants.ts';
import { showAsText } from './internal/show-as-text.ts';
import { communicateOptions, communicateOptionsSync, waitOptions, waitOptionsSync } from './internal/wait-options.ts';
import type {
  Command,
  CommunicateOptions,
  NoOptions,
  PopenOptions,
  PopenShape,
  ShapeOf,
  WaitOptions,
} from './options.ts';
import type { PipeWriter } from './pipe-writer.ts';
import { childOf, Popen } from './popen.ts';

/**
 * Options of {@link pipeline}: `stdin` is the first command's, `stdout` the last one's, everything else is for all of them.
 */
export interface PipelineOptions extends PopenOptions {
  /** Where the stderr of every command goes; a pipe would have to be read for each of them. @defaultValue null: the parent's */
  readonly stderr?: Exclude<PopenOptions['stderr'], typeof STDOUT>;
}

/**
 * Several children, each reading what the one before it writes. The data stays in the kernel's pipes.
 *
 * Python has no class for it; its documentation shows the same by hand.
 *
 * @example
 * import { PIPE, pipeline } from '@prac/subprocess';
 * await using numbers = pipeline([['seq', '1000000'], ['tail', '-1']], { stdout: PIPE, text: true });
 * const [last] = await numbers.communicate();
 * console.log(last.trim(), numbers.returncodes); // 1000000 [ 0, 0 ]
 */
export class Pipeline<S extends PopenShape = PopenShape> {
  static {
    showAsText(Pipeline);
  }

  /** The children, in the order of the commands. */
  readonly children: readonly Popen[];

  /** @internal Use {@link pipeline}. */
  constructor(commands: readonly Command[], options: PipelineOptions) {
    if (commands.length === 0) throw new ValueError('Expected at least one command in a pipeline');
    const children: Popen[] = [];
    try {
      for (const [i, command] of commands.entries()) {
        const previous = children.at(-1)?.stdout;
        const stdin = previous === undefined ? options.stdin : previous;
        const stdout = i === commands.length - 1 ? options.stdout : PIPE;
        const childOptions: PopenOptions = { ...options, stdin, stdout };
        children.push(new Popen(command, childOptions));
      }
    } catch (error) {
      for (const child of children) {
        childOf(child).abandonPipes();
        block(childOf(child).endSteps());
      }
      throw error;
    }
    this.children = children;
  }

  get #cores(): readonly ReturnType<typeof childOf>[] {
    return this.children.map(childOf);
  }

  /** The pipe to the first child's stdin; `null` if it is none. */
  get stdin(): PipeWriter | null {
    return this.children[0]!.stdin;
  }

  /** The pipe from the last child's stdout; `null` if it is none. */
  get stdout(): S['stdout'] {
    return this.children.at(-1)!.stdout as S['stdout'];
  }

  /** The return codes; `null` for a child whose end has not been seen. */
  get returncodes(): (number | null)[] {
    return this.children.map((child) => child.returncode);
  }

  /** Looks which children have ended. @returns The return codes, or `null` while one of them runs. */
  poll(): number[] | null {
    const returncodes = this.children.map((child) => child.poll());
    return returncodes.includes(null) ? null : (returncodes as number[]);
  }

  /**
   * Waits for the end of all children.
   *
   * Cancellation: the signal ends the wait, not the children.
   *
   * @param options - Time limit in seconds, as a number or as `timeout`; abort signal.
   * @returns The return codes. A child whose reader has gone before it is ended by SIGPIPE: -13.
   * @throws {TimeoutExpired} if the time limit passes first.
   */
  async wait(options?: number | WaitOptions | null): Promise<number[]> {
    const { timeout, signal } = waitOptions(options);
    return suspend(this.#waitSteps(timeout), { signal });
  }

  /** Blocking form of {@link wait}. */
  waitSync(options?: number | Omit<WaitOptions, 'signal'> | null): number[] {
    return block(this.#waitSteps(waitOptionsSync(options).timeout));
  }

  /**
   * Sends input to the first child, reads the output of the last, and waits for all of them.
   *
   * @returns `[stdout]`: bytes, a string in text mode, `null` if it is no pipe.
   * @throws {TimeoutExpired} if the time limit passes first; it may be called again.
   */
  async communicate(options?: CommunicateOptions | null): Promise<[S['output'][0]]> {
    const given = communicateOptions(options);
    return suspend(this.#communicateSteps(given), given);
  }

  /** Blocking form of {@link communicate}. */
  communicateSync(options?: Omit<CommunicateOptions, 'signal'> | null): [S['output'][0]] {
    return block(this.#communicateSteps(communicateOptionsSync(options)));
  }

  /** Sends SIGKILL to all children and their descendants. */
  kill(): void {
    for (const child of this.children) child.killTree();
  }

  /** Closes the pipes and waits for all children. */
  async [Symbol.asyncDispose](): Promise<void> {
    await suspend(this.#closeSteps());
    await this.wait();
  }

  /** Blocking form of `await using`. */
  [Symbol.dispose](): void {
    block(this.#closeSteps());
    this.waitSync();
  }

  toString(): string {
    return `<Pipeline: returncodes: ${repr(this.returncodes)} args: ${repr(this.children.map((child) => child.args))}>`;
  }

  *#waitSteps(timeout: number | null | undefined): Steps<number[]> {
    return yield* together(this.#cores.map((core) => core.waitSteps(timeout)));
  }

  *#communicateSteps({ input, timeout }: CommunicateOptions): Steps<[S['output'][0]]> {
    const results = yield* together(
      this.#cores.map((core, i) => core.communicateSteps(i === 0 ? input : null, timeout)),
    );
    return [results.at(-1)![0] as S['output'][0]];
  }

  *#closeSteps(): Steps<void> {
    yield* together(this.#cores.map((core) => core.closeSteps()));
  }
}

/**
 * Starts commands, each reading what the one before it writes.
 *
 * @param commands - The commands, as for {@link Popen}.
 * @param options - See {@link PipelineOptions}.
 * @throws what {@link Popen} throws; children that were started before are then killed.
 */
export function pipeline<const O extends PipelineOptions = NoOptions>(
  commands: readonly Command[],
  options?: O,
): Pipeline<ShapeOf<O>> {
  return new Pipeline<ShapeOf<O>>(commands, options ?? {});
}
