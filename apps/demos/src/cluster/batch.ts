import { hostname } from 'node:os';
import { type Job, SlurmExecutor, sbatch } from '@prac/slurm';
import { hasSlurm, interrupted, scratchFolder } from './slurm.ts';

const TWO = 2;
const signal = interrupted();

async function linesOf(job: Job): Promise<string[]> {
  try {
    await job.wait({ timeout: 60, signal });
    return (await job.stdout()).trimEnd().split('\n');
  } finally {
    await job.cancel(); // nothing is left in the queue, whatever happens
  }
}

async function onNodes(): Promise<void> {
  const job = await sbatch(new URL('batch.sh', import.meta.url));
  console.log(job.script);
  console.log('batch.sh: on', ...(await linesOf(job)));

  const same = await sbatch({
    nodes: 1,
    partition: 'broadwell',
    time: 3600,
    command: ['srun', 'hostname'],
  });
  console.log(same.script);
  console.log('the options: on', ...(await linesOf(same)));

  for (const command of [['hostname'], ['srun', 'hostname']]) {
    const lines = await linesOf(
      await sbatch({ nodes: TWO, partition: 'broadwell', command }),
    );
    console.log(
      `lines of ${command.join(' ')} on two nodes:`,
      lines.length,
    );
  }
}

/** What is a job there is a process here. */
async function onThisMachine(): Promise<void> {
  const where = () => hostname();
  await using executor = new SlurmExecutor({ launcher: 'local' });
  console.log('a job: on', await executor.submit(where));
  const jobs = Array.from({ length: TWO }, () =>
    executor.submit(where),
  );
  console.log('jobs:', (await Promise.all(jobs)).length);
}

const isSlurm = await hasSlurm();
using _ = scratchFolder(isSlurm);
await (isSlurm ? onNodes() : onThisMachine());
