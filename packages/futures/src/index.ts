export { RuntimeError, TimeoutError, ValueError } from '@prac/exceptions';
export { PicklingError, UnpicklingError } from '@prac/pickle';
export { WorkerLostError } from '@prac/pool';
export { AsCompleted, AsCompletedSync, asCompleted, asCompletedSync } from './as-completed.ts';
export { BrokenExecutor, BrokenProcessPool, BrokenThreadPool, CancelledError, InvalidStateError } from './errors.ts';
export { Executor, type Iterables, type MapOptions, type ShutdownOptions } from './executor.ts';
export { ExecutorMap, ExecutorMapSync } from './executor-map.ts';
export { Future } from './future.ts';
export type { ExecutorStatistics, Times } from './internal/statistics.ts';
export type { BoundSubmit, TaskOptions, WorkerOptions } from './pool-executor.ts';
export { ProcessPoolExecutor, type ProcessPoolOptions } from './process-pool-executor.ts';
export { InterpreterPoolExecutor, ThreadPoolExecutor, type ThreadPoolOptions } from './thread-pool-executor.ts';
export {
  ALL_COMPLETED,
  type DoneAndNotDone,
  FIRST_COMPLETED,
  FIRST_EXCEPTION,
  type ReturnWhen,
  type ReturnWhenOption,
  wait,
  waitSync,
} from './wait.ts';
