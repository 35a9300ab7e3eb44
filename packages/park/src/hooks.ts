/*
 * What other packages may do to every wait of a thread: each installs one object, and finds those of others in its place.
 * They are kept on globalThis, under the layout's version, so that two copies of this package in one program share them.
 */

/** Tasks of one thread, as asyncio and the re-entrant locks know them. */
export interface TaskHook {
  /** The task that runs now. */
  current(): object | undefined;
  /**
   * A wait of the running task begins.
   *
   * @param cancel - Ends the wait: it is rejected with the reason.
   * @returns Is called at the wait's end; nothing if no task runs.
   */
  enter(cancel: (reason: unknown) => void): (() => void) | undefined;
}

/** Signals, on the thread where their handlers run. */
export interface SignalHook {
  /** Whether a handler is due. One atomic read. */
  readonly due: boolean;
  /** A descriptor that is readable while a handler is due, for who sleeps in poll(2); -1 if there is none. */
  readonly fd: number;
  /** The thread is about to sleep on a word: from now on a signal wakes those who do. */
  enter(words: Int32Array, index: number): void;
  leave(): void;
  /** Runs the handlers that are due. @throws what one of them throws. */
  deliver(): void;
}

interface Hooks {
  task: TaskHook | undefined;
  signal: SignalHook | undefined;
  /** Is to be done now and then while the thread is blocked: by copies of this package that know of it. */
  chores?: Set<() => void> | undefined;
}

const KEY = Symbol.for('prac.park/1');

/** The hooks of this thread. */
export const hooks: Hooks = installed() ?? { task: undefined, signal: undefined };
(globalThis as { [KEY]?: Hooks })[KEY] = hooks;

function installed(): Hooks | undefined {
  return (globalThis as { [KEY]?: Hooks })[KEY];
}

/** Installs the task hook of this thread, or takes it away. Returns the one before it, to be asked in turn. */
export function setTaskHook(hook: TaskHook | undefined): TaskHook | undefined {
  const before = hooks.task;
  hooks.task = hook;
  return before;
}

/** Installs the signal hook of this thread, or takes it away. */
export function setSignalHook(hook: SignalHook | undefined): void {
  hooks.signal = hook;
}

/** The signal hook of this thread, for a {@link Blocker} that sleeps in the kernel. */
export function signalHook(): SignalHook | undefined {
  return hooks.signal;
}

/**
 * Runs something that is no task's, though one of them has caused it: what serves several of them is not to end with the first.
 *
 * @internal
 */
export function outsideTasks<Result>(fn: () => Result): Result {
  const hook = hooks.task;
  hooks.task = undefined;
  try {
    return fn();
  } finally {
    hooks.task = hook;
  }
}

/** So often chores are done while the thread is blocked, in milliseconds. */
export const CHORES_MS = 20;

/** Has something done now and then while this thread is blocked. @returns What ends that. @internal */
export function addChore(chore: () => void): () => void {
  hooks.chores ??= new Set();
  hooks.chores.add(chore);
  return () => void hooks.chores!.delete(chore);
}

/** How long a thread may be blocked at a time, in milliseconds. @internal */
export function longestBlock(): number {
  return hooks.chores !== undefined && hooks.chores.size > 0 ? CHORES_MS : Number.POSITIVE_INFINITY;
}

/** @internal */
export function doChores(): void {
  if (hooks.chores !== undefined) for (const chore of [...hooks.chores]) chore();
}

/** Stands for the thread where no task runs. */
const THREAD: object = Object.freeze({ toString: () => '<this thread>' });

/** Who owns what is acquired now: the running task, else the thread (one object per thread). */
export function currentOwner(): object {
  return hooks.task?.current() ?? THREAD;
}

/** The task that runs now, if one does. */
export function currentTask(): object | undefined {
  return hooks.task?.current();
}
