import * as slurm from '@prac/slurm';
import { expect, test } from 'vitest';

test('the package exports what its README lists', () => {
  const commands = ['sbatch', 'squeue', 'scancel', 'sinfo', 'sacct', 'srun', 'salloc'];
  const errors = ['SlurmError', 'SubmitError', 'SubmitLimitError', 'ControllerError', 'SlurmNotFoundError'];
  const ends = [
    'JobFailedError',
    'JobTimeoutError',
    'JobOutOfMemoryError',
    'JobNodeFailError',
    'JobCancelledError',
    'JobDiedError',
  ];
  const others = [
    'BrokenExecutor',
    'CancelledError',
    'PicklingError',
    'UnpicklingError',
    'RuntimeError',
    'TimeoutError',
    'ValueError',
    'WorkerLostError',
  ];
  const executors = ['SlurmExecutor', 'SlurmFuture', 'SlurmPoolExecutor', 'taskContext'];
  const rest = ['Allocation', 'Job', 'phaseOf', 'scontrol'];
  const both = commands.flatMap((name) => [name, `${name}Sync`]);
  expect(Object.keys(slurm).sort()).toEqual([...both, ...errors, ...ends, ...others, ...executors, ...rest].sort());
});
