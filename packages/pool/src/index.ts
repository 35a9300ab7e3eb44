export {
  AssertionError,
  EOFError,
  NotImplementedError,
  OSError,
  RuntimeError,
  TimeoutError,
  ValueError,
} from '@prac/exceptions';
export { Empty, Full, ShutDown } from '@prac/queue';
export { BrokenBarrierError } from '@prac/sync';
export { AsyncResult, type Callbacks } from './async-result.ts';
export { Barrier } from './barrier.ts';
export { Condition } from './condition.ts';
export { Pipe, type PipeOptions } from './connection/pipe.ts';
export { getAllStartMethods, getContext, getStartMethod, setStartMethod } from './context.ts';
export { activeChildren, cpuCount, currentProcess, parentProcess } from './current.ts';
export {
  AuthenticationError,
  BufferTooShort,
  MaybeEncodingError,
  ProcessError,
  WorkerLostError,
} from './errors.ts';
export { Event } from './event.ts';
export { IMapIterator, IMapSyncIterator } from './imap-iterator.ts';
export type { ParentProcess } from './internal/parent-process.ts';
export { Lock, type LockOptions } from './lock.ts';
export { getLogger, type LevelName, Logger, logToStderr } from './logging.ts';
export { Manager } from './managers/sync-manager.ts';
export { type ApplyOptions, type MapOptions, Pool, type PoolOptions, ThreadPool } from './pool.ts';
export { prewarm } from './prewarm.ts';
export { Process, type ProcessOptions } from './process.ts';
export { JoinableQueue, Queue, SimpleQueue } from './queue.ts';
export { RawArray, RawValue } from './raw-values.ts';
export { RLock } from './rlock.ts';
export { BoundedSemaphore, Semaphore } from './semaphore.ts';
export { Array, type SharedValueOptions, Value } from './shared-values.ts';
