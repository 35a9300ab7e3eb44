import type { Readable } from 'node:stream';
import {
  BrokenPipeError,
  ConnectionResetError,
  checkedOptions,
  ProcessLookupError,
  repr,
  ValueError,
} from '@prac/exceptions';
import type { Popen, PopenOptions } from '@prac/subprocess';
import { gather } from '../gather.ts';
import { optionsAmong } from '../internal/options.ts';
import { printsAsText } from '../internal/text.ts';
import { travels } from '../internal/world.ts';
import { StreamReader } from './stream-reader.ts';
import { asOSError, StreamWriter } from './stream-writer.ts';

/** Options of processes: those of `Popen` of `@prac/subprocess`, but for text. */
export interface ProcessOptions
  extends Omit<PopenOptions, 'bufsize' | 'shell' | 'universalNewlines' | 'text' | 'encoding' | 'errors' | 'signal'> {
  /** So many bytes may a line have. @defaultValue 64 KiB */
  readonly limit?: number | null | undefined;
}

const OPTIONS = [
  'limit',
  'executable',
  'stdin',
  'stdout',
  'stderr',
  'closeFds',
  'cwd',
  'env',
  'restoreSignals',
  'startNewSession',
  'passFds',
  'user',
  'group',
  'extraGroups',
  'umask',
  'pipesize',
  'processGroup',
  'killTree',
  'killAfter',
  'dieWithParent',
];

/**
 * A process, and the streams to it.
 *
 * Python: `asyncio.subprocess.Process`.
 */
export class Process {
  /** `null` if it is no pipe. */
  readonly stdin: StreamWriter | null;
  readonly stdout: StreamReader | null;
  readonly stderr: StreamReader | null;
  readonly #child: Popen;

  /** @internal */
  constructor(child: Popen, limit: number | null | undefined) {
    const { stdin, stdout, stderr } = child as unknown as Record<
      'stdin' | 'stdout' | 'stderr',
      { stream: never } | null
    >;
    this.#child = child;
    this.stdin = stdin === null ? null : new StreamWriter(stdin.stream, undefined, false);
    this.stdout = stdout === null ? null : readerOf(stdout.stream, limit);
    this.stderr = stderr === null ? null : readerOf(stderr.stream, limit);
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** `null` as long as it runs; negative for the signal that has ended it. */
  get returncode(): number | null {
    return this.#child.poll();
  }

  /** Waits for its end. Cancellation: the process goes on. */
  async wait(): Promise<number> {
    return this.#child.wait();
  }

  /**
   * Writes to its stdin, reads all of its stdout and stderr, and waits for its end.
   *
   * Cancellation: the process goes on.
   *
   * @param input - Bytes, or text as UTF-8.
   * @returns What is no pipe is `null`.
   */
  async communicate(input?: Uint8Array | string | null): Promise<[stdout: Buffer | null, stderr: Buffer | null]> {
    if (input != null && this.stdin === null) throw new ValueError('stdin is no pipe: nothing can be written to it');
    const [, stdout, stderr] = await gather(
      () => this.#write(input ?? ''),
      async () => (await this.stdout?.read()) ?? null,
      async () => (await this.stderr?.read()) ?? null,
    );
    await this.wait();
    return [stdout, stderr];
  }

  /** A process that does not read is none of our business, as in Python. */
  async #write(input: Uint8Array | string): Promise<void> {
    if (this.stdin === null) return;
    try {
      this.stdin.write(input);
      await this.stdin.drain();
      this.stdin.close();
      await this.stdin.waitClosed();
    } catch (error) {
      if (!(error instanceof BrokenPipeError || error instanceof ConnectionResetError)) throw error;
    } finally {
      this.stdin.close();
    }
  }

  /** @throws {ProcessLookupError} if it has ended. */
  sendSignal(signal: number | NodeJS.Signals): void {
    this.#checkThatItRuns();
    this.#child.sendSignal(signal);
  }

  terminate(): void {
    this.#checkThatItRuns();
    this.#child.terminate();
  }

  kill(): void {
    this.#checkThatItRuns();
    this.#child.kill();
  }

  #checkThatItRuns(): void {
    if (this.#child.poll() !== null) throw new ProcessLookupError('No such process');
  }

  toString(): string {
    return `<Process ${this.pid}>`;
  }
}

printsAsText(Process);

function readerOf(stream: Readable, limit: number | null | undefined): StreamReader {
  const reader = new StreamReader({ limit: limit ?? null });
  reader.setSource(stream);
  stream.on('data', (data: Buffer) => reader.feedData(data));
  stream.on('end', () => reader.feedEof());
  stream.on('close', () => reader.feedEof());
  stream.on('error', (error) => reader.setException(asOSError(error)));
  return reader;
}

/**
 * Starts a program.
 *
 * Python: `asyncio.create_subprocess_exec`.
 *
 * @param args - Arguments of the program; options may be the last.
 * @throws {OSError} if it cannot be started.
 * @example
 * import { createSubprocessExec, run } from '@prac/asyncio';
 * import { PIPE } from '@prac/subprocess';
 * await run(async () => {
 *   const child = await createSubprocessExec('tr', 'a-z', 'A-Z', { stdin: PIPE, stdout: PIPE });
 *   const [stdout] = await child.communicate('through\n');
 *   console.log(String(stdout).trim(), child.returncode); // THROUGH 0
 * });
 */
export async function createSubprocessExec(
  program: string,
  ...args: readonly (string | ProcessOptions | null | undefined)[]
): Promise<Process> {
  const given = args.filter((arg) => arg !== null && arg !== undefined);
  const [rest, { limit, ...options }] = optionsAmong<ProcessOptions>(given, OPTIONS);
  const command = [program, ...(rest as string[])];
  for (const word of command)
    if (typeof word !== 'string')
      throw new TypeError(`program arguments must be a bytes or text string, not ${repr(word)}`);
  return started(command, options, limit);
}

/** Has the shell run a command line. Python: `asyncio.create_subprocess_shell`. @throws {OSError} if it cannot be started. */
export async function createSubprocessShell(command: string, options?: ProcessOptions | null): Promise<Process> {
  if (typeof command !== 'string') throw new ValueError('cmd must be a string');
  const { limit, ...given } = checkedOptions(options, OPTIONS);
  return started(command, { ...given, shell: true }, limit);
}

async function started(
  command: string | string[],
  options: PopenOptions,
  limit: number | null | undefined,
): Promise<Process> {
  const { Popen } = await import('@prac/subprocess');
  return new Process(new Popen(command, options) as Popen, limit);
}

travels('createSubprocessExec', createSubprocessExec);
travels('createSubprocessShell', createSubprocessShell);
travels('Process', Process);
