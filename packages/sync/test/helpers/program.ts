import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { bundle } from './bundle.ts';

const FOLDER = new URL('../programs/', import.meta.url);

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
  /** One that takes longer is killed. @defaultValue 18 */
  readonly seconds?: number;
}

/** Runs Node with the sources; NODE_OPTIONS of the tests says so. */
export function node(
  args: readonly string[],
  { cwd, env, stdout = -1, seconds = 18 }: NodeOptions = {},
): Promise<Ended> {
  const child = spawn(process.execPath, ['--no-warnings', ...args], {
    cwd: cwd ?? fileURLToPath(FOLDER),
    env: { ...process.env, ...env },
    stdio: ['ignore', stdout < 0 ? 'pipe' : stdout, 'pipe'],
    timeout: seconds * 1000,
    killSignal: 'SIGKILL',
  });
  const said = child.stdout === null ? Promise.resolve('') : all(child.stdout);
  const complained = all(child.stderr!);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', async (code, signal) => {
      resolve({ code, signal, stdout: await said, stderr: await complained });
    });
  });
}

/** A test program, bundled: it starts ten times as fast, and its threads, too. */
export function bundled(name: string): Promise<string> {
  const known = bundles.get(name) ?? bundle(program(name), join(folder(), `${name.replace(/\.\w+$/, '')}.mjs`));
  bundles.set(name, known);
  return known;
}

const bundles = new Map<string, Promise<string>>();

/** Runs one of the cases of a test program. */
export async function run(name: string, ...args: readonly string[]): Promise<Ended> {
  return node([await bundled(name), ...args]);
}

let made: string | undefined;

/** For what a test file makes; it is gone when that has ended. */
export function folder(): string {
  made ??= mkdtempSync(join(tmpdir(), 'prac-sync-'));
  return made;
}

afterAll(() => {
  if (made !== undefined) rmSync(made, { recursive: true });
});

/** Reads all of it. */
async function all(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  stream.setEncoding('utf8');
  for await (const part of stream) text += part;
  return text;
}
