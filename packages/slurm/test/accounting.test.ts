// A cluster that keeps books, and has limits.
import { spawnSync } from 'node:child_process';
import { userInfo } from 'node:os';
import {
  Job,
  SlurmExecutor,
  SubmitError,
  SubmitLimitError,
  sacct,
  sacctSync,
  sbatch,
  scancel,
  squeue,
} from '@prac/slurm';
import { waitUntil } from '@prac/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasSlurm, inOwnDirectory } from './helpers/cluster.ts';
import { type Cluster, startCluster } from './setup/cluster.ts';

const isInstalled =
  spawnSync('sh', ['-c', 'PATH="$PATH:/usr/sbin" command -v slurmdbd && PATH="$PATH:/usr/sbin" command -v mariadbd'])
    .status === 0;
const isWanted = process.env.PRAC_SLURM === 'required' || (hasSlurm && isInstalled);
if (!isWanted) console.log('No database for accounting is installed here: tests of sacct and of limits are skipped');

describe.skipIf(!isWanted)('a cluster that keeps books', () => {
  inOwnDirectory();
  const { SLURM_CONF } = process.env;
  let cluster: Cluster;

  beforeAll(() => {
    cluster = startCluster(true);
    if (cluster.conf === undefined) throw new Error(`Slurm does not start:\n${cluster.stderr}`);
    process.env.SLURM_CONF = cluster.conf;
    for (const words of [
      ['add', 'qos', 'one', 'set', 'MaxSubmitJobsPerUser=1'],
      ['add', 'account', 'lab'],
      ['add', 'user', userInfo().username, 'account=lab', 'qos=normal,one'],
    ])
      spawnSync('sacctmgr', ['-i', ...words]);
  }, 120_000);

  afterAll(() => {
    cluster.stop();
    if (SLURM_CONF !== undefined) process.env.SLURM_CONF = SLURM_CONF;
  });

  test('tells how jobs have ended, also when the controller has forgotten them', async () => {
    const jobs = await Promise.all(
      [['true'], ['sh', '-c', 'exit 3'], ['sh', '-c', 'kill -9 $$'], ['sleep', '300']].map((command) =>
        sbatch({ command, account: 'lab' }),
      ),
    );
    await waitUntil(async () => (await jobs[3]!.state()) === 'RUNNING', { within: 20 });
    await scancel(jobs[3]!);
    await Promise.all(jobs.map((job) => job.wait({ check: false })));
    const ids = jobs.map(({ id }) => id);
    await waitUntil(
      async () => {
        const ends = (await sacct(ids))!; // the books are behind
        return ends.length === ids.length && ends.every(({ state }) => !['PENDING', 'RUNNING'].includes(state));
      },
      { within: 20 },
    );
    const all = new Map(sacctSync(ids)!.map((end) => [end.jobId, end]));
    expect(ids.map((id) => all.get(id)!).map(({ state, exitCode, signal }) => [state, exitCode, signal])).toEqual([
      ['COMPLETED', 0, null],
      ['FAILED', 3, null],
      ['FAILED', 0, 9],
      ['CANCELLED', 0, null],
    ]);
    expect(await sacct('99999')).toEqual([]);
    await expect(new Job('99999').wait()).rejects.toMatchObject({ name: 'JobDiedError', state: 'UNKNOWN' });
  }, 60_000);

  test('has limits: what exceeds them may be accepted later, what can never be is refused', async () => {
    const first = await sbatch({ command: ['sleep', '300'], account: 'lab', qos: 'one' });
    try {
      const second = sbatch({ command: ['true'], account: 'lab', qos: 'one' });
      await expect(second).rejects.toThrow(SubmitLimitError);
      await expect(second).rejects.toThrow('QOSMaxSubmitJobPerUserLimit');
      await expect(sbatch({ command: ['true'], account: 'nobody' })).rejects.toThrow(SubmitError);
      await using executor = new SlurmExecutor({ directory: 'run', account: 'lab', qos: 'one' });
      const future = executor.submit(() => 'in the end');
      await waitUntil(() => future.place !== undefined, { within: 20 });
      expect(future.jobId).toBe(undefined); // it waits for the limit
      await first.cancel();
      expect(await future).toBe('in the end');
    } finally {
      await first.cancel();
    }
    await waitUntil(async () => (await squeue({ me: true })).length === 0, { within: 20 });
  }, 60_000);
});
