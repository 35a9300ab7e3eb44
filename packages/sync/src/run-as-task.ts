import { AsyncLocalStorage } from 'node:async_hooks';
import { repr } from '@prac/exceptions';
import { currentTask, setTaskHook, type TaskHook } from '@prac/park';
import { shared, travels } from './internal/world.ts';

/*
 * Tasks, for who has no asyncio: an async function that owns what it acquires. Node's AsyncLocalStorage knows which of them
 * runs; it is switched on by the first call. A hook that was there before (asyncio's) is asked first: its tasks are inside.
 */
interface Tasks {
  storage: AsyncLocalStorage<object> | undefined;
}

const tasks: Tasks = shared('tasks', () => ({ storage: undefined }));

function storage(): AsyncLocalStorage<object> {
  if (tasks.storage !== undefined) return tasks.storage;
  const created = new AsyncLocalStorage<object>();
  tasks.storage = created;
  let before: TaskHook | undefined;
  const hook: TaskHook = {
    current: () => before?.current() ?? created.getStore(),
    enter: (cancel) => before?.enter(cancel),
  };
  before = setTaskHook(hook);
  return created;
}

/**
 * Runs a function as a task of its own: what it acquires is its own, and not that of other async functions of the thread.
 * Re-entrant locks need it, since plain async functions cannot be told apart.
 *
 * `with(fn)` of a lock does it by itself, and so do the tasks of asyncio; a thread's function is one.
 *
 * @param fn - An async function, or any other.
 * @returns What it returns.
 * @example
 * import { RLock, runAsTask } from '@prac/sync';
 * const lock = new RLock();
 * await runAsTask(async () => {
 *   await lock.acquire();
 *   await lock.acquire(); // the same task
 *   lock.release();
 *   lock.release();
 * });
 */
export function runAsTask<Result>(fn: () => Result): Result {
  if (typeof fn !== 'function') throw new TypeError(`Expected a function, got ${repr(fn)}`);
  return storage().run({}, fn);
}

/** In the task that runs, or in one of its own. */
export function inSomeTask<Result>(fn: () => Result): Result {
  return currentTask() === undefined ? runAsTask(fn) : fn();
}

travels('runAsTask', runAsTask);
