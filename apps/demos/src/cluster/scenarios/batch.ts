import type { Scenario } from '../../framework/chapter.ts';
import { either } from '../../framework/expectation.ts';
import { NO_SLURM, SLURM, SLURM_IF_REQUIRED } from './lines.ts';

export const batch: Scenario = {
  name: 'batch',
  title: 'jobs that wait for their turn',
  explanation:
    'A script says in #SBATCH lines what its job asks for; options say the same, and job.script is the script they make. A job runs on the first of its ' +
    'nodes, and srun in it on all of them: on two nodes hostname writes one line, srun hostname two. Without a Slurm, calls are jobs of this machine. ' +
    'Python: subprocess with sbatch, squeue and scancel; submitit is a library like this one.',
  expect: {
    stdout: [
      either(
        [
          SLURM,
          '#!/bin/sh',
          /#SBATCH --nodes=1 +# .+/,
          /#SBATCH --partition=broadwell +# .+/,
          /#SBATCH --time=1:00:00 +# .+/,
          '',
          'srun hostname',
          '',
          /batch\.sh: on \S+/,
          '#!/bin/sh',
          '#SBATCH --job-name=srun',
          '#SBATCH --nodes=1',
          '#SBATCH --partition=broadwell',
          '#SBATCH --time=1:00:00',
          'exec srun hostname',
          '',
          /the options: on \S+/,
          'lines of hostname on two nodes: 1',
          'lines of srun hostname on two nodes: 2',
        ],
        [NO_SLURM, /a job: on \S+/, 'jobs: 2'],
      ),
    ],
    facts: [SLURM_IF_REQUIRED],
  },
  mutation: { replace: 'const TWO = 2', by: 'const TWO = 1' },
  timeLimit: 300, // jobs wait until there is a node
  masks: [{ pattern: /: on \S+$/gm, by: ': on <host>' }],
};
