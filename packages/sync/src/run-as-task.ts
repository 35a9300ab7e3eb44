import { AsyncLocalStorage } from 'node:async_hooks';
import { repr } from '@prac/exceptions';
import { currentTask, setTaskHook, type TaskHook } from '@prac/park';
import { shared, travels } from './internal/world.ts';

/*
 * Tasks, for who has no asyncio: an async function that owns what it acquires. Node's AsyncLocalStorage knows which of them
 * runs; it is switched on by the first call. The body of `with(fn)` is a part of the task that calls it: what that owns, it may
 * acquire again, and others of its parts may not.
 *
 * A hook that was there before (asyncio's) has tasks of its own. Of the two that run, the inner one is meant: ours, if it was
 * opened in the other.
 */
const PARENT: unique symbol = Symbol.for('prac.sync.parent') as never;

const OPENED_IN: unique symbol = Symbol.for('prac.sync.openedIn') as never;

interface Task {
  /** The task that it is a part of. */
  readonly [PARENT]: object | undefined;
  /** The task that ran when it was opened. */
  readonly [OPENED_IN]: object | undefined;
}

interface Tasks {
  storage: AsyncLocalStorage<Task> | undefined;
}

/** Whether a task is that owner, or a part of it. */
export function isWithin(owner: object, task: object): boolean {
  return isReached(owner, task, PARENT);
}

function isReached(goal: object, task: object, by: typeof PARENT | typeof OPENED_IN): boolean {
  for (let at: object | undefined = task; at !== undefined; at = (at as Partial<Task>)[by]) {
    if (at === goal) return true;
  }
  return false;
}

const tasks: Tasks = shared('tasks', () => ({ storage: undefined }));

function storage(): AsyncLocalStorage<Task> {
  if (tasks.storage !== undefined) return tasks.storage;
  const created = new AsyncLocalStorage<Task>();
  tasks.storage = created;
  let before: TaskHook | undefined;
  const hook: TaskHook = {
    current() {
      const [inner, outer] = [created.getStore(), before?.current()];
      return outer === undefined || (inner !== undefined && isReached(outer, inner, OPENED_IN)) ? inner : outer;
    },
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
  return storage().run({ [PARENT]: undefined, [OPENED_IN]: currentTask() }, fn);
}

/** Runs a function as a task that owns what the task owns in which it is opened; siblings exclude each other. @internal */
export function inSubtask<Result>(fn: () => Result): Result {
  const task = currentTask();
  return storage().run({ [PARENT]: task, [OPENED_IN]: task }, fn);
}

travels('runAsTask', runAsTask);
