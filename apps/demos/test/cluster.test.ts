import { mkdtempDisposableSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { cluster } from '../src/cluster/index.ts';
import { NO_SLURM, SLURM } from '../src/cluster/scenarios/lines.ts';
import { runScenario } from '../src/framework/run-scenario.ts';
import { MutatedChapter } from './helpers/mutated-chapter.ts';
import { hasPython } from './helpers/python.ts';

// With a Slurm, if there is one, the scenarios are tested as all others are.
describe.each(cluster.scenarios)('$name, without a Slurm', (scenario) => {
  beforeEach(() => void vi.stubEnv('PRAC_SLURM', 'none'));
  afterEach(() => void vi.unstubAllEnvs());

  test('does what is expected of it on this machine, says so, and leaves no file', async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), 'cluster-'));
    vi.stubEnv('TMPDIR', folder.path);
    const run = await runScenario(cluster.folder, scenario);
    expect(run.failures).toEqual([]);
    expect(run.stdout).toMatch(new RegExp(`^${NO_SLURM}\n`));
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test('fails its check when it is mutated', async () => {
    using mutated = new MutatedChapter(cluster, scenario);
    const run = await runScenario(mutated.folder, scenario);
    expect(run.failures).not.toEqual([]);
    expect(run.exitCode).toBe(0);
  });

  test.skipIf(!hasPython)('has a Python twin that meets the same expectation', async () => {
    const run = await runScenario(cluster.folder, scenario, { language: 'python' });
    expect(run.failures).toEqual([]);
    expect(run.stdout).toMatch(new RegExp(`^${NO_SLURM}\n`));
  });

  test('fails if there has to be one', async () => {
    vi.stubEnv('PRAC_SLURM', 'required');
    vi.stubEnv('PATH', '/nonexistent');
    const run = await runScenario(cluster.folder, scenario);
    expect(run.failures).not.toEqual([]);
    expect(run.stdout).toBe(`${SLURM}\n`);
    expect(run.stderr).toContain('SlurmNotFoundError');
  });

  test('fails its check if there has to be one, and it was none', async () => {
    const [fact] = scenario.expect.facts!;
    expect(fact!.holds({ stdout: `${NO_SLURM}\n`, stderr: '' })).toBe(true);
    vi.stubEnv('PRAC_SLURM', 'required');
    expect(fact!.holds({ stdout: `${NO_SLURM}\n`, stderr: '' })).toBe(false);
  });
});
