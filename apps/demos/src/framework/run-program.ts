// This starts the scenarios, and so it uses node:child_process: what checks @prac/subprocess must not depend on it.
import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { performance } from 'node:perf_hooks';
import { LineCutter } from './lines.ts';

export type StreamName = 'stdout' | 'stderr';

/** A signal for the program, sent when it has printed a line. */
export interface SignalStep {
  readonly after: string;
  readonly send: NodeJS.Signals;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** In seconds; the program is killed when it passes. */
  readonly timeLimit: number;
  /** Interrupts the program, as Ctrl-C would. */
  readonly signal?: AbortSignal | undefined;
  /** Each is waited for only when the one before it has been sent. */
  readonly signals?: readonly SignalStep[] | undefined;
  readonly onLine?: ((line: string, stream: StreamName) => void) | undefined;
}

export interface ProgramRun {
  readonly stdout: string;
  readonly stderr: string;
  /** Negative for a signal, as in Python. */
  readonly exitCode: number;
  readonly seconds: number;
  readonly timeLimit: number;
  /** What ended it. */
  readonly ended: 'itself' | 'time limit' | 'interrupt';
}

/** How long an interrupted program may take to clean up. */
const GRACE_MS = 1000;

/**
 * Runs a program to its end and collects what it and its children print.
 *
 * The program leads a process group of its own. When the promise settles, or this process exits, whatever is left of the group is killed.
 *
 * @throws {Error} if the program cannot be started.
 */
export function runProgram(command: string, args: readonly string[], options: RunOptions): Promise<ProgramRun> {
  const { promise, resolve, reject } = Promise.withResolvers<ProgramRun>();
  const begin = performance.now();
  const { cwd, timeLimit, signal, onLine } = options;
  const env = { ...process.env, ...options.env };
  const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const steps = [...(options.signals ?? [])];
  const stdout = new LineCutter((line) => {
    onLine?.(line, 'stdout');
    if (line === steps[0]?.after) child.kill(steps.shift()!.send);
  });
  const stderr = new LineCutter((line) => onLine?.(line, 'stderr'));
  child.stdout.on('data', (chunk: Buffer) => stdout.write(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.write(chunk));

  let ended: ProgramRun['ended'] = 'itself';
  let lastResort: NodeJS.Timeout | undefined;
  const kill = () => {
    signalGroup(child, 'SIGKILL');
    // A descendant that left the group may hold the pipes open: its output is not waited for.
    child.stdout.destroy();
    child.stderr.destroy();
  };
  const interrupt = () => {
    ended = 'interrupt';
    signalGroup(child, 'SIGINT');
    lastResort = setTimeout(kill, GRACE_MS);
  };
  const limit = setTimeout(() => {
    ended = 'time limit';
    kill();
  }, timeLimit * 1000);
  process.once('exit', kill);
  if (signal?.aborted) interrupt();
  signal?.addEventListener('abort', interrupt);

  const cleanUp = () => {
    clearTimeout(limit);
    clearTimeout(lastResort);
    process.off('exit', kill);
    signal?.removeEventListener('abort', interrupt);
  };
  child.once('error', (error) => {
    cleanUp();
    reject(error);
  });
  child.once('close', (code, signalName) => {
    cleanUp();
    signalGroup(child, 'SIGKILL');
    stdout.end();
    stderr.end();
    const exitCode = code ?? -constants.signals[signalName as NodeJS.Signals];
    const seconds = (performance.now() - begin) / 1000;
    resolve({ stdout: stdout.text, stderr: stderr.text, exitCode, seconds, timeLimit, ended });
  });
  return promise;
}

/** Signals the program and all its descendants that stayed in its group, if any are left. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
