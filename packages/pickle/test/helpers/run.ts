import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const FOLDER = new URL('../programs/', import.meta.url);

/** The path of a test program. */
export function program(name: string): string {
  return fileURLToPath(new URL(name, FOLDER));
}

/** What sources are read with, outside of vitest. */
export const SOURCES: readonly string[] = ['--conditions=@prac/source', '--no-warnings'];

/** Runs Node; returns what it said on both streams. One that does not end within 30 seconds is killed. */
export function node(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const full = {
    ...process.env,
    PRAC_RECEIVER: program('receiver.mjs'),
    PRAC_RECEIVER_ARGS: SOURCES.join(' '),
    ...env,
  };
  return new Promise((resolve) => {
    const options = { env: full, timeout: 30_000, cwd: fileURLToPath(FOLDER) };
    execFile(process.execPath, [...SOURCES, ...args], options, (_error, stdout, stderr) => resolve(stdout + stderr));
  });
}

/** What the cases of a test program come to in another process: `[name, result, expected]` of each. */
export async function elsewhere(name: string): Promise<[name: string, result: unknown, expected: unknown][]> {
  const said = await node([program('elsewhere.mjs'), program(name)]);
  try {
    return JSON.parse(said);
  } catch {
    return [[name, said, 'results']];
  }
}
