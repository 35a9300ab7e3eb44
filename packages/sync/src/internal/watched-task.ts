import { channel } from 'node:diagnostics_channel';

/** What is published on the channel `prac:task`. */
export interface TaskEvent {
  /** `'start'`: this thread has started another. `'begin'`, `'end'`: of the thread, or of a task in it. */
  readonly type: 'start' | 'begin' | 'end';
  readonly kind: 'thread' | 'task';
  readonly name: string;
  /** Names the thread, in all threads of the process. */
  readonly id?: string;
  readonly task: object | undefined;
}

const tasks = channel('prac:task');

/** What a thread is called by those who listen. */
export function idOfThread(serial: number | undefined): string {
  return `thread ${serial}`;
}

/** Publishes an event of a thread, if anybody listens. */
export function tellOfThread(type: TaskEvent['type'], name: string, serial: number): void {
  if (!tasks.hasSubscribers) return;
  tasks.publish({ type, kind: 'thread', name, id: idOfThread(serial), task: undefined } satisfies TaskEvent);
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
