import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type JobInfo, scancel, squeue } from '@prac/slurm';
import { waitUntil } from '@prac/testing';
import { afterEach, beforeEach, describe, expect } from 'vitest';

/** Whether there is a cluster to be tested on. */
export const hasSlurm: boolean = process.env.SLURM_CONF !== undefined;

/** Tests that need one. No job is left behind any of them. */
export function onCluster(name: string, tests: () => void): void {
  describe.skipIf(!hasSlurm)(name, () => {
    expectNoJobsLeft();
    tests();
  });
}

export function expectNoJobsLeft(): void {
  const left = async (): Promise<JobInfo[]> => {
    const all = hasSlurm ? await squeue({ me: true }) : [];
    return all.filter(({ state }) => state !== 'COMPLETING');
  };
  afterEach(async () => {
    // A job whose result is there ends in a moment; one that was left behind does not.
    const isOver = await waitUntil(async () => (await left()).length === 0, { within: 5 }).catch(() => false);
    if (isOver) return;
    const running = await left();
    if (running.length > 0) await scancel(running.map(({ id }) => id));
    expect(running.map(({ id, name, state }) => `${id} ${name} ${state}`)).toEqual([]);
  });
}

/** A directory of each test's own, which is the current one meanwhile. */
export function inOwnDirectory(): void {
  const before = process.cwd();
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'prac-slurm-'));
    process.chdir(folder);
  });
  afterEach(() => {
    process.chdir(before);
    rmSync(folder, { recursive: true, force: true });
  });
}

/** Has a node fail, and come back: `slurm-node down tcn4`. */
export function node(verb: 'crash' | 'down' | 'orphan' | 'pause' | 'resume' | 'up' | 'pids', name: string): string {
  const script = fileURLToPath(new URL('../../../../scripts/slurm/slurm-node', import.meta.url));
  const { status, stdout, stderr } = spawnSync(script, [verb, name], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`slurm-node ${verb} ${name}: ${stderr}`);
  return stdout;
}

/** Sends a signal to a daemon of the test's cluster: `slurmctld`, `munged`. */
export function signalDaemon(name: string, signal: NodeJS.Signals): void {
  const { status } = spawnSync('sh', ['-c', `kill -${signal.slice(3)} $(cat "$PRAC_SLURM_HOME"/run/${name}.pid)`]);
  if (status !== 0) throw new Error(`${name} cannot be signalled`);
}

export const states = (all: readonly JobInfo[]): string[] => all.map(({ id, state }) => `${id} ${state}`);
