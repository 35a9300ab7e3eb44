import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '@prac/subprocess';
import { expectNothingLeft, leftovers, waitUntil } from '@prac/testing';
import { onTestFinished, vi } from 'vitest';

// Upper bounds only: programs take long to start where many tests run at once.
vi.setConfig({ testTimeout: 40_000 });

/** A child that runs until it is killed. */
export const FOREVER: readonly string[] = ['sleep', '1000'];

/** Runs `body`, and fails if it leaves a descriptor, a child, a zombie, a handle, a timer or a listener. */
export async function leavesNothing(body: () => unknown): Promise<void> {
  await run(['true'], { captureOutput: true, timeout: 10 }); // what every process makes once
  const before = leftovers();
  await body();
  await expectNothingLeft({ ...before, descriptors: [...before.descriptors, ...spareNames()] });
}

/** The fifo engine's names for pipes to come: descriptors opened with O_PATH. */
function spareNames(): string[] {
  const O_PATH = 0o10000000;
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const flags = readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1').match(/^flags:\s+(\d+)/m)?.[1] ?? '0';
      return Number.parseInt(flags, 8) & O_PATH ? [`${fd} ${readlinkSync(`/proc/self/fd/${fd}`)}`] : [];
    } catch {
      return []; // the one that read the folder
    }
  });
}

/** The state letter of a process, `undefined` if there is none. */
export function stateOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1').match(/\) (\S)/)?.[1];
  } catch {
    return undefined;
  }
}

/** Whether a process runs; a zombie does not (a machine without an init keeps orphans as zombies). */
export function runs(pid: number): boolean {
  return ![undefined, 'Z', 'X'].includes(stateOf(pid));
}

/** Waits until none of the processes runs. */
export async function haveEnded(pids: readonly number[]): Promise<void> {
  for (const pid of pids) await waitUntil(() => !runs(pid));
}

/** Kills processes when the test has ended, whatever its outcome. */
export function killAfterwards(pids: readonly number[], whenFinished: typeof onTestFinished = onTestFinished): void {
  whenFinished(() => {
    for (const pid of pids) if (runs(pid)) process.kill(pid, 'SIGKILL');
  });
}

/** The process numbers in what a child printed. */
export function pidsIn(output: string | Buffer | null): number[] {
  return (String(output ?? '').match(/\d+/g) ?? []).map(Number);
}

/** Milliseconds that something takes. */
export async function milliseconds(body: () => unknown): Promise<number> {
  const start = performance.now();
  await body();
  return performance.now() - start;
}

/** Programs start three times faster with what Node has compiled before. */
const NODE_COMPILE_CACHE = fileURLToPath(new URL('../../node_modules/.cache/faults', import.meta.url));

/** How a program ended. */
export interface Ended {
  readonly end: number | NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs one of the programs beside this file in a process of its own, with this run's engine. One that has not ended after 30
 * seconds is killed: `end` is then SIGKILL.
 */
export async function program(name: string, args: readonly string[] = [], shell = ''): Promise<Ended> {
  const file = fileURLToPath(new URL(`./programs/${name}.ts`, import.meta.url));
  const command = [process.execPath, '--expose-gc', '--no-warnings', file, ...args];
  // Files, not pipes: grandchildren may hold them for longer than the program lives.
  const folder = mkdtempSync(join(tmpdir(), 'subprocess-faults-'));
  const files = ['stdout', 'stderr'].map((output) => join(folder, output));
  const [stdout, stderr] = files.map((path) => openSync(path, 'w'));
  try {
    const child = spawn('sh', ['-c', `${shell} exec "$@"`, 'sh', ...command], {
      stdio: ['ignore', stdout!, stderr!],
      env: { ...process.env, NODE_COMPILE_CACHE },
    });
    const limit = setTimeout(() => child.kill('SIGKILL'), 30_000);
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    clearTimeout(limit);
    return { end: signal ?? code, stdout: readFileSync(files[0]!, 'utf8'), stderr: readFileSync(files[1]!, 'utf8') };
  } finally {
    for (const fd of [stdout, stderr]) closeSync(fd!);
    rmSync(folder, { recursive: true });
  }
}
