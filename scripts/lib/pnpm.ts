import { spawnSync } from 'node:child_process';

/**
 * The pnpm that runs the current script.
 *
 * A newcomer has no pnpm on the PATH, only the one that npx brought: its path is in the environment of every script.
 */
export function pnpmCommand(): [command: string, ...args: string[]] {
  const path = process.env.npm_execpath ?? 'pnpm';
  return /\.[cm]?js$/.test(path) ? [process.execPath, path] : [path];
}

/** Runs pnpm and shows its output; a failure ends this process. */
export function pnpm(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = process.env): void {
  const [command, ...first] = pnpmCommand();
  const { status, error } = spawnSync(command, [...first, ...args], { cwd, env, stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

/**
 * Installs one of the folders outside the workspace (bench, release) exactly as its lockfile says.
 *
 * Each has a pnpm-workspace.yaml of its own, which makes it a workspace of one.
 */
export function installApart(folder: string): void {
  pnpm(['install', '--frozen-lockfile', '--reporter=append-only', '--loglevel=warn'], folder);
}
