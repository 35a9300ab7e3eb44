import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Runs a fixture in a process of its own: what it prints, and how it ends (`SIGSEGV` and the like included). */
export function run(fixture: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}) {
  const file = fixture.startsWith('/') ? fixture : fileURLToPath(new URL(`../fixtures/${fixture}`, import.meta.url));
  const child = spawnSync(process.execPath, ['--no-warnings', '--expose-gc', file, ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
    timeout: 15_000,
  });
  return { end: child.signal ?? child.status, stdout: child.stdout.trimEnd(), stderr: child.stderr };
}
