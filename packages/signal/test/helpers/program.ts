import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** How a program ended, and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program that runs. */
export interface Running {
  readonly pid: number;
  /** Waits until its output has the text. */
  said(text: string): Promise<void>;
  readonly ended: Promise<Ended>;
}

/** Starts test/programs/<name>.ts. One that does not end within 20 seconds is killed. */
export function start(name: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Running {
  const path = fileURLToPath(new URL(`../programs/${name}.ts`, import.meta.url));
  const child = spawn(process.execPath, ['--no-warnings', path, ...args], { env: { ...process.env, ...env } });
  const output = { stdout: '', stderr: '' };
  const listeners = new Set<() => void>();
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      output[stream] += text;
      for (const listener of listeners) listener();
    });
  }
  const limit = setTimeout(() => child.kill('SIGKILL'), 20_000);
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => {
      clearTimeout(limit);
      for (const listener of listeners) listener();
      resolve({ code, signal, ...output });
    });
  });
  const said = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (output.stdout.includes(text)) resolve();
        else if (child.exitCode !== null || child.signalCode !== null)
          reject(new Error(`it never said ${text}: ${JSON.stringify(output)}`));
      };
      listeners.add(look);
      look();
    });
  return { pid: child.pid!, said, ended };
}
