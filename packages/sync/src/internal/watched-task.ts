import { channel } from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import { promiseHooks } from 'node:v8';
import type { Subject } from '@prac/park';

/** What is published on the channel `prac:task`. */
export interface TaskEvent {
  /** `'start'`: this thread has started another. `'begin'`, `'end'`: of the thread, or of a task in it. */
  readonly type: 'start' | 'begin' | 'end';
  readonly kind: 'thread' | 'task';
  readonly name: string;
  /** The thread. */
  readonly subject?: Subject;
  readonly task: object | undefined;
}

const tasks = channel('prac:task');

/** What a thread is, to those who watch. */
export function threadSubject(serial: number | undefined, name: string): Subject {
  return { kind: 'Thread', id: `thread ${serial}`, name };
}

/** Publishes an event of a thread, if anybody listens. */
export function tellOfThread(type: TaskEvent['type'], name: string, serial: number): void {
  if (!tasks.hasSubscribers) return;
  tasks.publish({
    type,
    kind: 'thread',
    name,
    subject: threadSubject(serial, name),
    task: undefined,
  } satisfies TaskEvent);
}

/** Promises of tasks that run, and what is done when they are settled. */
const running = new Map<unknown, () => void>();
let stopLooking: (() => void) | undefined;

/** Runs a task, of whose begin and end is told if anybody listens. */
export function watchedTask<Result>(task: object, name: string, run: () => Result): Result {
  if (!tasks.hasSubscribers) return run();
  const tell = (type: TaskEvent['type']): void => {
    tasks.publish({ type, kind: 'task', name, task } satisfies TaskEvent);
  };
  tell('begin');
  let isOver = true;
  try {
    const result = run();
    isOver = !(result instanceof Promise) || isSettled(result);
    if (!isOver) whenSettled(result, () => tell('end'));
    return result;
  } finally {
    if (isOver) tell('end');
  }
}

/** Asks without a handler, and runs nobody's code. */
function isSettled(promise: unknown): boolean {
  return !inspect(promise, { depth: 0, customInspect: false, getters: false }).includes('<pending>');
}

/** Without a handler: it would be seen (nobody handles an error is an error, too). V8 tells of all promises, as long as tasks run. */
function whenSettled(promise: unknown, tell: () => void): void {
  running.set(promise, tell);
  stopLooking ??= promiseHooks.onSettled((settled) => {
    const told = running.get(settled);
    if (told === undefined) return;
    running.delete(settled);
    told();
    if (running.size > 0) return;
    stopLooking!();
    stopLooking = undefined;
  }) as () => void;
}
