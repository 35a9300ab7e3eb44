import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { constants } from 'node:os';
import type { Bytes, Launch } from './engine.ts';

/** Starts a child by node:child_process. Returns the negative errno of what failed. */
export function nodeSpawn(launch: Launch): ChildProcess | number {
  const [path] = launch.candidates;
  if (path === undefined) return -constants.errno.ENOENT;
  const stdio: StdioOptions = [...launch.stdio];
  for (const [from, to] of launch.passed) {
    while (stdio.length < to) stdio.push('ignore');
    stdio[to] = from;
  }
  const [name, ...args] = launch.argv.map(text);
  try {
    const child = spawn(text(path), args, {
      ...(name === undefined ? {} : { argv0: name }),
      cwd: launch.cwd === undefined ? undefined : text(launch.cwd),
      env: launch.env === null ? process.env : Object.fromEntries(launch.env.map((entry) => splitEntry(text(entry)))),
      stdio,
      // setsid makes a process group too; a group alone is not to be had.
      detached: launch.newSession || launch.processGroup === 0,
      windowsHide: true,
    });
    if (child.pid !== undefined) return child;
    child.on('error', () => {}); // told below, at once
    for (const stream of child.stdio) stream?.destroy();
    return diagnose(text(path), launch.cwd === undefined ? undefined : text(launch.cwd));
  } catch (error) {
    const { errno } = error as NodeJS.ErrnoException;
    if (typeof errno === 'number') return errno;
    throw error;
  }
}

/** Node tells the reason of these failures a turn later; it can be found out now. */
function diagnose(path: string, cwd: string | undefined): number {
  for (const file of cwd === undefined ? [path] : [cwd, path]) {
    try {
      statSync(file);
    } catch (error) {
      return (error as NodeJS.ErrnoException).errno ?? -constants.errno.ENOENT;
    }
  }
  return -constants.errno.EACCES;
}

function text(value: Bytes): string {
  return typeof value === 'string' ? value : Buffer.from(value).toString();
}

function splitEntry(entry: string): [string, string] {
  const at = entry.indexOf('=', 1);
  return [entry.slice(0, at), entry.slice(at + 1)];
}
