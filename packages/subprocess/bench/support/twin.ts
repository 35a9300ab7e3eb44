import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { hasPython, type Row } from '@prac/testing';

const VERSION = hasPython()
  ? spawnSync('python3', ['-V'], { encoding: 'utf8' }).stdout.trim().split(' ')[1]
  : undefined;

/**
 * A row that is the same work done by CPython: a script of this folder, in a process of its own, that times itself, checks its
 * result and prints the seconds.
 */
export function twin(name: string, script: string, ...args: readonly (string | number)[]): Row {
  const file = fileURLToPath(new URL(`../${script}`, import.meta.url));
  return {
    name,
    version: VERSION,
    skip: VERSION === undefined ? 'no python3 of 3.11 or later' : undefined,
    run: () => secondsOf('python3', [file, ...args.map(String)]),
  };
}

/** Runs a program that prints the seconds it took. */
export function secondsOf(command: string, args: readonly string[], cwd?: string): number {
  const child = spawnSync(command, args, { encoding: 'utf8', cwd });
  const seconds = Number(child.stdout);
  if (child.status !== 0 || !(seconds > 0)) throw new Error(`${command} ${args.join(' ')}: ${child.stderr}`);
  return seconds;
}
