// The commands of Slurm; jobs; what goes wrong; then the executors.
export { RuntimeError, TimeoutError, ValueError } from '@prac/exceptions';
export { BrokenExecutor, CancelledError, WorkerLostError } from '@prac/futures';
export { PicklingError, UnpicklingError } from '@prac/pickle';
export { type CallOptions, SlurmExecutor, type SlurmExecutorOptions } from './durable/slurm-executor.ts';
export { SlurmFuture } from './durable/slurm-future.ts';
export {
  ControllerError,
  JobCancelledError,
  JobDiedError,
  type JobEnd,
  JobFailedError,
  JobNodeFailError,
  JobOutOfMemoryError,
  JobTimeoutError,
  SlurmError,
  SlurmNotFoundError,
  SubmitError,
  SubmitLimitError,
} from './errors.ts';
export type { CommandLimits } from './internal/commands.ts';
export { Job, type JobWaitOptions } from './job.ts';
export type { ArraySpec, Dependency, Duration, JobOptions, Memory, SbatchOptions, SignalSpec } from './options.ts';
export type { WorkerInfo } from './pilot/messages.ts';
export {
  type AdaptOptions,
  type PoolTaskOptions,
  SlurmPoolExecutor,
  type SlurmPoolExecutorOptions,
} from './pilot/slurm-pool-executor.ts';
export type { ProgramOptions } from './program.ts';
export { sacct, sacctSync } from './sacct.ts';
export { Allocation, salloc, sallocSync } from './salloc.ts';
export { type Batch, type ScriptOptions, sbatch, sbatchSync } from './sbatch.ts';
export { type ScancelFilter, type ScancelOptions, scancel, scancelSync } from './scancel.ts';
export { type Entity, scontrol } from './scontrol.ts';
export { type PartitionInfo, type SinfoOptions, sinfo, sinfoSync } from './sinfo.ts';
export { type JobInfo, type SqueueOptions, squeue, squeueSync } from './squeue.ts';
export { type SrunOptions, srun, srunSync } from './srun.ts';
export { type JobPhase, type JobState, phaseOf } from './states.ts';
export { type TaskContext, taskContext } from './task-context.ts';
