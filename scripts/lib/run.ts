import { execFile } from 'node:child_process';

/** How a program that was run to its end came out. */
export interface Outcome {
  readonly ok: boolean;
  /** What it wrote, standard output before standard error. */
  readonly output: string;
  readonly stdout: string;
}

/** Options of {@link run}. */
export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Time limit in seconds. @defaultValue 600 */
  readonly timeout?: number;
}

/** Runs a program to its end and keeps what it writes. */
export function run(command: readonly [string, ...string[]], options: RunOptions = {}): Promise<Outcome> {
  const [file, ...args] = command;
  const { cwd, env = process.env, timeout = 600 } = options;
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const limits = { timeout: timeout * 1000, killSignal: 'SIGKILL', maxBuffer: 2 ** 28 } as const;
  execFile(file, args, { cwd, env, ...limits }, (error, stdout, stderr) => {
    const end = error?.killed ? `\n${file} has not ended within ${timeout} s` : '';
    const failedToStart = typeof error?.code === 'string' ? `\n${error.message}` : '';
    resolve({ ok: error === null, stdout, output: `${stdout}${stderr}${end}${failedToStart}` });
  });
  return promise;
}

/** Runs jobs, at most `atOnce` at a time, and answers in their order. */
export async function inLanes<T>(atOnce: number, jobs: readonly (() => Promise<T>)[]): Promise<T[]> {
  const results: T[] = [];
  const waiting = jobs.entries();
  const lane = async () => {
    for (const [i, job] of waiting) results[i] = await job();
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return results;
}
