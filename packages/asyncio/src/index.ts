// In the order of Python's docs: runners, tasks, streams and locks, queues, exceptions, the loop, futures; then contextvars.

export {
  BaseExceptionGroup,
  ExceptionGroup,
  KeyboardInterrupt,
  LookupError,
  RuntimeError,
  TimeoutError,
  ValueError,
} from '@prac/exceptions';
export { AsCompleted, asCompleted } from './as-completed.ts';
export { Barrier } from './barrier.ts';
export { BoundedSemaphore } from './bounded-semaphore.ts';
export { captureCallGraph, type FutureCallGraph, formatCallGraph, printCallGraph, ps, pstree } from './call-graph.ts';
export { Condition } from './condition.ts';
export { Context, ContextVar, copyContext, Token } from './context-var.ts';
export { Coroutine, type CoroutineFunction, coroutine, isCoroutine, isCoroutineFunction } from './coroutine.ts';
export { abortable, ensureFuture, type Outcome, type Waitable, wrapFuture } from './ensure-future.ts';
export {
  BrokenBarrierError,
  CancelledError,
  IncompleteReadError,
  InvalidStateError,
  LimitOverrunError,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
} from './errors.ts';
export { Event } from './event.ts';
export { type ExceptClause, exceptStar } from './except-star.ts';
export { type CancelOptions, Future, isFuture, type OnRejected } from './future.ts';
export { type GatherOptions, gather, type Outcomes } from './gather.ts';
export { Handle, TimerHandle } from './handle.ts';
export type { SignalOption } from './internal/abort.ts';
export type { ExceptionContext, ExceptionHandler } from './internal/exception-handler.ts';
export type { Held } from './internal/lockable.ts';
export { LifoQueue } from './lifo-queue.ts';
export { Lock } from './lock.ts';
export { EventLoop, getEventLoop, getRunningLoop, newEventLoop, setEventLoop, toThread } from './loop.ts';
export { PriorityQueue, type PriorityQueueOptions } from './priority-queue.ts';
export { Queue } from './queue.ts';
export { Runner, type RunOptions, run } from './run.ts';
export { Semaphore } from './semaphore.ts';
export { shield } from './shield.ts';
export { type Awaitable, sleep } from './sleep.ts';
export { type ConnectionOptions, openConnection, openUnixConnection, type Streams } from './streams/connections.ts';
export { createSubprocessExec, createSubprocessShell, Process, type ProcessOptions } from './streams/process.ts';
export { type ClientConnected, Server, type ServerOptions, startServer, startUnixServer } from './streams/server.ts';
export { StreamReader } from './streams/stream-reader.ts';
export { type ExtraInfo, StreamWriter, type TlsOptions } from './streams/stream-writer.ts';
export {
  allTasks,
  type CoroutineLike,
  createTask,
  currentTask,
  eagerTaskFactory,
  Task,
  type TaskFactory,
  type TaskOptions,
} from './task.ts';
export { TaskGroup } from './task-group.ts';
export { runCoroutineThreadsafe } from './threadsafe/loop-elsewhere.ts';
export { Timeout, timeout, timeoutAt } from './timeout.ts';
export {
  ALL_COMPLETED,
  FIRST_COMPLETED,
  FIRST_EXCEPTION,
  type ReturnWhen,
  type Waited,
  type WaitOptions,
  wait,
} from './wait.ts';
export { waitFor } from './wait-for.ts';
