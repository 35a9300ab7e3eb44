import * as asyncio from '@prac/asyncio';
import { expect, test } from 'vitest';

test('the package exports what its README lists', () => {
  const running = [
    'Runner',
    'run',
    'runCoroutineThreadsafe',
    'EventLoop',
    'getEventLoop',
    'getRunningLoop',
    'newEventLoop',
    'setEventLoop',
  ];
  const tasks = [
    'Task',
    'TaskGroup',
    'eagerTaskFactory',
    'allTasks',
    'createTask',
    'currentTask',
    'exceptStar',
    'toThread',
    'Coroutine',
  ];
  const coroutines = [
    'coroutine',
    'isCoroutine',
    'isCoroutineFunction',
    'Future',
    'isFuture',
    'ensureFuture',
    'wrapFuture',
  ];
  const waits = ['AsCompleted', 'asCompleted', 'gather', 'shield', 'sleep', 'wait', 'waitFor', 'abortable'];
  const limits = ['Timeout', 'timeout', 'timeoutAt', 'ALL_COMPLETED', 'FIRST_COMPLETED', 'FIRST_EXCEPTION'];
  const locks = ['Barrier', 'BoundedSemaphore', 'Condition', 'Event', 'Lock', 'Semaphore'];
  const others = [
    'Queue',
    'LifoQueue',
    'PriorityQueue',
    'Handle',
    'TimerHandle',
    'Context',
    'ContextVar',
    'Token',
    'copyContext',
  ];
  const streams = ['StreamReader', 'StreamWriter', 'Server', 'startServer', 'startUnixServer', 'openConnection'];
  const processes = ['openUnixConnection', 'Process', 'createSubprocessExec', 'createSubprocessShell'];
  const graphs = ['captureCallGraph', 'formatCallGraph', 'printCallGraph', 'ps', 'pstree'];
  const errors = [
    'IncompleteReadError',
    'LimitOverrunError',
    'BaseExceptionGroup',
    'BrokenBarrierError',
    'CancelledError',
    'ExceptionGroup',
    'InvalidStateError',
    'KeyboardInterrupt',
    'LookupError',
    'QueueEmpty',
    'QueueFull',
    'QueueShutDown',
    'RuntimeError',
    'TimeoutError',
    'ValueError',
  ];
  expect(Object.keys(asyncio).sort()).toEqual(
    [
      ...running,
      ...tasks,
      ...coroutines,
      ...waits,
      ...limits,
      ...locks,
      ...others,
      ...graphs,
      ...streams,
      ...processes,
      ...errors,
    ].sort(),
  );
});
