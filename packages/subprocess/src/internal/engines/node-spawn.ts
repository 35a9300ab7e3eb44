import type { ChildProcess, SpawnOptions, StdioOptions } from 'node:child_process';
import { accessSync, closeSync, constants as fsConstants, openSync, statSync } from 'node:fs';
import { constants, devNull } from 'node:os';
import { toText } from '../command.ts';
import type { Launch } from './engine.ts';

/** A launch as the arguments of Node's `spawn` and `spawnSync`. */
export function spawnArguments(launch: Launch): { file: string; args: string[]; options: SpawnOptions } {
  const stdio: StdioOptions = [...launch.stdio];
  for (const [from, to] of launch.passed) {
    while (stdio.length < to) stdio.push('ignore');
    stdio[to] = from;
  }
  const [name, ...args] = launch.argv.map(toText);
  return {
    file: toText(launch.candidates[0]!),
    args,
    options: {
      ...(name === undefined ? {} : { argv0: name }),
      cwd: launch.cwd === undefined ? undefined : toText(launch.cwd),
      env: launch.env === null ? process.env : Object.fromEntries(launch.env.map((entry) => splitEntry(toText(entry)))),
      stdio,
      // setsid makes a process group too; a group alone is not to be had.
      detached: launch.newSession || launch.processGroup === 0,
      windowsHide: true,
    },
  };
}

/** Starts a child by node:child_process. Returns the negative errno of what failed. */
export function nodeSpawn(launch: Launch): ChildProcess | number {
  const { file, args, options } = spawnArguments(launch);
  try {
    const child = process.getBuiltinModule('node:child_process').spawn(file, args, options);
    if (child.pid !== undefined) return child;
    child.on('error', () => {}); // told below, at once
    for (const stream of child.stdio ?? []) (stream as { destroy?(): void } | null)?.destroy?.();
    return diagnose(file, options.cwd as string | undefined);
  } catch (error) {
    const { errno } = error as NodeJS.ErrnoException;
    if (typeof errno === 'number') return errno;
    throw error;
  }
}

/** Node tells the reason of these failures a turn later; it can be found out now. */
function diagnose(path: string, cwd: string | undefined): number {
  const attempts = [
    () => cwd !== undefined && statSync(cwd),
    () => accessSync(path, fsConstants.X_OK),
    needsDescriptors,
  ];
  for (const attempt of attempts) {
    try {
      attempt();
    } catch (error) {
      return (error as NodeJS.ErrnoException).errno ?? -constants.errno.ENOENT;
    }
  }
  return statSync(path).isFile() ? -constants.errno.EAGAIN : -constants.errno.EACCES;
}

/** Whether there are the two descriptors that libuv needs for itself. @throws EMFILE, ENFILE */
function needsDescriptors(): void {
  const first = openSync(devNull, 'r');
  try {
    closeSync(openSync(devNull, 'r'));
  } finally {
    closeSync(first);
  }
}

function splitEntry(entry: string): [string, string] {
  const at = entry.indexOf('=', 1);
  return [entry.slice(0, at), entry.slice(at + 1)];
}
