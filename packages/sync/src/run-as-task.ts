import { AsyncLocalStorage } from 'node:async_hooks';
import { repr } from '@prac/exceptions';
import { currentTask, setTaskHook, type TaskHook } from '@prac/park';
import { watchedTask } from './internal/watched-task.ts';
import { shared, travels } from './internal/world.ts';

/*
 * Tasks, for who has no asyncio: an async function that owns what it acquires. Node's AsyncLocalStorage knows which of them
 * runs; it is switched on by the first call.
 *
 *   THREAD ── runAsTask ──> a task ── with(fn) ──> a part of it ── with(fn) ──> a part of that
 *      └───── with(fn) ───> a part of none            └── ends: what it still owns is its parent's
 *
 * The body of `with(fn)` is a part of the task that calls it: what that owns, it may acquire again, and others of its parts may
 * not meanwhile. It lasts as long as `with` runs. Whatever it has begun and left running goes on as its parent.
 *
 * A hook that was there before (asyncio's) has tasks of its own. Of the two that run, the inner one is meant: ours, if it was
 * opened in the other.
 */
const PARENT: unique symbol = Symbol.for('prac.sync.parent') as never;
const OPENED_IN: unique symbol = Symbol.for('prac.sync.openedIn') as never;
const ENDED: unique symbol = Symbol.for('prac.sync.ended') as never;
const HEIRS: unique symbol = Symbol.for('prac.sync.heirs') as never;

/** Keys that no task of others has: whichever copy of this package made it. */
interface Task {
  /** What it is a part of. */
  [PARENT]: object | undefined;
  /** The task of the other hook that ran when it was opened. */
  readonly [OPENED_IN]: object | undefined;
  [ENDED]: boolean;
  /** Are told when it ends. */
  [HEIRS]: Set<() => void> | undefined;
}

interface Tasks {
  storage: AsyncLocalStorage<Task> | undefined;
  others: TaskHook | undefined;
  /** Stands for the thread, where no task runs. */
  readonly thread: object;
}

const tasks: Tasks = shared('tasks', () => ({ storage: undefined, others: undefined, thread: {} }));

/** Owns what is acquired outside of tasks. */
export const THREAD: object = tasks.thread;

/** Who owns what is acquired now: the task that runs, else the thread. */
export function runningOwner(): object {
  const task = currentTask();
  return task === undefined ? THREAD : ownerAfter(task);
}

/** Who owns it now: the owner, or whom it has gone to since that one has ended. */
export function ownerAfter(owner: object): object {
  let at = owner as Partial<Task>;
  while (at[ENDED] === true) at = at[PARENT] ?? THREAD;
  return at;
}

/** Whether a task is that owner, or a part of it. */
export function isWithin(owner: object, task: object): boolean {
  for (let at: object | undefined = task; at !== undefined; at = (at as Partial<Task>)[PARENT]) {
    if (at === owner) return true;
  }
  return false;
}

/** Tells when a part ends, and somebody else owns what it owned. */
export function whenEnded(owner: object, tell: () => void): void {
  const task = owner as Partial<Task>;
  if (task[ENDED] === false) task[HEIRS] = (task[HEIRS] ?? new Set()).add(tell);
}

function storage(): AsyncLocalStorage<Task> {
  if (tasks.storage !== undefined) return tasks.storage;
  const created = new AsyncLocalStorage<Task>();
  tasks.storage = created;
  tasks.others = setTaskHook({
    current() {
      const [inner, outer] = [created.getStore(), tasks.others?.current()];
      return outer === undefined || inner?.[OPENED_IN] === outer ? inner : outer;
    },
    enter: (cancel) => tasks.others?.enter(cancel),
  });
  return created;
}

function newTask(parent: object | undefined): Task {
  return { [PARENT]: parent, [OPENED_IN]: tasks.others?.current(), [ENDED]: false, [HEIRS]: undefined };
}

/**
 * Runs a function as a task of its own: what it acquires is its own, and not that of other async functions of the thread.
 * Re-entrant locks need it, since plain async functions cannot be told apart.
 *
 * `with(fn)` of a lock does it by itself, and so do the tasks of asyncio. Everything that runs in one is one owner: what is to
 * exclude each other there, runs in `with(fn)` or in tasks of its own.
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
  const inner = storage(); // first: `others` are known then
  const task = newTask(undefined);
  return watchedTask(task, fn.name, () => inner.run(task, fn));
}

/**
 * Runs a function as a part of the task in which it is called: it owns what that owns, siblings exclude each other, and what it
 * has left acquired is the task's.
 *
 * @internal
 */
export function inSubtask<Result>(fn: () => Promise<Result>): Promise<Result> {
  const inner = storage(); // first: `others` are known then
  const part = newTask(livingParent());
  return inner.run(part, async () => {
    try {
      return await fn();
    } finally {
      part[ENDED] = true;
      for (const tell of part[HEIRS] ?? []) tell();
      part[HEIRS] = undefined;
    }
  });
}

/** The task that runs, and its parent: without those that have ended, which nothing else need keep. */
function livingParent(): object | undefined {
  const owner = runningOwner() as Partial<Task>;
  if (owner === THREAD) return undefined;
  if (owner[PARENT] !== undefined) {
    const parent = ownerAfter(owner[PARENT]);
    owner[PARENT] = parent === THREAD ? undefined : parent;
  }
  return owner;
}

travels('runAsTask', runAsTask);
