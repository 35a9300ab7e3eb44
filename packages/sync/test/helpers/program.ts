import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const FOLDER = new URL('../programs/', import.meta.url);
/** One that takes longer is killed. */
const LIMIT_MS = 18_000;

/** How a program ended, and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The path of a test program. */
export function program(name: string): string {
  return fileURLToPath(new URL(name, FOLDER));
}

/** Options of {@link node}. */
export interface NodeOptions {
  /** Where it runs. @defaultValue the folder of the test programs */
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** What becomes of its output. @defaultValue it is read as it comes */
  readonly stdout?: number;
  /** Reads its output instead. */
  readonly read?: (stream: NodeJS.ReadableStream) => Promise<string>;
}

/** Runs Node with the sources; NODE_OPTIONS of the tests says so. */
export function node(args: readonly string[], { cwd, env, stdout = -1, read = all }: NodeOptions = {}): Promise<Ended> {
  const child = spawn(process.execPath, ['--no-warnings', ...args], {
    cwd: cwd ?? fileURLToPath(FOLDER),
    env: { ...process.env, ...env },
    stdio: ['ignore', stdout < 0 ? 'pipe' : stdout, 'pipe'],
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  const said = child.stdout === null ? Promise.resolve('') : read(child.stdout);
  const complained = all(child.stderr!);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', async (code, signal) => {
      resolve({ code, signal, stdout: await said, stderr: await complained });
    });
  });
}

/** Runs one of the cases of a test program. */
export function run(name: string, ...args: readonly string[]): Promise<Ended> {
  return node([program(name), ...args]);
}

/** Reads all of it. */
async function all(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  stream.setEncoding('utf8');
  for await (const part of stream) text += part;
  return text;
}
