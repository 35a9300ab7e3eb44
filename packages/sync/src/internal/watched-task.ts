import { channel } from 'node:diagnostics_channel';
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
    if (!(result instanceof Promise)) return result;
    isOver = false;
    return result.finally(() => tell('end')) as Result;
  } finally {
    if (isOver) tell('end');
  }
}
