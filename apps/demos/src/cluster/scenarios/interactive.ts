import type { Scenario } from '../../framework/chapter.ts';
import { either } from '../../framework/expectation.ts';
import { NO_SLURM, SLURM, SLURM_IF_REQUIRED } from './lines.ts';

export const interactive: Scenario = {
  name: 'interactive',
  title: 'a node of one’s own, for a while',
  explanation:
    'salloc gets a node, squeue tells which one it is, srun runs a command there, and release gives the node back. A SlurmPoolExecutor keeps workers on nodes: ' +
    'functions run there as they do in a pool of processes, and without a Slurm in processes of this machine. Python: subprocess with salloc, ' +
    'squeue and srun; concurrent.futures.Executor, as in dask-jobqueue.',
  expect: {
    stdout: [
      either([SLURM, /RUNNING, 1 node: (?<node>\S+)/, /srun, on node: (?<node>\S+)/, 'released: true'], [NO_SLURM]),
      'submit: 49',
      'map: 1',
      'map: 4',
      'map: 9',
    ],
    facts: [SLURM_IF_REQUIRED],
  },
  mutation: { replace: 'n ** 2', by: 'n * 2' },
  timeLimit: 300, // until there are nodes
  masks: [{ pattern: /node: \S+$/gm, by: 'node: <node>' }],
};
