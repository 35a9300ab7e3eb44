export { OverflowError, RuntimeError, ValueError } from '@prac/exceptions';
export { block } from './block.ts';
export { atomicsFutex, type Futex } from './futex.ts';
export {
  addChore,
  currentOwner,
  currentTask,
  outsideTasks,
  type SignalHook,
  setSignalHook,
  setTaskHook,
  signalHook,
  type TaskHook,
} from './hooks.ts';
export { type WaitLimits, type WaitOptions, type WaitSyncOptions, waitLimits } from './limits.ts';
export { type AnswerQueue, comesSoon, Listening } from './listening.ts';
export { sleep, sleepSync } from './sleep.ts';
export { type SuspendOptions, suspend } from './suspend.ts';
export { together } from './together.ts';
export { type Blocker, deadlineAfter, now, type Steps, TIMEOUT_MAX, type Wait, type Waitable } from './wait.ts';
export { type ObjectEvent, type Subject, Watching } from './watching.ts';
export { notify, Word, type WordOptions, wakeHere } from './word.ts';
